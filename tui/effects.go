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

// Session begins the run that the screens and the lines show.
func (d Deps) Session() *session.Session {
	return session.New(session.World{Catalog: d.Catalog, Now: d.Now, Places: d.Places, Steady: d.Lab != nil}, d.Start)
}

// Perform does an effect of a session, and puts what comes of it, from any goroutine. It returns when all has come.
// What a front end does itself (wake, ring, stop) is none of its business.
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
			looks = nil // cut off: these are no answers
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
			d.Lab.Press(e.Service, e.Name)
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

// mailTime bounds how long a mail is read and DNS asked about it.
const mailTime = 60 * time.Second

// evidence reads a mail that was pasted, or that a file holds, and has it verified.
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
		e.Report = m.Verify(ctx, nil) // what the header says, if nothing can be asked
		if d.Verify != nil {
			e.Report = d.Verify(ctx, m)
		}
	}
	return e
}

// Inbox carries what comes of effects to the one goroutine that drives the session. It holds any number, so that nobody
// who puts has to wait.
type Inbox struct {
	Ready chan struct{} // there is something to take

	mu    sync.Mutex
	got   []session.Event
	ended bool
}

// NewInbox is an empty one.
func NewInbox() *Inbox { return &Inbox{Ready: make(chan struct{}, 1)} }

// Put adds an event.
func (b *Inbox) Put(e session.Event) {
	b.mu.Lock()
	b.got = append(b.got, e)
	b.mu.Unlock()
	b.wake()
}

// End says that nothing more comes.
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

// Take gives all that is there, in its order, and whether that is the end.
func (b *Inbox) Take() (events []session.Event, ended bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	events, b.got = b.got, nil
	return events, b.ended
}
