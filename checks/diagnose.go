package checks

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/snapshot"
)

// gravity ranks the severities; 0 is the gravest.
var gravity = map[Severity]int{Blocks: 0, Harms: 1, Unknown: 2, Advice: 3, Fine: 4}

// Diagnose runs every rule and returns the findings, gravest first, and within a severity in the order of the table
// (causes before symptoms). A finding whose cause was found too stays in the list; its Under names the cause.
func Diagnose(in *facts.Facts) []Finding {
	var out []Finding
	found := map[Code]bool{}
	for _, r := range table {
		for _, f := range r.judge(in, out) {
			for _, cause := range r.After.All() {
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

// place returns the rank by which a finding is sorted. A refusal in hand comes before everything that DNS suggests.
func place(f Finding) int {
	if f.Code == MailRefused {
		return -1
	}
	return gravity[f.Severity]
}

// judge runs one rule and fills in the code, and the severity and name where the rule left them empty. In tests it panics
// when a finding does not match what the rule declares.
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

// Symptoms returns the findings that are folded under a cause. A cause in local hides only the findings that it concerns.
func Symptoms(all []Finding, cause Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f Finding) bool {
		return f.Under != cause.Code || slices.Contains(local, cause.Code) && !cause.concerns(f)
	})
}

// concerns reports whether f explains o: both are about the same name, f saw a record that belongs at o's name, f saw a key
// at a wrong name and o misses one of unknown selector, f saw at servers that are not in charge the kind of record that o
// misses, f saw there the older record that a cache holds, or f saw in an ignored text the SPF terms that o misses.
func (f Finding) concerns(o Finding) bool {
	if old, ok := o.Args.(CacheOldArgs); ok && f.Is(MovingRecords) {
		return slices.Contains(f.Args.(NSMovingArgs).Records, old.Record[0])
	}
	if f.Code == SPFUnread {
		return f.Is(UnreadLost) && f.Args.(SPFUnreadArgs).holds(o)
	}
	if f.Code == TargetDoubled && o.Code == SenderUnaligned {
		return slices.ContainsFunc(o.Evidence, func(a snapshot.Answer) bool { return a.Name == f.Name }) // its key leads nowhere
	}
	if f.Code == NSElsewhere || f.Code == NSMoving {
		return slices.Contains(f.Unasked(), facts.RecordKind(strings.ToUpper(o.Code.Topic())))
	}
	if f.Code == NameDoubled && dnsname.InKeys(f.Meant()) && (o.Code == DKIMNotFound || f.Is(DoubledBranch) && o.Is(MissingUsual)) {
		return true // the key that was not found, under whichever selector
	}
	return f.Name == o.Name || f.Meant() == o.Name
}

// Unasked returns the kinds of record that ns-elsewhere or ns-moving saw only at name servers that are not, or no longer,
// in charge of the zone. The records are in the finding's evidence.
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

// Meant returns the name at which a misplaced record belongs, or "" for a finding that is not about a misplaced record.
func (f Finding) Meant() string {
	switch a := f.Args.(type) {
	case NameDoubledArgs:
		return string(a.Meant)
	case DMARCMisplacedArgs:
		return string(a.Meant)
	}
	return ""
}

// hides reports whether a finding with the code cause concerns f.
func hides(found []Finding, cause Code, f Finding) bool {
	return slices.ContainsFunc(found, func(c Finding) bool { return c.Code == cause && c.concerns(f) })
}

// Causes returns the findings that are not folded under another.
func Causes(all []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f Finding) bool { return f.Under != "" })
}

// Unheard returns the failed questions that no finding explains. Where no record of the zone could be read it leaves out
// every question below the zone, and it leaves out what a finding already says of a server.
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

// VerdictOf sums the findings up: fix where one blocks or harms, unknown where one is unknown or there are none, else ok.
func VerdictOf(all []Finding) Verdict {
	if len(all) == 0 {
		return VerdictUnknown // nothing was seen, which does not mean that nothing is wrong
	}
	v := VerdictOK
	for _, f := range all {
		if slices.Contains(fatal, f.Under) {
			continue // a symptom of a fatal finding says nothing about the records
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

// one returns a list of one finding, for rules that have a single thing to say.
func one(f Finding) []Finding { return []Finding{f} }
