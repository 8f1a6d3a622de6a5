package main

import (
	"cmp"
	"context"
	"os"

	"github.com/spf13/cobra"

	"todoku/checks/input"
	"todoku/checks/lab"
	"todoku/checks/owner"
	"todoku/checks/probe"
	"todoku/checks/snapshot"
	"todoku/tui"
	"todoku/tui/plain"
)

// open starts the guide: screens where there is a terminal to draw on, else line by line.
func (a *app) open(c *cobra.Command, args []string) error {
	ctx := c.Context()
	var start owner.Answers
	if len(args) == 1 {
		input, err := a.domain(args[0])
		if err != nil {
			f := err.(*fault)
			f.hint = a.suggest(c, args[0], "")
			return f
		}
		start.Domain = input.Domain
	}
	w, err := a.world(ctx)
	if err != nil {
		return err
	}
	answers, err := a.answers(w.cat)
	if err != nil {
		return err
	}
	answers.Domain = start.Domain
	out, _ := terminal(a.out)
	deps := a.deps(w, answers, out)
	if a.drawable() {
		return tui.Run(ctx, deps, a.in, out)
	}
	return plain.Run(ctx, a.in, a.out, deps)
}

// drawable reports whether screens can be drawn: both ends are a terminal that can move its cursor.
func (a *app) drawable() bool {
	_, in := terminal(a.in)
	_, out := terminal(a.out)
	return in && out && !a.opt.plain && os.Getenv("TERM") != "dumb"
}

// deps is the world as the screens see it; tty is the terminal, nil where there is none.
func (a *app) deps(w *world, start owner.Answers, tty *os.File) tui.Deps {
	d := tui.Deps{
		Lang: a.lang, Catalog: w.cat, Now: w.now, Start: start, NoColor: a.noColour(), ASCII: os.Getenv("RUNEWIDTH_EASTASIAN") == "1",
		Recognise: input.Recognise,
		Check: func(ctx context.Context, ans owner.Answers, old *snapshot.Snapshot, each func(tui.Progress)) (*snapshot.Snapshot, error) {
			return w.client.Run(ctx, ans, old, func(e probe.Event) {
				if each != nil {
					each(tui.Progress{Answer: e.Answer, Asked: e.Asked, Open: e.Open})
				}
			})
		},
		Places: w.Places,
		Panel:  w.panel,
		Look:   w.Look,
		Copy:   copier(tty),
		Save:   saveHere,
	}
	if a.opt.notify {
		d.Notify = func(title, text string) string { return notification(title, text, os.Getenv) }
	}
	if w.story == nil { // the lab begins anew each time
		d.Runs = runs()
	} else {
		d.Lab = a.labDeps(w)
	}
	return d
}

// copier is the clipboard on a terminal, which may be none.
func copier(tty *os.File) func(string) (string, string, error) {
	c := newClip(nil)
	if tty != nil {
		c.tty = tty
	}
	return c.copy
}

// labSpeeds are how many times faster the lab's time can run; 0 is a pause.
var labSpeeds = []int{0, 1, 60, 600}

// mistakes names the ways in which a story's records can be published wrong.
func mistakes(n *lab.Internet) []string {
	var out []string
	for _, m := range n.Mistakes() {
		out = append(out, string(m))
	}
	return out
}

// labDeps is what the small internet adds: records published at a key press, and faster time.
func (a *app) labDeps(w *world) *tui.Lab {
	return &tui.Lab{
		Story: w.story.Title.In(string(a.lang)), Domain: cmp.Or(w.story.Answers.ReportTo, w.story.Answers.Domain), Keys: w.story.Keys,
		Publish: w.net.PublishRight, Speed: w.clock.Speed, Speeds: labSpeeds, Mistakes: mistakes(w.net), Advance: w.clock.Advance,
		PublishWrong: func(m string, edits []snapshot.Edit) error { return w.net.PublishWrong(lab.Mistake(m), edits) },
	}
}
