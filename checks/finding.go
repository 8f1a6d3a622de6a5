// Package checks holds the rules: facts → findings. Every rule is a pure function in one table; none looks anything up, and
// none calls another. A finding carries a code, its states and its arguments; its words live in i18n.
package checks

import (
	"slices"
	"strings"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// Code names a finding; it never changes once published.
type Code string

// Topic is the part of mail that a finding is about: the first word of its code.
func (c Code) Topic() string {
	topic, _, _ := strings.Cut(string(c), "-")
	return topic
}

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

// Finding is one thing that a rule says.
type Finding struct {
	Code     Code
	Severity Severity
	Name     string  // the DNS name it is about
	States   []State // those that hold, of the rule's aspects and remarks
	Args     any     // the rule's Args, filled: a struct of the kinds in args.go; nil where it has none
	Evidence []snapshot.Answer
	// Problems are the mistakes in the SPF record of Args that it is about, with their places in it.
	Problems []spf.Problem
	// Under is the finding that hides this one: a symptom is folded under its cause.
	Under Code
}

// Is reports whether a state holds.
func (f Finding) Is(s State) bool { return slices.Contains(f.States, s) }

// Record is the record in which Problems have their places; "" of a finding that is about no record.
func (f Finding) Record() string {
	for _, a := range Arguments(f.Args) {
		if r, ok := a.Value.(Record); ok {
			return string(r)
		}
	}
	return ""
}

// Rule is one row of the table.
type Rule struct {
	Code     Code
	Severity Severity // of a finding that does not say its own
	RFC      string   // where the rule comes from; "" where no RFC says it
	Page     string   // the receiver's or company's own page
	Also     []string // what else says so
	// After: silent (folded under) when one of these was found, so that a cause hides its symptoms.
	After []Code
	// Aspects are the sides on which findings of the code differ; a finding has one state of each.
	Aspects []Aspect
	// Remarks are states that hold or not; each only adds a sentence.
	Remarks []State
	// Args is a zero value of the struct that every finding of the code has as its Args; nil for none.
	Args any
	// Judge says what it finds in the facts. Review looks at what all rules before it found instead; a rule has one of both.
	Judge  func(*facts.Facts) []Finding
	Review func(*facts.Facts, []Finding) []Finding
}

// Source is where the rule comes from, for people.
func (r Rule) Source() []string {
	return slices.DeleteFunc(append([]string{r.RFC, r.Page}, r.Also...), func(s string) bool { return s == "" })
}

// Verdict is the whole in one word.
type Verdict string

// The verdicts of the command line contract.
const (
	VerdictOK      Verdict = "ok"
	VerdictFix     Verdict = "fix"
	VerdictUnknown Verdict = "unknown"
)
