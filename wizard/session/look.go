package session

import (
	"reflect"
	"slices"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard"
)

// Looking is a look at DNS that is under way, or the last one.
type Looking struct {
	Run         int // 0: there was none yet
	Domain      string
	Busy        bool
	Whole       bool // it was begun with all that the owner said
	Came        []snapshot.Answer
	Asked, Open int // questions so far, and those that have no answer yet
	Err         error
	with        owner.Answers
}

// Progress is one answer as it comes.
type Progress struct {
	Answer      snapshot.Answer
	Asked, Open int
}

// Looking is the look that is under way, or the last one.
func (s *Session) Looking() Looking { return s.look }

// DNS is what is known of the domain by now, before it was judged too; nil while that is nothing.
func (s *Session) DNS() *snapshot.Snapshot { return s.snap }

// Seen is what DNS shows of the catalogue's entries by now.
func (s *Session) Seen() catalog.Detected { return s.seen }

// Ready reports whether the look with all answers has ended and shown something, so that it was judged.
func (s *Session) Ready() bool { return s.look.Whole && !s.look.Busy && !s.Blind() }

// Blind reports whether a look has ended in which not one question got an answer: there is no way to DNS at all.
func (s *Session) Blind() bool {
	if s.look.Busy || s.look.Run == 0 {
		return false
	}
	return s.snap == nil || !slices.ContainsFunc(s.snap.Answers, snapshot.Answer.Known)
}

// lookEarly begins to look as soon as a domain is known, while the questions are asked.
func (s *Session) lookEarly() []Effect {
	if s.ans.Domain == "" || s.ans.Domain == s.look.Domain {
		return nil
	}
	return s.begin(false)
}

// lookWhole asks what the owner's answers add to what is known; a look that is under way is waited for first.
func (s *Session) lookWhole() []Effect {
	if s.look.Busy && s.look.Domain == s.ans.Domain {
		return nil
	}
	return s.begin(true)
}

// LookAgain asks everything anew, and forgets what DNS said.
func (s *Session) LookAgain() []Effect {
	s.snap = nil
	return s.begin(s.at != wizard.StepFound)
}

func (s *Session) begin(whole bool) []Effect {
	known := s.snap
	if known != nil && known.Domain != s.ans.Domain {
		known, s.snap, s.seen, s.early = nil, nil, catalog.Detected{}, Result{}
	}
	s.look = Looking{Run: s.look.Run + 1, Domain: s.ans.Domain, Busy: true, Whole: whole, with: s.ans.Clone()}
	if known != nil {
		s.look.Came = slices.Clone(known.Answers)
		known = known.Clone() // the front end goes on reading the first
	}
	return []Effect{Look{Run: s.look.Run, Answers: s.ans.Clone(), Known: known}}
}

// Progressed takes in answers as they come.
func (s *Session) Progressed(run int, came ...Progress) []Effect {
	if run != s.look.Run || !s.look.Busy {
		return nil
	}
	for _, p := range came {
		s.look.Came = append(s.look.Came, p.Answer)
		s.look.Asked, s.look.Open = p.Asked, p.Open
	}
	return nil
}

// Looked takes in the end of a look. What was asked with all answers is judged; at the page that waits for it, a look
// that was begun with fewer answers, or with others, is followed by one that has them, and the end of that by the diagnosis.
func (s *Session) Looked(run int, snap *snapshot.Snapshot, err error) []Effect {
	if run != s.look.Run || !s.look.Busy {
		return nil
	}
	s.look.Busy, s.look.Err = false, err
	if snap != nil {
		s.snap, s.seen = snap, s.world.Catalog.Detect(snap)
		s.look.Came = slices.Clone(snap.Answers)
	}
	if s.at == wizard.StepCheck && !(s.look.Whole && reflect.DeepEqual(s.look.with, s.ans)) {
		return s.begin(true)
	}
	if !s.look.Whole && s.snap == nil {
		return nil
	}
	if !s.look.Whole {
		s.early = Judge(s.ans, s.snap, s.world.Catalog)
		s.askFirst()
		return nil
	}
	s.judge()
	if s.at == wizard.StepCheck && s.Ready() && s.walk(s.path.With(wizard.Reply{Step: s.at})) == nil {
		return s.arrive() // nobody has to confirm that a look has ended
	}
	return nil
}
