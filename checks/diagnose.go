package checks

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/snapshot"
)

// gravity orders severities, gravest first.
var gravity = map[Severity]int{Blocks: 0, Harms: 1, Unknown: 2, Advice: 3, Fine: 4}

// Diagnose runs every rule and orders what they say: gravest first, then in the table's order (which runs from
// cause to symptom). A finding whose cause was found too stays in the list, with Under naming the cause.
func Diagnose(in *facts.Facts) []Finding {
	var out []Finding
	found := map[Code]bool{}
	for _, r := range table {
		for _, f := range r.judge(in, out) {
			for _, cause := range r.After {
				if found[cause] && (!slices.Contains(local, cause) || hides(out, cause, f)) {
					f.Under = cause
					break
				}
			}
			out = append(out, f)
		}
		found[r.Code] = found[r.Code] || slices.ContainsFunc(out, func(f Finding) bool { return f.Code == r.Code && f.Severity != Fine })
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return place(a) - place(b) })
	return out
}

// place is where a finding stands: a refusal in hand comes before all that DNS suggests.
func place(f Finding) int {
	if f.Code == MailRefused {
		return -1
	}
	return gravity[f.Severity]
}

// judge runs one rule, and fills in what its row says of every finding. A finding that departs from the row is a defect
// that the tests find, and panics there.
func (r Rule) judge(in *facts.Facts, before []Finding) []Finding {
	var out []Finding
	if r.Review != nil {
		out = r.Review(in, before)
	} else {
		out = r.Judge(in)
	}
	for i := range out {
		f := &out[i]
		f.Code = r.Code
		if f.Severity == "" {
			f.Severity = r.Severity
		}
		if f.Name == "" {
			f.Name = in.Owner.Domain
		}
		if err := r.conforms(*f); err != nil && testing.Testing() {
			panic(fmt.Sprint("checks: ", err))
		}
	}
	return out
}

// Symptoms are the findings that a cause hides: of a cause that hides by name, those of that name.
func Symptoms(all []Finding, cause Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f Finding) bool {
		return f.Under != cause.Code || slices.Contains(local, cause.Code) && !cause.concerns(f)
	})
}

// concerns reports whether another finding is about the same name, about a record that was meant for it, or about the lack
// of what this one found at servers that nobody asks.
func (f Finding) concerns(o Finding) bool {
	if f.Code == NSElsewhere || f.Code == NSMoving {
		return slices.Contains(f.Unasked(), facts.RecordKind(strings.ToUpper(o.Code.Topic())))
	}
	return f.Name == o.Name || f.Meant() == o.Name
}

// Unasked lists the kinds of record that the finding saw at servers that nobody asks, or not any more, while they are
// lacking where everybody does. They are in its evidence.
func (f Finding) Unasked() []facts.RecordKind {
	switch a := f.Args.(type) {
	case NSElsewhereArgs:
		if f.Is(ElsewhereThere) {
			return a.Records
		}
	case NSMovingArgs:
		if f.Is(MovingLost) {
			return a.Records
		}
	}
	return nil
}

// Meant is the name at which the record belongs that the finding saw at a wrong one; "" where it is about no such record.
func (f Finding) Meant() string {
	switch a := f.Args.(type) {
	case NameDoubledArgs:
		return string(a.Meant)
	case DMARCMisplacedArgs:
		return string(a.Meant)
	}
	return ""
}

// hides reports whether a cause was found that concerns the finding.
func hides(found []Finding, cause Code, f Finding) bool {
	return slices.ContainsFunc(found, func(c Finding) bool { return c.Code == cause && c.concerns(f) })
}

// Causes are the findings that no other hides.
func Causes(all []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f Finding) bool { return f.Under != "" })
}

// Unheard lists the questions that got no answer and of which no finding speaks: where the zone cannot be reached, every
// question about it fails for that one reason, and what a finding says of a server need not be said again.
func Unheard(in *facts.Facts, found []Finding) []snapshot.Answer {
	zone := input.Registrable(in.Owner.Domain)
	lost := Fatal(found)
	indoors := slices.ContainsFunc(found, func(f Finding) bool { return f.Code == NSAddress || f.Code == SplitView })
	told := func(a snapshot.Answer) bool {
		return slices.ContainsFunc(found, func(f Finding) bool {
			server := a.Via == snapshot.Server && f.Code.Topic() == "ns"
			return slices.ContainsFunc(f.Evidence, func(e snapshot.Answer) bool {
				return e.Key == a.Key && f.Code == DNSSECBogus || server && e.Via == snapshot.Server && e.Key.At == a.Key.At
			})
		})
	}
	return slices.DeleteFunc(in.DNS.Failures(), func(a snapshot.Answer) bool {
		return lost && snapshot.Below(a.Name, zone) || indoors && a.Reason == snapshot.Private || told(a)
	})
}

// VerdictOf sums findings up: fix where something blocks or harms, unknown where something that matters could not be
// seen or nothing was seen at all, else ok.
func VerdictOf(all []Finding) Verdict {
	if len(all) == 0 {
		return VerdictUnknown // nothing was seen: that is not the same as nothing wrong
	}
	v := VerdictOK
	for _, f := range all {
		if slices.Contains(fatal, f.Under) {
			continue // what cannot be read, or is not meant, is neither right nor wrong
		}
		switch f.Severity {
		case Blocks, Harms:
			return VerdictFix
		case Unknown:
			v = VerdictUnknown
		}
	}
	return v
}

// one is the common case of a rule with a single thing to say.
func one(f Finding) []Finding { return []Finding{f} }
