package checks

import (
	"slices"
	"strings"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/spf"
)

// The states of spf-void-lookups: what does not exist.
var (
	VoidNames   = State{"state", "names"}   // the names
	VoidRecords = State{"state", "records"} // the records of the wanted type
	VoidSenders = State{"state", "senders"} // the names that a macro makes for a known sending address
	VoidReverse = State{"state", "reverse"} // the reverse name of a known sending address, which ptr terms look for
)

// SPFVoidArgs are the arguments of spf-void-lookups.
type SPFVoidArgs struct {
	Count Count
	Limit Number
	Terms Texts // the terms that find nothing
}

var ruleSPFVoidLookups = Rule{
	Code: SPFVoidLookups, Severity: Harms, RFC: rfcSPF + " section 4.6.4",
	After:   after(SPFMultiple, SPFIncludeDead, SPFLoop, SPFPlaceholder),
	Aspects: []Aspect{{VoidNames, VoidRecords, VoidSenders, VoidReverse}},
	Args:    SPFVoidArgs{},
	Judge:   spfVoidLookups,
}

// spfVoidLookups finds records with more than two void look-ups, after which receivers stop (RFC 7208 section 4.6.4).
func spfVoidLookups(in *facts.Facts) []Finding {
	count, many := in.VoidLookups()
	if !many {
		return nil
	}
	t, _ := in.SPFTree()
	state := VoidNames
	var terms Texts
	for _, v := range in.Voids(t) {
		if terms = append(terms, v.Term.Text); v.Exists {
			state = VoidRecords
		}
	}
	if t.Voids <= spf.MaxVoids {
		state = either(has(t, func(t spf.Term) bool { return strings.Contains(t.Value, "%") }), VoidSenders, VoidReverse)
	}
	return one(Finding{States: []State{state}, Args: SPFVoidArgs{Count(count), spf.MaxVoids, terms}, Evidence: spfEvidence(in)})
}

// has reports whether some term of a tree meets the condition.
func has(t spf.Tree, want func(spf.Term) bool) bool {
	return slices.ContainsFunc(facts.Nodes(t.Root), func(n spf.Node) bool { return slices.ContainsFunc(n.Parsed.Terms, want) })
}

// The states of spf-void-term: what does not exist, and whether other terms let anybody pass.
var (
	VoidName   = State{"what", "name"}     // the name
	VoidRecord = State{"what", "record"}   // the record of that type
	VoidSpare  = State{"others", "spare"}  // other terms let somebody pass
	VoidAlone  = State{"others", "nobody"} // no term lets anybody pass
)

// SPFVoidTermArgs are the arguments of spf-void-term.
type SPFVoidTermArgs struct {
	Term Text
	At   Name // the name that is looked up
	Type Type
}

var ruleSPFVoidTerm = Rule{
	Code: SPFVoidTerm, Severity: Advice, RFC: rfcSPF + " section 4.6.4",
	After:   after(SPFMultiple, SPFPlaceholder, SPFSyntax, MXMissing, TargetDoubled),
	Aspects: []Aspect{{VoidName, VoidRecord}, {VoidSpare, VoidAlone}},
	Args:    SPFVoidTermArgs{},
	Judge:   spfVoidTerm,
}

// spfVoidTerm finds terms of the domain's own record that name a server and find none. Receivers tolerate two of them,
// but the intended server does not pass, and if no other term lets anybody pass, nothing does.
func spfVoidTerm(in *facts.Facts) []Finding {
	if _, many := in.VoidLookups(); many || in.SendsNothing() {
		return nil
	}
	var out []Finding
	voids, alone := in.OwnVoids()
	tree, _ := in.SPFTree()
	for _, v := range voids {
		if !alone && slices.ContainsFunc(tree.Root.Parsed.Problems, func(p spf.Problem) bool { return p.Grave() && p.Text == v.Term.Text }) {
			continue // spf-ineffective says why it finds nothing
		}
		f := Finding{States: []State{either(v.Exists, VoidRecord, VoidName), either(alone, VoidAlone, VoidSpare)},
			Args: SPFVoidTermArgs{Text(v.Term.Text), Name(v.Name), Type(v.Type)}, Evidence: append(spfEvidence(in), facts.Evidence(in.DNS.Get(v.Name, v.Type))...)}
		if alone {
			f.Severity = spfSeverity(in)
		}
		out = append(out, f)
	}
	return out
}

var ruleSPFNobody = Rule{
	Code: SPFNobody, Severity: Fine, RFC: rfcSPF + " section 10.1.2",
	After: after(),
	Judge: spfNobody,
}

// spfNobody reports that the domain sends no mail and that its SPF record says so.
func spfNobody(in *facts.Facts) []Finding {
	if !in.SPFPasses() || len(in.Passing()) > 0 {
		return nil
	}
	return one(Finding{Evidence: spfEvidence(in)})
}
