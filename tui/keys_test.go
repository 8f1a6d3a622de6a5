package tui

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
)

// pressable are the keys that are tried on every page.
var pressable = append(strings.Split("abcdefghijklmnopqrstuvwxyz0123456789+-?", ""),
	"enter", "esc", "tab", "space", "up", "down", "left", "right", "pgup", "pgdown")

// tried reports whether a key does anything on the current page: the page looks different, there is somewhere to go, or
// an effect. The page and its session are not changed.
func (d *driver) tried(k string) bool {
	at := &d.r.screen
	if n := len(d.r.over); n > 0 {
		at = &d.r.over[n-1]
	}
	c := d.r.c
	told := func() string {
		out := fmt.Sprint(len(c.Signing()), c.Proof(), c.ProofErr())
		for _, ch := range c.Result().Plan.Changes {
			out += fmt.Sprint(c.IsSaved(ch))
		}
		return out
	}
	was, heard, session := *at, told(), *c.Session
	next, nav, cmd := was.Update(keyMsg(k))
	does := nav != nil || cmd != nil
	if !does && (heard != told() || !reflect.DeepEqual(was, next)) {
		*at = next
		after := d.view()
		*at, *c.Session = was, session
		does = after != d.view()
	}
	*c.Session = session
	return does
}

// audit presses every key on the current page and returns what is wrong: keys that are listed must do something, and no
// other key may.
func (d *driver) audit() []string {
	var out []string
	s := d.r.top()
	typist, typing := s.(typist)
	typing = typing && typist.Typing()
	told := map[string]bool{}
	foot := s.Keys()
	f := Frame{W: 80, H: 20 - len(Frame{W: 80, Lang: d.r.c.lang, Langs: d.r.c.d.Langs, Styles: d.r.styles, Glyphs: d.r.glyphs}.footer(foot)), Lang: d.r.c.lang, Langs: d.r.c.d.Langs, Styles: d.r.styles, Glyphs: d.r.glyphs}
	if x, ok := s.(scroller); ok && x.Scrolls(f) {
		foot = withScroll(foot)
	}
	for _, k := range append(slices.Clone(foot), quiet(s)...) {
		names := presses(k.Name)
		does := false
		for _, n := range names {
			told[n] = true
			if n == " " {
				n = "space"
			}
			told[n] = true
			switch n {
			case "q", "?", "ctrl+l", "ctrl+c": // the root's, on every page
				does = does || n != "q" || !typing
			default:
				does = does || d.tried(n)
			}
		}
		if !does && k.Does != "scroll" { // what fits has nothing to scroll
			out = append(out, fmt.Sprintf("%s (%s) does nothing", k.Name, k.Does))
		}
	}
	for _, n := range pressable {
		if told[n] || n == "q" || n == "?" || typing && (len(n) == 1 || slices.Contains([]string{"space", "left", "right"}, n)) {
			continue
		}
		if d.tried(n) {
			out = append(out, n+" works and is not told of")
		}
	}
	return out
}

// Every key of a footer does something on its page, and every key that works is in a footer or in what "?" shows.
func TestKeysAreTold(t *testing.T) {
	for _, story := range []string{"s1", "s5"} {
		t.Run(story, func(t *testing.T) {
			seen := map[string]bool{}
			d := drive(t, story, i18n.JA)
			look := func(where string) {
				t.Helper()
				seen[kind(d.r.top())] = true
				if story != "s1" && !strings.Contains(where, "record") {
					return // as in the first story
				}
				for _, fault := range d.audit() {
					t.Errorf("%s, %s: %s", where, kind(d.r.top()), fault)
				}
			}
			over := func(key, where string) { t.Helper(); d.press(key); look(where); d.press("esc") }
			look("first box")
			over("?", "words")
			d.press("enter")
			look("found")
			d.press("down")
			look("a line of what was found")
			d.press("enter")
			look("a question")
			d.press("esc")
			d.to(wizard.StepDiagnosis)
			look("diagnosis")
			over("d", "details")
			over("f", "receivers")
			over("e", "export")
			d.press("enter")
			for range 10 {
				if d.r.c.At() == wizard.StepWatch {
					break
				}
				look("record")
				if s, ok := d.r.screen.(records); ok && s.box.open && s.box.lab != "" {
					d.press("tab")
					look("pasted key")
					d.press("enter")
					look("key taken")
				}
				d.press("enter")
			}
			look("wait")
			over("h", "history")
			over("d", "each place")
			d.press("w")
			look("mistakes")
			d.press("enter")
			look("wrong record")
			d.press("enter")
			look("record to mend")
			d.press("enter", "p")
			look("published")
			for range 300 {
				if d.r.c.Wait().Published() {
					break
				}
				d.pass(5 * time.Minute)
			}
			look("all seen")
			d.press("enter")
			for len(d.r.c.Signing()) > 0 {
				look("signing")
				d.press("enter")
			}
			look("proof asked")
			d.press("tab")
			look("proved")
			d.to(wizard.StepProof)
			d.press("tab", "enter")
			look("last page")
			over("r", "reports")
			d.press("e", "enter")
			look("exported")
			d.press("esc")
			look("last page, saved")
			for _, want := range []Screen{intakeBox{}, help{}, found{}, question{}, diagnosis{}, prospects{}, export{}, records{}, watch{}, mistakes{}, proof{}, keep{}, reportsPage{}} {
				if !seen[kind(want)] {
					t.Errorf("never on %s", kind(want))
				}
			}
		})
	}
}

// TestIdleKeyIsTold: a key that a page does not have, and a paste where there is no field, are told so until the next key; the
// line fits the smallest screen.
func TestIdleKeyIsTold(t *testing.T) {
	for _, lang := range i18n.Langs() {
		d := drive(t, "s1", lang)
		d.to(wizard.StepDiagnosis)
		d.size(MinWidth, MinHeight)
		d.press("z")
		d.shows(lang.T("tui.key-nothing", i18n.Args{"key": "z"}))
		d.paste("v=spf1 ~all")
		d.shows(lang.T("tui.paste-nowhere"))
		d.press("down")
		if v := d.view(); strings.Contains(v, lang.T("tui.paste-nowhere")) {
			t.Errorf("it is said still:\n%s", v)
		}
	}
}

// TestRepeatedKey: a key that is pressed faster than the program reads works press by press; different letters at once are
// a paste.
func TestRepeatedKey(t *testing.T) {
	d := drive(t, "s1", i18n.EN)
	d.to(wizard.StepWatch)
	speed := func() int { return d.r.screen.(watch).speed }
	was := speed()
	d.press("++")
	if speed() != was+2 {
		t.Errorf("speed %d, want %d", speed(), was+2)
	}
	d.press("+-")
	d.shows(i18n.EN.T("tui.paste-nowhere"))
	if speed() != was+2 {
		t.Errorf("speed %d, want %d", speed(), was+2)
	}
}
