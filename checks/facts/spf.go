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

// LacksSPF reports whether the domain was seen to have no SPF record.
func (f *Facts) LacksSPF() bool {
	recs, known := reading.SPFRecords(f.DNS, f.Owner.Domain)
	return known && len(recs) == 0
}

// maxSamples limits the number of address ranges of a term that are tried.
const maxSamples = 32

// Covered reports whether a record lets pass everything that a term would. It evaluates mail from each address range of
// the term as a receiver does, so order and qualifiers count. known is false if a look-up is missing or the result
// depends on the mail. A term without known addresses is covered if it is in the record itself.
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
			continue // a broken record is another finding; the sender is in it
		}
		switch {
		case v.Result == spf.Pass:
			passed++
		case passed > 0 && *data.blind:
			// A name made from the address: the address that was looked up speaks for its neighbours.
		default:
			return false, v.Result != spf.TempError && !*data.blind && !AsksForMail(tree.Root)
		}
	}
	return true, true
}

// samples returns the addresses to try for ranges: the first of each, then the last of each, since a record may cover a
// range in part.
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

// AsksForMail reports whether a record depends on what only a mail shows: the HELO name, the local part or the sender
// (macros h, l and s, RFC 7208 section 7.2).
func AsksForMail(n spf.Node) bool {
	return slices.ContainsFunc(n.Parsed.Terms, func(t spf.Term) bool {
		low := strings.ToLower(t.Value)
		return !t.Modifier && (strings.Contains(low, "%{h") || strings.Contains(low, "%{l") || strings.Contains(low, "%{s"))
	}) || slices.ContainsFunc(n.Children, AsksForMail)
}

// proposed is a source of data with the record of one domain replaced. Names that could not be looked up before the
// sender's address was known (exists with macros) match nothing, and set blind.
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

// named reports whether the term itself is anywhere in the tree.
func named(n spf.Node, domain, term string) bool { return standsIn(n, domain, term, false) }

// standsIn is named; with any, the term counts with every qualifier.
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

// SPFTree returns the domain's own SPF record with all that it includes; ok is false unless there is exactly one.
func (f *Facts) SPFTree() (t spf.Tree, ok bool) { return f.tree() }

func (f *Facts) readSPFTree() (spf.Tree, bool) {
	recs, _ := reading.SPFRecords(f.DNS, f.Owner.Domain)
	if len(recs) != 1 {
		return spf.Tree{}, false
	}
	return spf.Walk(reading.SPF(f.DNS), f.Owner.Domain, ""), true
}

// Nodes returns the nodes of the tree, root first.
func Nodes(n spf.Node) []spf.Node {
	out := []spf.Node{n}
	for _, c := range n.Children {
		out = append(out, Nodes(c)...)
	}
	return out
}

// SendsNothing reports whether the domain declares that it sends no mail, by "v=spf1 -all" or by a null MX (RFC 7505)
// without an SPF record that lets anybody pass. It is false if the owner named a sender, or if the record refuses a
// service that is seen in use.
func (f *Facts) SendsNothing() bool {
	if len(f.Owner.Hosts) > 0 || len(f.Owner.Senders) > 0 || len(f.Owner.IPs) > 0 {
		return false
	}
	recs, _ := reading.SPFRecords(f.DNS, f.Owner.Domain)
	if len(recs) == 1 && forbidsAll(spf.Parse(recs[0])) {
		return !slices.ContainsFunc(f.Services(), func(s Service) bool { return f.Fate(s) == FateFails })
	}
	return f.NullMX() && !slices.ContainsFunc(recs, func(r string) bool {
		return slices.ContainsFunc(spf.Parse(r).Terms, func(t spf.Term) bool {
			return t.Name == "redirect" || !t.Modifier && t.Qualifier == '+' && t.Name != "all"
		})
	})
}

// forbidsAll reports whether a readable record is -all and nothing else but exp= (RFC 7208 section 5.1). Receivers do not read
// what follows it, nor redirect= beside it, but whoever wrote that meant somebody to send.
func forbidsAll(r spf.Record) bool {
	terms := slices.DeleteFunc(slices.Clone(r.Terms), func(t spf.Term) bool { return t.Modifier && t.Name != "redirect" })
	return r.Valid() && len(terms) == 1 && terms[0].Name == "all" && terms[0].Qualifier == '-'
}

// AllTerm returns the first "all" of the domain's own record.
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

// RefusesAll reports whether the record has -all, so that receivers reject forwarded mail.
func (f *Facts) RefusesAll() bool {
	t, ok := f.AllTerm()
	return ok && t.Qualifier == '-'
}

// takers returns the domain's mail servers: the MX targets, or the domain itself if there is no MX (RFC 5321 section
// 5.1).
func (f *Facts) takers() []string {
	mx := f.DNS.Get(f.Owner.Domain, snapshot.MX)
	if mx.Absent() {
		return []string{f.Owner.Domain}
	}
	return mx.Data()
}

// CoversMX reports whether every known IPv4 address of the domain's mail servers passes. It is false if none is known.
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
