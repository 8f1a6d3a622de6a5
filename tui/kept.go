package tui

import (
	"encoding/json"
	"errors"
	"io/fs"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"todoku/checks/propagation"
	"todoku/checks/snapshot"
	"todoku/i18n"
	"todoku/wizard"
	"todoku/wizard/run"
)

// keptMost is how many runs the first screen offers to go on with.
const keptMost = 3

// keptMsg brings the runs that may be gone on with, each with how it stands.
type keptMsg []keptRun

type keptRun struct {
	run.Run
	verdict propagation.Verdict
}

// keptRuns reads the runs of earlier days, the latest first.
func (c *Case) keptRuns() tea.Cmd {
	if c.d.Runs == nil {
		return nil
	}
	d := c.d
	return func() tea.Msg {
		all := d.Runs.Offered()
		var out keptMsg
		for _, r := range all[:min(len(all), keptMost)] {
			out = append(out, keptRun{r, r.Verdict(d.Places(r.DNS), d.Now())})
		}
		return out
	}
}

// resume goes on with a run at its wait. An error means that the questions have changed since: the domain is all that
// is taken over then.
func (c *Case) resume(r run.Run) error {
	flow := c.flow
	flow.Start = r.Start
	path, err := flow.Until(r.Path, wizard.StepWatch)
	if err != nil {
		return err
	}
	c.flow = flow
	if err := c.walk(path); err != nil {
		return err
	}
	clear(c.said)
	for _, reply := range path {
		c.said[reply.Step] = reply
	}
	c.name, c.snap, c.seen = r.Name, r.DNS, c.d.Catalog.Detect(r.DNS)
	c.look = looking{run: c.look.run + 1, domain: r.Domain, whole: true, came: slices.Clone(r.DNS.Answers)}
	c.judge()
	c.plan.Changes = r.Changes // as they were told, whatever the rules would say today
	places := c.d.Places(r.DNS)
	c.wait = waiting{run: c.wait.run, looks: r.Looks(places), log: c.d.Runs.Open(r, places), logged: planOf(r.Plan)}
	return nil
}

// planOf is the part of a plan by which one is told from another.
func planOf(p run.Plan) string {
	text, _ := json.Marshal(run.Plan{Domain: p.Domain, Path: p.Path, Changes: p.Changes}) // plain values: no error
	return string(text)
}

// runPlan is what the run's file tells of this case.
func (c *Case) runPlan() run.Plan {
	return run.Plan{Domain: c.ans.Domain, Name: c.shown(), Path: c.path, Start: c.flow.Start, Answers: c.ans, DNS: c.snap,
		Changes: c.plan.Changes, Places: c.wait.places}
}

// keepPlan puts what is waited for on the disk, once.
func (c *Case) keepPlan() {
	if c.d.Runs == nil || len(c.wait.wants) == 0 {
		return
	}
	p := c.runPlan()
	switch {
	case c.wait.log == nil:
		l, err := c.d.Runs.Create(p)
		if c.wait.keepErr = err; err != nil {
			return
		}
		c.wait.log, c.wait.keepErr = l, l.Add(c.wait.looks)
	case c.wait.logged == planOf(p):
		return
	default:
		c.wait.keepErr = c.wait.log.Replan(p)
	}
	c.wait.logged = planOf(p)
}

// keepLooks puts looks on the disk, and says so when that failed.
func keepLooks(l *run.Log, looks []propagation.Look) error {
	if l == nil {
		return nil
	}
	return l.Add(looks)
}

// keepDone marks the run as done.
func (c *Case) keepDone() {
	if c.wait.log != nil {
		c.wait.keepErr = c.wait.log.Finish()
	}
}

// keeping says in a sentence whether the run will be there next time; "" where nothing is kept here.
func (s watch) keeping(f Frame) string {
	switch {
	case s.c.wait.keepErr != nil:
		if errors.Is(s.c.wait.keepErr, fs.ErrNotExist) {
			return f.T("watch.forgotten")
		}
		return f.T("watch.unkept", i18n.Args{"error": snapshot.Printable(s.c.wait.keepErr.Error())})
	case s.c.wait.log == nil || s.c.wait.verdict.Result == propagation.ResultPublished:
		return ""
	}
	return f.T("watch.kept")
}

// line is a kept run in the first box's list.
func (k keptRun) line(c *Case) string {
	now := c.d.Now()
	text := c.lang.T("present.run." + k.verdict.Result)
	if k.verdict.Result == propagation.ResultWaiting && k.verdict.Done.After(now) {
		text = c.lang.T("present.run.left", i18n.Args{"left": c.p().Duration(k.verdict.Done.Sub(now))})
	}
	return cut(snapshot.Printable(k.Name), 40, "") + "   " + text
}
