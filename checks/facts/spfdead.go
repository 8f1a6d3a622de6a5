package facts

import (
	"slices"

	"todoku/checks/spf"
)

// DeadEnd is a term in the tree of includes that ends the evaluation of whoever gets there.
type DeadEnd struct {
	Node   spf.Node // where the term leads; Why is no-record, several-records, void, syntax or loop
	Holder string   // the domain whose record holds the term
	Top    string   // the term of the own record that leads to it; the term itself where it stands there
	Own    bool     // the holder's record is the owner's to change
}

// deadReasons are the ends of an include that no receiver gets past (RFC 7208 section 5.2).
var deadReasons = []string{"no-record", "several-records", "void", "syntax"}

// DeadEnds lists them, in the order of the record. Nothing is said where there is not exactly one record.
func (f *Facts) DeadEnds() []DeadEnd {
	t, ok := f.SPFTree()
	if !ok {
		return nil
	}
	return f.deadEndsBelow(t.Root, "")
}

// DeadEndsOf is the same for a record that is not published yet.
func (f *Facts) DeadEndsOf(t spf.Tree) []DeadEnd { return f.deadEndsBelow(t.Root, "") }

func (f *Facts) deadEndsBelow(n spf.Node, top string) []DeadEnd {
	var out []DeadEnd
	for _, c := range n.Children {
		via := top
		if via == "" {
			via = c.Term
		}
		if c.Why == "loop" || slices.Contains(deadReasons, c.Why) {
			out = append(out, DeadEnd{Node: c, Holder: n.Domain, Top: via, Own: n.Via == "" || f.DNS.InZone(n.Domain)})
		}
		out = append(out, f.deadEndsBelow(c, via)...)
	}
	return out
}
