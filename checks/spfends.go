package checks

import (
	"slices"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/spf"
)

// The states of spf-include-dead and spf-loop: why the term fails, whose record holds it, and who can fix it.
var (
	DeadMissing  = State{"why", "missing"}  // no record there
	DeadSeveral  = State{"why", "several"}  // several records there
	DeadSyntax   = State{"why", "syntax"}   // a record that cannot be read
	DeadSenders  = State{"why", "senders"}  // no record there for the known sending addresses (the name has a macro)
	HolderDomain = State{"whose", "domain"} // the term is in the domain's own record
	HolderOwn    = State{"whose", "own"}    // the term is in another record of the owner's
	HolderTheirs = State{"whose", "theirs"} // the term is in a company's record
	MendTarget   = State{"mend", "target"}  // the target is in the owner's zone and has to be fixed there
	MendMake     = State{"mend", "make"}    // the target is in the owner's zone and has no record yet
	MendServer   = State{"mend", "server"}  // the target is a mail server itself, which a: names
	MendTerm     = State{"mend", "term"}    // the term has to be removed from the domain's own record
	MendHolder   = State{"mend", "holder"}  // the record that holds the term has to be fixed
	MendCompany  = State{"mend", "company"} // only a company can fix it
)

// SPFDeadArgs are the arguments of spf-include-dead and spf-loop.
type SPFDeadArgs struct {
	Include Name // the target of the term
	Term    Text // as written
	Holder  Name // the domain whose record holds the term
	Top     Text // the term of the domain's own record that leads there
}

var ruleSPFIncludeDead = Rule{
	Code: SPFIncludeDead, Severity: Blocks, RFC: rfcSPF + " section 5.2",
	After:   after(SPFMultiple, SPFPlaceholder),
	Aspects: []Aspect{{DeadMissing, DeadSeveral, DeadSyntax, DeadSenders}, {HolderDomain, HolderOwn, HolderTheirs}, {MendTarget, MendMake, MendServer, MendTerm, MendHolder, MendCompany}},
	Args:    SPFDeadArgs{},
	Judge:   spfIncludeDead,
}

// spfIncludeDead finds include and redirect targets without exactly one readable SPF record, which is a permanent error
// for receivers that evaluate them.
func spfIncludeDead(in *facts.Facts) []Finding {
	why := map[spf.Why]State{spf.WhySeveral: DeadSeveral, spf.WhySyntax: DeadSyntax}
	var out []Finding
	torn := in.TornSPF()
	for _, d := range onceEach(in.DeadEnds(), false) {
		if torn && d.Holder == in.Owner.Domain {
			continue // the name is an artefact of lost blanks
		}
		if t, _ := in.SPFTree(); d.Holder == in.Owner.Domain && slices.ContainsFunc(t.Root.Parsed.Problems, func(p spf.Problem) bool {
			return p.Certain && p.Fix != "" && p.Text == d.Node.Term && (p.Fatal || p.Grave())
		}) {
			continue // the term is misspelt, which is told with what was meant
		}
		state, ok := why[d.Node.Why]
		if !ok {
			state = DeadMissing
		}
		f := deadEnd(in, d, d.Node.Domain)
		switch {
		case d.Some:
			state = DeadSenders
		case d.Holder == in.Owner.Domain && includesServer(in, d.Node.Term):
			f.States[1] = MendServer
		case in.DNS.InZone(d.Node.Domain):
			f.States[1] = either(state == DeadMissing, MendMake, MendTarget)
		}
		f.States = append([]State{state}, f.States...)
		out = append(out, f)
	}
	return out
}

// includesServer reports whether a term of the record, as written, includes a mail server itself.
func includesServer(in *facts.Facts, text string) bool {
	terms := spf.Parse("v=spf1 " + text).Terms
	return len(terms) == 1 && in.ServerIncluded(terms[0])
}

var ruleSPFLoop = Rule{
	Code: SPFLoop, Severity: Blocks, RFC: rfcSPF + " section 4.6.4",
	After:   after(SPFMultiple, SPFPlaceholder),
	Aspects: []Aspect{{HolderDomain, HolderOwn, HolderTheirs}, {MendTerm, MendHolder, MendCompany}},
	Args:    SPFDeadArgs{},
	Judge:   spfLoop,
}

// spfLoop finds records that include themselves, directly or through others.
func spfLoop(in *facts.Facts) []Finding {
	var out []Finding
	for _, d := range onceEach(in.DeadEnds(), true) {
		out = append(out, deadEnd(in, d, d.Holder))
	}
	return out
}

// onceEach returns the dead ends that are loops, or those that are not, each term of a holder once.
func onceEach(all []facts.DeadEnd, loops bool) []facts.DeadEnd {
	var out []facts.DeadEnd
	for _, d := range all {
		same := func(e facts.DeadEnd) bool { return e.Node.Term == d.Node.Term && e.Holder == d.Holder }
		if (d.Node.Why == spf.WhyLoop) == loops && !slices.ContainsFunc(out, same) {
			out = append(out, d)
		}
	}
	return out
}

// deadEnd returns the finding for a dead end, with the TXT answer at the name at as its evidence.
func deadEnd(in *facts.Facts, d facts.DeadEnd, at string) Finding {
	states := []State{HolderTheirs, MendCompany}
	switch {
	case d.Holder == in.Owner.Domain:
		states = []State{HolderDomain, MendTerm}
	case d.Own:
		states = []State{HolderOwn, MendHolder}
	}
	return Finding{
		Severity: spfSeverity(in), Evidence: facts.Evidence(in.DNS.TXT(at)), States: states,
		Args: SPFDeadArgs{Name(d.Node.Domain), Text(d.Node.Term), Name(d.Holder), Text(d.Top)},
	}
}
