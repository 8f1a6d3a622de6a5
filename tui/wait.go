package tui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"todoku/checks/propagation"
	"todoku/wizard/session/store"
	"todoku/wizard/wait"
)

// waiting is the wait as the screens drive it.
type waiting struct {
	*wait.Wait        // nil before the wait's page was opened
	run        int    // messages of another run are dropped
	stop       func() // ends what is asked, when the owner leaves the page
	ctx        context.Context
	asking     bool
	rang       bool
	speed      int // in the lab: index of its speed, and 1; 0 where it was not set
}

type (
	lookedMsg struct {
		run   int
		looks []propagation.Look
		err   error // of keeping them
	}
	tickMsg struct{ run int }
	// panelMsg brings the servers of the owner's panel, where nobody asks them.
	panelMsg struct {
		run   int
		panel propagation.Panel
	}
)

// How often the screen counts down, in real time. In the lab time may run faster.
const (
	tickEvery    = time.Second
	labTickEvery = 200 * time.Millisecond
)

// beginWait starts the loop; what was heard before is kept.
func (c *Case) beginWait() tea.Cmd {
	c.endWait()
	c.wait.ctx, c.wait.stop = context.WithCancel(c.ctx)
	places := c.d.Places(c.snap)
	if c.wait.Wait == nil {
		c.wait.Wait = wait.New(c.plan.Changes, c.snap, places, c.d.Now, c.d.Lab != nil)
	} else {
		c.wait.Replan(c.plan.Changes, c.snap, places)
	}
	c.wait.Keep(c.d.Runs, c.runPlan())
	c.rejudge()
	return tea.Batch(c.lookNow(), c.nextTick(), c.findPanel())
}

// findPanel looks for the servers of the owner's panel where others answer for the zone, and then looks at them.
func (c *Case) findPanel() tea.Cmd {
	if c.d.Panel == nil {
		return nil
	}
	ctx, run, ans, snap, find := c.wait.ctx, c.wait.run, c.ans, c.snap, c.d.Panel
	return func() tea.Msg { return panelMsg{run, find(ctx, ans, snap)} }
}

func (c *Case) panelFound(m panelMsg) tea.Cmd {
	if m.run != c.wait.run {
		return nil
	}
	c.wait.Panel = m.panel
	if len(m.panel.Places) == 0 {
		return nil
	}
	return c.lookNow()
}

// endWait stops asking; a late answer is dropped by its number.
func (c *Case) endWait() {
	if c.wait.stop != nil {
		c.wait.stop()
		c.wait.stop = nil
	}
	c.wait.run++
	c.wait.asking = false
}

func (c *Case) nextTick() tea.Cmd {
	run, every := c.wait.run, tickEvery
	if c.d.Lab != nil {
		every = labTickEvery
	}
	return c.tick(every, func(time.Time) tea.Msg { return tickMsg{run} })
}

func (c *Case) rejudge() {
	c.wait.Judge()
	if c.wait.Published() && !c.wait.rang {
		c.wait.rang = true
		c.ring(c.notification())
		c.wait.Done()
	}
}

// lookNow asks everything that may be asked, due or not, as the owner wishes.
func (c *Case) lookNow() tea.Cmd { return c.ask(c.wait.AskNow()) }

// ask puts the questions, unless others are under way.
func (c *Case) ask(asks []propagation.Ask, at []propagation.Place) tea.Cmd {
	if c.wait.asking || len(asks) == 0 {
		return nil
	}
	c.wait.asking = true
	ctx, run, look, log := c.wait.ctx, c.wait.run, c.d.Look, c.wait.Log
	return func() tea.Msg {
		looks := look(ctx, asks, at)
		if ctx.Err() != nil {
			return lookedMsg{run: run} // cut off: these are no answers
		}
		return lookedMsg{run, looks, log.Add(looks)}
	}
}

func (c *Case) looked(m lookedMsg) {
	if m.run != c.wait.run {
		return
	}
	c.wait.asking = false
	c.wait.Hear(m.looks)
	if c.wait.Log != nil {
		c.wait.KeepErr = m.err
	} else {
		c.wait.Keep(c.d.Runs, c.runPlan()) // the disk may have room again
	}
	c.rejudge()
}

// ticked counts down, and asks when something can have changed.
func (c *Case) ticked(m tickMsg) tea.Cmd {
	if m.run != c.wait.run {
		return nil
	}
	c.rejudge()
	return tea.Batch(c.ask(c.wait.Ask()), c.nextTick())
}

// published reports whether there is a wait, and all that it waits for is seen everywhere.
func (w waiting) published() bool { return w.Wait != nil && w.Published() }

// runPlan is what the run's file tells of this case.
func (c *Case) runPlan() store.Plan {
	return store.Plan{Domain: c.ans.Domain, Name: c.shown(), Path: c.path, Start: c.flow.Start, Answers: c.ans, DNS: c.snap,
		Changes: c.plan.Changes, Places: c.wait.Places}
}
