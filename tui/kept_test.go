package tui

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session"
	"example.org/todoku/wizard/session/store"

	tea "github.com/charmbracelet/bubbletea"
)

// A wait that was closed is offered by the next program, and goes on with its baseline and its looks.
func TestGoOn(t *testing.T) {
	var deps Deps
	dir := filepath.Join(t.TempDir(), "runs")
	d := drive(t, "s1", i18n.EN, func(x *Deps) {
		x.Runs = &store.Store{Dir: dir, Now: x.Now}
		deps = *x
	})
	d.to(wizard.StepRecords)
	d.press("right", "tab", "enter")
	d.to(wizard.StepWatch)
	d.press("p")
	d.pass(10 * time.Second)
	if !strings.Contains(d.view(), "Run todoku again to continue from here.") {
		t.Fatalf("nothing says that the run is kept:\n%s", d.view())
	}
	was, looks := d.r.c.Wait().Verdict, len(d.r.c.Wait().Looks)
	d.press("q")
	d.pass(5 * time.Minute)

	next := &driver{t: t, clock: d.clock}
	deps.After = next.after
	next.r = New(deps)
	next.run(next.r.Init())
	if v := next.view(); !strings.Contains(v, i18n.EN.T("tui.intake.go-on")) || !strings.Contains(v, "hanazono.example   "+i18n.EN.T("words.run.waiting")) {
		t.Fatalf("not offered:\n%s", v)
	}
	next.press("down", "enter")
	c := next.r.c
	if c.At() != wizard.StepWatch || c.Answers().Domain != "hanazono.example" || len(c.Result().Plan.Changes) != len(d.r.c.Result().Plan.Changes) || len(c.Wait().Looks) < looks {
		t.Fatalf("not the same run: at %q, %d changes, %d looks of %d\n%s", c.At(), len(c.Result().Plan.Changes), len(c.Wait().Looks), looks, next.view())
	}
	if c.Wait().Verdict.Result != was.Result || c.Wait().Verdict.Done.Sub(was.Done).Abs() > 2*time.Second {
		t.Errorf("judged otherwise: %s %v, was %s %v", c.Wait().Verdict.Result, c.Wait().Verdict.Done, was.Result, was.Done)
	}
	next.press("esc")
	if c.At() != wizard.StepRecords {
		t.Errorf("back leads to %q", c.At())
	}
	next.press("enter", "enter", "enter")
	files, err := os.ReadDir(dir)
	must(t, err)
	if len(files) != 1 {
		t.Errorf("%d files for one run", len(files))
	}
	for range 60 {
		next.clock.Advance(10 * time.Minute)
		next.press("r")
	}
	if c.Wait().Verdict.Result != "published" {
		t.Fatalf("not published:\n%s", next.view())
	}
	if _, ok := deps.Runs.Latest("hanazono.example"); ok {
		t.Error("a run that is done is offered still")
	}
}

// Where nothing can be written, the wait goes on and says so.
func TestGoOnWithoutDisk(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	d := drive(t, "s1", i18n.EN, func(x *Deps) { x.Runs = &store.Store{Dir: filepath.Join(file, "runs"), Now: x.Now} })
	d.to(wizard.StepWatch)
	if v := d.view(); !strings.Contains(v, "could not be saved") {
		t.Errorf("it is not said:\n%s", v)
	}
}

// Who leaves in the middle of a write loses nothing: neither what is being written nor what waits behind it. The commands that
// Update returned are not run here, as Bubble Tea runs none once it ends.
func TestLeavingKeepsAll(t *testing.T) {
	var deps Deps
	d := drive(t, "s1", i18n.EN, func(x *Deps) {
		x.Runs = &store.Store{Dir: filepath.Join(t.TempDir(), "runs"), Now: x.Now}
		deps = *x
	})
	d.to(wizard.StepRecords)
	d.press("right", "tab", "enter")
	d.unasked()
	for range 9 {
		if _, _ = d.r.Update(tea.KeyMsg{Type: tea.KeyEnter}); d.r.c.At() == wizard.StepWatch {
			break
		}
	}
	d.r.c.settle()
	kept, ok := deps.Runs.Latest("hanazono.example")
	if !ok || len(kept.Saved) < 2 || !slices.Equal(kept.Saved, d.r.c.Record().Saved) || len(kept.Changes) != len(d.r.c.Result().Plan.Changes) {
		t.Fatalf("kept (%v): %q, %d changes", ok, kept.Saved, len(kept.Changes))
	}
}

// A message that is lost when the program ends does not take with it what a write to disk has to tell.
func TestLostMessage(t *testing.T) {
	d := drive(t, "s1", i18n.EN, func(x *Deps) { x.Runs = &store.Store{Dir: filepath.Join(t.TempDir(), "runs"), Now: x.Now} })
	d.to(wizard.StepRecords)
	c := d.r.c
	lost := c.perform(c.ctx, session.Keep{Record: c.Record(), Changed: true})()
	c.keeping.Wait()
	if told, _ := c.kept[len(c.kept)-1].Take(); len(told) != 1 {
		t.Errorf("%T takes %d of what the write told", lost, 1-len(told))
	}
}
