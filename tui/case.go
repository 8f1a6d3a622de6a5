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

// Case ties a session to the screens: it performs the session's effects and knows the language. Everything about
// the domain is kept in the session, and only Update changes it.
type Case struct {
	*session.Session
	d    Deps
	ctx  context.Context
	lang i18n.Lang

	keeping   sync.WaitGroup    // writes to disk in progress
	kept      []*Inbox          // their outcomes
	look, ask scope             // the look's questions, and the wait's
	reports   scope             // the reading of reports
	ring      func(more string) // sounds the bell
	saved     string            // the file that the summary was last written to
	worded    worded            // cache of changes
	speed     int               // in the lab: 1 + index of its speed; 0 where it was not set
}

func newCase(ctx context.Context, d Deps) *Case {
	return &Case{Session: d.Session(), d: d, ctx: ctx, lang: d.Lang, ring: func(string) {}}
}

func (c *Case) p() words.P {
	return words.P{Lang: c.lang, Catalog: c.d.Catalog, Now: c.d.Now(), Panel: c.Panel()}
}

// worded is a plan's wording, cached with what it was made from.
type worded struct {
	of          any // address of the plan's first change: every new plan has another
	lang        i18n.Lang
	panel, zone string
	words       []words.Change
}

// changes returns the wording of the plan's changes. It is cached, since a page draws from it several times.
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

// scope is a context that several effects share, so that they can be stopped together.
type scope struct {
	ctx  context.Context
	stop context.CancelFunc
}

// in returns the scope's context, made from ctx if there is none yet.
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

// worldMsg carries the events of an effect, or of time that has passed. more is the inbox to wait on for further ones;
// nil when none will come.
type worldMsg struct {
	events []session.Event
	more   *Inbox
}

// take passes events to the session and performs the effects that it asks for.
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

// How often the screen counts down, in real time. The lab's time can run faster, so it counts more often.
const (
	tickEvery    = time.Second
	labTickEvery = 200 * time.Millisecond
)

// do performs effects and returns the command that waits for their events.
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

// wake returns a command that wakes the session after one tick.
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

// perform performs an effect in the background. A write to disk starts at once and not with the command: commands that
// are still queued when the program ends are never run.
func (c *Case) perform(ctx context.Context, e session.Effect) tea.Cmd {
	box, d := NewInbox(), c.d
	if _, ok := e.(session.Keep); ok {
		c.kept = append(c.kept, box)
		c.keeping.Go(func() {
			defer box.End()
			d.Perform(ctx, e, box.Put)
		})
		return func() tea.Msg {
			<-box.Ready
			return keptMsg{box}
		}
	}
	return tea.Batch(func() tea.Msg {
		defer box.End()
		d.Perform(ctx, e, box.Put)
		return nil
	}, next(box))
}

// keptMsg says that a write to disk has something to tell. That stays in the inbox until it is handled: a message on its way
// when the program ends is lost, and with it what the write was holding up.
type keptMsg struct{ box *Inbox }

// world takes what there is to tell.
func (m keptMsg) world() worldMsg {
	events, ended := m.box.Take()
	if ended {
		return worldMsg{events: events}
	}
	return worldMsg{events, m.box}
}

// next returns a command that waits for an inbox and brings all its events.
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
