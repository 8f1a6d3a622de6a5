// Package reported judges what DMARC reports say of one domain, using what the catalogue, the owner and DNS know: who
// sent in its name, which stage of the policy is next, and the record for it. It looks nothing up.
package reported

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/report"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// Domain is the judged result of one domain's reports.
type Domain struct {
	Tally    *report.Tally
	Sources  []report.Judged
	Evidence report.Evidence
	Stage    report.Stage
	Oddities []report.Oddity
	Ramp     int    // the pct to publish, if the owner wants to raise it step by step; else 0
	Record   string // the domain's DMARC record in DNS; "" if not asked
}

// Known is what is known besides the reports. Everything but the time may be missing.
type Known struct {
	Catalog *catalog.Catalog
	DNS     *snapshot.Snapshot // nil if DNS was not asked
	Senders []string           // the services that the owner uses
	Now     time.Time
	Ramp    bool // the owner wants to raise pct step by step
}

// Of judges the reports of a domain.
func Of(t *report.Tally, k Known) Domain {
	l := &lookup{Known: k, domain: t.Domain}
	with := report.Knowledge{Now: k.Now, Senders: k.Senders}
	if k.Catalog != nil {
		with.Service = l.service
		with.Senders = slices.DeleteFunc(slices.Clone(k.Senders), func(id string) bool { return !k.Catalog.Shows(id) })
	}
	r := Domain{Tally: t}
	if k.DNS != nil {
		l.read()
		with.Allowed = l.allowed
		with.Published, with.Seen = l.policy()
		r.Record = l.record
	}
	r.Sources, r.Oddities = report.Judge(t, with), report.Oddities(t, with)
	r.Evidence = report.Weigh(t, r.Sources, with)
	if r.Stage = report.Next(r.Evidence); k.Ramp {
		r.Stage, r.Ramp = report.Ramp(r.Evidence)
	}
	return r
}

// Failing returns the domain's own sources whose mail fails, one for each sender, the one with the most messages first.
func (r Domain) Failing() []report.Judged {
	var out []report.Judged
	for _, s := range r.Sources {
		if s.Judgement == report.Unaligned && !slices.ContainsFunc(out, func(o report.Judged) bool { return o.Name() == s.Name() }) {
			out = append(out, s)
		}
	}
	return out
}

// Next returns the record with the policy of the next stage; "" if the present record is not known, or no step is due.
func (r Domain) Next() string {
	if r.Record == "" || !r.Due() {
		return ""
	}
	rec := dmarc.Parse(r.Record)
	rec.Policy, rec.Testing = r.Stage.Policy, false
	if r.Ramp > 0 && r.Ramp < 100 {
		p := "p=" + rec.Policy
		return strings.Replace(rec.String(), p, p+"; pct="+strconv.Itoa(r.Ramp), 1)
	}
	return rec.String()
}

// Due reports whether a step is due: to another policy, or to a larger share of the mail.
func (r Domain) Due() bool { return !r.Stage.Stands(r.Evidence) || r.Ramp > 0 }

// Name returns the name of the DMARC record.
func (r Domain) Name() string { return dnsname.Policy(r.Tally.Domain) }

// Limits of what is kept of a domain.
const (
	keptSources  = 100
	keptDays     = 400
	keptOddities = 50
)

// Brief returns a copy that is small enough to be kept with a run: sources beyond the largest are summed by judgement,
// so that all totals stay the same.
func (r Domain) Brief() Domain {
	t := *r.Tally
	t.Sources, t.Oddities = nil, nil
	t.Days = slices.Clone(t.Days[max(0, len(t.Days)-keptDays):])
	t.Orgs = slices.Clone(t.Orgs[:min(len(t.Orgs), keptSources)])
	out := r
	out.Tally = &t
	out.Oddities = slices.Clone(r.Oddities[:min(len(r.Oddities), keptOddities)])
	out.Sources = slices.Clone(r.Sources[:min(len(r.Sources), keptSources)])
	type kind struct {
		judgement report.Judgement
		dkim, spf bool
	}
	rest := map[kind]int{}
	for _, s := range r.Sources[len(out.Sources):] {
		k := kind{s.Judgement, s.DKIM, s.SPF}
		i, ok := rest[k]
		if !ok {
			i = len(out.Sources)
			rest[k] = i
			s.IP, s.Service = netip.Addr{}, ""
			out.Sources = append(out.Sources, s)
			continue
		}
		out.Sources[i].Count += s.Count
	}
	return out
}

// lookup answers questions about a domain's senders from what is known.
type lookup struct {
	Known
	domain string
	open   bool // the SPF record allows every address
	record string
}

// read reads what DNS says of the domain itself.
func (l *lookup) read() {
	if l.Catalog != nil {
		_, l.open = facts.Read(owner.Answers{Domain: l.domain}, l.DNS, l.Catalog).PassesAnybody()
	}
	if records, known := reading.DMARCRecords(l.DNS, l.domain); known && len(records) == 1 {
		l.record = records[0]
	}
}

// request returns the SPF check of a mail from an address with the domain as envelope sender.
func request(domain string, ip netip.Addr) spf.Request {
	return spf.Request{IP: ip, MailFrom: "postmaster@" + domain, HELO: domain}
}

// allowed reports whether the domain's SPF record allows an address; false for a record that allows every address,
// since that proves nothing.
func (l *lookup) allowed(ip netip.Addr) bool {
	return !l.open && spf.Evaluate(reading.SPF(l.DNS), request(l.domain, ip)).Result == spf.Pass
}

// policy returns the policy of the domain's own record in DNS; ok is false if it has none.
func (l *lookup) policy() (string, bool) {
	if l.record == "" {
		return "", false
	}
	return dmarc.Parse(l.record).Effective(), true
}

// service returns the service behind an address: by names in its results, else by the SPF term that allows it, else
// by its reverse name.
func (l *lookup) service(ip netip.Addr, names []string) (id string, byName bool) {
	if id := l.Catalog.ServiceOf(names...); id != "" || l.DNS == nil || !ip.IsValid() {
		return id, id != ""
	}
	if v := spf.Evaluate(reading.SPF(l.DNS), request(l.domain, ip)); v.Result == spf.Pass && !l.open {
		for _, s := range v.Trace {
			if owners := l.Catalog.SPFOwners(s.Target); s.Match && len(owners) == 1 {
				return owners[0], false
			}
		}
	}
	ptr := l.DNS.Get(snapshot.Reverse(ip), snapshot.PTR)
	return l.Catalog.ServiceOf(ptr.Data()...), false
}

// asked is the largest number of addresses to look up, those with the most messages first.
const asked = 32

// Addresses returns the addresses to look up of a domain's sources: first those without an SPF pass, then the others,
// the largest first.
func Addresses(t *report.Tally) []netip.Addr {
	var out []netip.Addr
	for _, spf := range []bool{false, true} {
		for _, s := range t.Sources {
			if s.SPF == spf && s.IP.IsValid() && len(out) < asked && !slices.Contains(out, s.IP) {
				out = append(out, s.IP)
			}
		}
	}
	return out
}

// Needs returns what to ask DNS next about a domain and the addresses that send in its name: the SPF record with its
// includes, the DMARC record, and each address's SPF result and reverse name.
func Needs(d spf.Data, domain string, ips []netip.Addr) []spf.Need {
	needs := append(spf.Walk(d, domain, "").Missing, spf.Need{Name: dnsname.Policy(domain), Type: "TXT"})
	for _, ip := range ips {
		needs = append(needs, spf.Evaluate(d, request(domain, ip)).Missing...)
		needs = append(needs, spf.Need{Name: snapshot.Reverse(ip), Type: "PTR"})
	}
	return needs
}

// Find returns the tally of a domain, else that of the closest domain above it whose policy covers it, else nil.
func Find(list []*report.Tally, domain string) *report.Tally {
	var best *report.Tally
	for _, t := range list {
		if snapshot.Below(domain, t.Domain) && (best == nil || cmp.Compare(len(t.Domain), len(best.Domain)) > 0) {
			best = t
		}
	}
	return best
}
