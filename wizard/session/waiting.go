package session

import (
	"example.org/todoku/checks/propagation"
	"example.org/todoku/wizard"
)

// Wait returns the wait for the new records; nil before its page was opened.
func (s *Session) Wait() *Wait { return s.wait }

// Asking reports whether questions of the wait are in progress.
func (s *Session) Asking() bool { return s.asking > 0 }

// beginWait starts the wait; earlier answers are kept.
func (s *Session) beginWait() []Effect {
	out := s.endWait()
	s.waiting = true
	places, changes := s.world.Places(s.snap), s.result.Awaited()
	if s.wait == nil {
		s.wait = NewWait(changes, s.snap, places, s.world.Now, s.world.Steady)
		s.wait.disk = s.disk
	} else {
		s.wait.Replan(changes, s.snap, places)
	}
	out = append(append(out, s.stands()...), s.keep()...)
	for _, c := range s.result.Plan.Changes {
		if c.Switch && s.IsSaved(c) {
			out = append(out, PressSwitch{c.Ask, c.Name})
		}
	}
	out = append(out, FindPanel{Run: s.waitRun, Answers: s.ans.Clone(), DNS: s.snap.Clone()})
	return append(append(out, s.LookNow()...), Wake{s.waitRun})
}

// endWait stops asking; late answers are dropped by their run number.
func (s *Session) endWait() []Effect {
	was := s.waiting
	s.waiting, s.asking = false, 0
	s.waitRun++
	if !was {
		return nil
	}
	return []Effect{StopWait{}}
}

// stands judges the wait as of now. When all is seen for the first time it rings, and keeps that.
func (s *Session) stands() []Effect {
	s.wait.Judge()
	if !s.wait.Published() || s.rang {
		return nil
	}
	s.rang = true
	return append([]Effect{Ring{}}, s.keep()...)
}

// keep returns the effects that write to disk what is new: of the wait, or before it of the owner's replies.
func (s *Session) keep() []Effect {
	if s.wait != nil {
		if k, ok := s.wait.Keep(s.Record()); ok {
			return []Effect{k}
		}
		return nil
	}
	d, r := s.disk, s.begun()
	k := Keep{ID: d.id, Record: r, Done: !d.done && (s.at == wizard.StepKeep || s.at == ""), of: d, gist: r.gist()}
	k.Changed = k.gist != d.gist
	if r.Domain == "" || d.busy || !k.Changed && !k.Done {
		return nil
	}
	d.busy = true
	return []Effect{k}
}

// LookNow asks everything that may be asked, due or not; nothing while questions are in progress.
func (s *Session) LookNow() []Effect {
	if !s.waiting || s.asking > 0 {
		return nil
	}
	return s.ask(s.wait.AskNow())
}

// Due judges the wait as of now and asks what is due.
func (s *Session) Due() []Effect {
	if !s.waiting {
		return nil
	}
	out := s.stands()
	if s.asking > 0 {
		return out
	}
	return append(out, s.ask(s.wait.Ask())...)
}

// Woken does what Due does, and asks to be woken again.
func (s *Session) Woken(run int) []Effect {
	if run != s.waitRun || !s.waiting {
		return nil
	}
	return append(s.Due(), Wake{run})
}

func (s *Session) ask(asks []propagation.Ask, at []propagation.Place) []Effect {
	if len(asks) == 0 {
		return nil
	}
	s.asking++
	return []Effect{Ask{Run: s.waitRun, Asks: asks, At: at}}
}

// PanelFound records the servers of the owner's panel, and asks them.
func (s *Session) PanelFound(run int, panel propagation.Panel) []Effect {
	if run != s.waitRun || !s.waiting {
		return nil
	}
	s.wait.Panel = panel
	return s.ask(s.wait.AskPanel())
}

// Heard records answers; none if the questions were stopped.
func (s *Session) Heard(run int, looks []propagation.Look) []Effect {
	if run != s.waitRun || !s.waiting {
		return nil
	}
	s.asking--
	s.wait.Hear(looks)
	return append(s.stands(), s.keep()...)
}

// Saved records the outcome of a Keep: the ID under which the run is kept, or why it could not be.
func (s *Session) Saved(k Keep, id string, err error) []Effect {
	if k.of == nil || k.of != s.disk {
		return nil
	}
	s.disk.kept(k, id, err)
	if id == "" || err != nil {
		return nil // tried again with the next answers
	}
	return s.keep()
}
