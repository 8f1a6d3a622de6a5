// Package drift compares two looks at one domain: what changed in DNS, what that breaks for its mail, and who probably
// did it, with the grounds. It looks nothing up and keeps nothing. A question without an answer does not count as a
// change, and nobody is blamed for what was not seen.
package drift

import (
	"fmt"
	"slices"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/forecast"
	"example.org/todoku/checks/snapshot"
)

// Side is one look with its judgement. Both sides of a comparison are judged with the same answers of the owner, so
// that only DNS can differ.
type Side struct {
	In       *facts.Facts
	Findings []checks.Finding
	Forecast forecast.Forecast
}

// Kind is what a change is about.
type Kind string

// The kinds.
const (
	Servers Kind = "ns"
	Signing Kind = "ds"
	SPF     Kind = "spf"
	DKIM    Kind = "dkim"
	DMARC   Kind = "dmarc"
	MX      Kind = "mx"
	Address Kind = "address"
	Text    Kind = "text"
)

// Act says how a record changed.
type Act string

// The acts.
const (
	Gone    Act = "gone"
	Come    Act = "come"
	Doubled Act = "doubled" // one record became several, although receivers accept only one
	Altered Act = "altered"
	Moved   Act = "moved" // none of the old values remain: other servers altogether
)

// Change is one difference between the looks.
type Change struct {
	Kind Kind
	Act  Act
	Name string
	// Gone and Come are the parts that differ: terms of an SPF record, tags of a policy, else whole values. "CNAME name"
	// is an alias.
	Gone, Come []string
	// Was holds every earlier value in full, to be put back if the change was a mistake.
	Was []string
}

// Loss is something that got worse but that no rule reports as a fault.
type Loss struct {
	Code string // key, weaker, reports, elsewhere or signature
	Args map[string]string
}

// Fall is a receiver that treats the domain's mail worse than before.
type Fall struct {
	Receiver    string
	Before, Now forecast.Outlook
}

// Drift holds all differences.
type Drift struct {
	Changes []Change
	Broken  []checks.Finding // new faults, without those that another finding hides
	Fallen  []Fall
	Losses  []Loss
	Clues   []Clue
	Mended  []checks.Finding
	// Unanswered holds the failed questions that mail depends on. Nothing is said about what they ask.
	Unanswered []snapshot.Answer
}

// Harmful reports whether anything got worse.
func (d Drift) Harmful() bool { return len(d.Broken)+len(d.Fallen)+len(d.Losses) > 0 }

// Compare returns the differences between an earlier look and a later one.
func Compare(old, now Side) Drift {
	d := Drift{Changes: changes(old.In, now.In), Unanswered: unanswered(old, now)}
	d.Broken = unseen(old.Findings, now.Findings, len(d.Changes) > 0)
	d.Mended = unseen(now.Findings, old.Findings, len(d.Changes) > 0)
	d.Fallen = fallen(old.Forecast, now.Forecast)
	d.Losses = losses(old.In, now.In, d)
	d.Broken = slices.DeleteFunc(d.Broken, d.lostKey) // the loss says it better, since no selector was named by the owner
	d.Clues = clues(old.In, now.In, d)
	return d
}

// unseen returns the faults in later that are not in earlier. Different arguments make it another fault only if records
// changed, since a time or a count may differ from look to look.
func unseen(earlier, later []checks.Finding, changed bool) []checks.Finding {
	return slices.DeleteFunc(checks.Causes(later), func(f checks.Finding) bool {
		return !fault(f) || slices.ContainsFunc(earlier, func(e checks.Finding) bool {
			return e.Code == f.Code && e.Name == f.Name && fault(e) && slices.Equal(e.States, f.States) &&
				(!changed || fmt.Sprint(e.Args) == fmt.Sprint(f.Args))
		})
	})
}

func fault(f checks.Finding) bool { return f.Severity == checks.Blocks || f.Severity == checks.Harms }

// fallen returns the receivers that treat the domain's mail worse. An unknown outcome does not count as worse.
func fallen(old, now forecast.Forecast) (out []Fall) {
	for _, line := range now.Lines {
		i := slices.IndexFunc(old.Lines, func(l forecast.Line) bool { return l.Receiver == line.Receiver })
		if i >= 0 && line.Now.Outcome != forecast.Unknown && forecast.Worse(line.Now.Outcome, old.Lines[i].Now.Outcome) {
			out = append(out, Fall{line.Receiver, old.Lines[i].Now, line.Now})
		}
	}
	return out
}

// unanswered returns the later look's failed questions that mail depends on: those that had an answer with records
// before, and those about the records that every domain should have.
func unanswered(old, now Side) []snapshot.Answer {
	open := checks.Unheard(now.In, now.Findings)
	if checks.Fatal(now.Findings) { // a finding about the whole zone covers them then
		open = now.In.DNS.Failures()
	}
	return slices.DeleteFunc(open, func(a snapshot.Answer) bool {
		before, _ := old.In.DNS.Find(a.Key)
		every := a.Name == now.In.Owner.Domain && a.Type == snapshot.TXT || a.Name == now.In.PolicyName()
		return !before.Known() || !every && len(before.Records)+len(before.Chain) == 0
	})
}

// Good reports whether a look may be kept as a good state: it has no faults, and no question failed. faulty says that
// it has faults.
func Good(s Side) (good, faulty bool) {
	if slices.ContainsFunc(checks.Causes(s.Findings), fault) {
		return false, true
	}
	return len(checks.Unheard(s.In, s.Findings)) == 0 && len(s.Findings) > 0 && !checks.Fatal(s.Findings), false
}
