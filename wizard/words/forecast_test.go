package words_test

import (
	"strings"
	"testing"

	"example.org/todoku/checks/forecast"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// Every source of what receivers do has a name in every language.
func TestSourcesAreNamed(t *testing.T) {
	for _, lang := range i18n.Langs() {
		p := words.P{Lang: lang}
		seen := 0
		for _, r := range forecast.Receivers() {
			for _, source := range append([]string{r.Source}, sourcesOf(r)...) {
				name, address := p.Cited(source)
				if seen++; name == "" || name == source && lang == i18n.JA || address != "" && address != source {
					t.Errorf("%s: %s is cited as %q %q", lang, source, name, address)
				}
				if (address == "") == (strings.HasPrefix(source, "https://") && !strings.Contains(source, " ")) {
					t.Errorf("%s: the address of %s is %q", lang, source, address)
				}
			}
		}
		if seen < 20 {
			t.Errorf("%d sources", seen)
		}
	}
}

func sourcesOf(r forecast.Receiver) []string {
	var out []string
	for _, d := range r.Demands {
		out = append(out, d.Source)
	}
	return out
}

// Of two outlooks that assume something, one behind the other, only the first says "but".
func TestNotTwoButsInARow(t *testing.T) {
	o := forecast.Outlook{Outcome: forecast.Delivered, Assumes: []forecast.Assumption{forecast.SigningOn}}
	p := words.P{Lang: i18n.JA}
	said := p.Says(words.Foreseen{Receiver: "gmail", Outlook: o}, words.Foreseen{Receiver: "docomo", Outlook: o})
	all := strings.Join(said, "")
	if strings.Count(all, "ただし") != 1 || strings.Count(all, "条件です") != 2 || !strings.Contains(said[0], "ただし") {
		t.Errorf("said: %s", all)
	}
}
