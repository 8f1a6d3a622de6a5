package checks

import "slices"

// The codes of the findings, by topic. docs: "todoku findings".
const (
	DNSUnreachable     Code = "dns-unreachable"
	DomainUnregistered Code = "domain-unregistered"
	DomainParked       Code = "domain-parked"
	ZoneUnreachable    Code = "zone-unreachable"
	DNSSECBogus        Code = "dnssec-bogus"
	NSMoving           Code = "ns-moving"
	NSElsewhere        Code = "ns-elsewhere"
	NSDisagree         Code = "ns-disagree"
	NSLame             Code = "ns-lame"
	NSDead             Code = "ns-dead"
	NSAddress          Code = "ns-address"
	SplitView          Code = "split-view"
	NameDoubled        Code = "name-doubled"
	NameWildcard       Code = "name-wildcard"
	TargetDoubled      Code = "target-doubled"
	RecordWrongType    Code = "record-wrong-type"
	CNAMEBeside        Code = "cname-beside"
	MXNull             Code = "mx-null"
	MXMissing          Code = "mx-missing"
	MXMoved            Code = "mx-moved"
	MXAddress          Code = "mx-address"
	MXDead             Code = "mx-dead"
	MXCNAME            Code = "mx-cname"
	MXOK               Code = "mx-ok"
	PTRMissing         Code = "ptr-missing"
	PTRMismatch        Code = "ptr-mismatch"
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
	SPFLoop            Code = "spf-loop"
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
	DKIMMultiple       Code = "dkim-multiple"
	DKIMTruncated      Code = "dkim-truncated"
	DKIMMalformed      Code = "dkim-malformed"
	DKIMShortKey       Code = "dkim-short-key"
	DKIMRevoked        Code = "dkim-revoked"
	DKIMCNAMEDead      Code = "dkim-cname-dead"
	DKIMTesting        Code = "dkim-testing"
	DKIMUnusual        Code = "dkim-unusual"
	DKIMMisplaced      Code = "dkim-misplaced"
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
	DMARCStrict        Code = "dmarc-strict"
	DMARCTagCase       Code = "dmarc-tag-case"
	DMARCPct           Code = "dmarc-pct"
	DMARCUntidy        Code = "dmarc-untidy"
	DMARCReportBroken  Code = "dmarc-report-broken"
	DMARCReportRefused Code = "dmarc-report-refused"
	DMARCInherited     Code = "dmarc-inherited"
	DMARCOldView       Code = "dmarc-old-view"
	SenderUnaligned    Code = "sender-unaligned"
	DMARCNoReports     Code = "dmarc-no-reports"
	DMARCOK            Code = "dmarc-ok"
	ForwardBreaksSPF   Code = "forward-breaks-spf"
	ListDomain         Code = "list-domain"
	TTLLong            Code = "ttl-long"
	AnswerCut          Code = "answer-cut"
)

// deaf are the causes after which nothing can be said of any record.
var deaf = []Code{DNSUnreachable, DomainUnregistered, DomainParked, ZoneUnreachable}

// local are causes that hide only what concerns them: their own name, the name that was meant, or the kind of record that
// stands at the wrong servers.
var local = []Code{NSMoving, NSElsewhere, NameDoubled, CNAMEBeside, RecordWrongType, TargetDoubled}

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
	{DomainParked, Blocks, "https://support.kagoya.jp/vps/faq/index.php?action=artikel&cat=6&id=64&artlang=ja", nil, domainParked},
	{ZoneUnreachable, Unknown, rfcDNS + " section 4.2.2", []Code{DNSUnreachable, DomainUnregistered, DomainParked}, zoneUnreachable},
	{DNSSECBogus, Blocks, "RFC 4035 section 5.5", []Code{DNSUnreachable, DomainUnregistered}, dnssecBogus},
	{NSMoving, Advice, "RFC 2181 section 5.4.1", after(), nsMoving},
	{NSElsewhere, Harms, rfcDNS + " section 4.2", after(), nsElsewhere},
	{NSDisagree, Advice, rfcDNS + " section 4.2.2; RFC 1912 section 2.2", after(), nsDisagree},
	{NSLame, Advice, "RFC 1912 section 2.8", after(), nsLame},
	{NSDead, Advice, "RFC 2182 section 3.1", after(), nsDead},
	{NSAddress, Advice, "RFC 1912 section 2.8", after(), nsAddress},
	{SplitView, Advice, "RFC 9499 section 6", after(), splitView},
	{NameDoubled, Harms, rfcDNS + " section 3.1", after(), nameDoubled},
	{TargetDoubled, Harms, "RFC 1035 section 5.1", after(), targetDoubled},
	{CNAMEBeside, Harms, rfcDNS + " section 3.6.2", after(), cnameBeside},
	{RecordWrongType, Harms, rfcSPF + " section 3.1", after(), recordWrongType},
	{NameWildcard, Advice, "RFC 4592", after(), nameWildcard},

	{SPFUnknown, Unknown, rfcSPF + " section 2.6.6", after(), spfUnknown},
	{SPFMultiple, Blocks, rfcSPF + " section 4.5", after(), spfMultiple},
	{SPFSyntax, Blocks, rfcSPF + " section 4.6", after(SPFMultiple), spfSyntax},
	{SPFTypographic, Blocks, rfcSPF + " section 4.6", after(SPFMultiple), spfTypographic},
	{SPFPlaceholder, Harms, rfcSPF + " section 5", after(SPFMultiple), spfPlaceholder},
	{SPFIneffective, Harms, rfcSPF + " section 4.6", after(SPFMultiple), spfIneffective},
	{SPFMisplaced, Harms, rfcSPF + " section 3", after(), spfMisplaced},
	{SPFMissing, Blocks, rfcSPF + " section 4.5; " + gmailGuide, after(NSMoving, NSElsewhere, SPFSyntax, SPFTypographic, SPFMisplaced, NameDoubled, CNAMEBeside, RecordWrongType), spfMissing},
	{SPFIncludeDead, Blocks, rfcSPF + " section 5.2", after(SPFMultiple, SPFPlaceholder), spfIncludeDead},
	{SPFLoop, Blocks, rfcSPF + " section 4.6.4", after(SPFMultiple, SPFPlaceholder), spfLoop},
	{SPFTooManyLookups, Blocks, rfcSPF + " section 4.6.4", after(SPFMultiple), spfTooManyLookups},
	{SPFVoidLookups, Harms, rfcSPF + " section 4.6.4", after(SPFMultiple, SPFIncludeDead, SPFLoop, SPFPlaceholder), spfVoidLookups},
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
	{DKIMMultiple, Harms, rfcDKIM + " section 3.6.2.2", after(), dkimMultiple},
	{DKIMTruncated, Harms, rfcDKIM + " section 3.6.1", after(), dkimTruncated},
	{DKIMMalformed, Harms, rfcDKIM + " section 3.6.1", after(), dkimMalformed},
	{DKIMShortKey, Harms, "RFC 8301 section 3.2", after(), dkimShortKey},
	{DKIMRevoked, Harms, rfcDKIM + " section 3.6.1", after(), dkimRevoked},
	{DKIMCNAMEDead, Harms, rfcDKIM + " section 3.6.2.1", after(TargetDoubled, RecordWrongType), dkimCNAMEDead},
	{SenderUnaligned, Harms, rfcDMARC + " section 4.4", after(), senderUnaligned},
	{DKIMMisplaced, Harms, rfcDKIM + " section 3.6.2.1", after(), dkimMisplaced},
	{DKIMMissing, Harms, gmailGuide, after(NSMoving, NSElsewhere, DKIMMisplaced, NameDoubled, TargetDoubled), dkimMissing},
	{DKIMCannot, Advice, gmailGuide, after(), dkimCannot},
	{DKIMAsk, Advice, gmailGuide, after(), dkimAsk},
	{DKIMNotFound, Advice, rfcDKIM + " section 3.6.2.1", after(DKIMCannot, DKIMAsk, DKIMMisplaced), dkimNotFound},
	{DKIMTesting, Advice, rfcDKIM + " section 3.6.1", after(), dkimTesting},
	{DKIMUnusual, Advice, "RFC 8463 section 5; RFC 8301 section 3.2", after(), dkimUnusual},
	{DKIMOK, Fine, rfcDKIM + " section 3.6.1", after(), dkimOK},

	{DMARCUnknown, Unknown, rfcDMARC + " section 4.10", after(), dmarcUnknown},
	{DMARCMultiple, Harms, rfcDMARC + " section 4.10", after(), dmarcMultiple},
	{DMARCSyntax, Harms, rfcDMARC + " section 4.7", after(DMARCMultiple), dmarcSyntax},
	{DMARCMisplaced, Harms, rfcDMARC + " section 4.10", after(), dmarcMisplaced},
	{DMARCMissing, Harms, gmailGuide + "; " + docomoGuide, after(NSMoving, NSElsewhere, DMARCSyntax, DMARCMisplaced, NameDoubled, CNAMEBeside, RecordWrongType), dmarcMissing},
	{DMARCStrict, Harms, rfcDMARC + " section 7.4", after(), dmarcStrict},
	{DMARCTagCase, Harms, rfcDMARC + " section 4.7; " + rfcDKIM + " section 3.2", after(), dmarcTagCase},
	{DMARCPct, Harms, rfcDMARC + " section 4.7", after(), dmarcPct},
	{DMARCReportBroken, Harms, rfcDMARC + " section 4.7", after(), dmarcReportBroken},
	{DMARCReportRefused, Advice, "RFC 9990 section 4", after(), dmarcReportRefused},
	{DMARCUntidy, Advice, rfcDMARC + " section 4.7", after(), dmarcUntidy},
	{DMARCInherited, Advice, rfcDMARC + " section 4.10", after(), dmarcInherited},
	{DMARCOldView, Advice, "RFC 7489 section 6.6.3", after(), dmarcOldView},
	{DMARCNoReports, Advice, rfcDMARC + " section 4.7", after(), dmarcNoReports},
	{DMARCOK, Fine, rfcDMARC + " section 4.7", after(), dmarcOK},

	{MXNull, Harms, "RFC 7505 section 4.2", after(), mxNull},
	{MXMissing, Harms, "RFC 5321 section 5.1", after(NSMoving, NSElsewhere, CNAMEBeside), mxMissing},
	{MXAddress, Harms, "RFC 1035 section 3.3.9", after(), mxAddress},
	{MXDead, Harms, "RFC 5321 section 5.1", after(CNAMEBeside), mxDead},
	{MXMoved, Harms, "RFC 5321 section 5.1", after(), mxMoved},
	{MXCNAME, Advice, "RFC 2181 section 10.3", after(), mxCNAME},
	{MXOK, Fine, "RFC 5321 section 5.1", after(), mxOK},

	{PTRMissing, Blocks, gmailGuide, after(), ptrMissing},
	{PTRMismatch, Harms, gmailGuide, after(), ptrMismatch},

	{ForwardBreaksSPF, Advice, "https://support.google.com/mail/answer/175365", nil, forwardBreaksSPF},
	{ListDomain, Advice, "https://support.google.com/mail/answer/175365", nil, listDomain},

	{TTLLong, Advice, "RFC 1034 section 3.6; RFC 2181 section 8", after(), ttlLong},
	{AnswerCut, Unknown, "RFC 8914 section 5.2", after(), answerCut},
}

// Rules lists the table.
func Rules() []Rule { return slices.Clone(table) }
