package session_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard/session"
)

// drill is a wait over a scenario, driven by hand.
type drill struct {
	*session.Wait
	*trial.Trial
	t     *testing.T
	plan  plan.Plan
	snap  *snapshot.Snapshot
	heard map[propagation.Ask][]propagation.Look // for answers that stay as they are
}

func begin(t *testing.T, sc lab.Scenario) *drill {
	x := trial.Of(t, sc)
	snap, p := x.Plan(t)
	return on(t, x, snap, p)
}

func on(t *testing.T, x *trial.Trial, snap *snapshot.Snapshot, p plan.Plan) *drill {
	d := &drill{Trial: x, t: t, plan: p, snap: snap}
	d.Wait = session.NewWait(p.Changes, snap, x.Watch.Places(snap), x.Clock.Now, true)
	d.Panel = x.PanelOf(x.Story.Answers, snap)
	return d
}

func (d *drill) put(asks []propagation.Ask, at []propagation.Place) {
	d.Hear(d.LookAt(asks, at))
}

// end lets time run from look to look until all is published, for at most so many looks.
func (d *drill) end(looks int) {
	d.t.Helper()
	for range looks {
		if d.Published() {
			return
		}
		if next := d.NextLook(); next.After(d.Clock.Now()) {
			d.Clock.Advance(next.Sub(d.Clock.Now()))
		}
		d.put(d.Ask())
		if r := d.Verdict.Result; r == propagation.ResultWrong {
			d.t.Fatalf("waiting is called wrong: %+v", d.wrong())
		}
	}
	d.t.Fatalf("after %d looks: %+v", looks, d.Verdict)
}

func (d *drill) wrong() (out []propagation.Sight) {
	for _, s := range d.Verdict.Sights {
		if s.State == propagation.Wrong {
			out = append(out, s)
		}
	}
	return out
}

func (d *drill) says() (out []string) {
	for _, s := range d.wrong() {
		out = append(out, s.Place+" "+d.Wants[s.Want].Name+" "+s.Diff.Kind)
	}
	return out
}

// astray reports whether the record already exists at another panel or at a doubled name, which the wait must say from
// the start.
func (d *drill) astray() bool {
	return slices.ContainsFunc(d.wrong(), func(s propagation.Sight) bool {
		return s.Diff.Kind == propagation.OtherPanel || s.Diff.Kind == propagation.DoubledName
	})
}

// stood reports whether everything that is wrong existed before the wait began: that is reported as wrong too.
func (d *drill) stood() bool {
	return !slices.ContainsFunc(d.wrong(), func(s propagation.Sight) bool {
		return !slices.Equal(s.Found, d.Wants[s.Want].Old.Data())
	})
}

// deaf reports whether servers of the panel were asked for the domain's texts and none answered, so that no record can be
// seen there.
func (d *drill) deaf(domain string) bool {
	silent, heard := 0, 0
	for _, at := range d.Panel.Places {
		switch a, asked := d.snap.Find(snapshot.Key{Name: domain, Type: snapshot.TXT, Via: snapshot.Server, At: at.ID}); {
		case asked && a.Status == snapshot.Failed:
			silent++
		case asked:
			heard++
		}
	}
	return silent > 0 && heard == 0
}

// removes reports whether the plan itself takes away what stands at a name.
func (d *drill) removes(name string) bool {
	return slices.ContainsFunc(d.plan.Changes, func(c plan.Change) bool { return c.Action == plan.Remove && c.Name == name })
}

// published is a scenario in which something is to be published and can be.
type published struct {
	sc   lab.Scenario
	snap *snapshot.Snapshot
	plan plan.Plan
}

var ables []published // found once for all tests; these run one after the other

// able are the scenarios in which something is to be published and can be.
func able(t *testing.T, each func(t *testing.T, sc lab.Scenario, snap *snapshot.Snapshot, p plan.Plan)) {
	all, err := lab.Scenarios()
	if err != nil {
		t.Fatal(err)
	}
	if ables != nil {
		all = nil
	}
	for _, sc := range sample.Of(all) {
		if strings.Contains(sc.ID, "no-network") || strings.Contains(sc.ID, "dead") {
			continue // nobody answers
		}
		x := trial.Of(t, sc)
		snap, p := x.Plan(t)
		if len(p.Edits()) > 0 && x.Net.Publish(p.Edits()) == nil {
			ables = append(ables, published{sc, snap, p})
		}
	}
	for _, a := range ables {
		t.Run(a.sc.ID, func(t *testing.T) { each(t, a.sc, a.snap.Clone(), a.plan) })
	}
	if len(ables) < 10 {
		t.Errorf("only %d scenarios have something to publish", len(ables))
	}
}

// In every scenario, each way to publish wrong is named as wrong by the first look after it, for every record that it
// spoils; waiting before it is not called wrong but for what was wrong before, nor is waiting after it is put right; and the wait ends.
func TestEveryMistakeEverywhere(t *testing.T) {
	able(t, func(t *testing.T, sc lab.Scenario, snap *snapshot.Snapshot, p plan.Plan) {
		for _, how := range trial.Of(t, sc).Net.Mistakes() {
			d := on(t, trial.Of(t, sc), snap, p)
			if how == lab.Panel && (len(d.Panel.Places) == 0 || d.deaf(sc.Answers.Domain)) {
				continue // what hides there is no panel's, but the zone's former servers; or they answer nobody who asks for a text
			}
			d.put(d.AskNow())
			if len(d.wrong()) > 0 && !d.astray() && !d.stood() {
				t.Fatalf("before anything is published: %v", d.says())
			}
			if err := d.Net.PublishWrong(how, d.plan.Edits()); err != nil {
				t.Logf("%s cannot be made here: %v", how, err)
				continue
			}
			d.put(d.AskNow())
			d.names(how)
			late := on(t, d.Trial, snap, p) // one that begins only now
			late.put(late.AskNow())
			late.names(how)
			if err := d.Net.PublishRight(d.plan.Edits()); err != nil {
				t.Fatal(err)
			}
			d.put(d.AskNow())
			if w := d.wrong(); len(w) > 0 {
				t.Fatalf("%s, put right, is called wrong: %v", how, d.says())
			}
			if how == lab.Typo { // what follows is the same for each
				d.end(400)
			}
		}
	})
}

// names requires that every record that the mistake spoils is reported as wrong.
func (d *drill) names(how lab.Mistake) {
	d.t.Helper()
	for i, w := range d.Wants {
		switch {
		case w.Value == "", how == lab.Quotes && w.Type != snapshot.TXT, how == lab.Doubled && d.removes(w.Name+"."+w.Zone):
			continue // it is not spoiled
		case how == lab.Quotes && slices.Contains(w.Old.Data(), "\u201c"+w.Value+"\u201d"):
			continue // it stood there so before
		case slices.ContainsFunc(w.Old.Records, func(r snapshot.Record) bool { return r.Data == w.Value || r.Value(w.Type) == w.Value }):
			continue // a wildcard answers the same already
		case how == lab.Second && w.Type == snapshot.MX:
			continue // a domain may have several servers
		case how == lab.Second && strings.Contains(w.Value, "-verification="):
			continue // a second proof of ownership does no harm
		}
		if !slices.ContainsFunc(d.wrong(), func(s propagation.Sight) bool { return s.Want == i }) {
			d.t.Errorf("%s: %s %s %q is not named: %v", how, w.Type, w.Name, w.Value, d.says())
		}
	}
}

// Records of other types and removals: waited for, and named when wrong, like texts.
func TestEveryTypeOfRecord(t *testing.T) {
	change := func(a plan.Action, name string, ty snapshot.Type, value string, old ...string) plan.Change {
		return plan.Change{Action: a, Name: name, Type: ty, TTL: 600, Value: value, Old: old}
	}
	const token = "google-site-verification=7c1f0x5sQpXb3n2mEXAMPLEk9uJt4vLw8yRz6aHd0eG"
	sc, err := lab.Find("s1")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		changes []plan.Change
		wrong   map[lab.Mistake]string // what each mistake is called; a second server in a set is none
	}{
		{"MX", []plan.Change{change(plan.Replace, "hanazono.example", snapshot.MX, "mail.hanazono.example", "smtp.google.com")},
			map[lab.Mistake]string{lab.Typo: propagation.Changed, lab.Doubled: propagation.DoubledName}},
		{"MX with its preference", []plan.Change{change(plan.Replace, "hanazono.example", snapshot.MX, "10 mail.hanazono.example", "1 smtp.google.com")},
			map[lab.Mistake]string{lab.Typo: propagation.Changed, lab.Doubled: propagation.DoubledName}},
		{"alias", []plan.Change{change(plan.Add, "s1._domainkey.hanazono.example", snapshot.CNAME, "s1.domainkey.u1234567.wl123.sendgrid.net")},
			map[lab.Mistake]string{lab.Typo: propagation.Changed, lab.Second: propagation.Changed, lab.Doubled: propagation.DoubledName}},
		{"another alias", []plan.Change{change(plan.Replace, "www.hanazono.example", snapshot.CNAME, "web.hosting.example", "hanazono.example")},
			map[lab.Mistake]string{lab.Typo: propagation.Changed, lab.Doubled: propagation.DoubledName}},
		{"address", []plan.Change{change(plan.Replace, "hanazono.example", snapshot.A, "203.0.113.77", "203.0.113.20")},
			map[lab.Mistake]string{lab.Doubled: propagation.DoubledName}},
		{"removed text", []plan.Change{change(plan.Remove, "hanazono.example", snapshot.TXT, "", token)}, nil},
		{"removed alias", []plan.Change{change(plan.Remove, "www.hanazono.example", snapshot.CNAME, "", "hanazono.example")}, nil},
		{"removed MX", []plan.Change{change(plan.Remove, "hanazono.example", snapshot.MX, "", "smtp.google.com")}, nil},
		{"one of a set replaced, the other removed", []plan.Change{
			change(plan.Replace, "hanazono.example", snapshot.TXT, "v=spf1 -all", token), change(plan.Add, "hanazono.example", snapshot.MX, "mail.hanazono.example"),
			change(plan.Remove, "hanazono.example", snapshot.MX, "", "smtp.google.com")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			fresh := func() *drill {
				x := trial.Of(t, sc)
				snap, _ := x.Plan(t)
				d := on(t, x, snap, plan.Plan{Changes: c.changes})
				d.put(d.AskNow())
				if d.Verdict.Result != propagation.ResultPending {
					t.Fatalf("before: %s %v", d.Verdict.Result, d.says())
				}
				return d
			}
			d := fresh()
			if err := d.Net.Publish(d.plan.Edits()); err != nil {
				t.Fatal(err)
			}
			d.put(d.AskNow())
			d.end(400)
			for how, kind := range c.wrong {
				d := fresh()
				if err := d.Net.PublishWrong(how, d.plan.Edits()); err != nil {
					t.Fatalf("%s: %v", how, err)
				}
				d.put(d.AskNow())
				if w := d.wrong(); len(w) == 0 || w[0].Diff.Kind != kind {
					t.Errorf("%s is called %s %v, want %s", how, d.Verdict.Result, d.says(), kind)
				}
			}
		})
	}
}

// No question for a name that is to change goes to any resolver before every authority that answers has the record.
func TestNobodyIsAskedTooEarly(t *testing.T) {
	able(t, func(t *testing.T, sc lab.Scenario, _ *snapshot.Snapshot, _ plan.Plan) {
		x := trial.Of(t, sc)
		var mu sync.Mutex
		var heard []lab.Heard
		x.Net.Listen(func(h lab.Heard) {
			mu.Lock()
			defer mu.Unlock()
			heard = append(heard, h)
		})
		snap, p := x.Plan(t)
		d := on(t, x, snap, p)
		resolvers := map[string]bool{"resolver.lab.test": true, "dns.google": true, "one.one.one.one": true, "dns9.quad9.net": true}
		early := func(when string) {
			mu.Lock()
			defer mu.Unlock()
			for _, h := range heard {
				for _, w := range d.Wants {
					if h.Name == w.Name && h.Type == w.Type && resolvers[h.Server] {
						t.Errorf("%s: %s is asked for %s %s", when, h.Server, h.Type, h.Name)
					}
				}
			}
		}
		d.put(d.AskNow())
		for range 5 {
			d.Clock.Advance(time.Minute)
			d.put(d.Ask())
			d.put(d.AskNow())
		}
		early("nothing is published")
		if err := d.Net.PublishWrong(lab.Typo, p.Edits()); err == nil {
			d.Clock.Advance(time.Minute)
			d.put(d.AskNow())
			changes := slices.DeleteFunc(slices.Clone(d.Wants), func(w propagation.Want) bool { return w.Value == "" })
			if len(changes) == len(d.Wants) {
				early("it is published wrong")
			}
		}
		if err := d.Net.PublishRight(p.Edits()); err != nil {
			t.Fatal(err)
		}
		d.put(d.AskNow())
		d.put(d.AskNow())
		mu.Lock()
		defer mu.Unlock()
		if !slices.ContainsFunc(heard, func(h lab.Heard) bool { return h.Server == "dns.google" && h.Name == d.Wants[0].Name }) {
			t.Error("the resolvers are never asked: this test sees nothing")
		}
	})
}
