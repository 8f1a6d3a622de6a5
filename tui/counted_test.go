package tui

import (
	"testing"

	"todoku/i18n"
	"todoku/wizard"
)

// fromDiagnosis is how many keys an owner may need from the diagnosis to the saved summary, pastes and the lab's own keys
// aside; with the three that lead to the diagnosis the whole takes twenty.
const fromDiagnosis = 17

// Every record is saved, every key pasted, the wait seen to its end, and Enter saves the summary: the keys are counted.
func TestKeysToTheSavedSummary(t *testing.T) {
	for _, story := range []string{"s1", "s5", "s2"} {
		d := drive(t, story, i18n.JA)
		d.to(wizard.StepDiagnosis)
		keys := 0
		enter := func() { keys++; d.press("enter") }
		for d.r.c.At() == wizard.StepDiagnosis {
			enter()
		}
		for d.r.c.At() == wizard.StepRecords && keys < 60 {
			if s := d.r.screen.(records); s.box.open && s.box.lab != "" && s.box.in.String() == "" {
				d.paste(s.box.lab)
			}
			enter()
		}
		d.press("p")
		for range 60 {
			if d.r.c.Wait().Published() {
				break
			}
			d.press("n")
		}
		for !d.ended && keys < 60 {
			enter()
		}
		if !d.ended || len(d.saved) != 1 || d.r.Farewell() == "" {
			t.Fatalf("%s: after %d keys ended %v, saved %v:\n%s", story, keys, d.ended, d.saved, d.view())
		}
		if keys > fromDiagnosis {
			t.Errorf("%s takes %d keys from the diagnosis on", story, keys)
		}
		t.Logf("%s: %d keys from the diagnosis to the saved summary", story, keys)
	}
}
