package session

import (
	"slices"
	"strings"

	"example.org/todoku/checks/plan"
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

// PutOff lists the changes whose value is still lacking: their key was not pasted yet, or the name or address of the owner's
// server is not known. Nobody waits for them.
func (s *Session) PutOff() []plan.Change {
	return slices.DeleteFunc(slices.Clone(s.result.Plan.Changes), func(c plan.Change) bool { return !c.Lacks() })
}
