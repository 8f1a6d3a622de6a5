package checks

import (
	"todoku/checks/dmarc"
	"todoku/checks/snapshot"
)

// What the rules read out of a snapshot, for those who judge by it too (checks/forecast): one reading for both.

// Held is the DMARC policy that holds for the domain (RFC 9989 section 4.10).
type Held struct {
	At      string       // name of the record; "" where there is none
	Count   int          // records there; more than one counts as none
	Record  dmarc.Record // the one record, parsed
	Usable  bool         // there is exactly one, and receivers can read a policy in it
	Applied string       // the policy for this very name: none, quarantine or reject; "" where none is usable
	Known   bool         // false: a look-up that decides it failed, or was never made
}

// DMARCHeld finds the policy.
func DMARCHeld(in In) Held {
	at, recs, known := policy(in)
	h := Held{At: at, Count: len(recs), Known: known}
	if at, r, ok := usable(in); ok {
		h.At, h.Record, h.Usable = at, r, true
	}
	if f, ok := inForce(in); ok {
		h.Applied = f.policy
	}
	return h
}

// KeyName is where the key of a selector stands.
func KeyName(in In, selector string) string { return selector + below + in.Answers.Domain }

// KeysUnseen are the answers about keys that failed, so that nothing may be said of what stands there.
func KeysUnseen(in In) []snapshot.Answer {
	var out []snapshot.Answer
	for _, f := range dkimUnknown(in) {
		out = append(out, f.Evidence...)
	}
	return out
}
