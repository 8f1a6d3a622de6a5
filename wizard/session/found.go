package session

import (
	"slices"
	"strings"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard"
)

// Line is one line of the found page: the answer to a question, and why.
type Line struct {
	Step  wizard.StepID  // the question behind the line
	Reply wizard.Reply   // the answer for now; empty where it is not known
	Said  bool           // answered by the owner, not taken from DNS
	Clues []catalog.Clue // the evidence from DNS, the best first
}

// Known reports whether the line has an answer.
func (l Line) Known() bool { return l.Reply.Said() }

// lines are the questions on the found page, in order.
var lines = []wizard.StepID{wizard.StepHost, wizard.StepServices, wizard.StepPanel, wizard.StepRoute, wizard.StepSymptom}

// Lines returns the lines of the found page. One Enter accepts all of them.
func (s *Session) Lines() []Line {
	var out []Line
	for _, id := range lines {
		step, _ := s.flow.Step(id)
		l := Line{Step: id, Reply: step.Said(s.ans), Clues: s.clues(step.Options)}
		if l.Said = l.Reply.Said(); !l.Said {
			l.Reply = s.guess(step, l.Clues)
		}
		if id == wizard.StepSymptom && s.ans.Symptom == owner.SymptomBounce && s.ans.Mail.Kind != "" {
			l.Step = wizard.StepBounce // with a bounce in hand, this is the answer that can be changed
		}
		out = append(out, l)
	}
	return out
}

// clues returns the evidence for the entries of one list, without entries that the catalogue does not have in that
// list.
func (s *Session) clues(options string) []catalog.Clue {
	var all []catalog.Clue
	var has func(string) bool
	switch options {
	case wizard.OptionsHosts:
		all, has = slices.Concat(s.seen.Hosts, s.seen.Hints), func(id string) bool { _, ok := s.world.Catalog.Host(id); return ok }
	case wizard.OptionsSenders:
		all, has = slices.Concat(s.seen.Senders, s.seen.Hints), func(id string) bool { _, ok := s.world.Catalog.Sender(id); return ok }
	case wizard.OptionsPanels:
		all, has = s.seen.Panels, func(id string) bool { _, ok := s.world.Catalog.Panel(id); return ok }
	}
	var out []catalog.Clue
	for _, c := range all {
		if c.ID != owner.Unknown && has(c.ID) && !slices.ContainsFunc(out, func(o catalog.Clue) bool { return o.ID == c.ID }) {
			out = append(out, c)
		}
	}
	return out
}

// Guess returns the answer that a question has without being asked; empty if it must be asked.
func (s *Session) Guess(step wizard.Step) wizard.Reply { return s.guess(step, s.clues(step.Options)) }

// guess returns the answer that DNS shows without doubt, or that holds for almost everybody; empty if there is none.
func (s *Session) guess(step wizard.Step, clues []catalog.Clue) wizard.Reply {
	r := wizard.Reply{Step: step.ID}
	for _, c := range clues {
		if !c.Sure() || step.Kind == wizard.Choose && r.Said() {
			continue
		}
		r.Values = append(r.Values, c.ID)
		if c.Value != "" {
			if r.Extra == nil {
				r.Extra = map[string]string{}
			}
			r.Extra[c.ID] = c.Value
		}
	}
	switch {
	case r.Said():
	case step.ID == wizard.StepServices && len(clues) == 0 && s.snap != nil && s.snap.TXT(s.ans.Domain).Known():
		r.Values = []string{owner.None}
	case step.Suggest != nil:
		if v := step.Suggest(s.ans); v != "" {
			r.Values = []string{v}
		}
	}
	return r
}

// confirmed returns the path with everything that the found page shows accepted.
func (s *Session) confirmed() wizard.Path {
	var taken []wizard.Reply
	for _, l := range s.Lines() {
		if !l.Said && l.Known() {
			taken = append(taken, l.Reply)
		}
	}
	return s.flow.Put(s.path, taken...)
}

// Open asks a question that has a Line. Once it is answered, the previous page is shown again.
func (s *Session) Open(id wizard.StepID) {
	if step, ok := s.flow.Step(id); ok && step.Line != "" {
		s.open = []wizard.StepID{id}
	}
}

// askFirst opens, once each, the questions without whose answers the result is of little use: who sends the mail, if
// DNS does not tell; and for a list that the owner runs, whether the bounced address is a member.
func (s *Session) askFirst() {
	if s.at != wizard.StepFound || len(s.open) > 0 || s.Blind() || s.Missing() {
		return
	}
	if _, asked := s.said[wizard.StepHost]; !asked {
		if host := s.Lines()[0]; !host.Known() {
			s.Open(host.Step)
			return
		}
	}
	l := s.ans.List
	if _, asked := s.said[wizard.StepListMembers]; asked || s.ans.Route != owner.List || l.Domain() != s.ans.Domain || l.Bounced == "" || l.Member != "" || s.ans.Mail.Kind == "" {
		return
	}
	var told []wizard.Reply // what the mail in hand says, which leads to the question
	for _, id := range []wizard.StepID{wizard.StepRoute, wizard.StepListAddress, wizard.StepListBounced} {
		step, _ := s.flow.Step(id)
		told = append(told, step.Said(s.ans))
	}
	if s.walk(s.flow.Put(s.path, told...)) == nil {
		s.Open(wizard.StepListMembers)
	}
}

// answer handles the reply to an opened question, and opens the next one of the same line.
func (s *Session) answer(r wizard.Reply) ([]Effect, error) {
	step := s.Step()
	r, misfit := s.Digest(r)
	if misfit == nil {
		misfit = s.Fits(r)
	}
	if misfit != nil {
		return nil, misfit
	}
	path, replies := s.path, []wizard.Reply{}
	if step.ID == wizard.StepListWhose && slices.Equal(r.Values, []string{owner.Yes}) {
		path = s.turned(path)
	}
	for id, was := range s.said {
		if x, _ := s.flow.Step(id); x.Line == step.Line { // replies given before the line took another turn
			replies = append(replies, s.learnt(was))
		}
	}
	was := s.ans
	if err := s.walk(s.flow.Put(path, append(replies, s.learnt(r))...)); err != nil {
		return nil, err
	}
	s.said[r.Step] = r
	var out []Effect
	if s.ans.Domain != s.about { // now the domain of the list that the owner runs
		out = append(out, s.forget()...)
		s.about = s.ans.Domain
		out = append(out, s.arrive()...)
	}
	if next := s.flow.Follows(r.Step, s.ans); next != "" {
		s.open = append(s.open, next)
		return append(out, s.keep()...), nil
	}
	s.open = nil
	s.askFirst()
	return append(append(out, s.changed(was)...), s.keep()...), nil
}

// turned returns the path without the answers about the writer's systems, which do not hold for the list's domain.
func (s *Session) turned(p wizard.Path) wizard.Path {
	systems := []wizard.StepID{wizard.StepHost, wizard.StepServices, wizard.StepPanel, wizard.StepReport, wizard.StepFound}
	for _, id := range systems {
		delete(s.said, id)
	}
	return slices.DeleteFunc(slices.Clone(p), func(r wizard.Reply) bool { return slices.Contains(systems, r.Step) })
}

// changed judges again after an answer has changed, and asks DNS what the new answer makes necessary. Before the
// diagnosis it does nothing.
func (s *Session) changed(was owner.Answers) []Effect {
	if s.result.DNS == nil || s.at == wizard.StepFound {
		return nil
	}
	s.judge()
	_, host, typed := strings.Cut(s.ans.ReportTo, "@")
	if was.ReportTo == s.ans.ReportTo || !typed || input.Registrable(host) == input.Registrable(s.ans.Domain) {
		return nil
	}
	return s.begin(true) // ask whether the other domain accepts the reports
}

// Missing reports whether the last look has shown that the domain is not registered.
func (s *Session) Missing() bool {
	return !s.look.Busy && slices.ContainsFunc(s.early.Findings, func(f checks.Finding) bool { return f.Code == checks.DomainUnregistered })
}

// Retype replaces the name of a domain that is not registered. If the name is unchanged, DNS is asked again.
func (s *Session) Retype(r wizard.Reply) ([]Effect, error) {
	if len(r.Values) == 1 && r.Values[0] == s.ans.Domain {
		return s.LookAgain(), nil
	}
	first, _ := s.flow.Step(s.flow.First)
	if m := first.Fits(r); m != nil {
		return nil, m
	}
	if err := s.walk(nil); err != nil {
		return nil, err
	}
	return s.Reply(r)
}

// AsksReport reports whether the address for DMARC reports has yet to be asked for a change: its record would have
// none, and the owner was not asked.
func (s *Session) AsksReport(i int) bool {
	if _, asked := s.said[wizard.StepReport]; asked || s.ans.ReportTo != "" || i < 0 || i >= len(s.result.Plan.Changes) {
		return false
	}
	return s.TakesReport(i)
}

// TakesReport reports whether a change makes the domain's DMARC record without a report address.
func (s *Session) TakesReport(i int) bool {
	c := s.result.Plan.Changes[i]
	return c.Action != plan.Remove && c.Name == dnsname.Policy(s.ans.Domain) && len(dmarc.Parse(c.Value).Reports) == 0
}

// Suggestion returns what to offer in the field of the current question; "" for nothing.
func (s *Session) Suggestion() string {
	step := s.Step()
	if step.Suggest != nil {
		if v := step.Suggest(s.ans); v != "" {
			return readable(v)
		}
	}
	if step.ID != wizard.StepReport || s.snap == nil {
		return ""
	}
	for _, v := range s.snap.TXT(dnsname.Policy(s.ans.Domain)).Data() {
		for _, u := range dmarc.Parse(v).Reports {
			if u.Address != "" {
				return readable(u.Address)
			}
		}
	}
	return ""
}

// readable returns a mail address with its domain as people write it.
func readable(address string) string {
	if local, host, ok := strings.Cut(address, "@"); ok {
		return local + "@" + input.Readable(host)
	}
	return address
}

// Typed returns what was typed into the first box, if it was read as something else that needs an explanation.
func (s *Session) Typed() string {
	if len(s.path) == 0 {
		return ""
	}
	return s.path[0].Extra[wizard.ExtraTyped]
}

// Names returns the domain's records of a type (NS or MX) as far as DNS has shown them.
func (s *Session) Names(t snapshot.Type) []string {
	if s.snap == nil {
		return nil
	}
	name := s.ans.Domain
	if t == snapshot.NS {
		name = s.Zone()
	}
	return s.snap.Get(name, t).Data()
}
