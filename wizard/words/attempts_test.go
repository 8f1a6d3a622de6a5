package words_test

import (
	"testing"

	"example.org/todoku/checks/owner"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// TestAttempts: a symptom that DNS does not explain leads to several things to try, in every language the same number; a mail
// in hand, whose cause is known, says more.
func TestAttempts(t *testing.T) {
	for symptom, want := range map[owner.Symptom]int{owner.SymptomSpam: 7, owner.SymptomVanish: 6, owner.SymptomGmail: 6, owner.SymptomSendOnly: 4, owner.SymptomCheckup: 0, owner.SymptomBounce: 0, "": 0} {
		for _, lang := range i18n.Langs() {
			p := words.P{Lang: lang}
			if got := p.Attempts(owner.Answers{Symptom: symptom}); len(got) != want {
				t.Errorf("%s, %s: %d, want %d", symptom, lang, len(got), want)
			}
			if got := p.Attempts(owner.Answers{Symptom: symptom, Mail: owner.Mail{Cause: "mailbox-full"}}); len(got) != 0 {
				t.Errorf("%s, %s: %q beside the cause", symptom, lang, got)
			}
		}
	}
}
