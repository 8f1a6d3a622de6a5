package i18n_test

import (
	"testing"

	"todoku/i18n"
)

// A Japanese name stands without spaces in a Japanese sentence, a Latin one with them.
func TestNamesAreSpacedAsJapaneseIs(t *testing.T) {
	for name, c := range map[string]struct {
		lang i18n.Lang
		id   string
		args i18n.Args
		want string
	}{
		"Japanese name":  {i18n.JA, "finding.spf-sender-missing.what", i18n.Args{"service": "エックスサーバー"}, "SPF レコードにエックスサーバーが入っていません。"},
		"Latin name":     {i18n.JA, "finding.spf-sender-missing.what", i18n.Args{"service": "SendGrid"}, "SPF レコードに SendGrid が入っていません。"},
		"mixed":          {i18n.JA, "finding.spf-sender-missing.what", i18n.Args{"service": "お名前.com Navi"}, "SPF レコードにお名前.com Navi が入っていません。"},
		"space inside":   {i18n.JA, "finding.spf-sender-missing.what", i18n.Args{"service": "さくらのレンタルサーバ / メールボックス"}, "SPF レコードにさくらのレンタルサーバ / メールボックスが入っていません。"},
		"side by side":   {i18n.JA, "plain.sight", i18n.Args{"clock": "9:00", "place": "このパソコン", "kind": "192.0.2.53", "name": "a.example", "type": "TXT", "state": "見えます"}, "9:00 このパソコン（192.0.2.53）: a.example の TXT は見えます"},
		"other language": {i18n.EN, "finding.spf-sender-missing.what", i18n.Args{"service": "エックスサーバー"}, "The SPF record does not include エックスサーバー."},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.lang.T(c.id, c.args); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
