package tui

import (
	"errors"
	"io/fs"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"todoku/checks/propagation"
	"todoku/checks/snapshot"
	"todoku/i18n"
	"todoku/wizard"
	"todoku/wizard/session/store"
	"todoku/wizard/wait"
)

// keptMost is how many runs the first screen offers to go on with.
const keptMost = 3

// keptMsg brings the runs that may be gone on with, each with how it stands.
type keptMsg []keptRun

type keptRun struct {
	store.Run
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
func (c *Case) resume(r store.Run) error {
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
	c.wait = waiting{run: c.wait.run, Wait: wait.New(r.Changes, r.DNS, c.d.Places(r.DNS), c.d.Now, c.d.Lab != nil)}
	c.wait.Resume(c.d.Runs, r)
	return nil
}

// keeping says in a sentence whether the run will be there next time; "" where nothing is kept here.
func (s watch) keeping(f Frame) string {
	switch {
	case s.c.wait.KeepErr != nil:
		if errors.Is(s.c.wait.KeepErr, fs.ErrNotExist) {
			return f.T("watch.forgotten")
		}
		return f.T("watch.unkept", i18n.Args{"error": snapshot.Printable(s.c.wait.KeepErr.Error())})
	case s.c.wait.Log == nil || s.c.wait.Published():
		return ""
	}
	return f.T("watch.kept")
}

// line is a kept run in the first box's list.
func (k keptRun) line(c *Case) string {
	now := c.d.Now()
	text := c.lang.T("words.run." + k.verdict.Result)
	if k.verdict.Result == propagation.ResultWaiting && k.verdict.Done.After(now) {
		text = c.lang.T("words.run.left", i18n.Args{"left": c.p().Duration(k.verdict.Done.Sub(now))})
	}
	return cut(snapshot.Printable(k.Name), 40, "") + "   " + text
}
