package session

import (
	"reflect"
	"slices"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard"
)

// Looking is the state of the current or last look at DNS.
type Looking struct {
	Run         int // 0 if there was none yet
	Domain      string
	Busy        bool
	Whole       bool // it uses all of the owner's answers
	Came        []snapshot.Answer
	Asked, Open int // questions so far, and those not yet answered
	Err         error
	with        owner.Answers
}

// Progress is one answer, delivered as it comes.
type Progress struct {
	Answer      snapshot.Answer
	Asked, Open int
}

// Looking returns the state of the current or last look.
func (s *Session) Looking() Looking { return s.look }

// DNS returns what is known of the domain so far, even before it is judged; nil for nothing.
func (s *Session) DNS() *snapshot.Snapshot { return s.snap }

// Seen returns the catalogue's entries that DNS shows so far.
func (s *Session) Seen() catalog.Detected { return s.seen }

// Ready reports whether the look with all answers has ended with results, so that it was judged.
func (s *Session) Ready() bool { return s.look.Whole && !s.look.Busy && !s.Blind() }

// Blind reports whether a look has ended in which no question got an answer, so that DNS cannot be reached.
func (s *Session) Blind() bool {
	if s.look.Busy || s.look.Run == 0 {
		return false
	}
	return s.snap == nil || !slices.ContainsFunc(s.snap.Answers, snapshot.Answer.Known)
}

// lookEarly starts a look as soon as a domain is known, while questions are still being asked.
func (s *Session) lookEarly() []Effect {
	if s.ans.Domain == "" || s.ans.Domain == s.look.Domain {
		return nil
	}
	return s.begin(false)
}

// lookWhole asks what the owner's answers make necessary beyond what is known; a look in progress must end first.
func (s *Session) lookWhole() []Effect {
	if s.look.Busy && s.look.Domain == s.ans.Domain {
		return nil
	}
	return s.begin(true)
}

// LookAgain forgets what DNS said, and asks everything again.
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
		known = known.Clone() // the front end still reads the original
	}
	return []Effect{Look{Run: s.look.Run, Answers: s.ans.Clone(), Known: known}}
}

// Progressed records answers as they come.
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

// Looked handles the end of a look. A look with all answers is judged. On the page that waits for it, a look that was
// started with fewer or other answers is followed by one with all of them, and that one by the diagnosis.
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
		return s.arrive() // go on without a confirmation
	}
	return nil
}
