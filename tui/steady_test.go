package tui

import (
	"maps"
	"regexp"
	"slices"
	"testing"

	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
)

const again = "going back and coming again"

var numbers = regexp.MustCompile(`[0-9]+`)

// TestPagesStandStill: every page is as it was after a look at the help, another language and back, other sizes and back, and
// after going back and coming again.
func TestPagesStandStill(t *testing.T) {
	d := drive(t, "s1", i18n.JA, steady)
	same := func(at wizard.StepID, was, after string) {
		t.Helper()
		now := d.view()
		if at == wizard.StepWatch && after == again { // it has looked once more, and waits longer
			now, was = numbers.ReplaceAllString(now, "0"), numbers.ReplaceAllString(was, "0")
		}
		if now != was || d.r.c.At() != at {
			t.Errorf("%s is another page after %s:\n%s\nbefore:\n%s", at, after, now, was)
		}
	}
	for _, at := range []wizard.StepID{wizard.StepIntake, wizard.StepFound, wizard.StepHost, wizard.StepServices, wizard.StepPanel, wizard.StepRoute,
		wizard.StepSymptom, wizard.StepDiagnosis, wizard.StepRecords, wizard.StepWatch, wizard.StepProof, wizard.StepKeep} {
		d.to(at)
		was := d.view()
		d.press("ctrl+l")
		if d.view() == was {
			t.Errorf("%s is the same in another language", at)
		}
		d.press("ctrl+l")
		same(at, was, "Ctrl+L twice")
		d.press("?", "esc")
		same(at, was, "the help")
		for _, size := range [][2]int{{40, 10}, {200, 60}, {60, 20}, {80, 24}} {
			d.size(size[0], size[1])
			d.view()
		}
		same(at, was, "other sizes")
		if at == wizard.StepIntake {
			continue
		}
		d.press("esc")
		if d.r.c.At() == at {
			t.Errorf("Esc does not lead back from %s", at)
		}
		d.to(at)
		same(at, was, again)
		if aside(d, at) {
			d.press("esc")
		}
	}
}

// TestRubbishIsAnswered: whatever is pasted or typed into a field and sent, the page says something about it, or goes on.
func TestRubbishIsAnswered(t *testing.T) {
	rubbish := []string{"\u3042\u3044", "v=spf1 include:a.example ~all", "v=spf1 ~all\nv=DMARC1; p=none", "@ TXT v=spf1 a:www1234.sakura.ne.jp mx ~all 3600\nwww CNAME @",
		"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "tanaka foods", "...", "https://", "\U0001f4e7", "12345"}
	fields := map[string]func(*driver){
		"first box": func(d *driver) {},
		"domain": func(d *driver) {
			d.press("ctrl+u")
			d.paste("<a@gmail.com>: 550-5.7.26 unauthenticated")
			d.press("enter")
		},
		"server":  func(d *driver) { d.to(wizard.StepHost); d.press("own-server", "enter") },
		"forward": func(d *driver) { d.choose(wizard.StepRoute, "転送"); d.press("自分", "enter") },
		"list":    func(d *driver) { d.choose(wizard.StepRoute, "メーリング") },
		"bounce":  func(d *driver) { d.choose(wizard.StepSymptom, "エラーメールが") },
		"key":     func(d *driver) { d.to(wizard.StepRecords); d.press("right") },
		"reports": func(d *driver) { d.to(wizard.StepRecords); d.press("right", "right") },
	}
	n := -1
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		open := fields[name]
		n++
		t.Run(name, func(t *testing.T) {
			for i, text := range rubbish {
				if !sample.Takes(i + n) {
					continue
				}
				d := drive(t, "s1", i18n.JA, steady)
				open(d)
				if !d.r.typing() {
					t.Fatalf("no field at %s:\n%s", d.r.c.At(), d.view())
				}
				d.press("ctrl+u")
				d.paste(text)
				was, at := d.view(), d.r.c.At()
				d.press("enter")
				if d.view() == was && d.r.c.At() == at {
					t.Errorf("%q is met with silence:\n%s", text, was)
				}
			}
		})
	}
}

// aside reports whether a question stands aside, behind a line of the found page.
func aside(d *driver, at wizard.StepID) bool {
	for _, l := range d.r.c.Lines() {
		if l.Step == at && d.r.c.At() == at {
			return true
		}
	}
	return false
}
