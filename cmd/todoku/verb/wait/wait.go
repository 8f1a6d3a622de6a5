// Package wait waits until every place sees the records, and keeps the wait on disk.
package wait

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/local"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/session"
	kept "example.org/todoku/wizard/session/store"
	"example.org/todoku/wizard/words"
)

// Options holds what wait needs: the program, its flags, and its effects.
type Options struct {
	*cli.Program
	World   func(context.Context) (*world.World, error) // opens the world to ask
	Runs    *kept.Store                                 // keeps the wait
	Ring    func(title, text string) string             // returns the escape sequences of a desktop notification
	Answers *cli.Answers

	Domains []string
	For     time.Duration
	Notify  bool
	Publish string // how the records are published in the lab: right, or with a mistake; "" for not at all
	Speed   int    // the factor by which the lab's time runs faster
}

// defaultSpan is how long wait waits: about the longest TTL in use.
const defaultSpan = 48 * time.Hour

// Command returns the cobra command of wait; it fills in the options and calls run.
func Command(p *cli.Program, run func(context.Context, *Options) error) *cobra.Command {
	o := &Options{Program: p, World: world.Opener(p), Runs: local.Runs(), Ring: local.Notification, Answers: &cli.Answers{Program: p}}
	c := &cobra.Command{
		Use:               "wait DOMAIN",
		Short:             p.About("cmd.wait.short"),
		Long:              p.About("cmd.wait.long"),
		Example:           p.About("cmd.wait.example"),
		Args:              p.UpTo(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(c *cobra.Command, args []string) error {
			o.Domains = args
			return run(c.Context(), o)
		},
	}
	c.Flags().DurationVar(&o.For, "for", defaultSpan, p.About("cmd.flag.for"))
	p.NotifyFlag(c, &o.Notify)
	c.Flags().StringVar(&o.Publish, "publish", "", p.About("cmd.flag.publish"))
	c.Flags().IntVar(&o.Speed, "speed", 1, p.About("cmd.flag.speed"))
	o.Answers.Declare(c)
	return c
}

// waiter is the state of one wait without a screen.
type waiter struct {
	*Options
	*session.Wait
	w        *world.World
	disk     *kept.Store // nil: not kept
	run      kept.Plan
	end      time.Time
	answered bool // some place has answered since the wait began
	news     words.News
	unkept   string // the last printed reason why the run could not be kept
	bar      bool   // progress is drawn on one line of a terminal
	drawn    bool
}

// Run looks again and again until every place has the records, something is wrong, or time is up.
func Run(ctx context.Context, o *Options) error {
	if o.For <= 0 {
		return o.BadValue("--for", o.For.String(), o.Lang.T("cmd.fault.duration"))
	}
	w, err := o.World(ctx)
	if err != nil {
		return err
	}
	if w.Story == nil && (o.Publish != "" || o.Speed != 1) {
		return cli.Usage(o.Lang.T("cmd.fault.lab-only", i18n.Args{"flags": "--publish, --speed"}), "")
	}
	names, err := o.DomainsOr(o.Domains, w.StoryDomain(), "todoku wait")
	if err != nil {
		return err
	}
	input, err := o.DomainTold(names[0])
	if err != nil {
		return err
	}
	t := &waiter{Options: o, w: w}
	if _, t.bar = cli.Terminal(o.Err); o.Plain {
		t.bar = false
	}
	if saved, ok := o.savedRun(w, input.Domain); ok {
		t.resume(saved)
	} else if done, err := t.begin(ctx, input.Domain); done || err != nil {
		return err
	}
	if o.Publish != "" {
		if err := t.publish(o.Publish); err != nil {
			return err
		}
	}
	if w.Clock != nil {
		w.Clock.Speed(o.Speed)
	}
	t.Panel = w.PanelServers(ctx, t.run.Answers, t.run.DNS)
	for _, text := range t.words().Asides(t.Panel) {
		t.Note(text)
	}
	t.end = w.Now().Add(o.For)
	return t.loop(ctx)
}

// savedRun returns the domain's run on disk. Answers on the command line ask for a new plan, so there is none then, and
// none in the lab.
func (o *Options) savedRun(w *world.World, domain string) (kept.Run, bool) {
	if w.Story != nil || !o.Answers.Empty() {
		return kept.Run{}, false
	}
	return o.Runs.Latest(domain)
}

func (t *waiter) resume(r kept.Run) {
	t.run = r.Plan
	t.begins()
	t.disk = t.Runs
	t.Resume(r.Stored(t.Places))
	t.Note(t.Lang.T("cmd.wait.goes-on", i18n.Args{"domain": cli.Printable(r.Name), "id": cli.Printable(r.ID)}))
}

// begin makes the plan as check does, and keeps it; done reports that there is nothing to wait for.
func (t *waiter) begin(ctx context.Context, domain string) (done bool, _ error) {
	input, err := t.Domain(domain)
	if err != nil {
		return true, err
	}
	answers, err := t.Answers.Read(t.w.Catalog)
	if err != nil {
		return true, err
	}
	r, err := t.w.Examine(ctx, input, answers)
	r.NoteUnfound(t.Answers)
	if ctx.Err() != nil {
		return true, t.Interrupted()
	}
	if blind := world.BlindnessOf(r.DNS); blind != world.Sighted {
		return true, t.finish(propagation.ResultUnreachable, blind.Fault(t.Program))
	}
	if err != nil {
		return true, err
	}
	ans := r.Answers
	t.run = kept.Plan{Domain: input.Domain, Name: input.Unicode, Start: askedAlready(ans), Answers: ans, DNS: r.DNS, Changes: r.Awaited()}
	t.begins()
	t.run.Places = t.Places
	if len(t.Wants) == 0 {
		return true, t.nothing(r)
	}
	if t.w.Story == nil {
		t.disk = t.Runs
		t.keep()
	}
	return false, nil
}

// keep writes to disk what is new.
func (t *waiter) keep() {
	if k, ok := t.Keep(t.run); ok {
		id, err := t.disk.Keep(k)
		t.Kept(k, id, err)
		t.noteKept()
	}
}

// begins makes the wait for the plan's records.
func (t *waiter) begins() {
	t.Wait = session.NewWait(t.run.Changes, t.run.DNS, t.w.Places(t.run.DNS), t.w.Now, t.w.Clock != nil)
}

// askedAlready fills in the answers that the guide would ask for first, so that the guide can resume this run at its
// wait.
func askedAlready(a owner.Answers) owner.Answers {
	if a.Symptom == "" {
		a.Symptom = owner.SymptomCheckup
	}
	if a.Route == "" {
		a.Route = owner.Direct
	}
	return a
}

// nothing ends a wait for which no record is to be made, or none whose value is known.
func (t *waiter) nothing(r world.Result) error {
	switch status := r.Status(); {
	case status == cli.StatusOK:
		t.Note(t.Lang.T("cmd.wait.nothing"))
		t.hint(r.Input.Domain)
		return t.finish(propagation.ResultPublished, nil)
	case status == cli.StatusUnknown:
		return t.finish(propagation.ResultUnreachable, cli.NewFault(cli.StatusUnknown, t.Lang.T("cmd.wait.unknown"), ""))
	}
	return t.finish(propagation.ResultWrong, cli.NewFault(cli.StatusFix, t.Lang.T("cmd.wait.no-record"),
		t.Lang.T("cmd.wait.see-check", i18n.Args{"command": "todoku check " + r.Input.Domain})))
}

// hint says that a test mail has yet to prove that mail arrives. It does so where a run on disk has its records live:
// there is nothing left to wait for, but the guide can go on with that run.
func (t *waiter) hint(domain string) {
	if t.w.Story != nil {
		return
	}
	if r, ok := t.Runs.Unproved(domain); ok {
		t.wipe()
		t.Note(t.Lang.T("cmd.wait.unproved", i18n.Args{"command": "todoku " + cli.Printable(r.Domain)}))
	}
}

// published is the value of --publish for records without a mistake.
const published = "right"

// publish publishes the records in the lab: right, or with a mistake.
func (t *waiter) publish(how string) error {
	edits := plan.Plan{Changes: t.run.Changes}.Edits()
	ways := append([]string{published}, t.w.Mistakes()...)
	switch {
	case how == published:
		return t.w.Net.Publish(edits)
	case !slices.Contains(ways, how):
		return t.BadValue("--publish", how, t.Lang.T("cmd.fault.one-of", i18n.Args{"words": strings.Join(ways, ", ")}))
	}
	return t.w.Net.PublishWrong(lab.Mistake(how), edits)
}

// waitTries is the number of rounds without any answer after which wait gives up.
const waitTries = 3

// loop looks each time something can have changed.
func (t *waiter) loop(ctx context.Context) error {
	for {
		ask := t.Ask
		if t.Rounds() == 0 {
			ask = t.AskNow
		}
		if asks, at := ask(); len(asks) > 0 {
			looks := t.w.Look(ctx, asks, at)
			if ctx.Err() != nil {
				break
			}
			t.hear(looks)
			if err := t.report(asks); err != nil {
				return err
			}
		} else {
			t.Judge()
		}
		switch res := t.Verdict.Result; {
		case res == propagation.ResultPublished:
			t.keep()
			t.ring()
			t.hint(t.run.Domain)
			return t.finish(res, nil)
		case res == propagation.ResultWrong:
			return t.finish(res, cli.NewFault(cli.StatusFix, t.Lang.T("words.verdict.wrong-at"), ""))
		case !t.answered && t.Rounds() >= waitTries:
			return t.finish(propagation.ResultUnreachable, cli.NewFault(cli.StatusUnknown, t.Lang.T("words.verdict.unreachable"), ""))
		case !t.w.Now().Before(t.end):
			return t.late()
		}
		if !t.pause(ctx) {
			break
		}
	}
	t.wipe()
	if t.ID() != "" {
		t.Note(t.Lang.T("cmd.wait.kept", i18n.Args{"command": "todoku wait " + t.run.Domain}))
	}
	return t.Interrupted()
}

// resultTimeout is the result of a wait whose time is up; the others are those of package propagation.
const resultTimeout = "timeout"

// late returns the fault of a wait whose time is up.
func (t *waiter) late() error {
	if t.Verdict.Result == propagation.ResultUnreachable {
		return t.finish(t.Verdict.Result, cli.NewFault(cli.StatusUnknown, t.Lang.T("words.verdict.unreachable"), ""))
	}
	return t.finish(resultTimeout, cli.NewFault(cli.StatusFix, t.Lang.T("cmd.wait.timeout"), ""))
}

// hear records answers, and keeps them on disk.
func (t *waiter) hear(looks []propagation.Look) {
	for _, l := range looks {
		t.answered = t.answered || l.Answer.Status != snapshot.Failed
	}
	t.Hear(looks)
	t.keep()
}

// noteKept prints once why something could not be kept.
func (t *waiter) noteKept() {
	text := ""
	if err := t.KeepErr(); err != nil {
		text = t.Lang.T("cmd.runs.unwritable", i18n.Args{"error": t.RunReason(err)})
	}
	if text != "" && t.unkept != text {
		t.wipe()
		t.Note(text)
	}
	t.unkept = text
}

// pause waits until something can have changed, plus a little, so that many waiting programs do not ask at the same
// time; false where ctx ended.
func (t *waiter) pause(ctx context.Context) bool {
	next := t.NextLook()
	if next.After(t.end) || next.IsZero() {
		next = t.end
	}
	every := time.Second
	if t.w.Clock != nil {
		every = 50 * time.Millisecond
	}
	for t.draw(); t.w.Now().Before(next); t.draw() {
		wait := every
		if t.w.Clock == nil {
			wait = min(every, next.Sub(t.w.Now()))
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(wait):
		}
	}
	return ctx.Err() == nil
}
