package tui

import (
	"slices"
	"strings"
	"testing"

	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/words"
)

// TestLongNames: the name that the pointer is at is never cut, however narrow the window is; the others may be.
func TestLongNames(t *testing.T) {
	long := "Onamae.com shared server SD plan of former times (legacy), with its mail"
	for _, lang := range i18n.Langs() {
		d := drive(t, "s1", lang)
		d.size(60, 20)
		d.to(wizard.StepHost)
		q := newQuestion(d.r.c, d.r.c.Step()).(question)
		q.all = []words.Option{{ID: "short", Label: "Short"}, {ID: "long", Label: long, Because: "b"}}
		f := Frame{W: 60, H: 20, Lang: lang, Styles: d.r.styles, Glyphs: d.r.glyphs}
		for at, whole := range []bool{false, true} {
			q.at, q.touched = at, true
			list, from, to := q.rows(f)
			for i := range list {
				list[i] = unspotted(list[i])
			}
			text := strings.Join(strings.Fields(strings.ReplaceAll(strings.Join(list, " "), f.T("question.found"), "")), " ")
			if strings.Contains(text, long) != whole {
				t.Errorf("%s, pointer at %d: %q", lang, at, list)
			}
			if whole && (to-from < 3 || !slices.ContainsFunc(list[from:to], func(l string) bool { return strings.HasSuffix(l, "mail") })) {
				t.Errorf("%s: the lines of the row are %d to %d of %q", lang, from, to, list)
			}
			for _, l := range list {
				if width(l) > 60 {
					t.Errorf("%s: %d cells: %q", lang, width(l), l)
				}
			}
		}
	}
}
