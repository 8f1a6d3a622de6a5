package checks

import (
	"slices"

	"todoku/checks/facts"
	"todoku/checks/snapshot"
)

// The states of ptr-missing and ptr-mismatch: who can name the address, and whether a name for it was seen.
var (
	PTROwn      = State{"whose", "own"}       // the owner, at the company that gives the address
	PTRNamed    = State{"whose", "own-named"} // the same, and a host of the domain leads to it
	PTRServices = State{"whose", "service"}   // the company whose address it is
)

// PTRArgs are the arguments of ptr-missing and ptr-mismatch.
type PTRArgs struct {
	IP      Address
	Names   Names   // its reverse names; none with ptr-missing
	Service Service // whose address it is, with PTRServices
	Host    Name    // a host of the domain that leads to it, with PTRNamed
}

// PTRUnknownArgs are the arguments of ptr-unknown.
type PTRUnknownArgs struct {
	IP     Address
	Reason Reason
}

var rulePTRUnknown = Rule{
	Code: PTRUnknown, Severity: Unknown, Page: gmailGuide,
	After: after(),
	Args:  PTRUnknownArgs{},
	Judge: ptrUnknown,
}

// ptrUnknown: the reverse name of a sending address of the owner's, or where it leads, could not be seen. Of a company's
// address that is the company's business.
func ptrUnknown(in *facts.Facts) []Finding {
	var out []Finding
	for _, s := range in.SendingAddresses() {
		r := facts.ReverseOf(in.DNS, s.IP)
		i := slices.IndexFunc(r.Evidence, func(a snapshot.Answer) bool { return !a.Known() })
		if r.Known || s.Of != "" || i < 0 {
			continue
		}
		out = append(out, Finding{Name: r.Evidence[i].Name, Args: PTRUnknownArgs{Address(s.IP.String()), Reason(r.Evidence[i].Reason)}, Evidence: r.Evidence})
	}
	return out
}

var rulePTRMissing = Rule{
	Code: PTRMissing, Severity: Blocks, Page: gmailGuide,
	After:   after(),
	Aspects: []Aspect{{PTROwn, PTRNamed, PTRServices}},
	Args:    PTRArgs{},
	Judge:   ptrMissing,
}

// ptrMissing: a sending address without a name; Gmail refuses mail from it.
func ptrMissing(in *facts.Facts) []Finding {
	return unnamed(in, func(r facts.Reverse) bool { return len(r.Names) == 0 })
}

var rulePTRMismatch = Rule{
	Code: PTRMismatch, Severity: Harms, Page: gmailGuide,
	After:   after(),
	Aspects: []Aspect{{PTROwn, PTRNamed, PTRServices}},
	Args:    PTRArgs{},
	Judge:   ptrMismatch,
}

// ptrMismatch: the address's name leads elsewhere, so that receivers take it for invented.
func ptrMismatch(in *facts.Facts) []Finding {
	return unnamed(in, func(r facts.Reverse) bool { return len(r.Names) > 0 && r.Host == "" })
}

// unnamed tells of each sending address whose reverse name is wrong in some way.
func unnamed(in *facts.Facts, wrong func(facts.Reverse) bool) []Finding {
	var out []Finding
	for _, s := range in.SendingAddresses() {
		r := facts.ReverseOf(in.DNS, s.IP)
		if !r.Known || !wrong(r) {
			continue
		}
		args := PTRArgs{IP: Address(s.IP.String()), Names: r.Names, Service: Service(s.Of), Host: Name(in.NameFor(s.IP))}
		state := PTROwn
		switch {
		case s.Of != "": // naming it is that company's job; mail is refused all the same
			state = PTRServices
		case args.Host != "":
			state = PTRNamed
		}
		out = append(out, Finding{Name: snapshot.Reverse(s.IP), States: []State{state}, Args: args, Evidence: r.Evidence})
	}
	return out
}
