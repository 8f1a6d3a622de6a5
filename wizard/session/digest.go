package session

import (
	"context"

	"example.org/todoku/checks/inhand"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/roster"
	"example.org/todoku/wizard"
)

// Digest evaluates the paste of a reply, if its question is of that kind, and returns the reply that is kept: what
// follows from the paste. Any other reply is returned unchanged. A Misfit says that the paste is not what was asked
// for. The paste itself is not kept: not in the path, not on disk, not in an export.
func Digest(step wizard.Step, a owner.Answers, r wizard.Reply) (wizard.Reply, *wizard.Misfit) {
	if step.Digest == "" || len(r.Values) == 0 || r.Values[0] == "" || r.Extra[wizard.ExtraDigest] != "" {
		return r, nil
	}
	if m := step.Fits(r); m != nil {
		return r, m
	}
	switch step.Digest {
	case wizard.DigestMembers:
		list := roster.Read([]byte(r.Values[0]))
		if list.Len() == 0 {
			return r, &wizard.Misfit{Step: step.ID, Code: wizard.MisfitMembers}
		}
		match, found := list.Find(a.List.Bounced)
		out := wizard.Members(found, list.Len())
		if found && !match.Exact {
			out.Extra[wizard.ExtraSame] = owner.Yes
		}
		return out, nil
	case wizard.DigestForwarded:
		shown, ok := inhand.Forwarded(context.Background(), r.Values[0], a.Forward)
		if !ok {
			return r, &wizard.Misfit{Step: step.ID, Code: wizard.MisfitForwarded}
		}
		return wizard.ForwardShown(shown), nil
	}
	return r, nil
}

// Digest evaluates the paste of a reply to the current question.
func (s *Session) Digest(r wizard.Reply) (wizard.Reply, *wizard.Misfit) {
	return Digest(s.Step(), s.ans, r)
}
