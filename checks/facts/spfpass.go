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

// SPFRecords are the SPF records of the domain itself; known is false where they could not be seen, or not all.
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
		if a := f.DNS.Get(n.Name, snapshot.Type(n.Type)); !a.Cut() {
			out = append(out, a)
		}
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

// SPFCut reports whether of the record, or of a part of its tree, there was more than is kept: a second record may be what
// was cut off.
func (f *Facts) SPFCut() bool {
	if f.DNS.TXT(f.Owner.Domain).Cut() {
		return true
	}
	t, ok := f.SPFTree()
	return ok && slices.ContainsFunc(Nodes(t.Root), func(n spf.Node) bool { return f.DNS.TXT(n.Domain).Cut() })
}

// TooMany is an SPF record that asks for more than receivers look up (RFC 7208 section 4.6.4).
type TooMany struct {
	Name     string
	Count    int
	Servers  bool // too many are the servers behind one mx
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
			return TooMany{n.Domain, len(mx.Records), true, Evidence(mx)}, true
		}
	}
	return TooMany{f.Owner.Domain, t.Lookups, false, Evidence(f.DNS.TXT(f.Owner.Domain))}, t.Lookups > spf.MaxLookups
}

// Void is a term of the tree whose look-up finds nothing.
type Void struct {
	Term spf.Term
	Name string // that is asked for
	Type snapshot.Type
	// Exists says that the name has other records: of it the type alone is lacking.
	Exists bool
}

// Voids lists the terms of a record's tree whose look-ups find nothing, as far as they show without a mail.
func (f *Facts) Voids(t spf.Tree) []Void {
	var out []Void
	for _, n := range Nodes(t.Root) {
		for _, c := range n.Costs {
			if c.Why != "void" {
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

// OwnVoids are the terms of the domain's own record that name servers and find none: of them the record lets nobody pass.
// alone says that by no other term anybody passes either, whoever sends.
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

// VoidLookups is how many look-ups find nothing: in the whole tree, or for the mail of a sender that is known, whose address
// a macro asks for. many says that receivers give up for it (RFC 7208 section 4.6.4).
func (f *Facts) VoidLookups() (count int, many bool) {
	t, ok := f.SPFTree()
	if !ok {
		return 0, false
	}
	count = t.Voids
	for _, v := range f.trials() {
		if v.Result == spf.PermError && v.Why == "void-limit" {
			count = max(count, v.Voids, spf.MaxVoids+1)
		}
	}
	return count, count > spf.MaxVoids
}

// BreaksFor reports whether receivers give up on the record for the mail of a sender that is known, for whatever reason.
func (f *Facts) BreaksFor() bool {
	return slices.ContainsFunc(f.trials(), func(v spf.Verdict) bool { return v.Result == spf.PermError })
}

// tryRecord judges a mail from every known sending address, as a receiver would.
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
	for _, ip := range reading.Strangers {
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
