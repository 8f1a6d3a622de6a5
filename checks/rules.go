package checks

import "slices"

// The codes of the findings, by topic. docs: "todoku findings".
const (
	DNSUnreachable     Code = "dns-unreachable"
	DomainUnregistered Code = "domain-unregistered"
	ZoneUnreachable    Code = "zone-unreachable"
	NSElsewhere        Code = "ns-elsewhere"
	MXMissing          Code = "mx-missing"
	MXOK               Code = "mx-ok"
	NameDoubled        Code = "name-doubled"
	SPFUnknown         Code = "spf-unknown"
	SPFMultiple        Code = "spf-multiple"
	SPFSyntax          Code = "spf-syntax"
	SPFTypographic     Code = "spf-typographic"
	SPFPlaceholder     Code = "spf-placeholder"
	SPFIneffective     Code = "spf-ineffective"
	SPFPtr             Code = "spf-ptr"
	SPFUntidy          Code = "spf-untidy"
	SPFMisplaced       Code = "spf-misplaced"
	SPFMissing         Code = "spf-missing"
	SPFIncludeDead     Code = "spf-include-dead"
	SPFTooManyLookups  Code = "spf-too-many-lookups"
	SPFVoidLookups     Code = "spf-void-lookups"
	SPFPassAll         Code = "spf-pass-all"
	SPFNoAll           Code = "spf-no-all"
	SPFSenderMissing   Code = "spf-sender-missing"
	SPFHostUnknown     Code = "spf-host-unknown"
	SPFAsk             Code = "spf-ask"
	SPFOK              Code = "spf-ok"
	DKIMUnknown        Code = "dkim-unknown"
	DKIMMismatch       Code = "dkim-mismatch"
	DKIMMalformed      Code = "dkim-malformed"
	DKIMMissing        Code = "dkim-missing"
	DKIMNotFound       Code = "dkim-not-found"
	DKIMCannot         Code = "dkim-cannot"
	DKIMAsk            Code = "dkim-ask"
	DKIMOK             Code = "dkim-ok"
	DMARCUnknown       Code = "dmarc-unknown"
	DMARCMultiple      Code = "dmarc-multiple"
	DMARCSyntax        Code = "dmarc-syntax"
	DMARCMisplaced     Code = "dmarc-misplaced"
	DMARCMissing       Code = "dmarc-missing"
	DMARCNoReports     Code = "dmarc-no-reports"
	DMARCOK            Code = "dmarc-ok"
	ForwardBreaksSPF   Code = "forward-breaks-spf"
	ListDomain         Code = "list-domain"
)

// deaf are the causes after which nothing can be said of any record.
var deaf = []Code{DNSUnreachable, DomainUnregistered, ZoneUnreachable}

func after(more ...Code) []Code { return append(slices.Clone(deaf), more...) }

// Where the rules come from; addresses are the receivers' own pages.
const (
	gmailGuide  = "https://support.google.com/a/answer/81126"
	rfcSPF      = "RFC 7208"
	rfcDKIM     = "RFC 6376"
	rfcDMARC    = "RFC 9989"
	rfcDNS      = "RFC 1034"
	docomoGuide = "docomo, 2024-05-22 (as quoted by synergy-marketing.co.jp, 2024-09-06)"
)

// table is every rule, from causes to symptoms. A rule never depends on the one before it but through After.
var table = []Rule{
	{DNSUnreachable, Unknown, rfcDNS + " section 4.3.1", nil, dnsUnreachable},
	{DomainUnregistered, Blocks, rfcDNS + " section 4.3.1", nil, domainUnregistered},
	{ZoneUnreachable, Unknown, rfcDNS + " section 4.2.2", []Code{DNSUnreachable, DomainUnregistered}, zoneUnreachable},
	{NSElsewhere, Harms, rfcDNS + " section 4.2", after(), nsElsewhere},
	{NameDoubled, Harms, rfcDNS + " section 3.1", after(), nameDoubled},

	{SPFUnknown, Unknown, rfcSPF + " section 2.6.6", after(), spfUnknown},
	{SPFMultiple, Blocks, rfcSPF + " section 4.5", after(), spfMultiple},
	{SPFSyntax, Blocks, rfcSPF + " section 4.6", after(SPFMultiple), spfSyntax},
	{SPFTypographic, Blocks, rfcSPF + " section 4.6", after(SPFMultiple), spfTypographic},
	{SPFPlaceholder, Harms, rfcSPF + " section 5", after(SPFMultiple), spfPlaceholder},
	{SPFIneffective, Harms, rfcSPF + " section 4.6", after(SPFMultiple), spfIneffective},
	{SPFMisplaced, Harms, rfcSPF + " section 3", after(), spfMisplaced},
	{SPFMissing, Blocks, rfcSPF + " section 4.5; " + gmailGuide, after(SPFSyntax), spfMissing},
	{SPFIncludeDead, Blocks, rfcSPF + " section 5.2", after(SPFMultiple, SPFPlaceholder), spfIncludeDead},
	{SPFTooManyLookups, Blocks, rfcSPF + " section 4.6.4", after(SPFMultiple), spfTooManyLookups},
	{SPFVoidLookups, Harms, rfcSPF + " section 4.6.4", after(SPFMultiple, SPFIncludeDead, SPFPlaceholder), spfVoidLookups},
	{SPFSenderMissing, Blocks, rfcSPF + " section 5; " + gmailGuide, after(SPFMissing, SPFSyntax, SPFTypographic, SPFIneffective), spfSenderMissing},
	{SPFPassAll, Harms, rfcSPF + " section 5.1", after(), spfPassAll},
	{SPFNoAll, Advice, rfcSPF + " section 4.7", after(SPFSyntax, SPFTypographic), spfNoAll},
	{SPFHostUnknown, Advice, rfcSPF + " section 4", after(SPFMissing, SPFMultiple, SPFSyntax, SPFTypographic), spfHostUnknown},
	{SPFPtr, Advice, rfcSPF + " section 5.5", after(SPFMultiple), spfPtr},
	{SPFUntidy, Advice, rfcSPF + " sections 3.4 and 5", after(SPFMultiple), spfUntidy},
	{SPFAsk, Advice, rfcSPF + " section 5", after(SPFMissing, SPFMultiple, SPFSyntax, SPFTypographic), spfAsk},
	{SPFOK, Fine, rfcSPF + " section 4", after(), spfOK},

	{DKIMUnknown, Unknown, rfcDKIM + " section 6.1.2", after(), dkimUnknown},
	{DKIMMismatch, Harms, rfcDKIM + " section 3.6.2", after(), dkimMismatch},
	{DKIMMalformed, Harms, rfcDKIM + " section 3.6.1", after(DKIMMismatch), dkimMalformed},
	{DKIMMissing, Harms, gmailGuide, after(DKIMMalformed, DKIMMismatch), dkimMissing},
	{DKIMCannot, Advice, gmailGuide, after(), dkimCannot},
	{DKIMAsk, Advice, gmailGuide, after(), dkimAsk},
	{DKIMNotFound, Advice, rfcDKIM + " section 3.6.2.1", after(DKIMCannot, DKIMAsk), dkimNotFound},
	{DKIMOK, Fine, rfcDKIM + " section 3.6.1", after(), dkimOK},

	{DMARCUnknown, Unknown, rfcDMARC + " section 4.10", after(), dmarcUnknown},
	{DMARCMultiple, Harms, rfcDMARC + " section 4.10", after(), dmarcMultiple},
	{DMARCSyntax, Harms, rfcDMARC + " section 4.7", after(DMARCMultiple), dmarcSyntax},
	{DMARCMisplaced, Harms, rfcDMARC + " section 4.10", after(), dmarcMisplaced},
	{DMARCMissing, Harms, gmailGuide + "; " + docomoGuide, after(DMARCSyntax), dmarcMissing},
	{DMARCNoReports, Advice, rfcDMARC + " section 4.7", after(), dmarcNoReports},
	{DMARCOK, Fine, rfcDMARC + " section 4.7", after(), dmarcOK},

	{MXMissing, Harms, "RFC 5321 section 5.1", after(), mxMissing},
	{MXOK, Fine, "RFC 5321 section 5.1", after(), mxOK},

	{ForwardBreaksSPF, Advice, "https://support.google.com/mail/answer/175365", nil, forwardBreaksSPF},
	{ListDomain, Advice, "https://support.google.com/mail/answer/175365", nil, listDomain},
}

// Rules lists the table.
func Rules() []Rule { return slices.Clone(table) }
