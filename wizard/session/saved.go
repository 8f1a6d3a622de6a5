package session

import (
	"slices"
	"strings"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/proof"
)

// tick returns the key under which a record is marked as saved. A new value makes it another record.
func tick(ch plan.Change) string {
	return strings.Join([]string{string(ch.Action), ch.Name, string(ch.Type), ch.Value}, " ")
}

// IsSaved reports whether the owner said that a change was saved in the panel.
func (s *Session) IsSaved(ch plan.Change) bool { return slices.Contains(s.saved, tick(ch)) }

// SetSaved records whether the owner says that a change was saved in the panel, and returns the effects that keep this.
func (s *Session) SetSaved(ch plan.Change, saved bool) []Effect {
	s.saved = slices.DeleteFunc(slices.Clone(s.saved), func(t string) bool { return t == tick(ch) })
	if saved && !ch.Lacks() {
		s.saved = append(s.saved, tick(ch))
	}
	return s.keep()
}

// Switched reports, in only, whether switches at services make everything that the plan leaves for later, so that there
// is no key to paste; and in done, whether the owner has pressed each and a test mail has a passing signature of the
// owner's own domain.
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

// PutOff returns the changes whose value is still missing: their key was not pasted yet, or the name or address of the
// owner's server is not known. The wait ignores them.
func (s *Session) PutOff() []plan.Change {
	return slices.DeleteFunc(slices.Clone(s.result.Plan.Changes), func(c plan.Change) bool { return !c.Lacks() })
}
