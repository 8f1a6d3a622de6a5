// Package session is one run of todoku as a state machine: the replies of the owner, what DNS said, what follows from
// both, and the wait for the new records. It draws nothing and acts on nothing. What is to be done in the world comes
// out as a list of Effects; a front end does them and hands what came of them back through the methods that end in
// -ed or -d (Progressed, Looked, PanelFound, Heard, Saved, Woken). So every front end is the same run.
//
// A Session belongs to one goroutine. The values of its effects are copies, and may be used in others.
package session

import (
	"errors"
	"maps"
	"slices"
	"time"

	"example.org/todoku/checks"
	"example.org/todoku/checks/bounce"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/inhand"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard"
)

// World is what a session reads of the world around it. None of it asks anybody anything.
type World struct {
	Catalog *catalog.Catalog
	Now     func() time.Time
	// Places lists who is watched during the wait: the authoritative servers in the snapshot, then the resolvers.
	Places func(*snapshot.Snapshot) []propagation.Place
	// Steady makes looks on the second. It is for the lab, where nobody else asks at the same moment.
	Steady bool
}

// Session is one run.
type Session struct {
	world World
	given owner.Answers // what the command line said

	flow  wizard.Flow
	path  wizard.Path
	said  map[wizard.StepID]wizard.Reply // replies about this domain, those that Back took away included
	ans   owner.Answers
	at    wizard.StepID
	open  []wizard.StepID // the questions of a line that was opened, the one that is asked last
	about string          // the domain that all of this is about; Back to the first question does not forget it

	look    Looking
	snap    *snapshot.Snapshot
	seen    catalog.Detected
	early   Result // of a look that knew the domain alone
	result  Result
	prove   proving
	outlook outlook
	saved   []string // ticks of the records that the owner has saved

	wait    *Wait
	waiting bool // the wait's page is open
	waitRun int
	asking  int // asks that have not come back
	rang    bool

	disk    *disk
	offers  []Offer
	reports Reports
}

// New begins a session before its first question; start is what the command line said already. Begin goes on from there.
func New(w World, start owner.Answers) *Session {
	start = inhand.Forget(start)
	s := &Session{world: w, given: start, flow: wizard.Main(), said: map[wizard.StepID]wizard.Reply{}, disk: &disk{}}
	s.flow.Start = start
	s.ans, s.at, s.about = start.Clone(), s.flow.First, start.Domain
	return s
}

// ErrNotYet refuses to go on from the look before it has ended and shown anything.
var ErrNotYet = errors.New("DNS was not looked at yet")

// Begin passes the questions that the command line has answered.
func (s *Session) Begin() []Effect {
	if s.given.Domain != "" {
		_ = s.walk(s.flow.Begin()) // Begin gives a path that fits
	}
	return s.arrive()
}

// At is the ID of the question or page to show; "" after the last one.
func (s *Session) At() wizard.StepID {
	if n := len(s.open); n > 0 {
		return s.open[n-1]
	}
	return s.at
}

// Step is the question or page to show.
func (s *Session) Step() wizard.Step {
	x, _ := s.flow.Step(s.At())
	return x
}

// First reports whether this is the first question.
func (s *Session) First() bool { return s.At() == s.flow.First }

// Answers is what the owner said so far.
func (s *Session) Answers() owner.Answers { return s.ans }

// Name is the domain as people write it; "" while none is known.
func (s *Session) Name() string {
	return input.Unicode(s.ans.Domain)
}

// Before is what was replied here earlier, before Back took it away; else what the answers say already.
func (s *Session) Before() wizard.Reply {
	if r, ok := s.said[s.At()]; ok {
		return r
	}
	if step := s.Step(); step.Said != nil {
		return step.Said(s.ans)
	}
	return wizard.Reply{Step: s.At()}
}

// Offered is the answers with Before put into them: what the question opens with.
func (s *Session) Offered() owner.Answers {
	a, step := s.ans.Clone(), s.Step()
	if r, ok := s.said[s.At()]; ok && step.Put != nil {
		step.Put(&a, r)
	}
	return a
}

// Reply answers the question or page that is shown. An error (*wizard.Misfit, ErrNotYet) leaves everything as it was.
func (s *Session) Reply(r wizard.Reply) ([]Effect, error) {
	if len(s.open) > 0 {
		return s.answer(r)
	}
	r, misfit := s.Digest(r)
	if misfit != nil {
		return nil, misfit
	}
	from, path := s.at, s.path
	switch {
	case from == wizard.StepCheck && !s.Ready(), from == wizard.StepFound && (s.look.Busy || s.Blind() || s.Missing()):
		return nil, ErrNotYet
	case from == wizard.StepFound:
		path = s.confirmed()
	}
	learnt := s.learnt(r)
	if m := unread(r, learnt); m != nil {
		return nil, m
	}
	if err := s.walk(path.With(learnt)); err != nil {
		return nil, err
	}
	out := s.left(from)
	s.said[r.Step] = r // with the text of a mail, so that it is still there when the question opens again
	if d := s.ans.Domain; d != "" && d != s.about {
		out = append(out, s.forget()...)
		s.about = d
	}
	switch from {
	case s.flow.First, wizard.StepWhose, wizard.StepDomain, wizard.StepReports:
		s.again(r)
	}
	return append(append(out, s.arrive()...), s.keep()...), nil
}

// again puts what was said of this domain before back into the path. A mail that was pasted just now says anew what happens.
func (s *Session) again(r wizard.Reply) {
	if r.Extra[wizard.ExtraMessage] != "" {
		delete(s.said, wizard.StepSymptom)
		delete(s.said, wizard.StepBounce)
	}
	var asides []wizard.Reply
	for id, was := range s.said {
		if step, _ := s.flow.Step(id); step.Line != "" {
			asides = append(asides, s.learnt(was))
		}
	}
	_ = s.walk(s.flow.Put(s.path, asides...)) // Put leaves out what does not fit
}

// Fits says why a reply does not fit the question that is shown; nil where it does. Of a pasted mail it is asked here whether
// anything was understood: what was not is of no use later.
func (s *Session) Fits(r wizard.Reply) *wizard.Misfit {
	if m := s.Step().Fits(r); m != nil {
		return m
	}
	return unread(r, s.learnt(r))
}

// unread says of a reply to the question for the mail that nothing was understood of it.
func unread(r, learnt wizard.Reply) *wizard.Misfit {
	if r.Step == wizard.StepBounce && r.Pasted() != "" && learnt.Mail != nil && learnt.Mail.Kind == string(bounce.Unknown) {
		return &wizard.Misfit{Step: r.Step, Code: wizard.MisfitUnread}
	}
	return nil
}

// learnt is a reply with what a mail says in place of its text, which is to outlive neither the run nor the program. A
// question whose mail was read in an earlier program and that is passed again keeps what was learnt.
func (s *Session) learnt(r wizard.Reply) wizard.Reply {
	if text := r.Pasted(); text != "" {
		return r.Learnt(inhand.Learn(text))
	}
	if before := s.said[r.Step]; r.Step == wizard.StepBounce && before.Pasted() == "" {
		r.Mail = before.Mail
	}
	return r
}

// Back takes the last reply back, with those of the pages that nobody stops at; false where there is none.
func (s *Session) Back() ([]Effect, bool) {
	if n := len(s.open); n > 0 {
		if _, told := s.said[s.open[n-1]]; !told {
			s.said[s.open[n-1]] = wizard.Reply{Step: s.open[n-1]} // asked once, and left open
		}
		s.open = s.open[:n-1]
		return nil, true
	}
	if len(s.path) == 0 {
		return nil, false
	}
	from, p := s.at, s.path
	for {
		last, _ := s.flow.Step(p[len(p)-1].Step)
		p = p.Back()
		if len(p) == 0 || last.Line == "" && last.ID != wizard.StepCheck && !s.passes(last.ID) {
			break
		}
	}
	if s.walk(p) != nil {
		return nil, false // cannot be: a part of a path that fits is one that fits
	}
	return append(s.left(from), s.arrive()...), true
}

func (s *Session) walk(p wizard.Path) error {
	a, at, err := s.flow.Walk(p)
	if err == nil {
		s.path, s.ans, s.at = p, inhand.Teach(a), at
	}
	return err
}

// forget drops all that was about another domain: its replies, keys and ways, what DNS said of it, and its wait.
func (s *Session) forget() []Effect {
	clear(s.said)
	for _, r := range s.path {
		s.said[r.Step] = r
	}
	if s.flow.Start = s.given; s.given.Domain != "" && s.given.Domain != s.ans.Domain {
		// The command line spoke of the other one; the mail in hand, and the way that it took, are the same.
		s.flow.Start = owner.Answers{Message: s.given.Message, Mail: s.given.Mail, Symptom: s.given.Symptom, Route: s.given.Route, List: s.given.List}
	}
	_ = s.walk(s.path) // it fitted a moment ago
	s.snap, s.seen, s.early, s.result, s.prove = nil, catalog.Detected{}, Result{}, Result{}, proving{run: s.prove.run + 1}
	s.wait, s.rang, s.saved, s.disk = nil, false, nil, &disk{}
	return s.endWait()
}

// passes reports whether a page has nothing to show: no records to make, and so none to wait for.
func (s *Session) passes(at wizard.StepID) bool {
	switch at {
	case wizard.StepRecords:
		return len(s.result.Plan.Changes) == 0
	case wizard.StepWatch:
		return len(s.result.Plan.Edits()) == 0
	case wizard.StepProof:
		return !s.proves()
	}
	return false
}

// proves reports whether there is something for a mail to prove: records that were made, the owner's own forward or list, or a domain without fault whose
// owner did not come for a check-up alone.
func (s *Session) proves() bool {
	if len(s.result.Plan.Edits()) > 0 || s.wanted().Route != "" {
		return true
	}
	seen := slices.DeleteFunc(slices.Clone(s.result.Findings), func(f checks.Finding) bool { return f.Code == checks.MailNotice && f.Is(checks.NoticeUnseen) })
	return checks.VerdictOf(seen) == checks.VerdictOK && s.ans.Symptom != owner.SymptomCheckup
}

// left ends what belongs to a page that is not shown any more.
func (s *Session) left(from wizard.StepID) []Effect {
	switch {
	case s.at == from:
	case from == wizard.StepWatch:
		return s.endWait()
	case from == wizard.StepReports:
		return s.CutReports()
	}
	return nil
}

// arrive passes the pages that have nothing to show, and begins what belongs to the one that is shown.
func (s *Session) arrive() []Effect {
	for s.passes(s.at) && s.walk(s.path.With(wizard.Reply{Step: s.at})) == nil {
	}
	switch s.at {
	case s.flow.First:
		return []Effect{ReadRuns{}}
	case wizard.StepReports:
		return s.openOnce()
	case wizard.StepCheck:
		return s.lookWhole()
	case wizard.StepWatch:
		return s.beginWait()
	}
	return s.lookEarly()
}

// Path is every reply so far.
func (s *Session) Path() wizard.Path { return clonePath(s.path) }

func clonePath(p wizard.Path) wizard.Path {
	out := slices.Clone(p)
	for i, r := range out {
		out[i].Values, out[i].Extra = slices.Clone(r.Values), maps.Clone(r.Extra)
	}
	return out
}
