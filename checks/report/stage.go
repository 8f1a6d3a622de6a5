package report

import (
	"cmp"
	"slices"
	"time"
)

// Because is a reason why a stage is next, or not yet.
type Because string

// Reasons against a step.
const (
	FewDays       Because = "days"          // the reports cover too few days of the present policy
	FewMessages   Because = "too-few"       // too few messages to tell
	Gap           Because = "gap"           // more than a week without a report
	OwnFails      Because = "unaligned"     // mail of the domain's own fails
	SPFAlone      Because = "spf-only"      // mail that passes only by SPF would be lost when forwarded
	Lists         Because = "list"          // mail through mailing lists fails
	Forwards      Because = "forward"       // mail that is forwarded fails
	Contradiction Because = "contradiction" // receivers hold back mail that passes
	UnseenSender  Because = "unseen"        // a service in use does not appear in the reports
	PartOnly      Because = "pct"           // the policy applies only to a part of the mail
	TestOnly      Because = "testing"       // the policy is published as a test
	NothingOwn    Because = "none-seen"     // no mail of the domain's own
)

// Reasons for a step or for no further step, and remarks.
const (
	Clean      Because = "clean"        // nothing is against the step
	Top        Because = "top"          // the strictest stage is reached
	Outdated   Because = "old"          // the last report is weeks old
	NoListSeen Because = "no-list-seen" // before reject: no mail through lists was seen (RFC 9989 section 7.4)
)

// Becauses lists every Because.
func Becauses() []Because {
	return []Because{FewDays, FewMessages, Gap, OwnFails, SPFAlone, Lists, Forwards, Contradiction, UnseenSender, PartOnly, TestOnly, NothingOwn,
		Clean, Top, Outdated, NoListSeen}
}

// Requirements of a step. RFC 9989 section 7.4 asks for a month at none, and as long at quarantine, before reject.
const (
	WantDays     = 28 // days on which reports found the policy: four whole weeks
	WantMessages = 50 // of the domain's own
)

// Tolerances.
const (
	mostGap    = 7              // longest run of days without a report
	oldAfter   = 21 * dayLength // after which reports are called old
	fewFailing = 3              // fewer failing messages of one source are ignored
)

// Evidence is what the choice of a stage is based on.
type Evidence struct {
	Policy  string // now: none, quarantine, reject
	Percent int    // pct; 100 if not given
	Testing bool

	Days   int // days on which reports found the present policy
	Gap    int // the longest run of days without a report among them
	Age    time.Duration
	Own    int64 // messages of the domain's own, by whatever route
	Passed int64 // of these, those that pass DMARC

	Failing   []Group // senders of the domain's own whose mail fails mostly, or more than occasionally
	SPFOnly   int64   // messages that pass by SPF and not by DKIM
	SPFGroups []Group // senders none of whose mail passes by DKIM
	Lists     int64   // messages through mailing lists that fail
	Forwards  int64   // otherwise forwarded messages that fail
	Punished  int64   // passing messages that were quarantined or rejected without a reason
	Unseen    []string
}

// Group is one sender: a service, or an address without a known service.
type Group struct {
	Name           string
	Passed, Failed int64
	keyed          int64 // messages that pass by DKIM
	sure           bool  // it is certainly the domain's own
}

// Stage is what to publish next, and why.
type Stage struct {
	Policy  string // none, quarantine or reject; the present policy while no step is safe
	Because []Because
	Again   int // days until enough can have been seen, if days are what is missing
}

// Stands reports whether the stage is the one already published.
func (s Stage) Stands(e Evidence) bool { return s.Policy == e.Policy }

// Mends reports whether the owner has to fix something before a step, so that waiting alone does not help.
func (s Stage) Mends() bool {
	return slices.ContainsFunc(s.Because, func(b Because) bool {
		return slices.Contains([]Because{OwnFails, SPFAlone, Contradiction, PartOnly, TestOnly}, b)
	})
}

// Next returns the stage that is safe. It recommends no step that the reports speak against, and none with too little
// data.
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

// rampSteps are the values of pct, one after the other, with which a policy was introduced before RFC 9989.
var rampSteps = []int{10, 50, 100}

// Ramp is Next for an owner who wants to raise pct step by step: the stage, and the pct to publish; 0 if no step is
// due. Receivers that follow RFC 9989 ignore pct.
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

// unsafe returns the reasons against any step; share is the percentage of own messages that must pass.
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

// failing returns what already goes wrong with the domain's own mail.
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

// less reports whether part is less than percent of whole, and more whether it is more.
func less(part, percent, whole int64) bool {
	return float64(part)*100 < float64(percent)*float64(whole)
}
func more(part, percent, whole int64) bool {
	return float64(part)*100 > float64(percent)*float64(whole)
}

// beforeReject returns the reasons against reject only: according to RFC 9989 section 7.4 a domain must not rely on SPF
// alone then, and should not reject if its users write to mailing lists.
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

// beware returns remarks about a step that is safe.
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
