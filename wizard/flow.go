// Package wizard defines the questions: which are asked, how a reply changes the owner's answers, and which question
// comes next. Its whole state is the list of replies (Path). It draws nothing, asks no server and contains no words.
package wizard

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.org/todoku/checks/owner"
)

// StepID is the ID of a question or page.
type StepID string

// Kind is how a question is answered.
type Kind string

// The kinds.
const (
	Text   Kind = "text"   // one line
	Paste  Kind = "paste"  // many lines; may be empty
	Choose Kind = "choose" // one of the options
	Pick   Kind = "pick"   // any number of the options
	Page   Kind = "page"   // not a question but a page of the front end (found, check, diagnosis, records, watch, proof, keep)
)

// Step is one question or page, as data. Its words are in i18n "wizard.<id>.*".
type Step struct {
	ID   StepID
	Kind Kind
	// Line is set for a question that is asked only if the owner wants to change an answer: it is the step whose line on
	// the found page leads to this question. A Path may leave such a question out.
	Line StepID
	// Options names the catalogue's list to choose from: "hosts", "senders" or "panels"; "" if Fixed has all options.
	Options string
	// Fixed are options that are not in the catalogue; with Options they come after its list.
	Fixed []string
	// Check names the test of a typed reply: domain, ip, address, host, text; "" for none.
	Check string
	// Digest names how a paste is evaluated at once, so that only what follows from it is kept: DigestMembers or
	// DigestForwarded; "" if the paste itself is kept.
	Digest string
	// Optional allows an empty reply.
	Optional bool
	// Put stores a reply in the answers, replacing earlier ones; nil for a page.
	Put func(*owner.Answers, Reply)
	// Said is the inverse of Put: it returns what the answers already say, for a question that opens again or was
	// answered on the command line. A Reply without values and extras means that nothing was said.
	Said func(owner.Answers) Reply
	// Named returns the name to show for a Fixed option, and whether that option is offered; nil if all are offered by
	// their own words.
	Named func(a owner.Answers, option string) (string, bool)
	// Suggest returns a text or option to offer while nothing is answered; nil if there is none.
	Suggest func(owner.Answers) string
	// Next lists the edges to other steps; the first one whose guard holds is taken. The last step has none.
	Next []Edge
}

// Guard is a named condition; the name lets the graph be printed and tested.
type Guard struct {
	Name  string
	Holds func(owner.Answers) bool
}

// Edge leads to a step if its guard holds.
type Edge struct {
	If Guard
	To StepID
}

// Reply answers one step: the chosen IDs, or the typed text in Values[0]; pages reply without values.
type Reply struct {
	Step   StepID            `json:"step"`
	Values []string          `json:"values,omitempty"`
	Extra  map[string]string `json:"extra,omitempty"` // values that belong to choices, by their ID (such as a server name)
	// Mail is what was learnt from a pasted mail. It replaces the mail's text, since replies are kept on disk and mails
	// are not.
	Mail *owner.Mail `json:"mail,omitempty"`
}

// Said reports whether the reply says anything.
func (r Reply) Said() bool { return len(r.Values) > 0 || len(r.Extra) > 0 || r.Mail != nil }

// Path holds every reply so far: the wizard's whole state.
type Path []Reply

// Back returns the path without its last reply.
func (p Path) Back() Path {
	if len(p) == 0 {
		return p
	}
	return p[:len(p)-1]
}

// With returns the path with a reply added; p is not changed.
func (p Path) With(r Reply) Path { return append(slices.Clip(p), r) }

// Flow is the graph of questions and its first question.
type Flow struct {
	First StepID
	Steps []Step
	// Start holds the answers known before the first question (from the command line); Walk begins with it.
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

// Walk replays the path. It returns the answers so far, and the step to ask next, "" after the last one. Questions
// with a Line to which the path has no reply are skipped. An error (*Misfit) names the first reply that does not
// fit: for another step than the next one, or with a value that the step does not allow; answers and step are then
// those before that reply.
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

// passBy skips steps with a Line, from a step on, up to the step until.
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

// Put returns a path in which the replies replace earlier ones to the same steps. Replies to steps that are no longer
// reached are left out, and so is everything after a step that needs a reply and has none.
func (f Flow) Put(p Path, replies ...Reply) Path {
	said := map[StepID]Reply{}
	for _, r := range slices.Concat(p, replies) {
		said[r.Step] = r
	}
	var out Path
	a, at := f.Start.Clone(), f.First
	for range 2 * len(f.Steps) { // if the owner runs the list, the same questions are asked again
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

// Follows returns the question that comes after another one of the same line; "" if there is none.
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

// Begin returns the path over the first questions that Start already answers, so that they are not asked again.
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

// Until returns a path to a step: the given replies as far as they lead, then what the answers already say, and
// pages without a reply. An error (*Misfit) says that this does not lead there.
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
		if s.Fits(r) != nil { // not answered: go on without an answer if the step allows it
			r = Reply{Step: at, Values: []string{owner.Unknown}}
		}
		if m := s.Fits(r); m != nil {
			return p, m
		}
		p = p.With(r)
	}
	return p, errors.Join(err, &Misfit{Step: to, Code: MisfitOrder})
}

// Graph returns the flow as a Mermaid flowchart, one line an edge. An edge without a name is taken if no other is.
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
