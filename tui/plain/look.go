package plain

import (
	"context"
	"slices"

	"todoku/checks"
	"todoku/checks/facts"
	"todoku/checks/forecast"
	"todoku/checks/owner"
	"todoku/checks/plan"
	"todoku/checks/snapshot"
	"todoku/tui"
)

// look is one run of questions to DNS in the background.
type look struct {
	domain string
	stop   context.CancelFunc
	came   chan int // how many answers came so far
	done   chan struct{}
	snap   *snapshot.Snapshot
	err    error
}

// sayEvery is after how many answers a line of progress is written: enough to show life, little to listen to.
const sayEvery = 10

func (s *session) begin(a owner.Answers, old *snapshot.Snapshot) *look {
	ctx, stop := context.WithCancel(s.ctx)
	l := &look{domain: a.Domain, stop: stop, came: make(chan int, 64), done: make(chan struct{})}
	go func() {
		defer close(l.done)
		l.snap, l.err = s.d.Check(ctx, a, old, func(p tui.Progress) {
			select {
			case l.came <- p.Asked:
			default: // a lost line of progress is no loss
			}
		})
	}()
	return l
}

// lookEarly begins to look as soon as the domain is known, while the first questions are asked.
func (s *session) lookEarly() {
	if s.ans.Domain == "" || s.early != nil && s.early.domain == s.ans.Domain {
		return
	}
	s.stopLook()
	if s.snap != nil && s.snap.Domain != s.ans.Domain {
		s.snap, s.found, s.plan, s.wait = nil, nil, plan.Plan{}, nil
	}
	s.early = s.begin(s.ans, s.snap)
}

func (s *session) stopLook() {
	if s.early != nil {
		s.early.stop()
		<-s.early.done
		s.early = nil
	}
}

// await writes lines of progress until the look has ended, and keeps what it saw.
func (s *session) await(l *look) error {
	next := sayEvery
	for {
		select {
		case n := <-l.came:
			if n >= next {
				s.tell("plain.progress", "asked", n)
				next = n + sayEvery
			}
		case <-l.done:
			if l.snap != nil {
				s.snap, s.seen = l.snap, s.d.Catalog.Detect(l.snap)
			}
			return l.err
		}
	}
}

// awaitEarly lets the questions about systems begin with what DNS shows.
func (s *session) awaitEarly() {
	if s.early == nil || s.snap != nil && s.snap == s.early.snap {
		return
	}
	s.tell("plain.looking")
	if err := s.await(s.early); err != nil && s.ctx.Err() == nil {
		s.tell("plain.failed", "error", snapshot.Printable(err.Error()))
	}
}

// check asks DNS with all that the owner said, then judges.
func (s *session) check() error {
	s.awaitEarly()
	for {
		s.say("")
		s.tell("wizard.check.title")
		l := s.begin(s.ans, s.snap)
		err := s.await(l)
		l.stop()
		switch {
		case s.ctx.Err() != nil:
			return errQuit
		case err != nil:
			s.tell("plain.failed", "error", snapshot.Printable(err.Error()))
		}
		if s.snap != nil && slices.ContainsFunc(s.snap.Answers, snapshot.Answer.Known) {
			s.tell("plain.asked", "count", len(s.snap.Answers))
			s.judge()
			return nil
		}
		s.tell("plain.blind")
		if s.d.Lab == nil {
			s.tell("plain.try-lab")
		}
		s.tell("plain.again")
		if _, err := s.ask(func() { s.tell("wizard.check.help") }); err != nil {
			return err
		}
		s.snap = nil
	}
}

// judge runs the rules and makes the plan.
func (s *session) judge() {
	in := facts.Read(s.ans, s.snap, s.d.Catalog)
	s.found = checks.Diagnose(in)
	s.plan = plan.Make(in, s.found)
	s.future = forecast.Make(in, s.plan)
}
