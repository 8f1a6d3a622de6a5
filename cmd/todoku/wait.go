package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"todoku/checks/lab"
	"todoku/checks/owner"
	"todoku/checks/plan"
	"todoku/checks/propagation"
	"todoku/checks/snapshot"
	"todoku/i18n"
	"todoku/wizard/session"
	kept "todoku/wizard/session/store"
)

// waitFlags are the flags of wait alone.
type waitFlags struct {
	span    time.Duration
	publish string
	speed   int
}

// defaultSpan is how long wait waits: what the longest TTLs in use come to.
const defaultSpan = 48 * time.Hour

func (a *app) waitCommand() *cobra.Command {
	var f waitFlags
	c := &cobra.Command{
		Use:               "wait DOMAIN",
		Short:             a.lang.T("cmd.wait.short"),
		Long:              a.lang.T("cmd.wait.long"),
		Example:           a.lang.T("cmd.wait.example"),
		Args:              a.upTo(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(c *cobra.Command, args []string) error { return a.wait(c.Context(), f, args) },
	}
	c.Flags().DurationVar(&f.span, "for", defaultSpan, a.lang.T("cmd.flag.for"))
	a.notifyFlag(c)
	c.Flags().StringVar(&f.publish, "publish", "", a.lang.T("cmd.flag.publish"))
	c.Flags().IntVar(&f.speed, "speed", 1, a.lang.T("cmd.flag.speed"))
	a.answerFlags(c)
	return c
}

// waiter is one wait without a screen.
type waiter struct {
	*app
	*session.Wait
	w        *world
	disk     *kept.Store // nil: not kept
	run      kept.Plan
	end      time.Time
	answered bool // somebody answered since the wait began
	told     map[string]string
	bar      bool // progress is drawn on one line of a terminal
	drawn    bool
}

// wait looks again and again until every place has the records, something is wrong, or time is up.
func (a *app) wait(ctx context.Context, f waitFlags, args []string) error {
	if f.span <= 0 {
		return a.badValue("--for", f.span.String(), a.lang.T("cmd.fault.duration"))
	}
	w, err := a.world(ctx)
	if err != nil {
		return err
	}
	if w.story == nil && (f.publish != "" || f.speed != 1) {
		return usage(a.lang.T("cmd.fault.lab-only", i18n.Args{"flags": "--publish, --speed"}), "")
	}
	names, err := a.domains(w, checkFlags{}, args, "todoku wait")
	if err != nil {
		return err
	}
	input, err := a.domain(names[0])
	if err != nil {
		return err
	}
	t := &waiter{app: a, w: w, told: map[string]string{}}
	if _, t.bar = terminal(a.err); a.opt.plain {
		t.bar = false
	}
	if saved, ok := a.savedRun(w, input.Domain); ok {
		t.resume(saved)
	} else if done, err := t.begin(ctx, input.Domain); done || err != nil {
		return err
	}
	if f.publish != "" {
		if err := t.publish(f.publish); err != nil {
			return err
		}
	}
	if w.clock != nil {
		w.clock.Speed(f.speed)
	}
	t.Panel = w.panel(ctx, t.run.Answers, t.run.DNS)
	for _, text := range t.words().Asides(t.Panel) {
		t.note(text)
	}
	t.end = w.now().Add(f.span)
	return t.loop(ctx)
}

// savedRun is the domain's run on the disk; answers on the command line ask for a new plan.
func (a *app) savedRun(w *world, domain string) (kept.Run, bool) {
	o := a.opt
	if w.story != nil || len(o.hosts)+len(o.senders)+len(o.keys)+len(o.ips)+len(o.spfDrop)+len(o.spfFlatten) > 0 || o.panel+o.reportTo+o.path+o.list+o.message != "" {
		return kept.Run{}, false
	}
	return runs().Latest(domain)
}

func (t *waiter) resume(r kept.Run) {
	t.run = r.Plan
	t.begins()
	t.disk = runs()
	t.Resume(r.Stored(t.Places))
	t.note(t.lang.T("cmd.wait.goes-on", i18n.Args{"domain": printable(r.Name), "id": printable(r.ID)}))
}

// begin makes the plan as check does, and keeps it; done where nothing is left to wait for.
func (t *waiter) begin(ctx context.Context, domain string) (done bool, _ error) {
	input, err := t.domain(domain)
	if err != nil {
		return true, err
	}
	answers, err := t.answers(t.w.cat)
	if err != nil {
		return true, err
	}
	r, err := t.w.examine(ctx, input, answers)
	t.unfound(r)
	if ctx.Err() != nil {
		return true, &fault{statusUnknown, t.lang.T("cmd.fault.interrupted"), ""}
	}
	if blind := blindness(r.in.DNS); blind != "" {
		return true, t.finish(propagation.ResultUnreachable, &fault{statusUnknown, t.blind(blind), t.lang.T("cmd.blind.lab")})
	}
	if err != nil {
		return true, err
	}
	ans := r.in.Answers
	t.run = kept.Plan{Domain: input.Domain, Name: input.Unicode, Start: askedAlready(ans), Answers: ans, DNS: r.in.DNS, Changes: r.plan.Changes}
	t.begins()
	t.run.Places = t.Places
	if len(t.Wants) == 0 {
		return true, t.nothing(r)
	}
	if t.w.story == nil {
		t.disk = runs()
		t.keep()
	}
	return false, nil
}

// keep puts what is new on the disk.
func (t *waiter) keep() {
	if k, ok := t.Keep(t.run); ok {
		id, err := t.disk.Keep(k)
		t.Kept(k, id, err)
		t.noteKept()
	}
}

// begins makes the wait of the plan.
func (t *waiter) begins() {
	t.Wait = session.NewWait(t.run.Changes, t.run.DNS, t.w.Places(t.run.DNS), t.w.now, t.w.clock != nil)
}

// askedAlready fills in what the guide would ask first, so that it can go on with this run at its wait.
func askedAlready(a owner.Answers) owner.Answers {
	if a.Symptom == "" {
		a.Symptom = owner.SymptomCheckup
	}
	if a.Route == "" {
		a.Route = owner.Direct
	}
	return a
}

// nothing: no record is to be made, or none whose value is known.
func (t *waiter) nothing(r result) error {
	switch status := r.status(); {
	case status == statusOK:
		t.note(t.lang.T("cmd.wait.nothing"))
		return t.finish(propagation.ResultPublished, nil)
	case status == statusUnknown:
		return t.finish(propagation.ResultUnreachable, &fault{statusUnknown, t.lang.T("cmd.wait.unknown"), ""})
	}
	return t.finish(propagation.ResultWrong, &fault{statusFix, t.lang.T("cmd.wait.no-record"),
		t.lang.T("cmd.wait.see-check", i18n.Args{"command": "todoku check " + r.input.Domain})})
}

// publish makes the records in the lab: right, or with a mistake.
func (t *waiter) publish(how string) error {
	edits := plan.Plan{Changes: t.run.Changes}.Edits()
	ways := append([]string{"right"}, mistakes(t.w.net)...)
	switch {
	case how == "right":
		return t.w.net.Publish(edits)
	case !slices.Contains(ways, how):
		return t.badValue("--publish", how, t.lang.T("cmd.fault.one-of", i18n.Args{"words": strings.Join(ways, ", ")}))
	}
	return t.w.net.PublishWrong(lab.Mistake(how), edits)
}

// waitTries: after so many rounds in which nobody ever answered, wait says that it could not look.
const waitTries = 3

// loop looks when something can have changed.
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
			return t.finish(res, nil)
		case res == propagation.ResultWrong:
			return t.finish(res, &fault{statusFix, t.lang.T("present.verdict.wrong-at"), ""})
		case !t.answered && t.Rounds() >= waitTries:
			return t.finish(propagation.ResultUnreachable, &fault{statusUnknown, t.lang.T("present.verdict.unreachable"), ""})
		case !t.w.now().Before(t.end):
			return t.late()
		}
		if !t.pause(ctx) {
			break
		}
	}
	t.wipe()
	if t.ID() != "" {
		t.note(t.lang.T("cmd.wait.kept", i18n.Args{"command": "todoku wait " + t.run.Domain}))
	}
	return &fault{statusUnknown, t.lang.T("cmd.fault.interrupted"), ""}
}

// late: time is up.
func (t *waiter) late() error {
	if t.Verdict.Result == propagation.ResultUnreachable {
		return t.finish(t.Verdict.Result, &fault{statusUnknown, t.lang.T("present.verdict.unreachable"), ""})
	}
	return t.finish("timeout", &fault{statusFix, t.lang.T("cmd.wait.timeout"), ""})
}

// hear takes in what was answered, and keeps it.
func (t *waiter) hear(looks []propagation.Look) {
	for _, l := range looks {
		t.answered = t.answered || l.Answer.Status != snapshot.Failed
	}
	t.Hear(looks)
	t.keep()
}

// noteKept tells once what could not be kept.
func (t *waiter) noteKept() {
	text := ""
	if err := t.KeepErr(); err != nil {
		text = t.lang.T("cmd.runs.unwritable", i18n.Args{"error": t.runReason(err)})
	}
	if text != "" && t.told["log"] != text {
		t.wipe()
		t.note(text)
	}
	t.told["log"] = text
}

// pause waits until something can have changed, a little longer so that many who wait do not ask at once; false where
// ctx ended.
func (t *waiter) pause(ctx context.Context) bool {
	next := t.NextLook()
	if next.After(t.end) || next.IsZero() {
		next = t.end
	}
	every := time.Second
	if t.w.clock != nil {
		every = 50 * time.Millisecond
	}
	for t.w.now().Before(next) {
		t.draw()
		wait := every
		if t.w.clock == nil {
			wait = min(every, next.Sub(t.w.now()))
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(wait):
		}
	}
	return ctx.Err() == nil
}
