package tui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/exp/teatest"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
)

// TestStories walks the main job by keyboard alone: from the domain to records that are seen everywhere and a summary.
func TestStories(t *testing.T) {
	for _, story := range []string{"s1", "s3", "s5"} {
		for _, lang := range i18n.Langs() {
			t.Run(story+"-"+string(lang), func(t *testing.T) { walkStory(t, story, lang) })
		}
	}
}

func walkStory(t *testing.T, story string, lang i18n.Lang) {
	d := drive(t, story, lang)
	d.to(wizard.StepRecords)
	for range d.r.c.Result().Plan.Changes {
		d.unasked()
		if s := d.r.screen.(records); s.box.open && s.box.lab != "" {
			d.press("tab", "enter")
		}
		d.press("enter")
	}
	if d.r.c.At() != wizard.StepWatch {
		t.Fatalf("after the last record: %q\n%s", d.r.c.At(), d.view())
	}
	d.shows(lang.T("words.verdict.pending"))
	d.press("p")
	d.shows("✓")
	for range 300 {
		d.pass(5 * time.Minute)
		if d.r.c.Wait().Verdict.Result == "published" {
			break
		}
	}
	d.shows(lang.T("tui.watch.on"))
	for _, ch := range d.r.c.Result().Plan.Changes {
		if ch.Gate != "" && ch.Value != "" {
			d.shows(lang.T("tui.watch.gate-now"))
		}
	}
	d.press("enter")
	for range d.r.c.Signing() {
		d.press("enter")
	}
	d.press("tab")
	if p := d.r.c.Proof(); p == nil || !p.Proved() {
		t.Fatalf("not proved: %+v\n%s", p, d.view())
	}
	d.press("enter")
	d.shows(lang.T("tui.keep.done", i18n.Args{"domain": d.r.c.Name()}))
	d.press("e", "enter", "down", "enter", "down", "enter")
	if len(d.saved) != 3 {
		t.Fatalf("saved %d files", len(d.saved))
	}
	for name, text := range d.saved {
		if !strings.Contains(text, "v=spf1") && !strings.Contains(name, "request") { // which asks for what is yet to be done
			t.Errorf("%s says nothing of SPF", name)
		}
	}
	d.press("esc", "enter")
	if !d.ended {
		t.Error("Enter on the last page does not end")
	}
}

// TestOtherRoutes: forwarded mail and lists have questions of their own, and a diagnosis.
func TestOtherRoutes(t *testing.T) {
	for story, downs := range map[string]int{"forward": 1, "list": 2} {
		d := drive(t, story, i18n.JA)
		d.to(wizard.StepRoute)
		for range 3 {
			d.press("up")
		}
		for range downs {
			d.press("down")
		}
		d.press("enter")
		if at := d.r.c.At(); at != wizard.StepForwardWhose && at != wizard.StepListAddress {
			t.Fatalf("%s leads to %q", story, at)
		}
		d.to(wizard.StepDiagnosis)
		code := map[int]string{1: "forward-breaks-spf", 2: "list-domain"}[downs]
		found := false
		for _, f := range d.r.c.Result().Findings {
			found = found || string(f.Code) == code
		}
		if !found {
			t.Errorf("%s: no %s in the diagnosis", story, code)
		}
	}
}

func TestWaitFailures(t *testing.T) {
	d := drive(t, "s1", i18n.EN, func(d *Deps) {
		d.Lab.Publish = func([]snapshot.Edit) error { return errors.New("no zone") }
	})
	d.to(wizard.StepWatch)
	d.press("p")
	d.shows(i18n.EN.T("tui.watch.failed", i18n.Args{"error": "no zone"}))
	d.press("esc")
	if d.r.c.At() != wizard.StepRecords {
		t.Fatalf("Esc leads to %q", d.r.c.At())
	}
	n := len(d.r.c.Wait().Looks)
	d.pass(time.Hour)
	if len(d.r.c.Wait().Looks) != n {
		t.Error("still asks after the page was left")
	}
	d.to(wizard.StepWatch)
	if len(d.r.c.Wait().Looks) < n {
		t.Error("what was heard is forgotten")
	}
}

// TestProgram runs the program as it is, over a terminal that teatest plays.
func TestProgram(t *testing.T) {
	d := &driver{t: t, saved: map[string]string{}}
	deps := d.deps("s8", i18n.JA)
	deps.Untitled = true // a title and a frame race in the writer that teatest puts before the terminal
	tm := teatest.NewTestModel(t, New(deps), teatest.WithInitialTermSize(80, 24))
	wait := func(text string) {
		t.Helper()
		teatest.WaitFor(t, tm.Output(), func(b []byte) bool { return bytes.Contains(b, []byte(text)) },
			teatest.WithDuration(10*time.Second), teatest.WithCheckInterval(10*time.Millisecond))
	}
	wait(i18n.JA.T("tui.intake.ask"))
	tm.Send(tea.KeyMsg{Type: tea.KeyEnter})
	wait(i18n.JA.T("tui.found.ask"))
	tm.Send(tea.KeyMsg{Type: tea.KeyCtrlL})
	wait(i18n.EN.T("tui.found.ask"))
	tm.Send(tea.KeyMsg{Type: tea.KeyCtrlC})
	tm.WaitFinished(t, teatest.WithFinalTimeout(10*time.Second))
	if _, err := io.ReadAll(tm.FinalOutput(t)); err != nil {
		t.Error(err)
	}
}

// TestLeavingStopsTheLook: no question goes on after the owner left.
func TestLeavingStopsTheLook(t *testing.T) { synctest.Test(t, leavingStopsTheLook) }

func leavingStopsTheLook(t *testing.T) {
	stopped := false
	d := drive(t, "s1", i18n.EN, func(d *Deps) {
		d.Check = func(ctx context.Context, a owner.Answers, _ *snapshot.Snapshot, _ func(Progress)) (*snapshot.Snapshot, error) {
			<-ctx.Done()
			stopped = true
			return snapshot.New(a.Domain, testDay), ctx.Err()
		}
	})
	_, cmd := d.r.Update(keyMsg("enter"))
	go d.run(cmd)
	synctest.Wait() // until it looks
	d.r.leave()
	synctest.Wait()
	if !stopped {
		t.Error("the look goes on")
	}
}

// TestPrivateKeyIsNotKept: the secret half, pasted by mistake, is refused with a warning and stays nowhere.
func TestPrivateKeyIsNotKept(t *testing.T) {
	d := drive(t, "s3", i18n.EN)
	d.to(wizard.StepRecords)
	for d.r.c.Result().Plan.Changes[d.r.screen.(records).at].Ask == "" {
		d.press("enter")
		d.unasked()
	}
	d.paste("-----BEGIN PRIVATE KEY-----\nMIIEvgIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----")
	d.press("enter")
	d.shows("This is the private key.")
	if v := d.view(); strings.Contains(v, "MIIEvg") || strings.Contains(d.r.screen.(records).box.in.String(), "MIIEvg") {
		t.Errorf("the secret key is kept:\n%s", v)
	}
}
