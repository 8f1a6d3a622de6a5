package i18n_test

import (
	"testing"

	"example.org/todoku/i18n"
)

// A Japanese name stands without spaces in a Japanese sentence, a Latin one with them.
func TestNamesAreSpacedAsJapaneseIs(t *testing.T) {
	for name, c := range map[string]struct {
		lang i18n.Lang
		id   string
		args i18n.Args
		want string
	}{
		"Japanese name":  {i18n.JA, "finding.spf-sender-missing.what", i18n.Args{"service": "エックスサーバー", "terms": "include:a.example"}, "エックスサーバーに必要な include:a.example が、SPF レコードにありません。"},
		"Latin name":     {i18n.JA, "finding.spf-sender-missing.what", i18n.Args{"service": "SendGrid", "terms": "include:a.example"}, "SendGrid に必要な include:a.example が、SPF レコードにありません。"},
		"mixed":          {i18n.JA, "finding.spf-sender-missing.what", i18n.Args{"service": "お名前.com Navi", "terms": "include:a.example"}, "お名前.com Navi に必要な include:a.example が、SPF レコードにありません。"},
		"space inside":   {i18n.JA, "finding.spf-sender-missing.what", i18n.Args{"service": "さくらのレンタルサーバ / メールボックス", "terms": "include:a.example"}, "さくらのレンタルサーバ / メールボックスに必要な include:a.example が、SPF レコードにありません。"},
		"a name's end":   {i18n.JA, "finding.dkim-missing.absent.what", i18n.Args{"service": "お名前メール"}, "お名前メールの DKIM の鍵が DNS にありません。"},
		"a number":       {i18n.JA, "tui.diag.others", i18n.Args{"count": 3}, "ほかの結果 3 件（上下キー）"},
		"side by side":   {i18n.JA, "plain.sight", i18n.Args{"clock": "9:00", "place": "このパソコン", "kind": "192.0.2.53", "name": "a.example", "type": "TXT", "state": "見えます"}, "9:00 このパソコン（192.0.2.53）: a.example の TXT は見えます"},
		"other language": {i18n.EN, "finding.spf-sender-missing.what", i18n.Args{"service": "エックスサーバー", "terms": "include:a.example"}, "The SPF record lacks include:a.example, which エックスサーバー needs."},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.lang.T(c.id, c.args); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
