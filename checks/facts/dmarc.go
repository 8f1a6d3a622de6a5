package facts

import (
	"cmp"
	"slices"
	"strings"

	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
)

// ReportHosts returns the domains of the report addresses (rua and ruf), each once.
func ReportHosts(r dmarc.Record) []string {
	var out []string
	for _, u := range slices.Concat(r.Reports, r.Failures) {
		if u.Host != "" && !slices.Contains(out, u.Host) {
			out = append(out, u.Host)
		}
	}
	return out
}

// TakesNoMail reports whether a domain is known to accept no mail: it does not exist, has a null MX (RFC 7505), or has
// neither MX nor address (RFC 5321 section 5.1). seen is the answer to its MX query.
func (f *Facts) TakesNoMail(host string) (none bool, seen snapshot.Answer) {
	mx := f.DNS.Get(host, snapshot.MX)
	switch {
	case mx.Status == snapshot.NXDomain:
		return true, mx
	case len(mx.Records) == 1 && (mx.Records[0].Data == "" || mx.Records[0].Data == "."):
		return true, mx
	}
	return mx.Absent() && f.DNS.Get(host, snapshot.A).Absent() && f.DNS.Get(host, snapshot.AAAA).Absent(), mx
}

// Policy is the DMARC policy that applies to the domain's mail (RFC 9989 section 4.10).
type Policy struct {
	At       string   // name of the record; "" if there is none
	Records  []string // the DMARC records there; receivers ignore them if there are several
	Known    bool     // false if a look-up that would decide it failed or was not made
	Own      bool     // At is the domain's own DMARC name
	Readable bool     // there is exactly one record, and it has a policy
	Record   dmarc.Record
	Tag      string // the tag that applies: p, sp or np; "" if not Readable
	Applied  string // none, quarantine or reject, one level less with t=y; "" if not Readable
}

// Policy returns the DMARC policy that applies to the domain.
func (f *Facts) Policy() Policy { return f.policy() }

func (f *Facts) readPolicy() Policy {
	var p Policy
	p.At, p.Records, p.Known = f.policyRecords()
	p.Own = p.At == f.PolicyName()
	if !p.Known || len(p.Records) != 1 {
		return p
	}
	r := dmarc.Parse(p.Records[0])
	if _, bad := PolicyProblem(r); bad {
		return p
	}
	p.Record, p.Readable, p.Tag, p.Applied = r, true, "p", r.Policy
	if !p.Own {
		switch {
		case r.NonExist != "" && f.isEmpty():
			p.Tag, p.Applied = "np", r.NonExist
		case r.Sub != "":
			p.Tag, p.Applied = "sp", r.Sub
		}
	}
	if r.Testing { // one level less (RFC 9989 section 4.7)
		p.Applied = map[string]string{"reject": "quarantine", "quarantine": "none"}[p.Applied]
	}
	p.Applied = cmp.Or(p.Applied, "none")
	return p
}

// PolicyName returns the name of the domain's own DMARC record.
func (f *Facts) PolicyName() string { return dnsname.Policy(f.Owner.Domain) }

// LacksPolicy reports whether no DMARC record applies to the domain, that was seen, and the domain sends mail.
func (f *Facts) LacksPolicy() bool {
	p := f.Policy()
	return p.Known && len(p.Records) == 0 && !f.SendsNothing()
}

// policyRecords returns the DMARC record that applies (RFC 9989 section 4.10): the domain's own, else that of its
// organizational domain, which the tree walk finds. known is false if a look-up on the walk failed.
func (f *Facts) policyRecords() (at string, records []string, known bool) {
	walk := dmarc.Walk(f.Owner.Domain)
	if len(walk) == 0 {
		return "", nil, false
	}
	own, seen := reading.DMARCRecords(f.DNS, f.Owner.Domain)
	if !seen || len(own) > 0 {
		return walk[0], own, seen || len(own) > 0 // records that were kept of a cut answer count
	}
	below := walk[0] // the previous name of the walk
	for _, name := range walk[1:] {
		recs, seen := reading.DMARCRecords(f.DNS, dnsname.PolicyDomain(name))
		if !seen {
			if f.DNS.TXT(name).Status == snapshot.Unasked {
				break // a public suffix that was not looked up; keep what was found
			}
			return "", nil, false
		}
		if len(recs) > 0 {
			psd := ""
			if len(recs) == 1 {
				psd = dmarc.Parse(recs[0]).PSD
			}
			if psd == "y" && at == below {
				break // the name below a public suffix is the organizational domain
			}
			at, records = name, recs
			if psd == "y" || psd == "n" {
				break
			}
		}
		below = name
	}
	return at, records, true
}

// PolicyProblem returns the problem because of which a record states no policy: receivers ignore the record, or apply p=none
// although it does not say so, which Gmail counts as having no policy (its code 5.7.40). The result is false if there is
// none.
func PolicyProblem(r dmarc.Record) (dmarc.Problem, bool) {
	for _, p := range r.Problems {
		if p.Fatal || p.Code == dmarc.BadPolicy || r.Policy == "" && p.Code == dmarc.NoPolicy {
			return p, true
		}
	}
	return dmarc.Problem{}, false
}

// isEmpty reports whether the domain has neither address nor MX, which np= treats as a non-existent name (RFC 9989
// section 3.2).
func (f *Facts) isEmpty() bool {
	for _, t := range []snapshot.Type{snapshot.A, snapshot.AAAA, snapshot.MX} {
		if !f.DNS.Get(f.Owner.Domain, t).Absent() {
			return false
		}
	}
	return true
}

// PolicyCased reports whether some receivers do not read the policy of the domain's own record because of upper-case
// letters.
func (f *Facts) PolicyCased() bool {
	p := f.Policy()
	if !p.Readable || !p.Own {
		return false
	}
	return slices.ContainsFunc(p.Record.Problems, func(x dmarc.Problem) bool {
		if x.Code != dmarc.TagCase && x.Code != dmarc.ValueCase {
			return false
		}
		return x.Start == 0 || slices.ContainsFunc(p.Record.Tags, func(t dmarc.Tag) bool {
			return x.Start >= t.Start && x.End <= t.End && slices.Contains([]string{"v", "p", "sp", "np"}, strings.ToLower(t.Name))
		})
	})
}

// PercentRisk reports whether receivers that ignore pct apply a stricter policy than was meant.
func (p Policy) PercentRisk() bool {
	r := p.Record
	return r.Percent != nil && *r.Percent != 100 && r.Policy != "none" && r.Policy != ""
}

// Strictness is what happens to the domain's own mail under its policy.
type Strictness string

// The values of Strictness.
const (
	StrictNone   Strictness = ""       // the policy is none, or some mail of the domain was seen to pass
	StrictProven Strictness = "proven" // no mail passes, and there is no key
	StrictMaybe  Strictness = "maybe"  // no mail was seen to pass; a key may exist at an unknown selector
	StrictNobody Strictness = "nobody" // it is unknown who sends, so no mail was seen to pass
)

// SeenPassing reports whether a mail in hand of the domain passed DMARC, as its receiver states.
func (f *Facts) SeenPassing() bool {
	m := f.Owner.Mail
	return m.DMARC == "pass" && m.Domain == f.Owner.Domain && (m.Kind == owner.MailHeader || m.Kind == owner.MailMessage)
}

// Strict returns whether the policy is quarantine or reject while no mail of the domain was seen to pass with alignment.
func (f *Facts) Strict() Strictness {
	p := f.Policy()
	if !p.Readable || p.Applied == "none" || f.SendsNothing() || len(f.GoodSelectors()) > 0 || f.SeenPassing() {
		return StrictNone
	}
	switch passes, known := f.SPFAligned(); {
	case !passes && !known && f.nobodySends():
		return StrictNobody
	case passes || !known:
		return StrictNone
	}
	// A sub-domain's mail may be signed with a key of the domain above (relaxed alignment, RFC 9989 section 4.4.1).
	if f.NoKeys() && p.Own {
		return StrictProven
	}
	return StrictMaybe
}

// nobodySends reports whether it is unknown who sends, apart from servers that only forward.
func (f *Facts) nobodySends() bool {
	return slices.ContainsFunc(f.Undecided(), func(u Undecided) bool {
		return u.Doubt == DoubtNobody || u.Doubt == DoubtForward || u.Doubt == DoubtReceiver || u.Doubt == DoubtDiffer
	})
}
