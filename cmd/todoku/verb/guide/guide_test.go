package guide

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"example.org/todoku/checks/owner"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/clitest"
)

func TestFlags(t *testing.T) {
	var got *Options
	c := Command(clitest.New("").Program, func(_ context.Context, o *Options) error { got = o; return nil })
	if err := clitest.Execute(t, c, "a.example", "--notify", "--report-to", "x@a.example"); err != nil || !got.Notify || got.Answers.ReportTo != "x@a.example" || len(got.Domains) != 1 {
		t.Errorf("%v, read as %+v", err, got)
	}
	if got.World == nil || got.Runs == nil || got.Copier == nil || got.Save == nil || got.Ring == nil {
		t.Error("an effect is missing")
	}
}

// Without a terminal the questions come line by line, about the story's domain.
func TestLines(t *testing.T) { synctest.Test(t, linesInNoTime) }

func linesInNoTime(t *testing.T) {
	p := clitest.New("S8")
	p.In = strings.NewReader("quit\n")
	if err := Run(t.Context(), New(p.Program)); err != nil || !strings.Contains(p.Told.String(), "aozora.example") || strings.Contains(p.Told.String(), "\x1b") {
		t.Errorf("%v: %q", err, &p.Told)
	}
}

// What is no domain may have been meant as a command; nobody is asked.
func TestNoDomain(t *testing.T) {
	o := New(clitest.New("").Program)
	o.World, o.Domains = clitest.NoWorld(t), []string{"chek"}
	o.Suggest = func(typed string) string { return "not " + typed }
	var f *cli.Fault
	if err := Run(t.Context(), o); !errors.As(err, &f) || f.Status != cli.StatusUsage || f.Hint != "not chek" {
		t.Errorf("%+v", f)
	}
}

// In the lab waits are not kept, and its own keys are there; on the real internet it is the other way round. The desktop
// is told only where that is asked for.
func TestDeps(t *testing.T) { synctest.Test(t, depsInNoTime) }

func depsInNoTime(t *testing.T) {
	for _, story := range []string{"S1", ""} {
		p := clitest.New(story)
		p.Resolvers = []string{"127.0.0.1:9"} // of the real internet nothing is asked
		if story != "" {
			p.Resolvers = nil
		}
		o := New(p.Program)
		w, err := o.World(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		d := o.deps(w, owner.Answers{}, nil)
		if (d.Lab != nil) != (story != "") || (d.Runs != nil) != (story == "") {
			t.Errorf("story %q: lab %v, runs %v", story, d.Lab, d.Runs)
		}
		if d.Notify != nil {
			t.Error("a notification nobody asked for")
		}
		o.Notify = true
		if d := o.deps(w, owner.Answers{}, nil); d.Notify == nil {
			t.Error("no notification")
		}
		if d.Lab != nil && (len(d.Lab.Mistakes) == 0 || d.Lab.Story == nil || d.Lab.Domain == "") {
			t.Errorf("half a lab: %+v", d.Lab)
		}
	}
}
