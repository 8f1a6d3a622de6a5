package facts

import (
	"cmp"
	"slices"
	"strings"

	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
)

// ReportHosts are the domains of the mailboxes that get reports, each once.
func ReportHosts(r dmarc.Record) []string {
	var out []string
	for _, u := range slices.Concat(r.Reports, r.Failures) {
		if u.Host != "" && !slices.Contains(out, u.Host) {
			out = append(out, u.Host)
		}
	}
	return out
}

// TakesNoMail reports whether a domain is known to take no mail: it does not exist, says so with a null MX (RFC 7505), or
// has neither MX nor address (RFC 5321 section 5.1).
func (f *Facts) TakesNoMail(host string) (deaf bool, seen snapshot.Answer) {
	mx := f.DNS.Get(host, snapshot.MX)
	switch {
	case mx.Status == snapshot.NXDomain:
		return true, mx
	case len(mx.Records) == 1 && (mx.Records[0].Data == "" || mx.Records[0].Data == "."):
		return true, mx
	}
	return mx.Absent() && f.DNS.Get(host, snapshot.A).Absent() && f.DNS.Get(host, snapshot.AAAA).Absent(), mx
}

// Policy is the DMARC policy that holds for the domain's mail (RFC 9989 section 4.10).
type Policy struct {
	At       string   // name of the record; "" where there is none
	Records  []string // what stands there; more than one counts as none
	Known    bool     // false: a look-up that decides it failed, or was never made
	Own      bool     // At is the domain's own name, so that its owner can change it
	Readable bool     // there is exactly one record, and receivers read a policy in it
	Record   dmarc.Record
	Tag      string // p, sp or np: which part of the record holds; "" where none is readable
	Applied  string // none, quarantine or reject, with t=y taken into account; "" where none is readable
}

// Policy is the policy that holds.
func (f *Facts) Policy() Policy { return f.policy() }

func (f *Facts) readPolicy() Policy {
	var p Policy
	p.At, p.Records, p.Known = f.policyRecords()
	p.Own = p.At == f.PolicyName()
	if !p.Known || len(p.Records) != 1 {
		return p
	}
	r := dmarc.Parse(p.Records[0])
	if _, bad := Spoilt(r); bad {
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

// PolicyName is where the domain's own DMARC record belongs.
func (f *Facts) PolicyName() string { return dnsname.Policy(f.Owner.Domain) }

// LacksPolicy reports whether it was seen that no DMARC record holds for the domain's mail, which needs one.
func (f *Facts) LacksPolicy() bool {
	p := f.Policy()
	return p.Known && len(p.Records) == 0 && !f.SendsNothing()
}

// policyRecords finds the record that holds for the domain (RFC 9989 section 4.10): its own, else that of its organizational
// domain, which the tree walk finds. known is false where a name on the way could not be seen.
func (f *Facts) policyRecords() (at string, records []string, known bool) {
	walk := dmarc.Walk(f.Owner.Domain)
	if len(walk) == 0 {
		return "", nil, false
	}
	own, seen := reading.DMARCRecords(f.DNS, f.Owner.Domain)
	if !seen || len(own) > 0 {
		return walk[0], own, seen || len(own) > 0 // of an answer that was cut, what is there counts
	}
	below := walk[0] // the name before, going up
	for _, name := range walk[1:] {
		recs, seen := reading.DMARCRecords(f.DNS, dnsname.PolicyDomain(name))
		if !seen {
			if f.DNS.TXT(name).Status == snapshot.Unasked {
				break // a registry's name that nobody asked: what was found stands
			}
			return "", nil, false
		}
		if len(recs) > 0 {
			psd := ""
			if len(recs) == 1 {
				psd = dmarc.Parse(recs[0]).PSD
			}
			if psd == "y" && at == below {
				break // the name below a registry's is the organizational domain
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

// Spoilt finds what keeps a record from saying a policy: a receiver ignores it, or reads it as none without being told
// so, which Gmail counts as no policy at all (its code 5.7.40).
func Spoilt(r dmarc.Record) (dmarc.Problem, bool) {
	for _, p := range r.Problems {
		if p.Fatal || p.Code == dmarc.BadPolicy || r.Policy == "" && p.Code == dmarc.NoPolicy {
			return p, true
		}
	}
	return dmarc.Problem{}, false
}

// isEmpty reports whether the domain has neither address nor mail server, which is what np= means by a name that does
// not exist (RFC 9989 section 3.2).
func (f *Facts) isEmpty() bool {
	for _, t := range []snapshot.Type{snapshot.A, snapshot.AAAA, snapshot.MX} {
		if !f.DNS.Get(f.Owner.Domain, t).Absent() {
			return false
		}
	}
	return true
}

// PolicyCased reports whether the policy of the domain's own record hangs on capitals that some receivers do not read.
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

// PercentRisk reports whether receivers that do not know pct apply a stricter policy than was meant.
func (p Policy) PercentRisk() bool {
	r := p.Record
	return r.Percent != nil && *r.Percent != 100 && r.Policy != "none" && r.Policy != ""
}

// Strictness is what becomes of the domain's own mail under its policy.
type Strictness string

// What becomes of it.
const (
	StrictNone   Strictness = ""       // the policy asks for nothing, or something of the domain is seen to pass
	StrictProven Strictness = "proven" // nothing passes, and there is no key
	StrictMaybe  Strictness = "maybe"  // nothing was seen to pass; a key may stand at a selector that nobody guessed
	StrictNobody Strictness = "nobody" // nothing shows who sends, so that nothing is seen to pass
)

// Strict reports whether the policy has mail refused or put aside, while nothing of the domain is seen to pass in its own name.
func (f *Facts) Strict() Strictness {
	p := f.Policy()
	if !p.Readable || p.Applied == "none" || f.SendsNothing() || len(f.GoodSelectors()) > 0 {
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

// nobodySends reports whether nothing shows who sends, beside what only passes mail on.
func (f *Facts) nobodySends() bool {
	return slices.ContainsFunc(f.Undecided(), func(u Undecided) bool {
		return u.Doubt == DoubtNobody || u.Doubt == DoubtForward || u.Doubt == DoubtReceiver || u.Doubt == DoubtDiffer
	})
}
