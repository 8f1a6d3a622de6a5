package i18n_test

import (
	"testing"

	"todoku/i18n"
)

// A Japanese name stands beside Japanese words without a space, a Latin one with it; English keeps its spaces.
func TestSpacing(t *testing.T) {
	for _, c := range []struct {
		lang          i18n.Lang
		service, want string
	}{
		{i18n.JA, "エックスサーバー", "エックスサーバーの DKIM の鍵が DNS にありません。"},
		{i18n.JA, "お名前メール", "お名前メールの DKIM の鍵が DNS にありません。"},
		{i18n.JA, "SendGrid", "SendGrid の DKIM の鍵が DNS にありません。"},
		{i18n.EN, "お名前メール", "The DKIM key of お名前メール is not in DNS."},
	} {
		if got := c.lang.T("finding.dkim-missing.what", i18n.Args{"service": c.service}); got != c.want {
			t.Errorf("%s: %q, want %q", c.lang, got, c.want)
		}
	}
	if got := i18n.JA.T("tui.diag.others", i18n.Args{"count": 3}); got != "ほかの結果 3 件（上下キー）" {
		t.Errorf("%q", got)
	}
}
