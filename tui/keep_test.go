package tui

import (
	"errors"
	"strings"
	"testing"

	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
)

// Enter on the last page writes the summary as text and ends; what is read afterwards names the file.
func TestEnterSavesAndEnds(t *testing.T) {
	d := drive(t, "s8", i18n.JA)
	d.to(wizard.StepKeep)
	if d.r.Farewell() != "" {
		t.Errorf("%q before anything was saved", d.r.Farewell())
	}
	save := d.r.c.d.Save
	d.r.c.d.Save = func(string, []byte) (string, error) { return "", errors.New("no room") }
	d.press("enter")
	d.shows("no room")
	if d.ended {
		t.Fatal("it ends without the file")
	}
	d.r.c.d.Save = save
	d.press("enter")
	if !d.ended || len(d.saved) != 1 {
		t.Fatalf("ended %v, saved %v", d.ended, d.saved)
	}
	for name, text := range d.saved {
		if !strings.HasSuffix(name, ".txt") || !strings.Contains(text, d.r.c.Name()) || !strings.Contains(d.r.Farewell(), name) {
			t.Errorf("%s, %q", name, d.r.Farewell())
		}
	}
}

// Where another form was chosen, Enter only ends.
func TestOtherFormIsEnough(t *testing.T) {
	d := drive(t, "s8", i18n.EN)
	d.to(wizard.StepKeep)
	d.press("e", "down", "enter", "esc", "enter")
	if !d.ended || len(d.saved) != 1 || !strings.Contains(d.r.Farewell(), ".html") {
		t.Errorf("ended %v, saved %d, %q", d.ended, len(d.saved), d.r.Farewell())
	}
}

// The plain view of a value is left with Enter, Escape, q or Ctrl+C, and with nothing else.
func TestPlainViewIsLeft(t *testing.T) {
	for _, keys := range []string{"\r", "\n", "\x1b", "q", "\x03", "abc \x1b"} {
		in := strings.NewReader(keys + "rest")
		if err := leaves(in); err != nil || in.Len() != len("rest") {
			t.Errorf("%q: %v, %d bytes left", keys, err, in.Len())
		}
	}
	if leaves(strings.NewReader("abc")) == nil {
		t.Error("it is left by letters")
	}
}

// Of records that nobody was asked to make, the last page does not say that they are not live; and who skips the wait hears
// before the test mail that it may be judged by the old settings.
func TestNothingIsCalledNotLiveInVain(t *testing.T) {
	d := drive(t, "servers-dead", i18n.EN)
	d.to(wizard.StepKeep)
	d.shows("Not everything about kareki.example could be checked")
	if v := d.view(); strings.Contains(v, "live everywhere") {
		t.Errorf("it is called not live:\n%s", v)
	}
	d = drive(t, "s5", i18n.EN)
	d.to(wizard.StepWatch)
	d.press("enter", "enter")
	d.shows("The new records are not live everywhere yet: an email sent now")
	d.to(wizard.StepKeep)
	d.shows("are not live everywhere yet")
}

// The question that a record asks belongs to the records, in the bar of the stages.
func TestQuestionOfARecordIsAmongTheRecords(t *testing.T) {
	d := drive(t, "s5", i18n.JA)
	d.to(wizard.StepRecords)
	for range 5 {
		if d.r.c.At() == wizard.StepReport {
			break
		}
		d.press("enter")
	}
	d.shows("DMARC レポートを受け取るアドレス")
	d.shows("[設定]")
}

// Of several letters one is chosen; Escape goes back to the formats.
func TestLetterIsChosen(t *testing.T) {
	d := drive(t, "s1", i18n.EN)
	d.to(wizard.StepDiagnosis)
	d.press("e", "down", "down", "enter")
	d.shows("All letters (in one file)")
	d.shows("the web agency that looks after hanazono.example")
	d.press("down", "down", "enter")
	for name, text := range d.saved {
		if !strings.HasSuffix(name, "-request-agency.txt") || !strings.Contains(text, "1. About the domain") {
			t.Errorf("%s:\n%s", name, text)
		}
	}
	if len(d.saved) != 1 {
		t.Errorf("saved %v", d.saved)
	}
	d.press("esc")
	d.shows("Which format?")
}
