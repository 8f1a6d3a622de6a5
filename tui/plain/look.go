package plain

import (
	"context"
	"errors"

	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session"
)

// sayEvery is the number of answers between two lines of progress: few enough lines for a listener.
const sayEvery = 10

// do starts a look at once, in the background, and queues other effects for the next page.
func (s *walk) do(effects []session.Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case session.Look:
			s.look(e)
		case session.Wake, session.StopWait, session.StopReports, session.Ring: // the wait has its own loop, and prints what it sees
		default:
			s.todo = append(s.todo, e)
		}
	}
}

func (s *walk) look(e session.Look) {
	s.stopLook()
	ctx, stop := context.WithCancel(s.ctx)
	ended := make(chan struct{})
	s.stopLook = func() { stop(); <-ended }
	go func() {
		defer close(ended)
		s.d.Perform(ctx, e, s.looked.Put)
	}()
}

// work performs the queued effects, and calls say after each.
func (s *walk) work(say func(session.Effect)) {
	for len(s.todo) > 0 {
		e := s.todo[0]
		s.todo = s.todo[1:]
		s.d.Perform(s.ctx, e, func(came session.Event) { s.do(came(s.Session)) })
		say(e)
	}
}

// hear takes in the events of the look.
func (s *walk) hear() {
	events, _ := s.looked.Take()
	for _, e := range events {
		s.do(e(s.Session))
	}
}

// await prints lines of progress until the look has ended.
func (s *walk) await() {
	next, run := sayEvery, s.Looking().Run
	for s.Looking().Busy {
		<-s.looked.Ready
		s.hear()
		now := s.Looking()
		if now.Run != run {
			next, run = sayEvery, now.Run
		}
		if now.Asked >= next {
			s.tell("plain.progress", "asked", now.Asked)
			next = now.Asked + sayEvery
		}
	}
	if err := s.Looking().Err; err != nil && s.ctx.Err() == nil {
		s.tell("plain.failed", "error", snapshot.Printable(err.Error()))
	}
}

// awaitEarly waits for the running look, so that the questions about systems can begin with what DNS shows.
func (s *walk) awaitEarly() {
	if l := s.Looking(); l.Run > 0 && l.Busy {
		s.tell("plain.looking")
		s.await()
	}
}

// check waits for the look that uses all of the owner's answers.
func (s *walk) check() error {
	for {
		s.say("")
		s.tell("wizard.check.title")
		s.await()
		switch {
		case s.ctx.Err() != nil:
			return errQuit
		case s.At() != wizard.StepCheck: // the look has ended
			s.tell("plain.asked", "count", len(s.DNS().Answers))
			return errOn
		}
		if err := s.blind(wizard.StepCheck); !errors.Is(err, errOn) {
			return err
		}
	}
}

// blind says that no server answered, and looks again when the owner asks for it.
func (s *walk) blind(at wizard.StepID) error {
	s.tell("plain.blind")
	if s.d.Lab == nil {
		s.tell("plain.try-lab")
	}
	s.tell("plain.again")
	if _, err := s.ask(func() { s.tell("wizard." + string(at) + ".help") }); err != nil {
		return err
	}
	s.do(s.LookAgain())
	return errOn
}

func sayNothing(session.Effect) {}
