package world

import (
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/cli"
)

// Blindness says why a snapshot knows nothing at all of a domain; Sighted means that it does.
type Blindness string

// The reasons.
const (
	Sighted  Blindness = ""
	Offline  Blindness = "offline"
	Silent   Blindness = "silent"
	Nonsense Blindness = "nonsense"
	Refused  Blindness = "refused"
	Failing  Blindness = "failed"  // only failures
	Denying  Blindness = "denied"  // the resolver denies every name
	Useless  Blindness = "useless" // answers of which none says anything
)

// BlindnessOf returns why a snapshot knows nothing at all, or Sighted.
func BlindnessOf(s *snapshot.Snapshot) Blindness {
	var unreachable, nonsense, refused, failed, denied, silent bool
	for _, a := range s.Answers {
		if a.Known() {
			return Sighted
		}
		unreachable = unreachable || a.Reason == snapshot.Unreachable
		nonsense = nonsense || a.Reason == snapshot.Malformed
		refused = refused || a.Reason == snapshot.Refused
		failed = failed || a.Reason == snapshot.ServFail || a.Reason == snapshot.Bogus
		denied = denied || a.Reason == snapshot.Denies
		silent = silent || a.Reason == snapshot.Timeout || a.Reason == snapshot.Cancelled
	}
	switch {
	case nonsense:
		return Nonsense
	case refused:
		return Refused
	case failed:
		return Failing
	case denied:
		return Denying
	case unreachable || len(s.Answers) == 0:
		return Offline
	case silent:
		return Silent
	}
	return Useless
}

// Fault returns the fault that nothing could be checked, and why.
func (b Blindness) Fault(p *cli.Program) *cli.Fault {
	return cli.NewFault(cli.StatusUnknown, p.Lang.T("cmd.blind."+string(b)), p.Lang.T("cmd.blind.lab"))
}
