package checks

import (
	"example.org/todoku/checks/facts"
)

// SPFRefusedArgs are the arguments of spf-sender-refused.
type SPFRefusedArgs struct {
	Service Service
	Terms   Texts // the terms of the record that would let its mail pass
	Refusal Text  // the earlier term that matches first
}

var ruleSPFSenderRefused = Rule{
	Code: SPFSenderRefused, Severity: Blocks, RFC: rfcSPF + " section 4.6.2", Page: gmailGuide,
	After: after(SPFSyntax, SPFTypographic, SPFIneffective),
	Args:  SPFRefusedArgs{},
	Judge: spfSenderRefused,
}

// spfSenderRefused finds services whose terms are in the record but come too late: an earlier term that matches does not
// let their servers pass, and the first match decides (RFC 7208 section 4.6.2).
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

// spfSeenAddress finds addresses from which a mail in hand was sent and that the record does not let pass. It may be a
// server of the owner's that was not named or a forger's, so no change is proposed.
func spfSeenAddress(in *facts.Facts) []Finding {
	var out []Finding
	for _, ip := range in.UncoveredSeen() {
		out = append(out, Finding{Args: SPFSeenAddressArgs{Address(ip.String())}, Evidence: spfEvidence(in)})
	}
	return out
}
