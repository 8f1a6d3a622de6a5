package facts

import (
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// DeadEnd is a term in the include tree that makes the evaluation fail for receivers that reach it.
type DeadEnd struct {
	Node   spf.Node // the target of the term; Why is no-record, several-records, void, syntax or loop
	Holder string   // the domain whose record holds the term
	Top    string   // the term of the domain's own record that leads to it, or is it
	Own    bool     // the owner can change the holder's record
	// Some: the name depends on the sender's address, and was seen to be a dead end only for the known senders.
	Some bool
}

// deadReasons are the values of spf.Node.Why with which an include is a permanent error (RFC 7208 section 5.2).
var deadReasons = []spf.Why{spf.WhyNoRecord, spf.WhySeveral, spf.WhyVoid, spf.WhySyntax}

// DeadEnds returns the dead ends of the domain's SPF record, in the order of its terms. It returns nil unless the domain
// has exactly one record.
func (f *Facts) DeadEnds() []DeadEnd {
	t, ok := f.SPFTree()
	if !ok {
		return nil
	}
	return f.DeadEndsOf(t)
}

// DeadEndsOf returns the dead ends of a record that need not be published yet.
func (f *Facts) DeadEndsOf(t spf.Tree) []DeadEnd { return f.deadEndsBelow(t.Root.Record, t.Root, "") }

func (f *Facts) deadEndsBelow(record string, n spf.Node, top string) []DeadEnd {
	var out []DeadEnd
	for _, c := range n.Children {
		via := top
		if via == "" {
			via = c.Term
		}
		some := false
		if c.Why == spf.WhyMacro {
			dead, part := f.throughMacro(n, c)
			if some = part; !some || f.breaks(record) {
				c = dead
			}
		}
		if c.Why == spf.WhyLoop || slices.Contains(deadReasons, c.Why) {
			out = append(out, DeadEnd{Node: c, Holder: n.Domain, Top: via, Own: n.Via == "" || f.DNS.InZone(n.Domain), Some: some})
		}
		out = append(out, f.deadEndsBelow(record, c, via)...)
	}
	return out
}

// breaks reports whether a record is a permanent error for mail from one of the known senders.
func (f *Facts) breaks(record string) bool {
	data := proposed{reading.SPF(f.DNS), f.Owner.Domain, record, new(bool)}
	return slices.ContainsFunc(f.Sources(), func(s Source) bool { return spf.Evaluate(data, f.request(s.IP)).Result == spf.PermError })
}

// throughMacro decides whether an include whose name has a macro leads nowhere, or back to itself, for every known sending
// address; some is true if other addresses may lead somewhere. The node is returned unchanged if a look-up is missing or one of the
// addresses leads on.
func (f *Facts) throughMacro(holder, n spf.Node) (dead spf.Node, some bool) {
	i := slices.IndexFunc(holder.Parsed.Terms, func(t spf.Term) bool { return t.Text == n.Term })
	if i < 0 {
		return n, false
	}
	t := holder.Parsed.Terms[i]
	again := false
	none := func(ip netip.Addr) (none, known bool) {
		name, ok := spf.Expanded(t, holder.Domain, f.request(ip))
		if !ok {
			return false, false
		}
		texts, known := reading.SPFRecords(f.DNS, name)
		if known && len(texts) == 1 && slices.ContainsFunc(spf.Parse(texts[0]).Terms, func(u spf.Term) bool { return u.Text == t.Text }) {
			again = true // a wildcard answers with the very term, and so on without end
			return true, true
		}
		return known && len(texts) == 0, known
	}
	asked := 0
	for _, s := range f.Sources() {
		switch no, known := none(s.IP); {
		case known && !no:
			return n, false
		case known:
			asked++
		}
	}
	if asked == 0 || asked < len(f.Sources()) && asked < reading.MaxTried {
		return n, false
	}
	n.Why, some = spf.WhyVoid, true
	if base := spf.Unexpanded(t); base != "" && f.DNS.TXT(base).Status == snapshot.NXDomain {
		n.Domain, some = base, false // nothing is below a name that does not exist (RFC 8020)
	} else if first, ok := spf.Expanded(t, holder.Domain, f.request(f.Sources()[0].IP)); ok {
		n.Domain = first // the name that was looked up
	}
	if some && !slices.ContainsFunc(reading.Strangers, func(ip string) bool { no, _ := none(netip.MustParseAddr(ip)); return !no }) {
		some = false // no address leads anywhere
	}
	if again {
		n.Why, some = spf.WhyLoop, false
	}
	n.Domain = strings.ToLower(n.Domain)
	return n, some
}

// ServerIncluded reports whether an include names a mail server itself: it has an address and no SPF record, and it is in
// the owner's zone or has the name of a mail host's server. a, which looks up the address, is meant (RFC 7208 section 5.3).
func (f *Facts) ServerIncluded(t spf.Term) bool {
	name := strings.ToLower(strings.TrimSuffix(t.Value, "."))
	if t.Modifier || t.Name != "include" || t.Qualifier != '+' || name == f.Owner.Domain || strings.Contains(name, "%") {
		return false
	}
	recs, known := reading.SPFRecords(f.DNS, name)
	return known && len(recs) == 0 && f.addressed(name) && (f.DNS.InZone(name) || f.hostServer(name))
}

// hostServer reports whether a name is that of one of a mail host's servers.
func (f *Facts) hostServer(name string) bool {
	return f.Catalog != nil && slices.ContainsFunc(f.Catalog.NameOwners(name), func(id string) bool {
		h, ok := f.Catalog.Host(id)
		if !ok {
			return false
		}
		_, ok = h.ServerName(name)
		return ok
	})
}
