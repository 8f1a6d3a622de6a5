package tui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"todoku/checks/plan"
	"todoku/checks/propagation"
)

// waiting is the re-check loop: what is waited for, at which places, what was heard, and the judgement.
type waiting struct {
	run     int
	ctx     context.Context // of this wait; it ends when the owner leaves the page
	stop    context.CancelFunc
	wants   []propagation.Want
	places  []propagation.Place
	looks   []propagation.Look
	asking  bool
	verdict propagation.Verdict
	rang    bool
}

type (
	lookedMsg struct {
		run   int
		looks []propagation.Look
	}
	tickMsg struct{ run int }
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
	c.wait = waiting{run: c.wait.run + 1, ctx: ctx, stop: stop, looks: old.looks, rang: old.rang}
	c.wait.wants = propagation.Wants(c.plan.Changes, c.snap)
	c.wait.places = c.d.Places(c.snap)
	c.rejudge()
	return tea.Batch(c.lookNow(), c.nextTick())
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
		c.ring()
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
	ctx, run, places, look := c.wait.ctx, c.wait.run, c.wait.places, c.d.Look
	return func() tea.Msg { return lookedMsg{run, look(ctx, asks, places)} }
}

func (c *Case) looked(m lookedMsg) {
	if m.run != c.wait.run {
		return
	}
	c.wait.asking = false
	c.wait.looks = append(c.wait.looks, m.looks...)
	c.rejudge()
}

// ticked counts down, and asks when something can have changed.
func (c *Case) ticked(m tickMsg) tea.Cmd {
	if m.run != c.wait.run {
		return nil
	}
	c.rejudge()
	now := c.d.Now()
	if now.Before(c.wait.verdict.Next) {
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
