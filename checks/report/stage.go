package report

import (
	"cmp"
	"slices"
	"time"
)

// Because is a reason why a stage is next, or not yet.
type Because string

// What forbids a step.
const (
	FewDays       Because = "days"          // the reports cover too few days of the policy as it is
	FewMessages   Because = "too-few"       // too few messages to tell
	Gap           Because = "gap"           // more than a week without a report lies between
	OwnFails      Because = "unaligned"     // mail of the domain's own fails
	SPFAlone      Because = "spf-only"      // passes by SPF alone: lost where it is forwarded
	Lists         Because = "list"          // mail through mailing lists fails
	Forwards      Because = "forward"       // mail that is forwarded fails
	Contradiction Because = "contradiction" // receivers hold back mail that passes
	UnseenSender  Because = "unseen"        // a service in use does not show in the reports
	PartOnly      Because = "pct"           // the policy holds for a part of the mail only
	TestOnly      Because = "testing"       // the policy is published as a test
	NothingOwn    Because = "none-seen"     // no mail of the domain's own
)

// What allows a step, or needs none; and what is said beside it.
const (
	Clean      Because = "clean"        // nothing forbids the step
	Top        Because = "top"          // the strictest stage is reached
	Outdated   Because = "old"          // the reports end weeks ago
	NoListSeen Because = "no-list-seen" // before reject: what lists do to the domain's mail was not seen (RFC 9989 section 7.4)
)

// Becauses lists every Because.
func Becauses() []Because {
	return []Because{FewDays, FewMessages, Gap, OwnFails, SPFAlone, Lists, Forwards, Contradiction, UnseenSender, PartOnly, TestOnly, NothingOwn,
		Clean, Top, Outdated, NoListSeen}
}

// What a step takes. RFC 9989 section 7.4 wants a month at none, and as long at quarantine, before reject.
const (
	WantDays     = 28 // on which reports found the policy: four whole weeks
	WantMessages = 50 // of the domain's own
)

// Bounds of what is passed over.
const (
	mostGap    = 7              // days without a report between two with one
	oldAfter   = 21 * dayLength // after which reports are called old
	fewFailing = 3              // messages of one source that are no pattern
)

// Evidence is what a stage is decided from.
type Evidence struct {
	Policy  string // now: none, quarantine, reject
	Percent int    // pct; 100 where it is not given
	Testing bool

	Days   int // on which reports found the policy as it is now
	Gap    int // the longest run of days without a report among them
	Age    time.Duration
	Own    int64 // messages of the domain's own, however they came
	Passed int64 // of these, those that pass DMARC

	Failing   []Group // senders of the domain's own whose mail fails for the most part, or more than now and then
	SPFOnly   int64   // messages that pass by SPF and not by DKIM
	SPFGroups []Group // senders none of whose mail passes by DKIM
	Lists     int64   // messages through mailing lists that fail
	Forwards  int64   // messages passed on otherwise that fail
	Punished  int64   // messages that pass and were held back or refused without a reason
	Unseen    []string
}

// Group is one sender: a service, or an address where no service is known.
type Group struct {
	Name           string
	Passed, Failed int64
	keyed          int64 // messages that pass by DKIM
	sure           bool  // that it is the domain's own
}

// Stage is what to publish next, and why.
type Stage struct {
	Policy  string // none, quarantine or reject; the present one while no step is safe
	Because []Because
	Again   int // in how many days enough will have been seen at the earliest, where days are what is missing
}

// Stands reports whether the stage is the one that is published already.
func (s Stage) Stands(e Evidence) bool { return s.Policy == e.Policy }

// Mends reports whether the owner has something to mend before a step, so that waiting alone does not help.
func (s Stage) Mends() bool {
	return slices.ContainsFunc(s.Because, func(b Because) bool {
		return slices.Contains([]Because{OwnFails, SPFAlone, Contradiction, PartOnly, TestOnly}, b)
	})
}

// Next says which stage is safe. It advises no step that the reports forbid, and none from too little.
func Next(e Evidence) Stage {
	out := Stage{Policy: e.Policy}
	switch e.Policy {
	case "quarantine":
		out.Because = append(e.unsafe(99), e.beforeReject()...)
		if len(out.Because) == 0 {
			out.Policy = "reject"
		}
	case "reject":
		out.Because = e.failing(99)
		if len(out.Because) == 0 {
			out.Because = []Because{Top}
		}
		return out
	default:
		out.Policy = "none"
		if out.Because = e.unsafe(98); len(out.Because) == 0 {
			out.Policy = "quarantine"
		}
	}
	if out.Policy != cmp.Or(e.Policy, "none") {
		out.Because = append([]Because{Clean}, e.beware()...)
	} else if slices.Contains(out.Because, FewDays) {
		out.Again = WantDays - e.Days
	}
	return out
}

// rampSteps are the shares of the mail, in a hundred, to which a policy was applied one after the other before RFC 9989.
var rampSteps = []int{10, 50, 100}

// Ramp is Next for an owner who wishes to raise the share of the mail to which a policy applies (pct) step by step: the
// stage, and the share to publish; 0 where no step is due. Receivers that follow RFC 9989 ignore the share.
func Ramp(e Evidence) (Stage, int) {
	s := Next(e)
	if !s.Stands(e) {
		return s, rampSteps[0]
	}
	if e.Policy == "none" || e.Percent >= 100 {
		return s, 0
	}
	if only := slices.DeleteFunc(slices.Clone(s.Because), func(b Because) bool { return b == PartOnly || b == Top }); len(only) > 0 {
		return s, 0
	}
	i := slices.IndexFunc(rampSteps, func(p int) bool { return p > e.Percent })
	return Stage{Policy: e.Policy, Because: []Because{Clean}}, rampSteps[i]
}

// unsafe lists what forbids any step; share is how many in a hundred of the own messages must pass.
func (e Evidence) unsafe(share int64) []Because {
	out := e.failing(share)
	add := func(b Because, is bool) {
		if is {
			out = append(out, b)
		}
	}
	add(NothingOwn, e.Own == 0)
	add(FewDays, e.Days < WantDays)
	add(FewMessages, e.Own > 0 && e.Own < WantMessages)
	add(Gap, e.Gap > mostGap)
	add(UnseenSender, len(e.Unseen) > 0)
	return out
}

// failing lists what already goes wrong with the domain's own mail.
func (e Evidence) failing(share int64) (out []Because) {
	lost := sum(e.Lists, e.Forwards)
	if len(e.Failing) > 0 || e.Own-lost > 0 && less(e.Passed, share, e.Own-lost) {
		out = append(out, OwnFails)
	}
	if more(e.Lists, 1, e.Own) {
		out = append(out, Lists)
	}
	if more(e.Forwards, 1, e.Own) {
		out = append(out, Forwards)
	}
	if more(e.Punished, 1, e.Own) {
		out = append(out, Contradiction)
	}
	return out
}

// less reports whether part is less than so many in a hundred of whole; more, whether it is more.
func less(part, percent, whole int64) bool {
	return float64(part)*100 < float64(percent)*float64(whole)
}
func more(part, percent, whole int64) bool {
	return float64(part)*100 > float64(percent)*float64(whole)
}

// beforeReject lists what forbids reject alone: RFC 9989 section 7.4 has it that a domain must not rely on SPF alone then,
// and should not reject where its people write to mailing lists.
func (e Evidence) beforeReject() (out []Because) {
	add := func(b Because, is bool) {
		if is {
			out = append(out, b)
		}
	}
	add(SPFAlone, len(e.SPFGroups) > 0 || more(e.SPFOnly, 1, e.Own))
	add(Lists, e.Lists > 0 && !more(e.Lists, 1, e.Own))
	add(PartOnly, e.Percent < 100)
	add(TestOnly, e.Testing)
	return out
}

// beware lists what is said beside a step that is safe.
func (e Evidence) beware() (out []Because) {
	if e.Policy != "quarantine" && (len(e.SPFGroups) > 0 || more(e.SPFOnly, 1, e.Own)) {
		out = append(out, SPFAlone)
	}
	if e.Lists > 0 {
		out = append(out, Lists)
	}
	if e.Forwards > 0 {
		out = append(out, Forwards)
	}
	if e.Policy == "quarantine" && e.Lists == 0 {
		out = append(out, NoListSeen)
	}
	if e.Age > oldAfter {
		out = append(out, Outdated)
	}
	return out
}
