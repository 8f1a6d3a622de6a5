// Package checks holds the rules that turn facts into findings. Each rule is a pure function in one table: it reads a
// *facts.Facts, looks nothing up and calls no other rule. A finding has a code, states and typed arguments; the sentences
// that people read are in i18n.
package checks

import (
	"slices"
	"strings"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// Code identifies a kind of finding. It never changes once published.
type Code string

// Topic returns the first word of the code, which names the part of mail that the finding is about.
func (c Code) Topic() string {
	topic, _, _ := strings.Cut(string(c), "-")
	return topic
}

// Severity is what a finding means to the owner.
type Severity string

// The severities, gravest first.
const (
	Blocks  Severity = "blocks"  // Gmail rejects mail because of it
	Harms   Severity = "harms"   // some mail is rejected, marked or lost
	Unknown Severity = "unknown" // it could not be determined
	Advice  Severity = "advice"  // not a fault
	Fine    Severity = "fine"    // checked and right
)

// Finding is one result of a rule.
type Finding struct {
	Code     Code
	Severity Severity
	Name     string  // the DNS name it is about
	States   []State // one of each aspect of the rule, and the remarks that hold
	Args     any     // the rule's Args struct, filled in; its fields have the types of args.go; nil if the rule has none
	Evidence []snapshot.Answer
	// Problems are the mistakes that the finding is about, as offsets into Record.
	Problems []spf.Problem
	// Under is the code of the cause under which this symptom is folded; "" if none.
	Under Code
}

// Is reports whether the finding has state s.
func (f Finding) Is(s State) bool { return slices.Contains(f.States, s) }

// Record returns the SPF or DMARC record that Problems refer to, or "" if the finding has no such argument.
func (f Finding) Record() string {
	for _, a := range Arguments(f.Args) {
		if r, ok := a.Value.(Record); ok {
			return string(r)
		}
	}
	return ""
}

// Rule declares one kind of finding and the function that finds it.
type Rule struct {
	Code     Code
	Severity Severity // used where Judge leaves it empty
	RFC      string   // the section that the rule rests on; "" if none
	Page     string   // a receiver's or company's page that the rule rests on; "" if none
	Also     []string // further sources
	// After lists the causes: a finding is folded under the first of them that was found.
	After Codes
	// Aspects are groups of states; a finding has exactly one state of each.
	Aspects []Aspect
	// Remarks are optional states; each adds a sentence.
	Remarks []State
	// Args is a zero value of the struct that findings of the code carry as Args; nil for none.
	Args any
	// Judge returns the findings for the facts. Review also gets the findings of the rules before it. A rule has exactly
	// one of the two.
	Judge  func(*facts.Facts) []Finding
	Review func(*facts.Facts, []Finding) []Finding
}

// Codes are codes of rules. They are kept in two parts, so that the compiler can lay out the rules and nothing has to be
// built when the program starts.
type Codes struct {
	fatal bool // the fatal codes come first
	more  []Code
}

// All returns the codes in their order.
func (c Codes) All() []Code {
	if c.fatal {
		return slices.Concat(fatal, c.more)
	}
	return slices.Clone(c.more)
}

// Source returns the sources of the rule: its RFC, its page, and the further ones.
func (r Rule) Source() []string {
	return slices.DeleteFunc(append([]string{r.RFC, r.Page}, r.Also...), func(s string) bool { return s == "" })
}

// Verdict is the overall result of a check.
type Verdict string

// The verdicts, as the command line prints them.
const (
	VerdictOK      Verdict = "ok"
	VerdictFix     Verdict = "fix"
	VerdictUnknown Verdict = "unknown"
)
