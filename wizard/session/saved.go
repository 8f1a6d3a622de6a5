package session

import (
	"slices"
	"strings"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/proof"
)

// tick is what a record is known by where the owner says that it was saved: another value is another record.
func tick(ch plan.Change) string {
	return strings.Join([]string{string(ch.Action), ch.Name, string(ch.Type), ch.Value}, " ")
}

// IsSaved reports whether the owner said that a change was saved in the panel.
func (s *Session) IsSaved(ch plan.Change) bool { return slices.Contains(s.saved, tick(ch)) }

// SetSaved takes the owner's word for it that a change was saved in the panel, or that it was not.
func (s *Session) SetSaved(ch plan.Change, saved bool) {
	s.saved = slices.DeleteFunc(slices.Clone(s.saved), func(t string) bool { return t == tick(ch) })
	if saved && !ch.Lacks() {
		s.saved = append(s.saved, tick(ch))
	}
}

// Switched reports whether all that the plan leaves for later is made by a switch at a service: there is no key to paste then.
// done says that the owner has pressed each, and that a test mail bears a signature of the domain's own that passes.
func (s *Session) Switched() (only, done bool) {
	pressed := false
	for _, c := range s.result.Plan.Changes {
		if c.Lacks() {
			return false, false
		}
		if c.Switch {
			only, pressed = true, (pressed || !only) && s.IsSaved(c)
		}
	}
	signed := s.prove.kept != nil && slices.ContainsFunc(s.prove.kept.DKIM, func(d proof.Check) bool {
		return d.Result == "pass" && d.Aligned == owner.Yes
	})
	return only, only && pressed && signed
}

// PutOff lists the changes whose value is still lacking: their key was not pasted yet, or the name or address of the owner's
// server is not known. Nobody waits for them.
func (s *Session) PutOff() []plan.Change {
	return slices.DeleteFunc(slices.Clone(s.result.Plan.Changes), func(c plan.Change) bool { return !c.Lacks() })
}
