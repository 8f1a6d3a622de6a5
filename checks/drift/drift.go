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
	"example.org/todoku/checks/owner"
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
	// Stands says that the owner's own record, an alias, is as it was: what went is behind it, at somebody else's.
	Stands bool
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
	Lapses  []Lapse // missing keys that may or may not still be used
	Clues   []Clue
	Mended  []checks.Finding
	// Unanswered holds the failed questions that mail depends on. Nothing is said about what they ask.
	Unanswered []snapshot.Answer
}

// Harmful reports whether anything got worse.
func (d Drift) Harmful() bool { return len(d.Broken)+len(d.Fallen)+len(d.Losses) > 0 }

// Compare returns the differences between an earlier look and a later one. judge applies the rules to a look with the given
// answers of the owner; learnt has what Learn found in the earlier look. If DNS cannot show whether a missing key is still
// used, the later look is judged as if the key were there: it is reported as a lapse, and no damage is claimed.
func Compare(learnt owner.Answers, old, now *snapshot.Snapshot, judge func(owner.Answers, *snapshot.Snapshot) Side) Drift {
	was, is := judge(learnt, old), judge(learnt, now)
	open := lapses(was.In, is)
	if len(open) > 0 {
		is = judge(learnt, presuming(was.In, now, open))
	} else if fresh, renewed := renewed(learnt, was.In, is.In); renewed {
		is = judge(fresh, now)
	}
	seen := is.In.WithDNS(now)
	d := Drift{Changes: changes(was.In, seen), Lapses: open, Unanswered: unanswered(was, Side{seen, is.Findings, is.Forecast})}
	d.Broken = unseen(was.Findings, is.Findings, len(d.Changes) > 0)
	d.Mended = unseen(is.Findings, was.Findings, len(d.Changes) > 0)
	d.Fallen = fallen(was.Forecast, is.Forecast)
	d.Losses = losses(was.In, seen, d)
	d.Broken = slices.DeleteFunc(d.Broken, d.lostKey) // the loss says it better, since no selector was named by the owner
	d.Clues = clues(was.In, seen, d)
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
