package session_test

import (
	"path/filepath"
	"testing"
	"time"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session"
	"example.org/todoku/wizard/session/store"
)

func look(x *trial.Trial, ask func() ([]propagation.Ask, []propagation.Place)) []propagation.Look {
	return x.LookAt(ask())
}

// keep does what the wait wants to have kept.
func keep(t *testing.T, w *session.Wait, s *store.Store, r session.Record) {
	t.Helper()
	k, ok := w.Keep(r)
	if !ok {
		return
	}
	id, err := s.Keep(k)
	if w.Kept(k, id, err); err != nil {
		t.Fatal(err)
	}
}

func (d *drill) keep(s *store.Store, r session.Record) { keep(d.t, d.Wait, s, r) }

func story(t *testing.T, id string) *drill {
	sc, err := lab.Find(id)
	if err != nil {
		t.Fatal(err)
	}
	return begin(t, sc)
}

// again answers as the lab did at the first look, for nothing is published meanwhile.
func again(d *drill, asks []propagation.Ask, at []propagation.Place) (out []propagation.Look) {
	for _, a := range asks {
		if _, ok := d.heard[a]; !ok {
			d.heard[a] = d.LookAt([]propagation.Ask{a}, at)
		}
		for _, l := range d.heard[a] {
			l.At = d.Clock.Now()
			out = append(out, l)
		}
	}
	return out
}

// A week in which nothing is saved, with the owner looking in between: what is kept in memory and on the disk stops
// growing, and so do the questions.
func TestAWeekStaysSmall(t *testing.T) {
	d := story(t, "s1")
	s := &store.Store{Dir: filepath.Join(t.TempDir(), "runs"), Now: d.Clock.Now}
	plan := store.Plan{Domain: "hanazono.example", DNS: d.snap, Changes: d.plan.Changes, Places: d.Places}
	d.keep(s, plan)
	if d.KeepErr() != nil || d.ID() == "" {
		t.Fatal(d.KeepErr())
	}
	d.heard = map[propagation.Ask][]propagation.Look{}
	looks, asked, after := 0, 0, 0
	week := d.Clock.Now().Add(24 * time.Hour)
	if sample.Whole() {
		week = d.Clock.Now().Add(7 * 24 * time.Hour)
	}
	for n := 0; d.Clock.Now().Before(week); n++ {
		ask, at := d.Ask()
		if n%97 == 0 {
			ask, at = d.AskNow()
		}
		asked += len(ask)
		got := again(d, ask, at)
		d.Hear(got)
		if n%200 == 0 { // the disk is slow; what it holds is the same for each look
			d.keep(s, plan)
		}
		if n == 200 {
			after = len(d.Looks)
		}
		looks = max(looks, len(d.Looks))
		d.Clock.Advance(max(time.Second, d.NextLook().Sub(d.Clock.Now())))
		if n > 4000 {
			t.Fatalf("after %v it has looked %d times", d.Clock.Now().Sub(trial.Day), n)
		}
	}
	spots := 0
	for _, p := range d.Places {
		if p.Authority {
			spots += 2*len(d.Wants) + 1 // the name, the doubled name, the serial
		}
	}
	if looks > after+spots || looks > spots*9 {
		t.Errorf("%d looks in memory, %d after the first hours, %d spots", looks, after, spots)
	}
	t.Logf("%d questions in a week, at most %d looks in memory", asked, looks)
	r, err := s.Load(d.ID())
	if err != nil {
		t.Fatal(err)
	}
	if v := r.Verdict(d.Places, d.Clock.Now()); v.Result != propagation.ResultPending {
		t.Errorf("from the disk: %s", v.Result)
	}
}

// Answers that change all the time do not fill the memory either.
func TestFlappingStaysSmall(t *testing.T) {
	d := story(t, "s1")
	edits := d.plan.Edits()
	wrong, right := map[propagation.Ask][]propagation.Look{}, map[propagation.Ask][]propagation.Look{}
	if err := d.Net.PublishWrong(lab.Typo, edits); err != nil {
		t.Fatal(err)
	}
	for n := range 150 {
		if n == 1 {
			if err := d.Net.PublishRight(edits); err != nil {
				t.Fatal(err)
			}
		}
		if d.heard = wrong; n%2 == 1 {
			d.heard = right
		}
		asks, at := d.AskNow()
		d.Hear(again(d, asks, at))
		d.Clock.Advance(time.Hour)
	}
	most := 0
	for _, p := range d.Places {
		most += 64 * p.Caches * (2*len(d.Wants) + 1)
	}
	if len(d.Looks) > most || len(d.Looks) < 200 {
		t.Errorf("%d looks, want at most %d", len(d.Looks), most)
	}
}

// Nothing is asked before its moment, which is a little later than due on the real internet: a tenth of the wait, two
// seconds at most.
func TestJitter(t *testing.T) {
	x := trial.New(t, "s1")
	snap, p := x.Plan(t)
	late := map[time.Duration]bool{}
	for range 20 {
		w := session.NewWait(p.Changes, snap, x.Watch.Places(snap), x.Clock.Now, false)
		w.Hear(look(x, w.Ask))
		later := w.NextLook().Sub(w.Verdict.Next)
		if later < 0 || later > 2*time.Second {
			t.Fatalf("%v later", later)
		}
		late[later] = true
		if asks, _ := w.Ask(); len(asks) > 0 {
			t.Fatalf("asked before the next look: %v", asks)
		}
	}
	if len(late) < 10 {
		t.Errorf("everybody asks at the same moment: %v", late)
	}
}

// A clock that is set back two days does not hold up the wait for two days.
func TestClockSetBackInTheMiddle(t *testing.T) {
	d := story(t, "s1")
	now := d.Clock.Now()
	w := session.NewWait(d.plan.Changes, d.snap, d.Places, func() time.Time { return now }, true)
	round := func() {
		got := look(d.Trial, w.AskNow)
		for i := range got {
			got[i].At = now
		}
		w.Hear(got)
	}
	round()
	if err := d.Net.Publish(d.plan.Edits()); err != nil {
		t.Fatal(err)
	}
	round()
	round()
	was := w.Verdict.Done.Sub(now)
	now = now.Add(-48 * time.Hour)
	w.Judge()
	if left := w.Verdict.Done.Sub(now); left > was+time.Second || left <= 0 {
		t.Errorf("%v left, was %v", left, was)
	}
	if next := w.NextLook().Sub(now); next > was+2*time.Second {
		t.Errorf("the next look is in %v", next)
	}
	now = now.Add(5 * time.Second) // time goes on from there
	w.Judge()
	if left := w.Verdict.Done.Sub(now); left > was-4*time.Second {
		t.Errorf("the countdown stands still: %v left, was %v", left, was)
	}
}

// After the computer slept, what has run out meanwhile is looked for at once.
func TestSleep(t *testing.T) {
	d := story(t, "s1")
	if err := d.Net.Publish(d.plan.Edits()); err != nil {
		t.Fatal(err)
	}
	d.put(d.AskNow())
	d.put(d.AskNow())
	if d.Verdict.Result != propagation.ResultWaiting {
		t.Fatal(d.Verdict.Result)
	}
	d.Clock.Advance(9 * time.Hour)
	d.Judge()
	d.put(d.Ask())
	if !d.Published() {
		t.Errorf("after the sleep: %s", d.Verdict.Result)
	}
}

// What waits for a record may begin when every place that answers shows it, and not before.
func TestOpen(t *testing.T) {
	d := story(t, "s1")
	key := -1
	for i, c := range d.plan.Changes {
		if c.Gate != "" {
			key = i
		}
	}
	if key < 0 {
		t.Fatal("no change has a gate")
	}
	ch := d.plan.Changes[key]
	d.put(d.AskNow())
	if d.Open(ch) {
		t.Error("nothing is published")
	}
	if err := d.Net.Publish(d.plan.Edits()); err != nil {
		t.Fatal(err)
	}
	d.put(d.AskNow())
	if d.Open(ch) {
		t.Error("no resolver was looked at")
	}
	d.end(400)
	if !d.Open(ch) {
		t.Error("it is seen everywhere")
	}
}

// A run goes on where it was, from the disk, in another Wait.
func TestResume(t *testing.T) {
	d := story(t, "s1")
	s := &store.Store{Dir: filepath.Join(t.TempDir(), "runs"), Now: d.Clock.Now}
	plan := store.Plan{Domain: "hanazono.example", DNS: d.snap, Changes: d.plan.Changes, Places: d.Places}
	d.keep(s, plan)
	if err := d.Net.Publish(d.plan.Edits()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		got := look(d.Trial, d.AskNow)
		d.Hear(got)
		d.keep(s, plan)
	}
	r, ok := s.Latest("hanazono.example")
	if !ok {
		t.Fatal("not kept")
	}
	w := session.NewWait(r.Changes, r.DNS, d.Places, d.Clock.Now, true)
	w.Resume(r.Stored(d.Places))
	if w.Verdict.Result != d.Verdict.Result || !w.Verdict.Done.Equal(d.Verdict.Done) {
		t.Errorf("%s %v, was %s %v", w.Verdict.Result, w.Verdict.Done, d.Verdict.Result, d.Verdict.Done)
	}
	plan.Path = wizard.Path{{Step: wizard.StepIntake}}
	keep(t, w, s, plan)
	if _, ok := s.Latest("hanazono.example"); !ok {
		t.Error("another path ends the run")
	}
	d.Wait = w
	d.end(400)
	d.keep(s, plan)
	if _, ok := s.Latest("hanazono.example"); ok || w.KeepErr() != nil {
		t.Errorf("offered after it is done: %v", w.KeepErr())
	}
	if all, err := s.List(); len(all) != 1 || err != nil {
		t.Errorf("%d runs for one wait, %v", len(all), err)
	}
}
