package facts

import (
	"net/netip"
	"slices"

	"todoku/checks/reading"
	"todoku/checks/snapshot"
	"todoku/checks/spf"
)

// SPFRecords are the SPF records of the domain itself; known is false where they could not be seen.
func (f *Facts) SPFRecords() (records []string, known bool) {
	return reading.SPFRecords(f.DNS, f.Owner.Domain)
}

// SPFUnseen are the answers that failed among the record itself and the parts of its tree.
func (f *Facts) SPFUnseen() []snapshot.Answer {
	if a := f.DNS.TXT(f.Owner.Domain); a.Status == snapshot.Failed {
		return []snapshot.Answer{a}
	}
	t, ok := f.SPFTree()
	if !ok {
		return nil
	}
	var out []snapshot.Answer
	for _, n := range Nodes(t.Root) {
		if n.Why == "failed" {
			out = append(out, f.DNS.TXT(n.Domain))
		}
	}
	return out
}

// TooMany is an SPF record that asks for more than receivers look up (RFC 7208 section 4.6.4).
type TooMany struct {
	Name     string
	Count    int
	Evidence []snapshot.Answer
}

// TooManyLookups finds more than ten terms that need a look-up, or more than ten servers behind one mx.
func (f *Facts) TooManyLookups() (m TooMany, ok bool) {
	t, ok := f.SPFTree()
	if !ok {
		return m, false
	}
	for _, n := range Nodes(t.Root) {
		if n.Why == "mx-limit" {
			mx := f.DNS.Get(n.Domain, snapshot.MX)
			return TooMany{n.Domain, len(mx.Records), Evidence(mx)}, true
		}
	}
	return TooMany{f.Owner.Domain, t.Lookups, Evidence(f.DNS.TXT(f.Owner.Domain))}, t.Lookups > spf.MaxLookups
}

// strangers are addresses far from one another: nobody's record has a reason to let several of them pass.
var strangers = []string{"1.2.3.4", "77.77.77.77", "130.130.130.130", "180.180.180.180", "222.222.222.222"}

// PassesAnybody is the term by which the record lets anybody send; ok is false where it does not.
func (f *Facts) PassesAnybody() (term string, ok bool) {
	if t, ok := f.AllTerm(); ok && t.Qualifier == '+' {
		return t.Text, true
	}
	t, ok := f.SPFTree()
	if !ok {
		return "", false
	}
	data := proposed{reading.SPF(f.DNS), f.Owner.Domain, t.Root.Record, new(bool)}
	passed := 0
	for _, ip := range strangers {
		v := spf.Evaluate(data, spf.Request{IP: netip.MustParseAddr(ip), MailFrom: "x@" + f.Owner.Domain, HELO: "x.invalid"})
		if v.Result == spf.Pass {
			passed, term = passed+1, v.Term
		}
	}
	return term, passed >= 2
}

// SPFPasses reports whether there is one readable record within its limits that covers whoever is known to send, or likely
// to, or a domain that sends nothing.
func (f *Facts) SPFPasses() bool {
	t, ok := f.SPFTree()
	if !ok || t.Voids > spf.MaxVoids || len(f.Lacks())+len(f.SPFUnseen())+len(f.DeadEnds()) > 0 || len(f.Undecided())+len(f.SPFAsks()) > 0 {
		return false
	}
	if _, many := f.TooManyLookups(); many {
		return false
	}
	if _, open := f.PassesAnybody(); open {
		return false
	}
	if len(f.Passing()) == 0 && !f.SendsNothing() {
		return false
	}
	return !slices.ContainsFunc(t.Root.Parsed.Problems, func(p spf.Problem) bool { return p.Fatal || p.Code == spf.Placeholder || p.Grave() })
}
