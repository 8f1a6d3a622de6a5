package report

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Weigh returns the evidence for a stage from a domain's sums and the judgement of its sources.
func Weigh(t *Tally, judged []Judged, k Knowledge) Evidence {
	e := Evidence{Policy: Current(t), Percent: t.Policy.Percent, Testing: t.Policy.Testing}
	if e.Percent < 0 {
		e.Percent = 100
	}
	if k.Seen && k.Published != "" {
		e.Policy = k.Published
	}
	e.Days, e.Gap = covered(t, e.Policy)
	if !k.Now.IsZero() && !t.End.IsZero() {
		e.Age = k.Now.Sub(t.End)
	}
	groups := map[string]*Group{}
	for i := range judged {
		j := &judged[i]
		if j.Judgement == Foreign {
			continue
		}
		e.Own = sum(e.Own, j.Count)
		if j.Passed() {
			e.Passed = sum(e.Passed, j.Count)
			if j.SPF && !j.DKIM {
				e.SPFOnly = sum(e.SPFOnly, j.Count)
			}
			e.Punished = sum(e.Punished, j.punished())
		} else if j.Judgement == Relayed {
			if j.list() {
				e.Lists = sum(e.Lists, j.Count)
			} else {
				e.Forwards = sum(e.Forwards, j.Count)
			}
		}
		if j.Judgement != Relayed {
			group(groups, j)
		}
	}
	for _, g := range groups {
		if g.failing() {
			e.Failing = append(e.Failing, *g)
		}
		if g.Passed >= fewFailing && g.keyed == 0 {
			e.SPFGroups = append(e.SPFGroups, *g)
		}
	}
	byFailed := func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Failed, a.Failed), cmp.Compare(b.Passed, a.Passed), strings.Compare(a.Name, b.Name))
	}
	slices.SortFunc(e.Failing, byFailed)
	slices.SortFunc(e.SPFGroups, byFailed)
	for _, s := range k.Senders {
		if !slices.ContainsFunc(judged, func(j Judged) bool { return j.Service == s }) {
			e.Unseen = append(e.Unseen, s)
		}
	}
	return e
}

// punished returns how many passing messages of a source were quarantined or rejected without a reason.
func (s *Source) punished() int64 {
	explained := s.Reasons[OtherReason] + s.Reasons[LocalPolicy]
	return max(0, s.Dispositions[DispQuarantine]+s.Dispositions[DispReject]-explained)
}

// group adds a source of the domain's own to its sender.
func group(groups map[string]*Group, j *Judged) {
	name := j.Name()
	g := groups[name]
	if g == nil {
		g = &Group{Name: name}
		groups[name] = g
	}
	if j.Passed() {
		g.Passed = sum(g.Passed, j.Count)
		g.sure = true
		if j.DKIM {
			g.keyed = sum(g.keyed, j.Count)
		}
	} else {
		g.Failed = sum(g.Failed, j.Count)
		g.sure = g.sure || j.Ground != ByOwnKey
	}
}

// failing reports whether a sender's mail fails more than occasionally. A few messages that may not even be the
// domain's own do not count.
func (g *Group) failing() bool {
	if g.Failed == 0 || !g.sure && g.Failed < fewFailing {
		return false
	}
	return g.Passed == 0 || more(g.Failed, 2, sum(g.Passed, g.Failed))
}

// covered returns the number of days on which reports found the policy published since it last changed, and the
// longest run of days without a report among them.
func covered(t *Tally, policy string) (days, gap int) {
	var last time.Time
	for i := len(t.Days) - 1; i >= 0; i-- {
		d := t.Days[i]
		if d.Reports == 0 {
			continue
		}
		if !slices.Contains(d.Policies, policy) {
			break
		}
		if !last.IsZero() {
			gap = max(gap, int(last.Sub(d.Date)/dayLength)-1)
		}
		last = d.Date
		days++
	}
	return days, gap
}
