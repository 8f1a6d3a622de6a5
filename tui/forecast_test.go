package tui

import (
	"strings"
	"testing"

	"example.org/todoku/checks/forecast"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
)

// TestReceivers: f opens every receiver's forecast over the diagnosis, in both languages, and closes it again.
func TestReceivers(t *testing.T) {
	for _, lang := range i18n.Langs() {
		d := drive(t, "s1", lang, recorded("s1"))
		d.size(MinWidth, MinHeight)
		d.to(wizard.StepDiagnosis)
		d.press("f")
		d.shows(lang.T("tui.forecast"))
		for range 12 {
			d.press("pgdown")
		}
		d.shows(lang.T("forecast.receiver.yahoo-japan"))
		d.press("esc")
		d.shows(lang.T("tui.diag.title"))
	}
}

// TestCountsWhole: on the smallest screen the line of counts leaves out what has no room, and cuts no count short.
func TestCountsWhole(t *testing.T) {
	for _, lang := range i18n.Langs() {
		d := drive(t, "s3", lang)
		d.size(MinWidth, MinHeight)
		d.to(wizard.StepDiagnosis)
		for l := range strings.SplitSeq(d.view(), "\n") {
			if strings.Contains(l, lang.T("tui.diag.unknown-none")) && strings.Contains(l, "\u2026") {
				t.Errorf("%s: a count is cut short: %q", lang, l)
			}
		}
	}
}

// TestTold: the diagnosis tells of the receiver in the picture; where that one takes the mail, of the worst of the others
// that hold for everybody too.
func TestTold(t *testing.T) {
	line := func(id string, bulk bool, o forecast.Outcome) forecast.Line {
		return forecast.Line{Receiver: id, Bulk: bulk, Now: forecast.Outlook{Outcome: o}}
	}
	for _, c := range []struct {
		lines []forecast.Line
		want  []string
	}{
		{[]forecast.Line{line("a", false, forecast.Rejected), line("b", false, forecast.Dropped)}, []string{"a"}},
		{[]forecast.Line{line("a", false, forecast.Unknown), line("b", false, forecast.Dropped)}, []string{"a"}},
		{[]forecast.Line{line("a", false, forecast.Delivered), line("b", false, forecast.Banner), line("c", true, forecast.Rejected)}, []string{"a", "b"}},
		{[]forecast.Line{line("a", false, forecast.Delivered), line("b", false, forecast.Delivered)}, []string{"a"}},
	} {
		var got []string
		for _, l := range told(c.lines) {
			got = append(got, l.Receiver)
		}
		if len(got) != len(c.want) || got[len(got)-1] != c.want[len(c.want)-1] {
			t.Errorf("%v told, want %v", got, c.want)
		}
	}
}
