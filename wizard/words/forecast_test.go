package words_test

import (
	"strings"
	"testing"

	"todoku/checks/forecast"
	"todoku/i18n"
	"todoku/wizard/words"
)

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
