package session_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"example.org/todoku/checks/inhand"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session"
	"example.org/todoku/wizard/session/store"
)

// front is the smallest front end: it performs every effect at once, except those that hold keeps back.
type front struct {
	*session.Session
	*trial.Trial
	t     *testing.T
	store *store.Store
	did   []session.Effect
	hold  func(session.Effect) bool
	held  []session.Effect
	deaf  bool // the switches at services do nothing
}

func open(t *testing.T, scenario string, start owner.Answers) *front {
	t.Helper()
	x := trial.New(t, scenario)
	w := session.World{Catalog: x.Catalog, Now: x.Clock.Now, Places: x.Watch.Places, Steady: true}
	f := &front{Session: session.New(w, start), Trial: x, t: t}
	f.do(f.Begin())
	return f
}

func (f *front) do(effects []session.Effect) {
	f.t.Helper()
	for _, e := range effects {
		f.did = append(f.did, e)
		if f.hold != nil && f.hold(e) {
			f.held = append(f.held, e)
			continue
		}
		f.perform(e)
	}
}

func (f *front) perform(e session.Effect) {
	f.t.Helper()
	switch e := e.(type) {
	case session.Look:
		snap, err := f.Client.Run(f.t.Context(), e.Answers, e.Known, nil)
		f.do(f.Looked(e.Run, snap, err))
	case session.FindPanel:
		f.do(f.PanelFound(e.Run, f.Watch.Panel(f.t.Context(), f.Catalog, e.Answers, e.DNS)))
	case session.Ask:
		f.do(f.Heard(e.Run, f.Watch.Look(f.t.Context(), e.Asks, e.At)))
	case session.ReadReports, session.AskSenders:
		f.reports(e)
	case session.Keep:
		id, err := f.store.Keep(e)
		f.do(f.Saved(e, id, err))
	case session.ReadMail:
		got, err := inhand.Paste(f.t.Context(), e.Text)
		f.read(e.Run, got, err)
	case session.SendMail:
		sent, err := f.Post.Send(f.t.Context(), e.Lang)
		must(f.t, err)
		got, err := inhand.Paste(f.t.Context(), sent.Text)
		f.read(e.Run, got, err)
	case session.SwitchOn:
		f.Post.SwitchOn(e.Service)
	case session.PressSwitch:
		if !f.deaf {
			must(f.t, f.Post.Press(e.Service, e.Name))
		}
	case session.ReadRuns:
		var runs []session.Stored
		if f.store != nil {
			for _, r := range f.store.Offered() {
				runs = append(runs, r.Stored(f.Watch.Places(r.DNS)))
			}
		}
		f.do(f.RunsRead(runs))
	}
}

// read hands a mail to the session, verified.
func (f *front) read(run int, got inhand.Mail, err error) {
	e := session.Evidence{Mail: got, Err: err}
	if got.Message != nil {
		e.Report = f.Verify(f.t.Context(), got.Message)
	}
	f.do(f.MailRead(run, e))
}

// say replies here.
func (f *front) say(values ...string) {
	f.t.Helper()
	effects, err := f.Reply(wizard.Reply{Step: f.At(), Values: values})
	if err != nil {
		f.t.Fatalf("at %s: %v", f.At(), err)
	}
	f.do(effects)
}

func (f *front) back() {
	f.t.Helper()
	effects, ok := f.Back()
	if !ok {
		f.t.Fatal("no way back")
	}
	f.do(effects)
}

// to goes on to a step by what is said already, by what the owner would say first, or by not knowing.
func (f *front) to(id wizard.StepID) {
	f.t.Helper()
	if step, _ := wizard.Main().Step(id); step.Line != "" {
		f.to(wizard.StepFound)
		f.Open(id)
		return
	}
	for range 30 {
		if f.At() == id {
			return
		}
		step, r := f.Step(), f.Before()
		if step.Fits(r) != nil {
			r.Values = []string{f.Story.Answers.Domain}
		}
		effects, err := f.Reply(r)
		if err != nil {
			f.t.Fatalf("at %s: %v", f.At(), err)
		}
		f.do(effects)
	}
	f.t.Fatalf("no way to %s", id)
}

// count is how many effects of a kind were done.
func count[E session.Effect](f *front) (n int) {
	for _, e := range f.did {
		if _, ok := e.(E); ok {
			n++
		}
	}
	return n
}

// The whole of a run: looked at early and with all answers, judged, a key pasted, waited for, and rung once.
func TestRun(t *testing.T) {
	f := open(t, "s1", owner.Answers{})
	f.store = &store.Store{Dir: t.TempDir(), Now: f.Clock.Now}
	f.to(wizard.StepRecords)
	if n := count[session.Look](f); n != 2 {
		t.Errorf("%d looks, want an early one and a whole one", n)
	}
	i := slices.IndexFunc(f.Result().Plan.Changes, func(ch plan.Change) bool { return ch.Ask != "" })
	ch := f.Result().Plan.Changes[i]
	for text, problem := range map[string]string{"hello": "not-dkim", ch.Name: session.OwnName} {
		if k, got := f.ReadKey(ch, text); got.Problem != problem || k != (owner.Key{}) {
			t.Errorf("%q: %q, want %q", text, got.Problem, problem)
		}
	}
	k, got := f.ReadKey(ch, f.Story.Key(ch.Ask, ch.Name))
	if got.Problem != "" || k.Service != ch.Ask || k.Selector != "google" {
		t.Fatalf("%+v %+v", k, got)
	}
	f.TakeKey(k)
	f.TakeKey(k)
	if n := len(f.Answers().Keys); n != 1 {
		t.Errorf("%d keys", n)
	}
	f.to(wizard.StepWatch)
	must(t, f.Net.Publish(f.Result().Plan.Edits()))
	f.do(f.LookNow())
	for range 300 {
		if f.Wait().Published() {
			break
		}
		f.Clock.Advance(5 * time.Minute)
		f.do(f.Due())
	}
	f.do(f.Due())
	if n := count[session.Ring](f); !f.Wait().Published() || n != 1 {
		t.Errorf("published %v, rung %d times", f.Wait().Published(), n)
	}
	if all, err := f.store.List(); len(all) != 1 || err != nil || !all[0].Done || all[0].ID != f.Wait().ID() {
		t.Errorf("kept: %+v, %v", all, err)
	}
	f.say()
	f.do(f.ReadProof("From: a@hanazono.example"))
	f.to(wizard.StepKeep)
	f.say()
	if f.At() != "" {
		t.Errorf("ends at %q", f.At())
	}
}

// Another domain begins anew, whatever was said, pasted, chosen or seen of the first; and the first is not forgotten by
// going back alone.
func TestAnotherDomain(t *testing.T) {
	for _, start := range []owner.Answers{{}, {Domain: "hanazono.example", Panel: "onamae-navi", Keys: []owner.Key{{Selector: "x", Value: "v=DKIM1; p="}}}} {
		f := open(t, "s1", start)
		f.to(wizard.StepHost)
		f.say("zoho-jp")
		f.to(wizard.StepRecords)
		f.TakeKey(owner.Key{Service: "zoho-jp", Selector: "zmail", Value: "v=DKIM1; p=AAAA"})
		f.TakeWay(owner.SPFChoice{Drop: []string{"mx"}})
		f.to(wizard.StepWatch)
		f.say()
		f.do(f.ReadProof("From: a@hanazono.example"))
		for !f.First() {
			f.back()
		}
		if got := f.Before(); !slices.Equal(got.Values, []string{"hanazono.example"}) {
			t.Errorf("the first question offers %v", got)
		}
		f.say("hanazono.example")
		f.to(wizard.StepHost)
		if got := f.Before(); !slices.Equal(got.Values, []string{"zoho-jp"}) || len(f.Answers().Keys) == 0 {
			t.Errorf("of the same domain is offered %v, with keys %v", got, f.Answers().Keys)
		}
		for !f.First() {
			f.back()
		}
		f.say("aozora.example")
		if f.Name() != "aozora.example" || f.DNS().Domain != "aozora.example" || f.Proof() != nil || f.Wait() != nil ||
			len(f.Result().Findings) > 0 || f.Seen().Hosts != nil {
			t.Errorf("something of the first domain stays: %s %+v %+v", f.Name(), f.Result(), f.Seen())
		}
		if a := f.Answers(); !reflect.DeepEqual(a, owner.Answers{Domain: "aozora.example"}) {
			t.Errorf("said of aozora.example: %+v", a)
		}
		for _, l := range f.Lines() {
			f.Open(l.Step)
			if r := f.Before(); r.Said() || l.Said || !reflect.DeepEqual(f.Offered(), f.Answers()) {
				t.Errorf("%s offers %v", f.At(), r)
			}
			f.back()
		}
	}
}

// What comes too late is dropped, whatever it is.
func TestLate(t *testing.T) {
	f := open(t, "s1", owner.Answers{})
	f.hold = func(e session.Effect) bool { _, ok := e.(session.Look); return ok }
	f.say("hanazono.example")
	old := f.held[0].(session.Look)
	f.back()
	f.say("aozora.example")
	late := snapshot.New("hanazono.example", trial.Day)
	f.do(f.Progressed(old.Run, session.Progress{Asked: 7}))
	f.do(f.Looked(old.Run, late, nil))
	if f.DNS() != nil || f.Looking().Asked != 0 || !f.Looking().Busy {
		t.Error("a late look is taken")
	}
	now := f.held[1].(session.Look)
	f.perform(now)
	had := len(f.Looking().Came)
	if f.do(f.Progressed(now.Run, session.Progress{})); len(f.Looking().Came) != had {
		t.Error("an answer counts after the end of its look")
	}

	f = open(t, "s1", owner.Answers{})
	f.to(wizard.StepRecords)
	f.hold = func(e session.Effect) bool {
		switch e.(type) {
		case session.Ask, session.FindPanel, session.Wake:
			return true
		}
		return false
	}
	f.to(wizard.StepWatch)
	was := f.held
	f.back()
	if f.Asking() || count[session.StopWait](f) != 1 {
		t.Error("the wait goes on after its page was left")
	}
	f.held = nil
	for _, e := range was {
		switch e := e.(type) {
		case session.Ask:
			f.do(f.Heard(e.Run, f.Watch.Look(t.Context(), e.Asks, e.At)))
		case session.FindPanel:
			f.do(f.PanelFound(e.Run, propagation.Panel{Places: f.Wait().Places}))
		case session.Wake:
			f.do(f.Woken(e.Run))
		}
	}
	if len(f.held) > 0 || len(f.Wait().Looks) > 0 || len(f.Wait().Panel.Places) > 0 {
		t.Errorf("taken late: %d effects, %d looks", len(f.held), len(f.Wait().Looks))
	}
	f.do(f.LookNow())
	f.do(f.Due())
	if len(f.held) > 0 {
		t.Error("asks behind the page")
	}
}

// Nobody goes on from a look that has not ended, or that has shown nothing; one that was begun with other answers is
// followed by another.
func TestNotYet(t *testing.T) {
	f := open(t, "s1", owner.Answers{})
	f.hold = func(e session.Effect) bool { _, ok := e.(session.Look); return ok }
	refuses := func(at wizard.StepID) {
		t.Helper()
		if _, err := f.Reply(wizard.Reply{Step: at}); f.At() != at || !errors.Is(err, session.ErrNotYet) {
			t.Fatalf("at %s: %v", f.At(), err)
		}
	}
	f.say("hanazono.example")
	refuses(wizard.StepFound)
	f.perform(f.held[0])
	f.say()
	if look := f.held[1].(session.Look); len(f.held) != 2 || look.Known == nil || len(look.Answers.Hosts) == 0 {
		t.Fatalf("after the early look: %+v", f.held)
	}
	refuses(wizard.StepCheck)
	f.back()
	f.to(wizard.StepReport)
	f.say("other@hanazono.example") // while the look is under way
	refuses(wizard.StepFound)
	f.do(f.Looked(f.held[1].(session.Look).Run, snapshot.New("hanazono.example", trial.Day), errors.New("down")))
	if !f.Blind() || f.Looking().Err == nil || f.At() != wizard.StepFound {
		t.Error("it has seen nothing")
	}
	refuses(wizard.StepFound)
	f.do(f.LookAgain())
	if look := f.held[2].(session.Look); look.Known != nil {
		t.Error("what is asked anew is known already")
	}
	f.perform(f.held[2])
	f.say()
	look := f.held[3].(session.Look)
	if look.Answers.ReportTo != "other@hanazono.example" {
		t.Errorf("not looked at with the new answer: %+v", look.Answers)
	}
	f.perform(look)
	if f.At() != wizard.StepDiagnosis || !f.Ready() {
		t.Errorf("the end of the look leads to %s", f.At())
	}
}

// What the command line said is not asked, and a way that was taken is taken back.
func TestStart(t *testing.T) {
	f := open(t, "spf-flatten", owner.Answers{Domain: "minna-tsukau.example", Symptom: owner.SymptomCheckup})
	if l := f.Lines(); f.At() != wizard.StepFound || f.Name() != "minna-tsukau.example" || !l[4].Said {
		t.Fatalf("begins at %q with %+v", f.At(), l)
	}
	f.to(wizard.StepDiagnosis)
	ways := f.Result().Plan.Ways
	take := ways[len(ways)-1].Take
	before := len(f.Result().Plan.Edits())
	f.TakeWay(take)
	if !f.WayTaken() || len(f.Result().Plan.Edits()) == before {
		t.Errorf("not taken: %+v", f.Result().Plan.Changes)
	}
	f.DropWays()
	if f.WayTaken() || len(f.Result().Plan.Edits()) != before {
		t.Errorf("not taken back: %+v", f.Result().Plan.Changes)
	}
	f.back()
	if r := f.Result(); f.At() == wizard.StepCheck || r.Verdict() == "" || r.Zone() != "minna-tsukau.example" || r.Panel() != f.Panel() {
		t.Errorf("at %s: %s %s %s", f.At(), r.Verdict(), r.Zone(), r.Panel())
	}
}

// A kept run goes on at its wait, in another session, and a store that fails is tried again.
func TestGoOn(t *testing.T) {
	f := open(t, "s1", owner.Answers{})
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	f.store = &store.Store{Dir: filepath.Join(file, "runs"), Now: f.Clock.Now}
	f.to(wizard.StepWatch)
	if f.Wait().KeepErr() == nil || f.Wait().ID() != "" {
		t.Fatal("kept nowhere")
	}
	tries := count[session.Keep](f)
	f.do(f.Due())
	if count[session.Keep](f) != tries {
		t.Error("tried again without news")
	}
	f.store.Dir = t.TempDir()
	must(t, f.Net.Publish(f.Result().Plan.Edits()))
	f.do(f.LookNow())
	if f.Wait().KeepErr() != nil || f.Wait().ID() == "" {
		t.Fatalf("not tried again: %v", f.Wait().KeepErr())
	}
	next := &front{Trial: f.Trial, t: t, store: f.store}
	next.Session = session.New(session.World{Catalog: f.Catalog, Now: f.Clock.Now, Places: f.Watch.Places, Steady: true}, owner.Answers{})
	next.do(next.Begin())
	offers := next.Offers()
	if len(offers) != 1 || offers[0].Verdict.Result != f.Wait().Verdict.Result {
		t.Fatalf("offered: %+v", offers)
	}
	effects, err := next.GoOn(offers[0].Stored)
	must(t, err)
	next.do(effects)
	if next.At() != wizard.StepWatch || count[session.Look](next) > 0 || next.Wait().ID() != f.Wait().ID() {
		t.Errorf("goes on at %q, %d looks", next.At(), count[session.Look](next))
	}
	a, b := f.Record(), next.Record()
	if !reflect.DeepEqual(a.Changes, b.Changes) || !reflect.DeepEqual(a.Answers, b.Answers) || !reflect.DeepEqual(a.Start, b.Start) {
		t.Errorf("another run:\n%+v\n%+v", a, b)
	}
	broken := offers[0].Stored
	broken.Path = wizard.Path{{Step: "no-such-question"}}
	if _, err := next.GoOn(broken); err == nil || next.At() != wizard.StepWatch {
		t.Errorf("questions that are no more: %v", err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
