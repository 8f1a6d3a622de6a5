package checks

import (
	"slices"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// The states of ptr-missing and ptr-mismatch: who can set the reverse name, and whether a name for it was seen.
var (
	PTROwn      = State{"whose", "own"}       // the owner, at the company that provides the address
	PTRNamed    = State{"whose", "own-named"} // the same, and a host of the domain has the address
	PTRServices = State{"whose", "service"}   // the company that sends from the address
	// The reverse name is in the owner's zone and resolves to another address, or to none: the zone has to be fixed, not
	// the PTR record.
	PTRZone     = State{"whose", "zone"}
	PTRZoneNone = State{"whose", "zone-none"}
	// PTRMaybe: nobody said that mail is sent from the address; the owner's server has it besides one of the other
	// address family.
	PTRMaybe = State{"sends", "maybe"}
	// PTRAssumed: nothing shows who sends; the MX server has the address, and the SPF record covers it.
	PTRAssumed = State{"sends", "assumed"}
)

// PTRArgs are the arguments of ptr-missing, ptr-mismatch and ptr-generic.
type PTRArgs struct {
	IP      Address
	Names   Names   // the targets of its PTR records; none with ptr-missing
	Service Service // the company that sends from it, with PTRServices
	Host    Name    // a host of the domain that has the address, with PTRNamed; or that should have it, with PTRZone
	Type    Type    // A or AAAA
	Leads   Names   // the addresses that Host has instead, with PTRZone
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

// ptrUnknown finds sending addresses of the owner's whose reverse name could not be determined. Addresses of a service
// are left out: they are its concern.
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

// ptrMissing finds sending addresses without a PTR record; Gmail rejects mail from them.
func ptrMissing(in *facts.Facts) []Finding {
	return badReverse(in, func(r facts.Reverse) bool { return len(r.Names) == 0 })
}

var rulePTRMismatch = Rule{
	Code: PTRMismatch, Severity: Harms, Page: gmailGuide,
	After:   after(),
	Aspects: []Aspect{{PTROwn, PTRNamed, PTRServices, PTRZone, PTRZoneNone}},
	Remarks: []State{PTRMaybe, PTRAssumed},
	Args:    PTRArgs{},
	Judge:   ptrMismatch,
}

// ptrMismatch finds sending addresses whose reverse name does not resolve back to them.
func ptrMismatch(in *facts.Facts) []Finding {
	return badReverse(in, func(r facts.Reverse) bool { return len(r.Names) > 0 && r.Host == "" })
}

// badReverse returns a finding for each sending address whose reverse name is wrong in the given way.
func badReverse(in *facts.Facts, wrong func(facts.Reverse) bool) []Finding {
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
		case s.Of != "": // only that company can set it; mail is rejected all the same
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

// PTRTyped is a state of ptr-generic: a reverse name was entered in the domain's own zone, where no resolver looks.
var PTRTyped = State{"typed", "typed"}

var rulePTRGeneric = Rule{
	Code: PTRGeneric, Severity: Advice, Page: gmailGuide,
	After:   after(),
	Remarks: []State{PTRTyped},
	Args:    PTRArgs{},
	Judge:   ptrGeneric,
}

// ptrGeneric finds servers of the owner's that still have the provider's generic reverse name. It resolves back, so no
// receiver has to reject mail for it, but many filters take such a server for a home computer.
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
