package session_test

import (
	"slices"
	"testing"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/report"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session"
	"example.org/todoku/wizard/session/store"
)

// reports does the effects that concern reports; what the story has of them is read at once.
func (f *front) reports(e session.Effect) {
	f.t.Helper()
	switch e := e.(type) {
	case session.ReadReports:
		f.do(f.ReportsProgressed(e.Run, session.Share{FilesRead: 1, Files: 2}))
		f.do(f.ReportsRead(e.Run, f.Trial.ReadReports(f.t.Context(), e.Paths)))
	case session.AskSenders:
		f.do(f.SendersAsked(e.Run, e.Domain, f.Trial.Senders(f.t.Context(), e.Domain, e.IPs, e.Known)))
	}
}

// Reports named in the first box are read before anything is asked, say which record comes next, and lead on to their
// domain; they are read once, however often one comes back.
func TestReportsFirst(t *testing.T) {
	f := open(t, "S4", owner.Answers{})
	effects, err := f.Reply(wizard.Reply{Step: wizard.StepIntake, Extra: map[string]string{wizard.ExtraReports: "/reports/after"}})
	if err != nil {
		t.Fatal(err)
	}
	f.do(effects)
	said := f.Reports().Said
	if f.At() != wizard.StepReports || said == nil || said.Stage.Policy != "quarantine" || f.Reports().Busy || f.Reports().Share.Files != 2 {
		t.Fatalf("at %s: %+v", f.At(), f.Reports())
	}
	if ch, ok := session.NextStage(said); !ok || ch.Value != "v=DMARC1; p=quarantine; rua=mailto:dmarc@hinata-coffee.example" || ch.Name != "_dmarc.hinata-coffee.example" {
		t.Errorf("%v, %+v", ok, ch)
	}
	effects, err = f.Reply(f.ReportsReply())
	if err != nil || f.At() != wizard.StepFound || f.Answers().Domain != "hinata-coffee.example" || f.Answers().Symptom != owner.SymptomCheckup {
		t.Fatalf("%v, at %s, %+v", err, f.At(), f.Answers())
	}
	f.do(effects)
	run := f.Reports().Run
	if f.back(); f.At() != wizard.StepReports || f.Reports().Run != run {
		t.Errorf("read again: run %d at %s", f.Reports().Run, f.At())
	}
	if f.back(); f.Before().Extra[wizard.ExtraReports] != "/reports/after" {
		t.Errorf("forgotten: %+v", f.Before())
	}
}

// A reading can be cut short, and so it is by leaving its page; what comes of one that another has replaced is dropped.
func TestReportsCut(t *testing.T) {
	f := open(t, "S4", owner.Answers{})
	f.hold = func(e session.Effect) bool { _, ok := e.(session.ReadReports); return ok }
	f.do(f.OpenReports([]string{"/reports/before"}))
	if !f.Reports().Busy || len(f.CutReports()) != 1 {
		t.Fatal("it cannot be cut short")
	}
	old := f.held[0].(session.ReadReports)
	f.do(f.OpenReports([]string{"/reports/after"}))
	f.do(f.ReportsRead(old.Run, &report.Reading{}))
	if !f.Reports().Busy {
		t.Error("a late reading was taken in")
	}
	f.do(f.ReportsRead(f.Reports().Run, &report.Reading{Stopped: true}))
	if f.Reports().Busy || f.Reports().Said != nil || len(f.CutReports()) != 0 {
		t.Errorf("%+v", f.Reports())
	}
	effects, err := f.Reply(wizard.Reply{Step: wizard.StepIntake, Extra: map[string]string{wizard.ExtraReports: "/reports/after"}})
	if err != nil {
		t.Fatal(err)
	}
	f.do(effects)
	left, _ := f.Back()
	if !slices.ContainsFunc(left, func(e session.Effect) bool { _, ok := e.(session.StopReports); return ok }) {
		t.Errorf("left while reading: %v", left)
	}
}

// What reports said is kept with the run, and is there again when it is gone on with.
func TestReportsKept(t *testing.T) {
	f := open(t, "S4", owner.Answers{})
	f.store = &store.Store{Dir: t.TempDir(), Now: f.Clock.Now}
	f.to(wizard.StepWatch)
	f.do(f.OpenReports([]string{"/reports/before"}))
	want := f.ReportsSaid()
	if want == nil || len(want.Failing()) == 0 {
		t.Fatalf("%+v", f.Reports())
	}
	again := open(t, "S4", owner.Answers{})
	runs := f.store.Offered()
	if len(runs) != 1 {
		t.Fatalf("%d runs", len(runs))
	}
	if _, err := again.GoOn(runs[0].Stored(nil)); err != nil {
		t.Fatal(err)
	}
	got := again.ReportsSaid()
	if got == nil || got.Tally.Messages != want.Tally.Messages || len(got.Failing()) != len(want.Failing()) || got.Stage.Policy != want.Stage.Policy {
		t.Errorf("got %+v", got)
	}
}
