package tui

import (
	"context"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/i18n"
	"example.org/todoku/wizard/session"
	"example.org/todoku/wizard/words"
)

// Case is a session on the screens: it has the session's effects done, and knows the language. What is known of the
// domain is the session's alone, and only Update changes it.
type Case struct {
	*session.Session
	d    Deps
	ctx  context.Context
	lang i18n.Lang

	keeping   sync.WaitGroup    // writes to the disk that are under way
	kept      []*Inbox          // what came of them
	look, ask scope             // what is asked for the look, and for the wait
	reports   scope             // the reading of reports
	ring      func(more string) // sounds the bell
	saved     string            // the file into which the summary was written last
	worded    worded            // what records last said
	speed     int               // in the lab: index of its speed, and 1; 0 where it was not set
}

func newCase(ctx context.Context, d Deps) *Case {
	return &Case{Session: d.Session(), d: d, ctx: ctx, lang: d.Lang, ring: func(string) {}}
}

func (c *Case) p() words.P {
	return words.P{Lang: c.lang, Catalog: c.d.Catalog, Now: c.d.Now(), Panel: c.Panel()}
}

// worded are the words of a plan, and what they were made of.
type worded struct {
	of          any // the plan's first change, by which plans are told apart: every one is made anew
	lang        i18n.Lang
	panel, zone string
	words       []words.Change
}

// changes are the words of the plan's changes. They are kept as long as the plan and the language are the same: a page draws
// from them several times.
func (c *Case) changes() []words.Change {
	list := c.Result().Plan.Changes
	if len(list) == 0 {
		return nil
	}
	now := worded{of: &list[0], lang: c.lang, panel: c.Panel(), zone: c.Zone()}
	if w := c.worded; w.of != now.of || w.lang != now.lang || w.panel != now.panel || w.zone != now.zone {
		now.words = c.p().Changes(c.Result().Plan, now.panel, now.zone, c.Answers())
		c.worded = now
	}
	return c.worded.words
}

// scope is what may be stopped together.
type scope struct {
	ctx  context.Context
	stop context.CancelFunc
}

// in gives the scope's context, which ends with the one given.
func (s *scope) in(ctx context.Context) context.Context {
	if s.stop == nil {
		s.ctx, s.stop = context.WithCancel(ctx)
	}
	return s.ctx
}

func (s *scope) end() {
	if s.stop != nil {
		s.stop()
	}
	*s = scope{}
}

// worldMsg brings what came of an effect, or of the passing of time; more (nil: that is all) brings what comes next.
type worldMsg struct {
	events []session.Event
	more   *Inbox
}

// take hands the session what came, and does what it wants then.
func (c *Case) take(m worldMsg) tea.Cmd {
	var cmds []tea.Cmd
	for _, e := range m.events {
		cmds = append(cmds, c.do(e(c.Session)))
	}
	if m.more != nil {
		cmds = append(cmds, next(m.more))
	}
	return tea.Batch(cmds...)
}

// How often the screen counts down, in real time. In the lab time may run faster.
const (
	tickEvery    = time.Second
	labTickEvery = 200 * time.Millisecond
)

// do has effects done.
func (c *Case) do(effects []session.Effect) tea.Cmd {
	var cmds []tea.Cmd
	for _, e := range effects {
		switch e := e.(type) {
		case session.Look:
			c.look.end()
			cmds = append(cmds, c.perform(c.look.in(c.ctx), e))
		case session.Ask, session.FindPanel:
			cmds = append(cmds, c.perform(c.ask.in(c.ctx), e))
		case session.ReadReports:
			c.reports.end()
			cmds = append(cmds, c.perform(c.reports.in(c.ctx), e))
		case session.StopReports:
			c.reports.end()
		case session.StopWait:
			c.ask.end()
		case session.Wake:
			cmds = append(cmds, c.wake(e.Run))
		case session.Ring:
			c.ring(c.notification())
		default:
			cmds = append(cmds, c.perform(c.ctx, e))
		}
	}
	return tea.Batch(cmds...)
}

// wake counts the wait down after a while.
func (c *Case) wake(run int) tea.Cmd {
	every, after := tickEvery, c.d.After
	if c.d.Lab != nil {
		every = labTickEvery
	}
	if after == nil {
		after = time.After
	}
	return func() tea.Msg {
		<-after(every)
		return worldMsg{events: []session.Event{func(s *session.Session) []session.Effect { return s.Woken(run) }}}
	}
}

// perform does an effect in the background.
func (c *Case) perform(ctx context.Context, e session.Effect) tea.Cmd {
	box, d := NewInbox(), c.d
	if _, ok := e.(session.Keep); ok {
		c.keeping.Add(1)
		c.kept = append(c.kept, box)
	}
	return tea.Batch(func() tea.Msg {
		defer box.End()
		if _, ok := e.(session.Keep); ok {
			defer c.keeping.Done()
		}
		d.Perform(ctx, e, box.Put)
		return nil
	}, next(box))
}

// next waits for what comes, and brings all that is there.
func next(b *Inbox) tea.Cmd {
	return func() tea.Msg {
		<-b.Ready
		events, ended := b.Take()
		if ended {
			b = nil
		}
		return worldMsg{events, b}
	}
}
