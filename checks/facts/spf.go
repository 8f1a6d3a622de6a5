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

// LacksSPF reports whether it was seen that the domain has no SPF record.
func (f *Facts) LacksSPF() bool {
	recs, known := reading.SPFRecords(f.DNS, f.Owner.Domain)
	return known && len(recs) == 0
}

// maxSamples bounds how many of a term's address ranges are tried.
const maxSamples = 32

// Covered reports whether a record lets pass what the term would, by whatever means: mail from every address range of
// the term is judged as a receiver would judge it, so that the order of the record and refusals before a match count.
// known is false where an answer that would decide it is missing, or the record asks for what only a mail tells. A term
// whose addresses cannot be seen is covered where it stands in the record itself.
func Covered(s *snapshot.Snapshot, tree spf.Tree, domain, term string) (covered, known bool) {
	need := spf.Walk(reading.SPF(s), domain, "v=spf1 "+term+" -all")
	if len(need.Networks) == 0 {
		return named(tree.Root, domain, term), len(need.Missing) == 0
	}
	data := proposed{reading.SPF(s), domain, tree.Root.Record, new(bool)}
	passed := 0
	for _, ip := range samples(need.Networks) {
		*data.blind = false
		v := spf.Evaluate(data, spf.Request{IP: ip, MailFrom: "postmaster@" + domain, HELO: domain})
		if v.Result == spf.PermError && (named(tree.Root, domain, term) || slices.ContainsFunc(tree.Networks, func(t netip.Prefix) bool { return t.Contains(ip) })) {
			continue // the record is broken, which is a finding of its own; the sender is in it
		}
		switch {
		case v.Result == spf.Pass:
			passed++
		case passed > 0 && *data.blind:
			// A name made of the address: the one that was asked for speaks for its neighbours.
		default:
			return false, v.Result != spf.TempError && !*data.blind && !AsksForMail(tree.Root)
		}
	}
	return true, true
}

// samples are the addresses that stand for ranges: the first of each, then the last of each, since a record may have a part of
// a range.
func samples(nets []netip.Prefix) (out []netip.Addr) {
	nets = nets[:min(len(nets), maxSamples)]
	for i := range 2 {
		for _, n := range nets {
			if both := ends(n); i < len(both) {
				out = append(out, both[i])
			}
		}
	}
	return out
}

// AsksForMail reports whether a record asks for what only a mail tells: the name by which the sending server greets, or
// the sender's local part (RFC 7208 section 7.2).
func AsksForMail(n spf.Node) bool {
	return slices.ContainsFunc(n.Parsed.Terms, func(t spf.Term) bool {
		low := strings.ToLower(t.Value)
		return !t.Modifier && (strings.Contains(low, "%{h") || strings.Contains(low, "%{l") || strings.Contains(low, "%{s"))
	}) || slices.ContainsFunc(n.Children, AsksForMail)
}

// proposed is the data with one domain's record replaced. What nobody could ask before the sender's address was known
// (exists: with macros) matches nothing there, and is remembered.
type proposed struct {
	spf.Data
	domain, record string
	blind          *bool
}

func (d proposed) Reply(n spf.Need) spf.Reply {
	if n.Type == "TXT" && strings.EqualFold(n.Name, d.domain) {
		return spf.Reply{Status: spf.Found, TXT: []string{d.record}}
	}
	r := d.Data.Reply(n)
	if r.Status == spf.Missing {
		*d.blind = true
		return spf.Reply{Status: spf.Void}
	}
	return r
}

// named reports whether the term itself stands anywhere in the tree.
func named(n spf.Node, domain, term string) bool { return standsIn(n, domain, term, false) }

// standsIn is named, and with any whatever the term's sign says: pass, refuse, doubt or nothing.
func standsIn(n spf.Node, domain, term string, any bool) bool {
	want := spf.Parse("v=spf1 " + term)
	if len(want.Terms) == 0 {
		return false
	}
	for _, t := range n.Parsed.Terms {
		w := want.Terms[0]
		if t.Modifier || t.Name != w.Name || t.Qualifier != '+' && !any || t.Prefix != w.Prefix || t.CIDR4 != w.CIDR4 || t.CIDR6 != w.CIDR6 {
			continue
		}
		if strings.EqualFold(cmp.Or(t.Value, n.Domain), cmp.Or(w.Value, domain)) {
			return true
		}
	}
	return slices.ContainsFunc(n.Children, func(c spf.Node) bool { return standsIn(c, domain, term, any) })
}

// SPFTree is the domain's own record with all that it includes; ok is false unless there is exactly one.
func (f *Facts) SPFTree() (t spf.Tree, ok bool) { return f.tree() }

func (f *Facts) readSPFTree() (spf.Tree, bool) {
	recs, _ := reading.SPFRecords(f.DNS, f.Owner.Domain)
	if len(recs) != 1 {
		return spf.Tree{}, false
	}
	return spf.Walk(reading.SPF(f.DNS), f.Owner.Domain, ""), true
}

// Nodes lists the tree's nodes, root first.
func Nodes(n spf.Node) []spf.Node {
	out := []spf.Node{n}
	for _, c := range n.Children {
		out = append(out, Nodes(c)...)
	}
	return out
}

// SendsNothing reports whether the SPF of the domain says that it sends no mail, or a null MX that it takes none (RFC 7505)
// while no SPF record says that somebody sends; and nobody said that it does.
func (f *Facts) SendsNothing() bool {
	if len(f.Owner.Hosts) > 0 || len(f.Owner.Senders) > 0 || len(f.Owner.IPs) > 0 {
		return false
	}
	recs, _ := reading.SPFRecords(f.DNS, f.Owner.Domain)
	if len(recs) == 1 && forbidsAll(spf.Parse(recs[0])) {
		return true
	}
	return f.NullMX() && !slices.ContainsFunc(recs, func(r string) bool {
		return slices.ContainsFunc(spf.Parse(r).Terms, func(t spf.Term) bool {
			return t.Name == "redirect" || !t.Modifier && t.Qualifier == '+' && t.Name != "all"
		})
	})
}

// forbidsAll reports whether the first thing that a readable record says of any sender is "no" (RFC 7208 section 5.1). Words
// beside it let nobody pass: the reason for a refusal (exp=), or a redirect, which does not count beside all.
func forbidsAll(r spf.Record) bool {
	i := slices.IndexFunc(r.Terms, func(t spf.Term) bool { return !t.Modifier })
	return r.Valid() && i >= 0 && r.Terms[i].Name == "all" && r.Terms[i].Qualifier == '-'
}

// AllTerm is the first "all" of the domain's own record.
func (f *Facts) AllTerm() (spf.Term, bool) {
	t, ok := f.SPFTree()
	if !ok {
		return spf.Term{}, false
	}
	i := slices.IndexFunc(t.Root.Parsed.Terms, func(t spf.Term) bool { return t.Name == "all" })
	if i < 0 {
		return spf.Term{}, false
	}
	return t.Root.Parsed.Terms[i], true
}

// RefusesAll reports whether the record ends in -all, for which receivers refuse forwarded mail by name.
func (f *Facts) RefusesAll() bool {
	t, ok := f.AllTerm()
	return ok && t.Qualifier == '-'
}

// takers are the servers that take the domain's mail in: those of the MX, or the domain itself where there is none (RFC 5321
// section 5.1).
func (f *Facts) takers() []string {
	mx := f.DNS.Get(f.Owner.Domain, snapshot.MX)
	if mx.Absent() {
		return []string{f.Owner.Domain}
	}
	return mx.Data()
}

// CoversMX reports whether every known address of the servers that take mail in passes: it is within the record, and no term
// before refuses it.
func (f *Facts) CoversMX(t spf.Tree) bool {
	seen := false
	refused := []spf.Result{spf.Fail, spf.SoftFail, spf.Neutral}
	for _, name := range f.takers() {
		for _, a := range f.DNS.Get(name, snapshot.A).Data() {
			ip, err := netip.ParseAddr(a)
			if err != nil || !slices.ContainsFunc(t.Networks, func(n netip.Prefix) bool { return n.Contains(ip) }) ||
				slices.Contains(refused, spf.Evaluate(reading.SPF(f.DNS), f.request(ip)).Result) {
				return false
			}
			seen = true
		}
	}
	return seen
}
