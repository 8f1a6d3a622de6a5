package facts

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// SPFRecords returns the SPF records of the domain itself; known is false if the look-up failed or the answer was cut
// off.
func (f *Facts) SPFRecords() (records []string, known bool) {
	return reading.SPFRecords(f.DNS, f.Owner.Domain)
}

// SPFUnseen returns the failed look-ups of the record, of what it includes, of the servers that its terms name, and of
// what would decide whether it covers a service in use.
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
		if a := f.DNS.Get(n.Name, snapshot.Type(n.Type)); !a.Cut() {
			out = append(out, a)
		}
	}
	return Evidence(out...)
}

// watched is a source of data that records which questions failed.
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

// SPFCut reports whether the answer with the record, or with a record that it includes, was cut off: a second record may
// be missing.
func (f *Facts) SPFCut() bool {
	if f.DNS.TXT(f.Owner.Domain).Cut() {
		return true
	}
	t, ok := f.SPFTree()
	return ok && slices.ContainsFunc(Nodes(t.Root), func(n spf.Node) bool { return f.DNS.TXT(n.Domain).Cut() })
}

// TooMany is an SPF record that exceeds a limit of RFC 7208 section 4.6.4.
type TooMany struct {
	Name     string
	Count    int
	Servers  bool // the limit is that of mail servers behind one mx term
	Evidence []snapshot.Answer
}

// TooManyLookups reports whether the record has more than ten terms that need a look-up, or more than ten mail servers
// behind one mx term.
func (f *Facts) TooManyLookups() (m TooMany, ok bool) {
	t, ok := f.SPFTree()
	if !ok {
		return m, false
	}
	for _, n := range Nodes(t.Root) {
		if n.Why == spf.WhyMXLimit {
			mx := f.DNS.Get(n.Domain, snapshot.MX)
			return TooMany{n.Domain, len(mx.Records), true, Evidence(mx)}, true
		}
	}
	return TooMany{f.Owner.Domain, t.Lookups, false, Evidence(f.DNS.TXT(f.Owner.Domain))}, t.Lookups > spf.MaxLookups
}

// Void is a term whose look-up finds nothing.
type Void struct {
	Term spf.Term
	Name string // the name that is looked up
	Type snapshot.Type
	// Exists: the name has records of other types.
	Exists bool
}

// Voids returns the terms of a record's tree that cause void look-ups, as far as that shows without a mail.
func (f *Facts) Voids(t spf.Tree) []Void {
	var out []Void
	for _, n := range Nodes(t.Root) {
		for _, c := range n.Costs {
			if c.Why != spf.WhyVoid {
				continue
			}
			v := Void{Term: c.Term, Name: strings.ToLower(strings.TrimSuffix(cmp.Or(c.Term.Value, n.Domain), ".")), Type: snapshot.TXT}
			switch c.Term.Name {
			case "a":
				v.Type = snapshot.A
			case "mx":
				v.Type = snapshot.MX
			}
			v.Exists = f.DNS.Get(v.Name, v.Type).Status != snapshot.NXDomain
			out = append(out, v)
		}
	}
	return out
}

// OwnVoids returns the terms of the domain's own record that name servers and find none, so that they let nobody pass.
// alone is true if no other term lets anybody pass either.
func (f *Facts) OwnVoids() (voids []Void, alone bool) {
	t, ok := f.SPFTree()
	if !ok {
		return nil, false
	}
	root := t
	root.Root.Children = nil
	for _, v := range f.Voids(root) {
		if v.Type != snapshot.TXT && !v.Term.Modifier && v.Term.Qualifier == '+' {
			voids = append(voids, v)
		}
	}
	passes := len(t.Networks) > 0 || len(f.SPFUnseen()) > 0 || f.SPFCut() || slices.ContainsFunc(Nodes(t.Root), func(n spf.Node) bool {
		return n.Why != "" || slices.ContainsFunc(n.Parsed.Terms, func(t spf.Term) bool { return t.Name == "exists" || t.Name == "ptr" || strings.Contains(t.Value, "%") })
	})
	return voids, len(voids) > 0 && !passes
}

// VoidLookups returns the number of void look-ups: of the whole tree, or of the evaluation for a known sender if that has
// more. many reports whether it exceeds the limit (RFC 7208 section 4.6.4).
func (f *Facts) VoidLookups() (count int, many bool) {
	t, ok := f.SPFTree()
	if !ok {
		return 0, false
	}
	count = t.Voids
	for _, v := range f.trials() {
		if v.Result == spf.PermError && v.Why == spf.WhyVoidLimit {
			count = max(count, v.Voids, spf.MaxVoids+1)
		}
	}
	return count, count > spf.MaxVoids
}

// BreaksFor reports whether the record is a permanent error for one of the known sending addresses.
func (f *Facts) BreaksFor() bool {
	return slices.ContainsFunc(f.trials(), func(v spf.Verdict) bool { return v.Result == spf.PermError })
}

// tryRecord evaluates the record for every known sending address, as a receiver would.
func (f *Facts) tryRecord() []spf.Verdict {
	var out []spf.Verdict
	for _, s := range f.Sources() {
		out = append(out, spf.Evaluate(reading.SPF(f.DNS), f.request(s.IP)))
	}
	return out
}

func (f *Facts) request(ip netip.Addr) spf.Request {
	return spf.Request{IP: ip, MailFrom: "postmaster@" + f.Owner.Domain, HELO: f.Owner.Domain}
}

// PassesAnybody returns the term that lets any server send; ok is false if there is none.
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
	for _, ip := range reading.Strangers {
		v := spf.Evaluate(data, spf.Request{IP: netip.MustParseAddr(ip), MailFrom: "x@" + f.Owner.Domain, HELO: "x.invalid"})
		if v.Result == spf.Pass {
			passed, term = passed+1, v.Term
		}
	}
	return term, passed >= 2
}

// SPFPasses reports whether there is one readable SPF record, within its limits, that covers everyone who is known or
// likely to send, or a domain that sends nothing.
func (f *Facts) SPFPasses() bool {
	t, ok := f.SPFTree()
	if !ok || f.SPFCut() || len(f.Lacks())+len(f.SPFUnseen())+len(f.DeadEnds()) > 0 || len(f.Undecided())+len(f.SPFAsks()) > 0 {
		return false
	}
	_, many := f.TooManyLookups()
	if _, void := f.VoidLookups(); many || void || f.BreaksFor() {
		return false
	}
	if _, open := f.PassesAnybody(); open {
		return false
	}
	if len(f.Passing()) == 0 && !f.SendsNothing() {
		return false
	}
	return len(f.StandIns(t.Root.Parsed)) == 0 && !slices.ContainsFunc(t.Root.Parsed.Problems, func(p spf.Problem) bool { return p.Fatal || p.Grave() })
}
