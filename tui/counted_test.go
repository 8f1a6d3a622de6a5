package tui

import (
	"testing"

	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
)

// How many keys an owner may need to the diagnosis, and to the saved summary, pastes and the lab's own keys aside.
const (
	toDiagnosis = 3
	toSummary   = 20
)

// Every record is saved, every key pasted, the wait seen to its end, and Enter saves the summary: the keys are counted.
func TestKeysToTheSavedSummary(t *testing.T) {
	for _, story := range []string{"s1", "s5", "s2"} {
		d := drive(t, story, i18n.JA)
		keys, told := 0, 0
		enter := func() { keys++; d.press("enter") }
		for !d.ended && keys < 60 {
			switch d.r.c.At() {
			case wizard.StepDiagnosis:
				told = keys
			case wizard.StepRecords:
				if s, ok := d.r.screen.(records); ok && s.box.open && s.box.lab != "" && s.box.in.String() == "" {
					d.paste(s.box.lab)
				}
			case wizard.StepWatch:
				d.press("p")
				for range 60 {
					if d.r.c.Wait().Published() {
						break
					}
					d.press("n")
				}
			}
			enter()
		}
		if !d.ended || len(d.saved) != 1 || d.r.Farewell() == "" {
			t.Fatalf("%s: after %d keys ended %v, saved %v:\n%s", story, keys, d.ended, d.saved, d.view())
		}
		if told > toDiagnosis || keys > toSummary {
			t.Errorf("%s: %d keys to the diagnosis, %d to the saved summary", story, told, keys)
		}
		t.Logf("%s: %d keys to the diagnosis, %d to the saved summary", story, told, keys)
	}
}
