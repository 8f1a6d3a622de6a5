// Package checks holds the rules: (Answers, Snapshot) → Findings. Every rule is a pure function in one table; none
// looks anything up. A finding carries a code and arguments; its words live in i18n.
package checks

import (
	"todoku/checks/catalog"
	"todoku/checks/owner"
	"todoku/checks/snapshot"
	"todoku/checks/spf"
)

// Code names a finding; it never changes once published.
type Code string

// Severity is what a finding means to the owner.
type Severity string

// The severities, gravest first.
const (
	Blocks  Severity = "blocks"  // Gmail refuses for this
	Harms   Severity = "harms"   // some mail suffers
	Unknown Severity = "unknown" // could not be seen
	Advice  Severity = "advice"  // no fault
	Fine    Severity = "fine"    // seen to be right
)

// Args are the values that a finding's words need; foreign text in them is not yet made printable.
type Args map[string]string

// Finding is one thing that a rule says.
type Finding struct {
	Code     Code
	Severity Severity
	Name     string // the DNS name it is about
	Args     Args
	Evidence []snapshot.Answer
	// Problems are the mistakes in the SPF record Args["record"] that it is about, with their places in it.
	Problems []spf.Problem
	// Under is the finding that hides this one: a symptom is folded under its cause.
	Under Code
}

// In is all that a rule sees.
type In struct {
	Answers owner.Answers
	DNS     *snapshot.Snapshot
	Catalog *catalog.Catalog
	// Seen is what the snapshot shows of the catalogue's entries; Diagnose fills it in.
	Seen catalog.Detected
	// Found is what the rules further up in the table have said, for the few that look at it; Diagnose fills it in.
	Found []Finding
	// once holds what many rules read of this DNS and these answers; nil outside Diagnose, where they change.
	once *readings
}

// WithSeen is the same with Seen filled in, where the catalogue was not yet searched for what DNS shows.
func (in In) WithSeen() In {
	if in.Catalog != nil && in.Seen.Hosts == nil && in.Seen.Senders == nil && in.Seen.Panels == nil {
		in.Seen = in.Catalog.Detect(in.DNS)
	}
	return in
}

// Rule is one row of the table.
type Rule struct {
	Code     Code
	Severity Severity
	// Source is where the rule comes from: an RFC section or a receiver's page.
	Source string
	// After: silent (folded under) when one of these was found, so that a cause hides its symptoms.
	After []Code
	Judge func(In) []Finding
}

// Verdict is the whole in one word.
type Verdict string

// The verdicts of the command line contract.
const (
	VerdictOK      Verdict = "ok"
	VerdictFix     Verdict = "fix"
	VerdictUnknown Verdict = "unknown"
)
