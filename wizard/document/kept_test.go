package document_test

import (
	"testing"

	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
	"example.org/todoku/wizard/words"
)

// TestStandingWithoutRecords: a run that ended without a record to make is not said to be live.
func TestStandingWithoutRecords(t *testing.T) {
	p := words.P{Lang: i18n.EN}
	k := document.Kept{Done: true}
	if got := k.Standing(p, trial.Day); got != "diagnosis finished" {
		t.Error(got)
	}
	k.Wait.Wants = make([]propagation.Want, 1)
	if got := k.Standing(p, trial.Day); got != "live everywhere" {
		t.Error(got)
	}
}
