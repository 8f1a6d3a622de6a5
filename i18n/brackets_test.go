package i18n_test

import (
	"testing"

	"example.org/todoku/i18n"
)

// A name's addition stands in brackets by itself, and behind a comma within brackets. What is quoted stays as it is.
func TestNoBracketsInBrackets(t *testing.T) {
	for _, c := range []struct {
		lang i18n.Lang
		id   string
		args i18n.Args
		want string
	}{
		{i18n.JA, "words.try.still", i18n.Args{"ip": "203.0.113.60", "from": "自社のサーバー（Postfix など）"}, "203.0.113.60（自社のサーバー、Postfix など）からのメールは、これまでどおり SPF を通ります。"},
		{i18n.EN, "words.try.still", i18n.Args{"ip": "203.0.113.60", "from": "your own server (Postfix etc.)"}, "Mail from 203.0.113.60 (your own server, Postfix etc.) passes SPF as before."},
		{i18n.JA, "words.try.still", i18n.Args{"ip": "203.0.113.60", "from": "v=spf1 (x)"}, "203.0.113.60（v=spf1 (x)）からのメールは、これまでどおり SPF を通ります。"},
		{i18n.JA, "finding.dkim-missing.absent.what", i18n.Args{"service": "自社のサーバー（Postfix など）"}, "自社のサーバー（Postfix など）の DKIM の鍵が DNS にありません。"},
		{i18n.EN, "finding.dkim-missing.absent.what", i18n.Args{"service": "your own server (Postfix etc.)"}, "The DKIM key of your own server (Postfix etc.) is not in DNS."},
	} {
		if got := c.lang.T(c.id, c.args); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}
