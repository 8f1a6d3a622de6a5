package tui

import (
	"strings"
	"testing"

	"todoku/i18n"
	"todoku/wizard"
)

// The details of an SPF finding underline every mistake where it stands, say it, and read the record aloud.
func TestDetailsUnderline(t *testing.T) {
	for _, lang := range i18n.Langs() {
		d := drive(t, "spf-syntax", lang)
		d.size(100, 40)
		d.to(wizard.StepDiagnosis)
		if strings.Contains(d.view(), "^^^") {
			t.Errorf("%s: marks before the details are open:\n%s", lang, d.view())
		}
		d.press("d")
		lines := strings.Split(d.view(), "\n")
		marked := false
		for i, l := range lines[1:] {
			if at := strings.IndexByte(l, '^'); at >= 0 {
				marked = lines[i][at:at+len("+ipv4:203.0.113.31")] == "+ipv4:203.0.113.31" &&
					strings.TrimSpace(l) == strings.Repeat("^", len("+ipv4:203.0.113.31"))
			}
		}
		if !marked {
			t.Errorf("%s: the mistake is not underlined:\n%s", lang, d.view())
		}
		d.shows(lang.T("spf.problem.unknown-mechanism"))
		d.shows("+ip4:203.0.113.31")
		d.shows(lang.T("spf.page.aloud"))
		d.shows(lang.T("spf.say.all-softfail"))
	}
}
