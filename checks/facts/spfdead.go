package facts

import (
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// DeadEnd is a term in the tree of includes that ends the evaluation of whoever gets there.
type DeadEnd struct {
	Node   spf.Node // where the term leads; Why is no-record, several-records, void, syntax or loop
	Holder string   // the domain whose record holds the term
	Top    string   // the term of the own record that leads to it; the term itself where it stands there
	Own    bool     // the holder's record is the owner's to change
	// Some says that the name hangs on the sender's address and that others' addresses may lead somewhere: it was seen to
	// be a dead end for the senders that are known, and no more.
	Some bool
}

// deadReasons are the ends of an include that no receiver gets past (RFC 7208 section 5.2).
var deadReasons = []string{"no-record", "several-records", "void", "syntax"}

// DeadEnds lists them, in the order of the record. Nothing is said where there is not exactly one record.
func (f *Facts) DeadEnds() []DeadEnd {
	t, ok := f.SPFTree()
	if !ok {
		return nil
	}
	return f.DeadEndsOf(t)
}

// DeadEndsOf is the same for a record that is not published yet.
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
		if c.Why == "loop" || slices.Contains(deadReasons, c.Why) {
			out = append(out, DeadEnd{Node: c, Holder: n.Domain, Top: via, Own: n.Via == "" || f.DNS.InZone(n.Domain), Some: some})
		}
		out = append(out, f.deadEndsBelow(record, c, via)...)
	}
	return out
}

// breaks reports whether receivers give up on a record for the mail of a known sender.
func (f *Facts) breaks(record string) bool {
	data := proposed{reading.SPF(f.DNS), f.Owner.Domain, record, new(bool)}
	return slices.ContainsFunc(f.Sources(), func(s Source) bool { return spf.Evaluate(data, f.request(s.IP)).Result == spf.PermError })
}

// throughMacro says of an include whose name hangs on the sender's address whether it leads nowhere for every address that
// is known to send; some says that other addresses may lead somewhere all the same. Where an answer is lacking, or one
// leads on, the node stays as it is.
func (f *Facts) throughMacro(holder, n spf.Node) (dead spf.Node, some bool) {
	i := slices.IndexFunc(holder.Parsed.Terms, func(t spf.Term) bool { return t.Text == n.Term })
	if i < 0 {
		return n, false
	}
	t := holder.Parsed.Terms[i]
	none := func(ip netip.Addr) (none, known bool) {
		name, ok := spf.Expanded(t, holder.Domain, f.request(ip))
		if !ok {
			return false, false
		}
		texts, known := reading.SPFRecords(f.DNS, name)
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
	n.Why, some = "void", true
	if base := spf.Unexpanded(t); base != "" && f.DNS.TXT(base).Status == snapshot.NXDomain {
		n.Domain, some = base, false // nothing is below a name that does not exist (RFC 8020)
	} else if first, ok := spf.Expanded(t, holder.Domain, f.request(f.Sources()[0].IP)); ok {
		n.Domain = first // what was seen of it
	}
	if some && !slices.ContainsFunc(reading.Strangers, func(ip string) bool { no, _ := none(netip.MustParseAddr(ip)); return !no }) {
		some = false // nobody's address leads anywhere
	}
	n.Domain = strings.ToLower(n.Domain)
	return n, some
}
