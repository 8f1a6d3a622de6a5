package checks

import (
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/spf"
)

// The states of spf-void-lookups: what is lacking.
var (
	VoidNames   = State{"state", "names"}   // the names themselves
	VoidRecords = State{"state", "records"} // of a name, the records that are asked for
	VoidSenders = State{"state", "senders"} // what a macro asks for, for the mail of a known sender
)

// SPFVoidArgs are the arguments of spf-void-lookups.
type SPFVoidArgs struct {
	Count Count
	Limit Number
	Terms Texts // that find nothing
}

var ruleSPFVoidLookups = Rule{
	Code: SPFVoidLookups, Severity: Harms, RFC: rfcSPF + " section 4.6.4",
	After:   after(SPFMultiple, SPFIncludeDead, SPFLoop, SPFPlaceholder),
	Aspects: []Aspect{{VoidNames, VoidRecords, VoidSenders}},
	Args:    SPFVoidArgs{},
	Judge:   spfVoidLookups,
}

// spfVoidLookups: receivers stop after two look-ups that find nothing.
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
		state = VoidSenders
	}
	return one(Finding{States: []State{state}, Args: SPFVoidArgs{Count(count), spf.MaxVoids, terms}, Evidence: spfEvidence(in)})
}

// The states of spf-void-term: what it looks for, and whether anybody passes by another term.
var (
	VoidName   = State{"what", "name"}     // a name that does not exist
	VoidRecord = State{"what", "record"}   // a name that has no such record
	VoidSpare  = State{"others", "spare"}  // others pass
	VoidAlone  = State{"others", "nobody"} // by no term of the record does anybody pass
)

// SPFVoidTermArgs are the arguments of spf-void-term.
type SPFVoidTermArgs struct {
	Term Text
	At   Name // that is asked for
	Type Type
}

var ruleSPFVoidTerm = Rule{
	Code: SPFVoidTerm, Severity: Advice, RFC: rfcSPF + " section 4.6.4",
	After:   after(SPFMultiple, SPFPlaceholder, SPFSyntax, MXMissing, TargetDoubled),
	Aspects: []Aspect{{VoidName, VoidRecord}, {VoidSpare, VoidAlone}},
	Args:    SPFVoidTermArgs{},
	Judge:   spfVoidTerm,
}

// spfVoidTerm: a term of the domain's own record names a server and leads to none, so that it lets nobody pass. Receivers put
// up with two of them; but whoever was meant is lost, and where no other term lets anybody pass, so is everybody.
func spfVoidTerm(in *facts.Facts) []Finding {
	if _, many := in.VoidLookups(); many || in.SendsNothing() {
		return nil
	}
	var out []Finding
	voids, alone := in.OwnVoids()
	for _, v := range voids {
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

// spfNobody: the domain sends no mail, and its record lets nobody send in its name.
func spfNobody(in *facts.Facts) []Finding {
	if !in.SPFPasses() || len(in.Passing()) > 0 {
		return nil
	}
	return one(Finding{Evidence: spfEvidence(in)})
}
