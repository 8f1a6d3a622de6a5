// Package drift compares two looks at one domain: what changed in DNS, what that breaks for its mail, and who probably did
// it, with the grounds. It looks nothing up and keeps nothing. What was not answered is no change, and what nobody saw
// is blamed on nobody.
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

// Side is one look, read and judged. Both sides of a comparison are judged with the same answers of the owner, so that
// only DNS can differ.
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

// Act is what happened to it.
type Act string

// The acts.
const (
	Gone    Act = "gone"
	Come    Act = "come"
	Doubled Act = "doubled" // one record became several, where receivers take one
	Altered Act = "altered"
	Moved   Act = "moved" // nothing of the old is left in the new: other servers altogether
)

// Change is one difference between the looks.
type Change struct {
	Kind Kind
	Act  Act
	Name string
	// Gone and Come are what differs: terms of an SPF record, tags of a policy, else whole values. "CNAME name" is an alias.
	Gone, Come []string
	// Was is every value that stood before, whole: what is to be put back, where the change was a mistake.
	Was []string
}

// Loss is something that got worse and that no rule calls a fault.
type Loss struct {
	Code string // key, weaker, reports, elsewhere or signature
	Args map[string]string
}

// Fall is a receiver that treats the domain's mail worse than before.
type Fall struct {
	Receiver    string
	Before, Now forecast.Outlook
}

// Drift is all that differs.
type Drift struct {
	Changes []Change
	Broken  []checks.Finding // faults that were not there before; none that another hides
	Fallen  []Fall
	Losses  []Loss
	Lapses  []Lapse // of which it cannot be seen whether they harm
	Clues   []Clue
	Mended  []checks.Finding
	// Unanswered are the questions that were answered before and are not now. Of what they ask nothing is said.
	Unanswered []snapshot.Answer
}

// Harmful reports whether anything got worse.
func (d Drift) Harmful() bool { return len(d.Broken)+len(d.Fallen)+len(d.Losses) > 0 }

// Compare says what differs between an earlier look and a later one. Judge reads the rules over a look, with the answers of the
// owner that are given; what was learnt from the earlier one is among them. A key of which DNS cannot tell whether it is
// still used is judged as if it stood: it is told as a lapse, and nothing is claimed for want of it.
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
	d.Broken = slices.DeleteFunc(d.Broken, d.lostKey) // the loss says it better: nobody named the selector
	d.Clues = clues(was.In, seen, d)
	return d
}

// unseen lists the faults of the later findings that the earlier ones do not have. That a fault has other arguments than
// before makes it another one only where records changed: a time or a count may differ from look to look.
func unseen(earlier, later []checks.Finding, changed bool) []checks.Finding {
	return slices.DeleteFunc(checks.Causes(later), func(f checks.Finding) bool {
		return !fault(f) || slices.ContainsFunc(earlier, func(e checks.Finding) bool {
			return e.Code == f.Code && e.Name == f.Name && fault(e) && slices.Equal(e.States, f.States) &&
				(!changed || fmt.Sprint(e.Args) == fmt.Sprint(f.Args))
		})
	})
}

func fault(f checks.Finding) bool { return f.Severity == checks.Blocks || f.Severity == checks.Harms }

// fallen lists the receivers that do worse with the domain's mail. Not to know is no fall.
func fallen(old, now forecast.Forecast) (out []Fall) {
	for _, line := range now.Lines {
		i := slices.IndexFunc(old.Lines, func(l forecast.Line) bool { return l.Receiver == line.Receiver })
		if i >= 0 && line.Now.Outcome != forecast.Unknown && forecast.Worse(line.Now.Outcome, old.Lines[i].Now.Outcome) {
			out = append(out, Fall{line.Receiver, old.Lines[i].Now, line.Now})
		}
	}
	return out
}

// unanswered lists the later look's questions without an answer that mail hangs on: those that had something to say before,
// and those about the records that every domain should have.
func unanswered(old, now Side) []snapshot.Answer {
	open := checks.Unheard(now.In, now.Findings)
	if checks.Fatal(now.Findings) { // the rules speak of the zone as a whole then
		open = now.In.DNS.Failures()
	}
	return slices.DeleteFunc(open, func(a snapshot.Answer) bool {
		before, _ := old.In.DNS.Find(a.Key)
		every := a.Name == now.In.Owner.Domain && a.Type == snapshot.TXT || a.Name == now.In.PolicyName()
		return !before.Known() || !every && len(before.Records)+len(before.Chain) == 0
	})
}

// Good reports whether a look may be kept as a good state: nothing is at fault in it, and no question went without an
// answer. faulty tells which of the two is lacking.
func Good(s Side) (good, faulty bool) {
	if slices.ContainsFunc(checks.Causes(s.Findings), fault) {
		return false, true
	}
	return len(checks.Unheard(s.In, s.Findings)) == 0 && len(s.Findings) > 0 && !checks.Fatal(s.Findings), false
}
