package verb_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/clitest"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/cmd/todoku/verb/lab"
)

// Without a story they are listed; with one the guide begins inside it, or its servers are opened.
func TestLabRun(t *testing.T) {
	errGuide, errWorld := errors.New("guide"), errors.New("world")
	for _, c := range []struct {
		args, common string // of lab, and of --lab
		lab          string
		err          error
	}{
		{"", "", "", nil},
		{"S1", "", "S1", errGuide},
		{"", "S8", "S8", errGuide},
		{"S1", "S8", "S1", errGuide}, // the nearer word counts
		{"S1 --serve", "", "S1", errWorld},
		{"--serve", "", "", nil},
	} {
		p := clitest.New(c.common)
		run := func(ctx context.Context, o *lab.Options) error {
			o.World = func(context.Context) (*world.World, error) { return nil, errWorld }
			return lab.Run(ctx, o)
		}
		err := clitest.Execute(t, lab.Command(p.Program, run, func(context.Context) error { return errGuide }, nil), strings.Fields(c.args)...)
		if !errors.Is(err, c.err) || p.Lab != c.lab {
			t.Errorf("lab %s in --lab %q: %v in %q, want %v in %q", c.args, c.common, err, p.Lab, c.err, c.lab)
		}
		if listed := strings.Contains(p.Told.String(), "S1 "); listed != (c.err == nil) {
			t.Errorf("lab %s: listed %v: %s", c.args, listed, &p.Told)
		}
	}
}

// As JSON every story is an object with its title in the run's language.
func TestLabStoriesAsJSON(t *testing.T) {
	p := clitest.New("")
	p.JSON = true
	if err := lab.Run(t.Context(), &lab.Options{Program: p.Program}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(p.Told.String()), "\n")
	if len(lines) < 5 || !strings.HasPrefix(lines[0], `{"schema":1,"id":"S1","domain":"hanazono.example","title":"`) {
		t.Errorf("%d lines, first %s", len(lines), lines[0])
	}
}

// A story that does not exist is wrong usage.
func TestLabNoStory(t *testing.T) {
	p := clitest.New("nowhere")
	o := &lab.Options{Program: p.Program, World: world.Opener(p.Program), Serve: true}
	if got := cli.StatusOf(lab.Run(t.Context(), o)); got != cli.StatusUsage {
		t.Errorf("status %d", got)
	}
}
