package checks

import (
	"example.org/todoku/checks/facts"
)

// SPFRefusedArgs are the arguments of spf-sender-refused.
type SPFRefusedArgs struct {
	Service Service
	Terms   Texts // that would let its mail pass, and stand in the record
	Refusal Text  // the term that decides before them
}

var ruleSPFSenderRefused = Rule{
	Code: SPFSenderRefused, Severity: Blocks, RFC: rfcSPF + " section 4.6.2", Page: gmailGuide,
	After: after(SPFSyntax, SPFTypographic, SPFIneffective),
	Args:  SPFRefusedArgs{},
	Judge: spfSenderRefused,
}

// spfSenderRefused: the record names the servers of a service in use, and a term before that one refuses or doubts some of
// them. Terms count in their order, and the first that fits decides.
func spfSenderRefused(in *facts.Facts) []Finding {
	var out []Finding
	for _, l := range in.Lacks() {
		if by, refused := in.RefusedBefore(l); refused && !l.Unknown && len(l.Others) == 0 {
			out = append(out, Finding{Severity: spfSeverity(in), Args: SPFRefusedArgs{Service(l.Service), l.Terms, Text(by)}, Evidence: spfEvidence(in)})
		}
	}
	return out
}

// SPFSeenAddressArgs are the arguments of spf-seen-address.
type SPFSeenAddressArgs struct {
	IP Address
}

var ruleSPFSeenAddress = Rule{
	Code: SPFSeenAddress, Severity: Unknown, RFC: rfcSPF + " section 2.4",
	After: after(SPFMissing, SPFMultiple, SPFSyntax, SPFTypographic, SPFIncludeDead, SPFTooManyLookups, SPFSenderMissing, SPFSenderRefused, SPFUnknown),
	Args:  SPFSeenAddressArgs{},
	Judge: spfSeenAddress,
}

// spfSeenAddress: a mail in hand left from an address that the record does not let pass. It may be a server of the owner's that
// nobody named, or somebody else's who wrote in the owner's name, so that nothing is added for it.
func spfSeenAddress(in *facts.Facts) []Finding {
	var out []Finding
	for _, ip := range in.UncoveredSeen() {
		out = append(out, Finding{Args: SPFSeenAddressArgs{Address(ip.String())}, Evidence: spfEvidence(in)})
	}
	return out
}
