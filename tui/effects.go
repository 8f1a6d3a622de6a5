package tui

import (
	"context"
	"io"
	"sync"
	"time"

	"example.org/todoku/checks/inhand"
	"example.org/todoku/checks/report"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard/session"
)

// Session starts the run that the front end shows.
func (d Deps) Session() *session.Session {
	return session.New(session.World{Catalog: d.Catalog, Now: d.Now, Places: d.Places, Steady: d.Lab != nil}, d.Start)
}

// Perform performs an effect of a session and passes its events to put, from any goroutine. It returns when all
// have come. It ignores the effects that a front end handles itself (wake, ring, stop).
func (d Deps) Perform(ctx context.Context, e session.Effect, put func(session.Event)) {
	switch e := e.(type) {
	case session.Look:
		snap, err := d.Check(ctx, e.Answers, e.Known, func(p Progress) {
			put(func(s *session.Session) []session.Effect { return s.Progressed(e.Run, p) })
		})
		put(func(s *session.Session) []session.Effect { return s.Looked(e.Run, snap, err) })
	case session.FindPanel:
		if d.Panel != nil {
			found := d.Panel(ctx, e.Answers, e.DNS)
			put(func(s *session.Session) []session.Effect { return s.PanelFound(e.Run, found) })
		}
	case session.Ask:
		looks := d.Look(ctx, e.Asks, e.At)
		if ctx.Err() != nil {
			looks = nil // the questions were interrupted, so these are not answers
		}
		put(func(s *session.Session) []session.Effect { return s.Heard(e.Run, looks) })
	case session.Keep:
		id, err := d.Runs.Keep(e)
		put(func(s *session.Session) []session.Effect { return s.Saved(e, id, err) })
	case session.ReadMail:
		got := d.evidence(ctx, e.Text, e.Path)
		put(func(s *session.Session) []session.Effect { return s.MailRead(e.Run, got) })
	case session.SendMail:
		text, err := d.Lab.Mail(ctx, e.Lang)
		got := session.Evidence{Err: err}
		if err == nil {
			got = d.evidence(ctx, text, "")
		}
		put(func(s *session.Session) []session.Effect { return s.MailRead(e.Run, got) })
	case session.SwitchOn:
		if d.Lab != nil && d.Lab.SwitchOn != nil {
			d.Lab.SwitchOn(e.Service)
		}
	case session.PressSwitch:
		if d.Lab != nil && d.Lab.Press != nil {
			_ = d.Lab.Press(e.Service, e.Name) // if it fails, the looks and the test mail show it
		}
	case session.ReadReports:
		read := &report.Reading{Stopped: true}
		if d.Reports != nil {
			read = d.Reports(ctx, e.Paths, func(at session.Share) {
				put(func(s *session.Session) []session.Effect { return s.ReportsProgressed(e.Run, at) })
			})
		}
		put(func(s *session.Session) []session.Effect { return s.ReportsRead(e.Run, read) })
	case session.AskSenders:
		var dns *snapshot.Snapshot
		if d.Senders != nil {
			dns = d.Senders(ctx, e.Domain, e.IPs, e.Known)
		}
		put(func(s *session.Session) []session.Effect { return s.SendersAsked(e.Run, e.Domain, dns) })
	case session.ReadRuns:
		var runs []session.Stored
		if d.Runs != nil {
			for _, r := range d.Runs.Offered() {
				if r.Begun() {
					runs = append(runs, r.Stored(nil))
					continue
				}
				runs = append(runs, r.Stored(d.Places(r.DNS)))
			}
		}
		put(func(s *session.Session) []session.Effect { return s.RunsRead(runs) })
	}
}

// mailTime bounds how long one mail is read and verified.
const mailTime = 60 * time.Second

// evidence reads and verifies a mail that was pasted or that a file holds.
func (d Deps) evidence(ctx context.Context, text, path string) (e session.Evidence) {
	ctx, end := context.WithTimeout(ctx, mailTime)
	defer end()
	if path == "" {
		e.Mail, e.Err = inhand.Paste(ctx, text)
	} else {
		var file io.ReadCloser
		if file, e.Err = d.OpenMail(path); e.Err != nil {
			return e
		}
		defer func() { _ = file.Close() }()
		e.Mail, e.Err = inhand.Open(ctx, file, false)
	}
	if m := e.Mail.Message; e.Err == nil && m != nil {
		e.Report = m.Verify(ctx, nil) // what the header alone says, if DNS cannot be asked
		if d.Verify != nil {
			e.Report = d.Verify(ctx, m)
		}
	}
	return e
}

// Inbox carries events from effects to the one goroutine that drives the session. It is unbounded, so Put never blocks.
type Inbox struct {
	Ready chan struct{} // receives when there is something to take

	mu    sync.Mutex
	got   []session.Event
	ended bool
}

// NewInbox returns an empty inbox.
func NewInbox() *Inbox { return &Inbox{Ready: make(chan struct{}, 1)} }

// Put adds an event.
func (b *Inbox) Put(e session.Event) {
	b.mu.Lock()
	b.got = append(b.got, e)
	b.mu.Unlock()
	b.wake()
}

// End marks that no more events come.
func (b *Inbox) End() {
	b.mu.Lock()
	b.ended = true
	b.mu.Unlock()
	b.wake()
}

func (b *Inbox) wake() {
	select {
	case b.Ready <- struct{}{}:
	default:
	}
}

// Take returns all waiting events in order, and whether no more will come.
func (b *Inbox) Take() (events []session.Event, ended bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	events, b.got = b.got, nil
	return events, b.ended
}
