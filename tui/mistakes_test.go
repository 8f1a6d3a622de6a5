package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	"todoku/checks/propagation"
	"todoku/checks/snapshot"
	"todoku/i18n"
	"todoku/wizard"
)

// waitingFor is the wait of a story at its Watch page.
func waitingFor(t *testing.T, story string, change ...func(*Deps)) *driver {
	t.Helper()
	d := drive(t, story, i18n.EN, change...)
	d.to(wizard.StepRecords)
	if story == "s1" {
		d.press("right", "tab", "enter")
	}
	d.to(wizard.StepWatch)
	return d
}

// Whatever mistake is made, the first look names it, for every record; waiting is never called wrong, nor wrong
// waiting; and the right records put an end to it.
func TestMistakesAreNamed(t *testing.T) {
	kinds := map[string]string{"typo": propagation.Changed, "doubled": propagation.DoubledName, "second": propagation.Several,
		"quotes": propagation.Typographic}
	for i, name := range waitingFor(t, "s1").r.c.d.Lab.Mistakes {
		t.Run(name, func(t *testing.T) {
			d := waitingFor(t, "s1")
			if r := d.r.c.wait.Verdict.Result; r != propagation.ResultPending {
				t.Fatalf("before: %s", r)
			}
			d.press("w")
			for range i {
				d.press("down")
			}
			d.press("enter")
			v := d.r.c.wait.Verdict
			if v.Result != propagation.ResultWrong {
				t.Fatalf("called %s:\n%s", v.Result, d.view())
			}
			named := map[int]bool{}
			for _, s := range v.Sights {
				if s.State == propagation.Wrong {
					named[s.Want] = true
					if s.Diff.Kind != kinds[name] {
						t.Errorf("called %s", s.Diff.Kind)
					}
				}
			}
			if len(named) != len(d.r.c.wait.Wants) {
				t.Errorf("%d of %d records are named", len(named), len(d.r.c.wait.Wants))
			}
			d.press("p")
			if r := d.r.c.wait.Verdict.Result; r == propagation.ResultWrong || r == propagation.ResultPending {
				t.Errorf("after the right records: %s\n%s", r, d.view())
			}
		})
	}
}

// S2: the record stands at a panel that nobody asks, and the wait says so at its first look.
func TestOtherPanel(t *testing.T) {
	d := waitingFor(t, "s2", func(x *Deps) {
		x.Panel = func(context.Context, wizard.Answers, *snapshot.Snapshot) propagation.Panel {
			return propagation.Panel{ID: "onamae-navi", Places: []propagation.Place{{ID: "01.dnsv.jp", Name: "01.dnsv.jp", Authority: true, Caches: 1, Addr: "198.51.100.41:53"}}}
		}
	})
	if v := d.view(); d.r.c.wait.Verdict.Result != propagation.ResultWrong || !strings.Contains(v, "01.dnsv.jp") {
		t.Fatalf("not named:\n%s", v)
	}
	d.press("p")
	if r := d.r.c.wait.Verdict.Result; r != propagation.ResultWaiting {
		t.Errorf("after publishing where it counts: %s\n%s", r, d.view())
	}
}

// The jump leads from event to event, until everything is seen.
func TestJump(t *testing.T) {
	d := waitingFor(t, "s1")
	d.press("p")
	for range 40 {
		if d.r.c.wait.Verdict.Result == propagation.ResultPublished {
			return
		}
		was := d.clock.Now()
		d.press("n")
		if passed := d.clock.Now().Sub(was); passed < 0 || passed > 2*time.Hour {
			t.Fatalf("a jump of %v", passed)
		}
	}
	t.Errorf("after 40 jumps: %s\n%s", d.r.c.wait.Verdict.Result, d.view())
}
