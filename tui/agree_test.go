package tui

import (
	"regexp"
	"strings"
	"testing"

	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
)

// The owner in scenario S2 says that the records are made at the registrar, where nobody asks: no page may show what stands
// there as if the world saw it, and what to do is in sight on the smallest screen.
func TestPagesAgreeAboutStrayRecords(t *testing.T) {
	d := drive(t, "s2", i18n.EN)
	d.size(60, 20)
	d.to(wizard.StepPanel)
	d.press("down")
	d.press("enter")
	d.to(wizard.StepFound)
	d.size(80, 30)
	if v := d.view(); !regexp.MustCompile(`SPF\) +- +none`).MatchString(v) {
		t.Errorf("the look shows a record that nobody sees:\n%s", v)
	}
	d.size(60, 20)
	d.to(wizard.StepDiagnosis)
	v := d.view()
	for _, want := range []string{"SPF   ✕ missing", "✕ Cause    The DNS in use is at Wix Domains", "Fix      Add the records at Wix Domains."} {
		if !strings.Contains(v, want) {
			t.Errorf("the diagnosis lacks %q:\n%s", want, v)
		}
	}
	if n := len(d.r.c.Result().Plan.Left); n > 0 {
		t.Errorf("the records are made at the right panel, yet the plan leaves %v", d.r.c.Result().Plan.Left)
	}
}

// Of several servers the picture shows one whose mail is refused, and a key that is there is not called missing.
func TestPictureShowsWhoIsRefused(t *testing.T) {
	d := drive(t, "s4", i18n.EN)
	d.size(80, 24)
	d.to(wizard.StepDiagnosis)
	if v := d.view(); !strings.Contains(v, "You  ──▶  Xserver  ──▶") || !strings.Contains(v, "DKIM  ! some missing") {
		t.Errorf("the picture is of another server:\n%s", v)
	}
}

// Esc closes the history and the details of the wait before it leaves the page.
func TestEscClosesTheHistory(t *testing.T) {
	d := waitingFor(t, "s1")
	for _, k := range []string{"h", "d"} {
		before := d.view()
		d.press(k)
		if d.view() == before {
			t.Fatalf("%s shows nothing", k)
		}
		d.press("esc")
		if d.r.c.At() != wizard.StepWatch || d.view() != before {
			t.Errorf("Esc after %s leads elsewhere:\n%s", k, d.view())
		}
	}
}
