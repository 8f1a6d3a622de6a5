// Package session is one run of todoku as a state machine: the owner's replies, what DNS said, what follows from
// both, and the wait for the new records. It draws nothing and has no side effects. What has to be done comes out as
// a list of Effects; a front end performs them and passes the results back through methods such as Progressed,
// Looked, PanelFound, Heard, Saved and Woken. So all front ends behave alike.
//
// A Session belongs to one goroutine. The values in its effects are copies, and may be used in others.
package session

import (
	"errors"
	"maps"
	"slices"
	"time"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/inhand"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard"
)

// World holds what a session needs from outside. Nothing in it asks a question.
type World struct {
	Catalog *catalog.Catalog
	Now     func() time.Time
	// Places lists the places to watch during the wait: the authoritative servers in the snapshot, then the resolvers.
	Places func(*snapshot.Snapshot) []propagation.Place
	// Steady schedules looks without jitter. It is for the lab, where no other program asks at the same moment.
	Steady bool
}

// Session is one run.
type Session struct {
	world World
	given owner.Answers // from the command line

	flow  wizard.Flow
	path  wizard.Path
	said  map[wizard.StepID]wizard.Reply // replies about this domain, including those that Back removed
	ans   owner.Answers
	at    wizard.StepID
	open  []wizard.StepID // the opened questions of a line; the last one is the current one
	about string          // the domain of this run; it stays when Back leads to the first question

	look    Looking
	snap    *snapshot.Snapshot
	seen    catalog.Detected
	early   Result // of a look that knew only the domain
	result  Result
	prove   proving
	outlook outlook
	saved   []string // ticks of the records that the owner has saved

	wait    *Wait
	waiting bool // the page of the wait is open
	waitRun int
	asking  int // asks in progress
	rang    bool

	disk    *disk
	offers  []Offer
	reports Reports
}

// New returns a session before its first question; start holds the answers from the command line. Call Begin next.
func New(w World, start owner.Answers) *Session {
	start = inhand.Forget(start)
	s := &Session{world: w, given: start, flow: wizard.Main(), said: map[wizard.StepID]wizard.Reply{}, disk: &disk{}}
	s.flow.Start = start
	s.ans, s.at, s.about = start.Clone(), s.flow.First, start.Domain
	return s
}

// ErrNotYet refuses to leave the look before it has ended with results.
var ErrNotYet = errors.New("DNS was not looked at yet")

// Begin skips the questions that the command line has answered.
func (s *Session) Begin() []Effect {
	if s.given.Domain != "" {
		_ = s.walk(s.flow.Begin()) // cannot fail: Begin returns a path that fits
	}
	return s.arrive()
}

// At returns the ID of the current question or page; "" after the last one.
func (s *Session) At() wizard.StepID {
	if n := len(s.open); n > 0 {
		return s.open[n-1]
	}
	return s.at
}

// Step returns the current question or page.
func (s *Session) Step() wizard.Step {
	x, _ := s.flow.Step(s.At())
	return x
}

// First reports whether this is the first question.
func (s *Session) First() bool { return s.At() == s.flow.First }

// Answers returns the owner's answers so far.
func (s *Session) Answers() owner.Answers { return s.ans }

// Name returns the domain as people write it; "" while none is known.
func (s *Session) Name() string {
	return input.Unicode(s.ans.Domain)
}

// Before returns the earlier reply to the current question, if Back removed it; else what the answers already say.
func (s *Session) Before() wizard.Reply {
	if r, ok := s.said[s.At()]; ok {
		return r
	}
	if step := s.Step(); step.Said != nil {
		return step.Said(s.ans)
	}
	return wizard.Reply{Step: s.At()}
}

// Offered returns the answers with Before included: what the question opens with.
func (s *Session) Offered() owner.Answers {
	a, step := s.ans.Clone(), s.Step()
	if r, ok := s.said[s.At()]; ok && step.Put != nil {
		step.Put(&a, r)
	}
	return a
}

// Reply answers the current question or page. After an error (*wizard.Misfit, ErrNotYet) nothing has changed.
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
	s.said[r.Step] = r // with a mail's text, so that it is there when the question opens again
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

// again puts earlier replies about this domain back into the path. If a mail was just pasted, the symptom is taken from
// it.
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
	_ = s.walk(s.flow.Put(s.path, asides...)) // cannot fail: Put leaves out what does not fit
}

// Fits returns why a reply does not fit the current question, nil if it does. A pasted mail from which nothing could be
// read does not fit.
func (s *Session) Fits(r wizard.Reply) *wizard.Misfit {
	if m := s.Step().Fits(r); m != nil {
		return m
	}
	return unread(r, s.learnt(r))
}

// unread returns the misfit of a pasted mail from which nothing could be read.
func unread(r, learnt wizard.Reply) *wizard.Misfit {
	if r.Step == wizard.StepBounce && r.Pasted() != "" && learnt.Mail != nil && learnt.Mail.Kind == owner.MailUnread {
		return &wizard.Misfit{Step: r.Step, Code: wizard.MisfitUnread}
	}
	return nil
}

// learnt returns a reply with the text of a mail replaced by what the mail says, since the text must not outlive the
// run. If the mail was read in an earlier program run and the question is passed again, what was learnt is kept.
func (s *Session) learnt(r wizard.Reply) wizard.Reply {
	if text := r.Pasted(); text != "" {
		return r.Learnt(inhand.Learn(text))
	}
	if before := s.said[r.Step]; r.Step == wizard.StepBounce && before.Pasted() == "" {
		r.Mail = before.Mail
	}
	return r
}

// Back removes the last reply, with those of pages that are skipped; false if there is none.
func (s *Session) Back() ([]Effect, bool) {
	if n := len(s.open); n > 0 {
		if _, told := s.said[s.open[n-1]]; !told {
			s.said[s.open[n-1]] = wizard.Reply{Step: s.open[n-1]} // asked once and not answered
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
		return nil, false // cannot happen: the beginning of a valid path is valid
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

// forget drops everything about another domain: its replies, keys and choices, what DNS said of it, and its wait.
func (s *Session) forget() []Effect {
	clear(s.said)
	for _, r := range s.path {
		s.said[r.Step] = r
	}
	if s.flow.Start = s.given; s.given.Domain != "" && s.given.Domain != s.ans.Domain {
		// The command line's answers were about the other domain, except the mail in hand and the route that it took.
		s.flow.Start = owner.Answers{Message: s.given.Message, Mail: s.given.Mail, Symptom: s.given.Symptom, Route: s.given.Route, List: s.given.List}
	}
	_ = s.walk(s.path) // cannot fail: it was walked before
	s.snap, s.seen, s.early, s.result, s.prove = nil, catalog.Detected{}, Result{}, Result{}, proving{run: s.prove.run + 1}
	s.wait, s.rang, s.saved, s.disk = nil, false, nil, &disk{}
	return s.endWait()
}

// passes reports whether a page has nothing to show, such as no records to make or to wait for.
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

// proves reports whether there is something for a test mail to prove: records that were made, the owner's own forward
// or list, or a faultless domain whose owner came for more than a check-up.
func (s *Session) proves() bool {
	if len(s.result.Plan.Edits()) > 0 || s.wanted().Route != "" {
		return true
	}
	seen := slices.DeleteFunc(slices.Clone(s.result.Findings), func(f checks.Finding) bool { return f.Code == checks.MailNotice && f.Is(checks.NoticeUnseen) })
	return checks.VerdictOf(seen) == checks.VerdictOK && s.ans.Symptom != owner.SymptomCheckup
}

// left ends what belongs to the page that was left.
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

// arrive skips the pages that have nothing to show, and starts what belongs to the current one.
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

// Path returns a copy of every reply so far.
func (s *Session) Path() wizard.Path { return clonePath(s.path) }

func clonePath(p wizard.Path) wizard.Path {
	out := slices.Clone(p)
	for i, r := range out {
		out[i].Values, out[i].Extra = slices.Clone(r.Values), maps.Clone(r.Extra)
	}
	return out
}
