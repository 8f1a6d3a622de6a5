package report

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Tally is the sum of all reports about one policy domain.
type Tally struct {
	Domain     string
	Reports    int
	Duplicates int // repeated reports, which are counted once
	Messages   int64
	Passed     int64
	Policy     Policy    // of the report that ends last
	Begin, End time.Time // of all reports together; zero if unknown
	Days       []Day     // in order, only days with reports
	Orgs       []Org     // the reporters, the one with the most messages first
	Sources    []Source  // those with the most messages first
	Oddities   []Oddity
}

// Day is one day in UTC. A report's messages count for the day of its middle.
type Day struct {
	Date           time.Time
	Passed, Failed int64
	Reports        int      // how many cover the day
	Policies       []string // those that were found published
}

// Org is a reporter.
type Org struct {
	Name     string
	Reports  int
	Messages int64
}

// tally is a Tally under construction.
type tally struct {
	Tally
	sources
	days map[int32]*day
	orgs map[string]*Org
	ids  map[reportKey]uint64
	odd  oddities
}

type day struct {
	passed, failed int64
	reports        int
	policies       uint8 // bits by the index in levels
}

var levels = []string{"none", "quarantine", "reject"}

type reportKey struct{ org, id string }

// Limits of what is kept of one domain.
const (
	maxDays = 4000
	maxOrgs = 2000
)

// add adds a report, unless it was counted already.
func (t *tally) add(p *part) {
	k := reportKey{strings.ToLower(p.head.Org), p.head.ID}
	if k.id == "" { // without an identifier, reports with equal content are the same
		k.id = "\x00" + p.head.Begin.String() + p.head.End.String()
	}
	if before, ok := t.ids[k]; ok && (p.head.ID != "" || before == p.sum) {
		t.Duplicates++
		if before != p.sum {
			t.odd.add(Oddity{Code: Reused, File: p.file, Got: p.head.ID, Times: 1, Messages: p.count})
		}
		return
	}
	t.ids[k] = p.sum
	t.Reports++
	t.Messages, t.Passed = sum(t.Messages, p.count), sum(t.Passed, p.passed)
	t.addSources(p)
	t.addDays(p)
	t.addOrg(p)
	for _, o := range p.odd.list {
		t.odd.add(o)
	}
}

func (t *tally) addOrg(p *part) {
	o := t.orgs[p.head.Org]
	if o == nil {
		if len(t.orgs) >= maxOrgs {
			return
		}
		o = &Org{Name: p.head.Org}
		t.orgs[p.head.Org] = o
	}
	o.Reports++
	o.Messages = sum(o.Messages, p.count)
}

// addSources adds the sums of a report to those of the domain.
func (t *tally) addSources(p *part) {
	for i := range p.list {
		from := &p.list[i]
		to := t.of(sourceKey{from.IP, from.DKIM, from.SPF})
		to.merge(from)
	}
}

// merge adds another sum of the same source.
func (s *Source) merge(o *Source) {
	for _, c := range [][2]*int64{{&s.Count, &o.Count}, {&s.OwnKey, &o.OwnKey}, {&s.BrokenKey, &o.BrokenKey}, {&s.OtherKey, &o.OtherKey},
		{&s.OwnSPF, &o.OwnSPF}, {&s.OtherSPF, &o.OtherSPF}, {&s.FailedSPF, &o.FailedSPF}, {&s.BrokenSPF, &o.BrokenSPF}} {
		*c[0] = sum(*c[0], *c[1])
	}
	for i, n := range o.Dispositions {
		s.Dispositions[i] = sum(s.Dispositions[i], n)
	}
	for i, n := range o.Reasons {
		s.Reasons[i] = sum(s.Reasons[i], n)
	}
	for _, n := range [][2]*[]string{{&s.Envelopes, &o.Envelopes}, {&s.Signers, &o.Signers}, {&s.From, &o.From}} {
		for _, name := range *n[1] {
			addName(n[0], name)
		}
	}
	if o.First > 0 && (s.First == 0 || o.First < s.First) {
		s.First = o.First
	}
	s.Last = max(s.Last, o.Last)
}

// addDays records which days a report covers, and the policy then.
func (t *tally) addDays(p *part) {
	h := &p.head
	if h.Problem&BadRange != 0 {
		if t.Policy.Domain == "" {
			t.Policy = h.Policy
		}
		return
	}
	begin, end := h.Begin, h.End
	if end.Before(begin) {
		begin, end = end, begin
	}
	if t.Begin.IsZero() || begin.Before(t.Begin) {
		t.Begin = begin
	}
	if t.Policy.Domain == "" || !end.Before(t.End) {
		t.Policy = h.Policy
	}
	if end.After(t.End) {
		t.End = end
	}
	first, last := p.span()
	for d := first; d <= last; d++ {
		if x := t.day(d); x != nil {
			x.reports++
			if i := slices.Index(levels, cmp.Or(h.Policy.P, "none")); i >= 0 {
				x.policies |= 1 << i
			}
		}
	}
	if x := t.day(p.middle()); x != nil {
		x.passed = sum(x.passed, p.passed)
		x.failed = sum(x.failed, p.count-p.passed)
	}
}

func (t *tally) day(d int32) *day {
	x := t.days[d]
	if x == nil && len(t.days) < maxDays {
		x = &day{}
		t.days[d] = x
	}
	return x
}

func newTally(domain string, most int) *tally {
	return &tally{Tally: Tally{Domain: domain}, sources: sources{most: most},
		days: map[int32]*day{}, orgs: map[string]*Org{}, ids: map[reportKey]uint64{}}
}

// finish returns the sorted sums.
func (t *tally) finish() *Tally {
	out := t.Tally
	if out.Policy.Domain == "" {
		out.Policy.Domain = t.Domain
	}
	out.Sources = t.list
	slices.SortFunc(out.Sources, func(a, b Source) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), a.IP.Compare(b.IP), order(a.DKIM, b.DKIM), order(a.SPF, b.SPF))
	})
	for _, o := range t.orgs {
		out.Orgs = append(out.Orgs, *o)
	}
	slices.SortFunc(out.Orgs, func(a, b Org) int {
		return cmp.Or(cmp.Compare(b.Messages, a.Messages), strings.Compare(a.Name, b.Name))
	})
	for n, d := range t.days {
		x := Day{Date: time.Unix(int64(n)*int64(dayLength/time.Second), 0).UTC(), Passed: d.passed, Failed: d.failed, Reports: d.reports}
		for i, l := range levels {
			if d.policies&(1<<i) != 0 {
				x.Policies = append(x.Policies, l)
			}
		}
		out.Days = append(out.Days, x)
	}
	slices.SortFunc(out.Days, func(a, b Day) int { return a.Date.Compare(b.Date) })
	out.Oddities = t.odd.list
	return &out
}

// order sorts true before false.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
