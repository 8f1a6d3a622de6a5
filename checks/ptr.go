package checks

import (
	"slices"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// The states of ptr-missing and ptr-mismatch: who can name the address, and whether a name for it was seen.
var (
	PTROwn      = State{"whose", "own"}       // the owner, at the company that gives the address
	PTRNamed    = State{"whose", "own-named"} // the same, and a host of the domain leads to it
	PTRServices = State{"whose", "service"}   // the company whose address it is
	// The reverse name is the owner's own, and leads elsewhere, or nowhere: the zone is to be mended, not the reverse name.
	PTRZone     = State{"whose", "zone"}
	PTRZoneNone = State{"whose", "zone-none"}
	// PTRMaybe holds where nobody said that mail leaves by the address: the server's name has it beside the other family's.
	PTRMaybe = State{"sends", "maybe"}
	// PTRAssumed holds where nothing shows who sends, and the server that takes mail in passes by the SPF record.
	PTRAssumed = State{"sends", "assumed"}
)

// PTRArgs are the arguments of ptr-missing, ptr-mismatch and ptr-generic.
type PTRArgs struct {
	IP      Address
	Names   Names   // its reverse names; none with ptr-missing
	Service Service // whose address it is, with PTRServices
	Host    Name    // a host of the domain that leads to it, with PTRNamed; or that ought to, with PTRZone
	Type    Type    // of the record that leads from a name to the address
	Leads   Names   // where Host leads instead, with PTRZone
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
		if r.Known || s.Of != "" || s.Assumed || i < 0 {
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
	Remarks: []State{PTRMaybe, PTRAssumed},
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
	Aspects: []Aspect{{PTROwn, PTRNamed, PTRServices, PTRZone, PTRZoneNone}},
	Remarks: []State{PTRMaybe, PTRAssumed},
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
		args := PTRArgs{IP: Address(s.IP.String()), Names: r.Names, Service: Service(s.Of), Host: Name(in.NameFor(s.IP)), Type: Type(facts.AddressType(s.IP))}
		own, leads := in.OwnReverse(r)
		state := PTROwn
		switch {
		case s.Of != "": // naming it is that company's job; mail is refused all the same
			state = PTRServices
		case args.Host != "":
			state = PTRNamed
		case own != "":
			state, args.Host, args.Leads = either(len(leads) > 0, PTRZone, PTRZoneNone), Name(own), leads
		}
		f := Finding{Name: snapshot.Reverse(s.IP), States: []State{state}, Args: args, Evidence: r.Evidence}
		if s.Maybe {
			f.Severity, f.States = Advice, append(f.States, PTRMaybe)
		}
		if s.Assumed {
			f.Severity, f.States = Unknown, append(f.States, PTRAssumed)
		}
		out = append(out, f)
	}
	return out
}

// The states of ptr-generic.
var PTRTyped = State{"typed", "typed"} // a reverse name was typed into the domain's own zone, where nobody asks

var rulePTRGeneric = Rule{
	Code: PTRGeneric, Severity: Advice, Page: gmailGuide,
	After:   after(),
	Remarks: []State{PTRTyped},
	Args:    PTRArgs{},
	Judge:   ptrGeneric,
}

// ptrGeneric: the reverse name of the owner's server is still the one that the company gives to every address: it leads
// back, so that nobody has to refuse mail for it, but many a filter takes such a server for somebody's computer at home.
func ptrGeneric(in *facts.Facts) []Finding {
	var out []Finding
	for _, s := range in.SendingAddresses() {
		r := facts.ReverseOf(in.DNS, s.IP)
		if s.Of != "" || s.Maybe || s.Assumed || !facts.Generic(r) {
			continue
		}
		f := Finding{Name: snapshot.Reverse(s.IP), Evidence: r.Evidence,
			Args: PTRArgs{IP: Address(s.IP.String()), Names: r.Names, Host: Name(in.NameFor(s.IP)), Type: Type(facts.AddressType(s.IP))}}
		if typed := in.DNS.Get(snapshot.Reverse(s.IP)+"."+in.Apex(), snapshot.PTR); len(typed.Records) > 0 && len(typed.Chain) == 0 {
			f.States, f.Evidence = []State{PTRTyped}, append(f.Evidence, typed)
		}
		out = append(out, f)
	}
	return out
}
