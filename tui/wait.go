package tui

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"todoku/checks/plan"
	"todoku/checks/propagation"
	"todoku/wizard/run"
)

// waiting is the re-check loop: what is waited for, at which places, what was heard, and the judgement.
type waiting struct {
	run     int
	ctx     context.Context // of this wait; it ends when the owner leaves the page
	stop    context.CancelFunc
	wants   []propagation.Want
	places  []propagation.Place
	panel   []propagation.Place // servers that nobody asks, of the panel that the owner named
	looks   []propagation.Look
	asking  bool
	verdict propagation.Verdict
	later   time.Duration // how much after its moment the next look is made, so that many who wait do not ask at once
	rang    bool
	log     *run.Log // nil: not kept on the disk
	logged  string   // the plan that the log holds
	keepErr error
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
		panel []propagation.Place
	}
)

// How often the screen counts down, in real time. In the lab time may run faster.
const (
	tickEvery    = time.Second
	labTickEvery = 200 * time.Millisecond
)

// beginWait starts the loop; what was heard before is kept.
func (c *Case) beginWait() tea.Cmd {
	ctx, stop := context.WithCancel(c.ctx)
	old := c.wait
	c.endWait()
	c.wait = waiting{run: c.wait.run + 1, ctx: ctx, stop: stop, looks: old.looks, rang: old.rang,
		log: old.log, logged: old.logged, keepErr: old.keepErr}
	c.wait.wants = propagation.Wants(c.plan.Changes, c.snap)
	c.wait.places = c.d.Places(c.snap)
	c.keepPlan()
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
	if m.run != c.wait.run || len(m.panel) == 0 {
		return nil
	}
	c.wait.panel = m.panel
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
	c.wait.verdict = propagation.Judge(c.wait.wants, c.wait.places, c.wait.looks, c.d.Now())
	if c.wait.verdict.Result == "published" && !c.wait.rang {
		c.wait.rang = true
		c.ring(c.notification())
		c.keepDone()
	}
}

// lookNow asks everything that may be asked, due or not, as the owner wishes.
func (c *Case) lookNow() tea.Cmd {
	return c.ask(propagation.AsksNow(c.wait.wants, c.wait.places, c.wait.looks, c.d.Now()))
}

// ask puts the questions, unless others are under way.
func (c *Case) ask(asks []propagation.Ask) tea.Cmd {
	if c.wait.asking || len(asks) == 0 {
		return nil
	}
	c.wait.asking = true
	ctx, run, places, look, log := c.wait.ctx, c.wait.run, c.wait.places, c.d.Look, c.wait.log
	asks = append(asks, propagation.Elsewhere(asks, places, c.wait.panel)...)
	places = append(slices.Clip(places), c.wait.panel...)
	return func() tea.Msg {
		looks := look(ctx, asks, places)
		if ctx.Err() != nil {
			return lookedMsg{run: run} // cut off: these are no answers
		}
		return lookedMsg{run, looks, keepLooks(log, looks)}
	}
}

func (c *Case) looked(m lookedMsg) {
	if m.run != c.wait.run {
		return
	}
	c.wait.asking = false
	c.wait.looks = propagation.Trim(c.wait.places, append(c.wait.looks, m.looks...))
	if c.wait.log != nil {
		c.wait.keepErr = m.err
	} else {
		c.keepPlan() // the disk may have room again
	}
	c.rejudge()
	if wait := c.wait.verdict.Next.Sub(c.d.Now()); c.d.Lab == nil && wait > 0 {
		c.wait.later = time.Duration(rand.Int64N(int64(propagation.Jitter(wait)) + 1))
	}
}

// ticked counts down, and asks when something can have changed.
func (c *Case) ticked(m tickMsg) tea.Cmd {
	if m.run != c.wait.run {
		return nil
	}
	c.rejudge()
	now := c.d.Now()
	if now.Before(c.wait.verdict.Next.Add(c.wait.later)) {
		return c.nextTick()
	}
	return tea.Batch(c.ask(propagation.Asks(c.wait.wants, c.wait.places, c.wait.looks, now)), c.nextTick())
}

// gateOpen reports whether a change is seen everywhere, and so whether what waits for it may begin.
func (c *Case) gateOpen(ch plan.Change) bool {
	seen := false
	for _, s := range c.wait.verdict.Sights {
		w := c.wait.wants[s.Want]
		if w.Name != ch.Name || w.Type != ch.Type {
			continue
		}
		if s.State != propagation.Published && s.State != propagation.Unreachable {
			return false
		}
		seen = seen || s.State == propagation.Published
	}
	return seen
}
