package tui

import (
	"slices"
	"sync"
	"testing"
	"time"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
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
			if r := d.r.c.Wait().Verdict.Result; r != propagation.ResultPending {
				t.Fatalf("before: %s", r)
			}
			d.press("w")
			for range i {
				d.press("down")
			}
			d.press("enter")
			v := d.r.c.Wait().Verdict
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
			if len(named) != len(d.r.c.Wait().Wants) {
				t.Errorf("%d of %d records are named", len(named), len(d.r.c.Wait().Wants))
			}
			d.press("p")
			if r := d.r.c.Wait().Verdict.Result; r == propagation.ResultWrong || r == propagation.ResultPending {
				t.Errorf("after the right records: %s\n%s", r, d.view())
			}
		})
	}
}

// S2: the record stands at a panel that nobody asks: the one that the owner named, or that of the company which runs the
// mail, named by nobody. The wait says so at its first look, for every record, and where to make it instead.
func TestOtherPanel(t *testing.T) {
	for _, said := range []string{"onamae-navi", ""} {
		d := waitingFor(t, "s2", func(x *Deps) { x.Start.Panel = said })
		if said == "" {
			if got := d.r.c.Answers().Panel; got != "wix" {
				t.Fatalf("the panel is %q", got)
			}
		}
		d.press("p")
		if r := d.r.c.Wait().Verdict.Result; r != propagation.ResultWaiting {
			t.Errorf("after publishing where it counts: %s\n%s", r, d.view())
		}
		d = waitingFor(t, "s2", func(x *Deps) { x.Start.Panel = said })
		if r := d.r.c.Wait().Verdict.Result; said == "" && r != propagation.ResultPending && r != propagation.ResultWrong {
			t.Fatalf("before: %s", r)
		}
		how := slices.Index(d.r.c.d.Lab.Mistakes, "panel")
		d.press("w")
		for range how {
			d.press("down")
		}
		d.press("enter")
		d.shows("01.dnsv.jp")
		d.shows("Wix Domains")
		for i := range d.r.c.Wait().Wants {
			if !slices.ContainsFunc(d.r.c.Wait().Verdict.Sights, func(s propagation.Sight) bool {
				return s.Want == i && s.State == propagation.Wrong && s.Diff.Kind == propagation.OtherPanel
			}) {
				t.Errorf("record %d is not named:\n%s", i, d.view())
			}
		}
	}
}

// The owner names a panel whose servers nobody knows by name: the screen says that it cannot look there.
func TestHiddenPanel(t *testing.T) {
	d := waitingFor(t, "s1", func(x *Deps) { x.Start.Panel = "cloudflare" })
	d.shows("the names of its servers are not known")
}

// The jump leads from event to event, until everything is seen.
func TestJump(t *testing.T) {
	d := waitingFor(t, "s1")
	d.press("p")
	for range 40 {
		if d.r.c.Wait().Verdict.Result == propagation.ResultPublished {
			return
		}
		was := d.clock.Now()
		d.press("n")
		if passed := d.clock.Now().Sub(was); passed < 0 || passed > 2*time.Hour {
			t.Fatalf("a jump of %v", passed)
		}
	}
	t.Errorf("after 40 jumps: %s\n%s", d.r.c.Wait().Verdict.Result, d.view())
}

// While nothing is published, the screen has no resolver asked for the records, however often the owner presses r.
func TestScreenAsksNobodyTooEarly(t *testing.T) {
	d := waitingFor(t, "s1")
	early := asked(d.net, d.r.c.Wait().Wants)
	for range 8 {
		d.press("r")
		d.pass(time.Minute)
	}
	if got := early(); len(got) > 0 {
		t.Errorf("asked: %v", got)
	}
	d.press("p", "r")
	if got := early(); len(got) == 0 {
		t.Error("never asked: this test sees nothing")
	}
}

// asked tells, when called, which resolvers have been asked for the wanted records since.
func asked(net *lab.Internet, wants []propagation.Want) func() []lab.Heard {
	var mu sync.Mutex
	var out []lab.Heard
	net.Listen(func(h lab.Heard) {
		mu.Lock()
		defer mu.Unlock()
		resolver := slices.Contains([]string{"resolver.lab.test", "dns.google", "one.one.one.one", "dns9.quad9.net"}, h.Server)
		if resolver && slices.ContainsFunc(wants, func(w propagation.Want) bool { return w.Name == h.Name && w.Type == h.Type }) {
			out = append(out, h)
		}
	})
	return func() []lab.Heard {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(out)
	}
}
