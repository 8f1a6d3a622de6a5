// Package wizard is the questions: which are asked, what a reply puts into the owner's answers, and which comes next.
// Its whole state is the list of replies (Path); it draws nothing, asks no server and knows no words.
package wizard

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.org/todoku/checks/owner"
)

// StepID names a question.
type StepID string

// Kind is how a question is answered.
type Kind string

// The ways to answer.
const (
	Text   Kind = "text"   // one line
	Paste  Kind = "paste"  // many lines, may be empty
	Choose Kind = "choose" // one of the options
	Pick   Kind = "pick"   // any number of the options
	Page   Kind = "page"   // no question: the front end shows a page (found, check, diagnosis, records, watch, proof, keep)
)

// Step is one question or page, as data. Its words are i18n "wizard.<id>.*".
type Step struct {
	ID   StepID
	Kind Kind
	// Line is set for a question that is asked only where the owner wishes: it names the line of the found page to which
	// the question belongs. A Path may pass such a question by.
	Line StepID
	// Options names the list to choose from: the catalogue's "hosts", "senders" or "panels"; "" where Fixed is all.
	Options string
	// Fixed are the options that the catalogue does not have; with Options they stand after its list.
	Fixed []string
	// Check names how a typed reply is tested: domain, ip, address, host, text; "" for none.
	Check string
	// Digest names how a paste is read at once, so that what it says is kept and the paste itself is not: DigestMembers or
	// DigestForwarded; "" where it is kept as it came.
	Digest string
	// Optional: an empty reply is allowed.
	Optional bool
	// Put stores a reply in the answers, in place of what they said before; nil for a page.
	Put func(*owner.Answers, Reply)
	// Said is Put backwards: what the answers already say here, for a question that opens again or that the command
	// line has answered. Nothing is said where the Reply has neither values nor extras.
	Said func(owner.Answers) Reply
	// Named gives the name that belongs to one of Fixed, and whether that one is offered; nil where all are, as they stand.
	Named func(a owner.Answers, option string) (string, bool)
	// Suggest offers a text or an option where nothing is said yet; nil where there is none to offer.
	Suggest func(owner.Answers) string
	// Next: the first edge whose guard holds decides. The last step has none.
	Next []Edge
}

// Guard is a named condition, so that the graph can be printed and tested.
type Guard struct {
	Name  string
	Holds func(owner.Answers) bool
}

// Edge leads to a step when its guard holds.
type Edge struct {
	If Guard
	To StepID
}

// Reply answers one step: the chosen IDs, or the typed text as Values[0]; pages reply with none.
type Reply struct {
	Step   StepID            `json:"step"`
	Values []string          `json:"values,omitempty"`
	Extra  map[string]string `json:"extra,omitempty"` // a value that belongs to a choice, by its ID (a server name)
	// Mail is what a pasted mail says, in place of its text: a reply is kept on the disk, and a mail's text is not.
	Mail *owner.Mail `json:"mail,omitempty"`
}

// Said reports whether the reply says anything.
func (r Reply) Said() bool { return len(r.Values) > 0 || len(r.Extra) > 0 || r.Mail != nil }

// Path is every reply so far: the wizard's whole state.
type Path []Reply

// Back drops the last reply.
func (p Path) Back() Path {
	if len(p) == 0 {
		return p
	}
	return p[:len(p)-1]
}

// With adds a reply; p itself stays as it is.
func (p Path) With(r Reply) Path { return append(slices.Clip(p), r) }

// Flow is the questions and where they begin.
type Flow struct {
	First StepID
	Steps []Step
	// Start is what was known before the first question (the command line); Walk begins with it.
	Start owner.Answers
}

// Step finds a step.
func (f Flow) Step(id StepID) (Step, bool) {
	for _, s := range f.Steps {
		if s.ID == id {
			return s, true
		}
	}
	return Step{}, false
}

// Walk replays the path: the answers so far and the step that is to be asked now, "" once the last one was answered.
// Questions on a line to which the path has no reply are passed by.
// An error (*Misfit) names the reply that does not fit (another step than the one to be asked, or a value that its
// options do not have); the answers and the step are then those before that reply.
func (f Flow) Walk(p Path) (owner.Answers, StepID, error) {
	a, at := f.Start.Clone(), f.First
	for _, r := range p {
		asked := f.passBy(at, a, "")
		if at = f.passBy(at, a, r.Step); r.Step != at {
			return a, asked, &Misfit{Step: r.Step, Code: MisfitOrder, Value: string(asked)}
		}
		s, ok := f.Step(at)
		if !ok {
			return a, at, &Misfit{Step: at, Code: MisfitOrder}
		}
		if m := s.Fits(r); m != nil {
			return a, asked, m
		}
		if s.Put != nil {
			s.Put(&a, r)
		}
		at = s.next(a)
	}
	return a, f.passBy(at, a, ""), nil
}

// passBy goes on from a step over those on a line, up to the one that is looked for.
func (f Flow) passBy(at StepID, a owner.Answers, until StepID) StepID {
	for range f.Steps {
		s, ok := f.Step(at)
		if !ok || s.Line == "" || at == until {
			break
		}
		at = s.next(a)
	}
	return at
}

// Put gives a path in which the replies stand in their places, instead of earlier ones to the same steps. Replies of the
// path to steps that are not reached any more are left out, and what follows a step that needs a reply and has none.
func (f Flow) Put(p Path, replies ...Reply) Path {
	said := map[StepID]Reply{}
	for _, r := range slices.Concat(p, replies) {
		said[r.Step] = r
	}
	var out Path
	a, at := f.Start.Clone(), f.First
	for range 2 * len(f.Steps) { // a list of one's own leads to the same questions once more
		s, ok := f.Step(at)
		r, told := said[at]
		switch told = told && s.Fits(r) == nil; {
		case !ok, !told && s.Line == "":
			return out
		case told:
			if out = append(out, r); s.Put != nil {
				s.Put(&a, r)
			}
		}
		at = s.next(a)
	}
	return out
}

// Follows is the question that belongs to the same line and comes after one of it; "" where there is none.
func (f Flow) Follows(id StepID, a owner.Answers) StepID {
	s, _ := f.Step(id)
	at := s.next(a)
	for range f.Steps {
		n, ok := f.Step(at)
		switch {
		case !ok || s.Line == "" || n.Line == "":
			return ""
		case n.Line == s.Line:
			return at
		}
		at = n.next(a)
	}
	return ""
}

func (s Step) next(a owner.Answers) StepID {
	for _, e := range s.Next {
		if e.If.Holds(a) {
			return e.To
		}
	}
	return ""
}

// Begin is the path over the leading questions that Start already answers, so that they are not asked again.
func (f Flow) Begin() Path {
	var p Path
	for range f.Steps {
		_, at, err := f.Walk(p)
		s, ok := f.Step(at)
		if err != nil || !ok || s.Said == nil {
			return p
		}
		r := s.Said(f.Start)
		if !r.Said() || s.Fits(r) != nil {
			return p
		}
		p = p.With(r)
	}
	return p
}

// Until is the path to a step: the replies given as far as they lead, then what the answers say already, and pages
// passed by. An error (*Misfit) says that this does not lead there.
func (f Flow) Until(p Path, to StepID) (Path, error) {
	_, _, err := f.Walk(p)
	for range f.Steps {
		a, at, walkErr := f.Walk(p)
		if walkErr != nil || at == to {
			return p, walkErr
		}
		s, ok := f.Step(at)
		if !ok {
			break
		}
		r := Reply{Step: at}
		if s.Said != nil {
			r = s.Said(a)
		}
		if s.Fits(r) != nil { // not said: whoever does not know goes on all the same
			r = Reply{Step: at, Values: []string{owner.Unknown}}
		}
		if m := s.Fits(r); m != nil {
			return p, m
		}
		p = p.With(r)
	}
	return p, errors.Join(err, &Misfit{Step: to, Code: MisfitOrder})
}

// Graph prints the flow for people: one line an edge, as Mermaid. An edge without a name is taken where no other is.
func (f Flow) Graph() string {
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	for _, s := range f.Steps {
		open, shut := "[", "]"
		if s.Kind == Page {
			open, shut = "([", "])"
		}
		fmt.Fprintf(&b, "    %s%s%s%s\n", s.ID, open, s.ID, shut)
		for _, e := range s.Next {
			if e.If.Name == always.Name {
				fmt.Fprintf(&b, "    %s --> %s\n", s.ID, e.To)
				continue
			}
			fmt.Fprintf(&b, "    %s -->|%s| %s\n", s.ID, e.If.Name, e.To)
		}
	}
	return b.String()
}
