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

// SPFUnseen are the answers that failed among the record itself, the parts of its tree, the addresses that its terms name,
// and what would decide whether it lets a service in use pass.
func (f *Facts) SPFUnseen() []snapshot.Answer {
	if a := f.DNS.TXT(f.Owner.Domain); failed(a) {
		return []snapshot.Answer{a}
	}
	if _, ok := f.SPFTree(); !ok {
		return nil
	}
	w := &watched{Data: reading.SPF(f.DNS)}
	spf.Walk(w, f.Owner.Domain, "")
	for _, l := range f.Lacks() {
		for _, term := range l.Terms {
			if l.Unknown {
				spf.Walk(w, f.Owner.Domain, "v=spf1 "+term+" -all")
			}
		}
	}
	var out []snapshot.Answer
	for _, n := range w.failed {
		out = append(out, f.DNS.Get(n.Name, snapshot.Type(n.Type)))
	}
	return Evidence(out...)
}

// watched is the data, and remembers which questions had failed.
type watched struct {
	spf.Data
	failed []spf.Need
}

func (w *watched) Reply(n spf.Need) spf.Reply {
	r := w.Data.Reply(n)
	if r.Status == spf.TempErr {
		w.failed = append(w.failed, n)
	}
	return r
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

// SenderUnknown reports whether there is a record, but who sends is neither said nor shown, and it does not let the mail
// server pass that receives (which mostly sends too). It says nothing where an answer that might tell did not come.
func (f *Facts) SenderUnknown() bool {
	recs, known := f.SPFRecords()
	if !known || len(recs) != 1 || f.SendsNothing() {
		return false
	}
	if len(f.SPFUnseen()) > 0 || len(f.MXUnseen()) > 0 {
		return false // that is said, and might tell who sends
	}
	if slices.ContainsFunc(f.Lacks(), func(l Lacking) bool { return l.Unknown }) {
		return true
	}
	t, _ := f.SPFTree()
	return len(f.Terms()) == 0 && len(f.Services()) == 0 && !f.CoversMX(t)
}

// SPFAsks lists the services in use of which only their own console or guide tells what they need in the SPF record, and
// that it does not visibly cover: a host is covered where the record lets the server pass that receives, a sender where
// the record names servers of its own.
func (f *Facts) SPFAsks() []Service {
	recs, known := f.SPFRecords()
	if !known || len(recs) != 1 || f.SendsNothing() {
		return nil
	}
	t, walked := f.SPFTree()
	return slices.DeleteFunc(slices.Clone(f.Services()), func(s Service) bool {
		return !s.Ask || s.Host && walked && f.CoversMX(t) || !s.Host && f.ListedInSPF(s.ID)
	})
}

// SPFPasses reports whether there is one readable record within its limits that covers every service in use.
func (f *Facts) SPFPasses() bool {
	t, ok := f.SPFTree()
	if !ok || t.Voids > spf.MaxVoids || len(f.Lacks())+len(f.SPFUnseen())+len(f.DeadEnds()) > 0 || f.SenderUnknown() {
		return false
	}
	if _, many := f.TooManyLookups(); many {
		return false
	}
	if _, open := f.PassesAnybody(); open {
		return false
	}
	return !slices.ContainsFunc(t.Root.Parsed.Problems, func(p spf.Problem) bool { return p.Fatal || p.Code == spf.Placeholder || p.Grave() })
}
