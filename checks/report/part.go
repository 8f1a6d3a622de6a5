package report

import (
	"encoding/binary"
	"hash/maphash"
	"math"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Source is one address with one pair of aligned results, and the sum of its messages.
type Source struct {
	IP        netip.Addr // invalid for the sum of sources beyond the limit, and for unreadable addresses
	DKIM, SPF bool       // aligned, as policy_evaluated says
	Count     int64

	Dispositions [dispositions]int64 // messages by disposition
	Reasons      [reasons]int64      // messages by reason
	// Messages by the raw results: a passing signature of the domain itself, a failing one, a passing one of another
	// domain; SPF that passes for the domain itself, for another domain, or fails.
	OwnKey, BrokenKey, OtherKey int64
	OwnSPF, OtherSPF, FailedSPF int64
	BrokenSPF                   int64    // those of FailedSPF with an SPF error for the domain itself
	Envelopes, Signers, From    []string // the first few
	First, Last                 int32    // days since 1970; 0 if unknown
}

// Passed reports whether DMARC passes.
func (s *Source) Passed() bool { return s.DKIM || s.SPF }

// Disposition returns the disposition of most of the messages; of two equally frequent ones the stricter.
func (s *Source) Disposition() Disposition {
	best := NotDisposed
	for _, d := range []Disposition{DispReject, DispQuarantine, DispNone, DispPass} {
		if s.Dispositions[d] > s.Dispositions[best] || best == NotDisposed && s.Dispositions[d] > 0 {
			best = d
		}
	}
	return best
}

// maxNames is the largest number of names of each kind kept for a source.
const maxNames = 4

func addName(list *[]string, name string) {
	if name != "" && len(*list) < maxNames && !slices.Contains(*list, name) {
		*list = append(*list, name)
	}
}

// sum adds two counts without overflow.
func sum(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

type sourceKey struct {
	ip        netip.Addr
	dkim, spf bool
}

// sources holds sums by source.
type sources struct {
	list  []Source
	index map[sourceKey]int32
	most  int
}

// of returns the sum of a source. Sources beyond the limit share one sum for each pair of results.
func (l *sources) of(k sourceKey) *Source {
	i, ok := l.index[k]
	if !ok {
		if len(l.list) >= l.most && k.ip.IsValid() {
			return l.of(sourceKey{dkim: k.dkim, spf: k.spf})
		}
		if l.index == nil {
			l.index = map[sourceKey]int32{}
		}
		i = int32(len(l.list))
		l.index[k] = i
		l.list = append(l.list, Source{IP: k.ip, DKIM: k.dkim, SPF: k.spf})
	}
	return &l.list[i]
}

// part is one report, summed.
type part struct {
	sources
	file    string
	head    Header
	domain  string
	odd     oddities
	rows    int
	count   int64
	passed  int64
	content maphash.Hash // of its records, to tell a report sent twice from two reports with one identifier
	sum     uint64
	align   *aligner
}

var contentSeed = maphash.MakeSeed()

func newPart(most int, a *aligner) *part {
	p := &part{sources: sources{most: most}, align: a}
	p.content.SetSeed(contentSeed)
	return p
}

// add adds one record.
func (p *part) add(h *Header, r *Row) {
	from := r.HeaderFrom
	if from == "" {
		from = h.Policy.Domain
	}
	if p.domain == "" {
		p.domain = from
	}
	raw := p.raw(&h.Policy, r, from)
	k := sourceKey{r.IP, r.DKIM == Pass, r.SPF == Pass}
	if r.Problem&NoEvaluation != 0 {
		k.dkim, k.spf = raw.dkim, raw.spf
	}
	s := p.of(k)
	s.Count = sum(s.Count, r.Count)
	s.Dispositions[r.Disposition] = sum(s.Dispositions[r.Disposition], r.Count)
	for _, x := range r.Reasons {
		t := x.Type
		if (t == LocalPolicy || t == OtherReason) && strings.Contains(strings.ToLower(strings.ReplaceAll(x.Comment, " ", "")), "arc=pass") {
			t = ARC
		}
		s.Reasons[t] = sum(s.Reasons[t], r.Count)
	}
	raw.note(s, r)
	addName(&s.From, from)
	p.rows++
	p.count = sum(p.count, r.Count)
	if k.dkim || k.spf {
		p.passed = sum(p.passed, r.Count)
	}
	p.digest(r)
	p.oddRow(h, r, k, raw, from)
}

// digest adds a record to the hash of the content.
func (p *part) digest(r *Row) {
	var b [32]byte
	ip := r.IP.As16()
	copy(b[:], ip[:])
	binary.LittleEndian.PutUint64(b[16:], uint64(r.Count))
	b[24], b[25], b[26] = byte(r.Disposition), byte(r.DKIM), byte(r.SPF)
	_, _ = p.content.Write(b[:])
}

// raw is what the auth_results of one record show.
type raw struct {
	dkim, spf                   bool // an aligned pass
	ownKey, brokenKey, otherKey bool
	ownSPF, otherSPF, failedSPF bool
	brokenSPF                   bool
}

func (p *part) raw(policy *Policy, r *Row, from string) (x raw) {
	for _, s := range r.Signatures {
		own := p.align.aligned(s.Domain, from, "")
		switch {
		case s.Result == Pass && own:
			x.ownKey = true
			x.dkim = x.dkim || p.align.aligned(s.Domain, from, policy.ADKIM)
		case s.Result == Pass:
			x.otherKey = true
		case own && s.Result != None && s.Result != NoResult:
			x.brokenKey = true
		}
	}
	x.brokenKey = x.brokenKey && !x.ownKey
	for _, s := range r.Senders {
		own := p.align.aligned(s.Domain, from, "")
		switch {
		case s.Result == Pass && own && s.Scope != "helo":
			x.ownSPF = true
			x.spf = x.spf || p.align.aligned(s.Domain, from, policy.ASPF)
		case s.Result == Pass:
			x.otherSPF = true
		default:
			x.failedSPF = true
			x.brokenSPF = x.brokenSPF || own && (s.Result == PermError || s.Result == TempError)
		}
	}
	x.otherSPF = x.otherSPF && !x.ownSPF
	x.failedSPF = x.failedSPF && !x.ownSPF && !x.otherSPF
	x.brokenSPF = x.brokenSPF && x.failedSPF
	return x
}

// note adds the results to the sums of a source.
func (x raw) note(s *Source, r *Row) {
	for _, c := range []struct {
		is bool
		to *int64
	}{{x.ownKey, &s.OwnKey}, {x.brokenKey, &s.BrokenKey}, {x.otherKey, &s.OtherKey},
		{x.ownSPF, &s.OwnSPF}, {x.otherSPF, &s.OtherSPF}, {x.failedSPF, &s.FailedSPF}, {x.brokenSPF, &s.BrokenSPF}} {
		if c.is {
			*c.to = sum(*c.to, r.Count)
		}
	}
	for _, a := range r.Signatures {
		if a.Result == Pass {
			addName(&s.Signers, a.Domain)
		}
	}
	for _, a := range r.Senders {
		if a.Result == Pass {
			addName(&s.Envelopes, a.Domain)
		}
	}
}

// finish stores the report's header.
func (p *part) finish(h Header, at place) {
	p.head, p.file = h, at.file
	if h.Policy.Domain != "" {
		p.domain = h.Policy.Domain
	}
	p.sum = p.content.Sum64()
	p.oddHead()
	if !h.Begin.IsZero() {
		first, last := p.span()
		for i := range p.list {
			p.list[i].First, p.list[i].Last = first, last
		}
	}
	for i := range p.odd.list {
		p.odd.list[i].File = at.file
	}
}

const dayLength = 24 * time.Hour

// dayOf returns the day of a time in UTC, counted from 1970.
func dayOf(t time.Time) int32 {
	return int32(min(max(t.Unix()/int64(dayLength/time.Second), 0), math.MaxInt32))
}

// middle returns the day to which a report's messages are assigned: that of the middle of its period. Receivers in
// Japan report from midnight to midnight local time, which is 15:00 UTC.
func (p *part) middle() int32 {
	if long := p.head.End.Sub(p.head.Begin); long > 0 && long <= maxSpan {
		return dayOf(p.head.Begin.Add(long / 2))
	}
	return dayOf(p.head.Begin)
}

// span returns the days that a report covers at least by half, and never more than maxSpan.
func (p *part) span() (first, last int32) {
	mid := p.middle()
	long := p.head.End.Sub(p.head.Begin)
	if long <= 0 || long > maxSpan {
		return mid, mid
	}
	first, last = dayOf(p.head.Begin.Add(dayLength/2)), dayOf(p.head.End.Add(-dayLength/2))
	return min(first, mid), max(last, mid)
}

// maxSpan is the longest period of one report that is believed.
const maxSpan = 35 * dayLength
