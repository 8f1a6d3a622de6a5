package checks

import (
	"slices"

	"todoku/checks/spf"
)

// Dead is a term in the tree of includes that ends the evaluation of whoever gets there.
type Dead struct {
	Node   spf.Node // where the term leads; Why is no-record, several-records, void, syntax or loop
	Holder string   // the domain whose record holds the term
	Top    string   // the term of the own record that leads to it; the term itself where it stands there
	Own    bool     // the holder's record is the owner's to change
}

// deadReasons are the ends of an include that no receiver gets past (RFC 7208 section 5.2).
var deadReasons = []string{"no-record", "several-records", "void", "syntax"}

// Deads lists them, in the order of the record. Nothing is said where there is not exactly one record.
func Deads(in In) []Dead {
	t, ok := tree(in)
	if !ok {
		return nil
	}
	return deadBelow(in, t.Root, "")
}

// DeadsOf is the same for a record that is not published yet.
func DeadsOf(in In, t spf.Tree) []Dead { return deadBelow(in, t.Root, "") }

func deadBelow(in In, n spf.Node, top string) []Dead {
	var out []Dead
	for _, c := range n.Children {
		via := top
		if via == "" {
			via = c.Term
		}
		if c.Why == "loop" || slices.Contains(deadReasons, c.Why) {
			out = append(out, Dead{Node: c, Holder: n.Domain, Top: via, Own: n.Via == "" || in.DNS.InZone(n.Domain)})
		}
		out = append(out, deadBelow(in, c, via)...)
	}
	return out
}

// finding tells of a dead end; "whose" says whose record holds the term: that of the domain, another of the owner's,
// or a company's; "target" own: what it leads to is the owner's, and can be mended there.
func (d Dead) finding(in In) Finding {
	whose := "theirs"
	switch {
	case d.Holder == in.Answers.Domain:
		whose = "domain"
	case d.Own:
		whose = "own"
	}
	target := "theirs"
	if why := d.Node.Why; (why == "syntax" || why == "several-records") && in.DNS.InZone(d.Node.Domain) {
		target = "own"
	}
	at := d.Node.Domain
	if d.Node.Why == "loop" {
		at = d.Holder
	}
	return Finding{
		Severity: spfSeverity(in), Evidence: evidence(in.DNS.TXT(at)),
		Args: Args{"include": d.Node.Domain, "term": d.Node.Term, "why": d.Node.Why, "holder": d.Holder, "top": d.Top, "whose": whose, "target": target},
	}
}

// spfIncludeDead: an include or redirect leads to a name without exactly one readable record, which is a permanent error
// for every receiver that reaches it.
func spfIncludeDead(in In) []Finding {
	return deadFindings(in, func(why string) bool { return why != "loop" })
}

// spfLoop: a record includes one that it stands in itself.
func spfLoop(in In) []Finding {
	return deadFindings(in, func(why string) bool { return why == "loop" })
}

func deadFindings(in In, want func(why string) bool) []Finding {
	var out []Finding
	for _, d := range Deads(in) {
		f := d.finding(in)
		same := func(g Finding) bool { return g.Args["term"] == f.Args["term"] && g.Args["holder"] == f.Args["holder"] }
		if want(d.Node.Why) && !slices.ContainsFunc(out, same) {
			out = append(out, f)
		}
	}
	return out
}
