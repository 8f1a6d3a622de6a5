package checks

import "slices"

// The codes of the findings, by topic. "todoku findings" lists them with their meaning.
const (
	MailRefused        Code = "mail-refused"
	MailNotice         Code = "mail-notice"
	DNSUnreachable     Code = "dns-unreachable"
	DomainUnregistered Code = "domain-unregistered"
	DomainAlias        Code = "domain-alias"
	DomainShared       Code = "domain-shared"
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
	MXUnknown          Code = "mx-unknown"
	MXNull             Code = "mx-null"
	MXMisplaced        Code = "mx-misplaced"
	MXMissing          Code = "mx-missing"
	MXMoved            Code = "mx-moved"
	MXAddress          Code = "mx-address"
	MXDead             Code = "mx-dead"
	MXProxied          Code = "mx-proxied"
	MXCNAME            Code = "mx-cname"
	MXOK               Code = "mx-ok"
	PTRUnknown         Code = "ptr-unknown"
	PTRMissing         Code = "ptr-missing"
	PTRMismatch        Code = "ptr-mismatch"
	PTRGeneric         Code = "ptr-generic"
	MXAtAnother        Code = "mx-elsewhere"
	SPFUnknown         Code = "spf-unknown"
	SPFMultiple        Code = "spf-multiple"
	SPFSyntax          Code = "spf-syntax"
	SPFUnread          Code = "spf-unread"
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
	SPFSenderRefused   Code = "spf-sender-refused"
	SPFSeenAddress     Code = "spf-seen-address"
	SPFHostUnknown     Code = "spf-host-unknown"
	SPFNoneCovered     Code = "spf-none-covered"
	SPFServerMisread   Code = "spf-server-misread"
	SPFForm            Code = "spf-form"
	SPFAsk             Code = "spf-ask"
	SPFVoidTerm        Code = "spf-void-term"
	SPFNobody          Code = "spf-nobody"
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
	DKIMAstray         Code = "dkim-astray"
	DKIMMissing        Code = "dkim-missing"
	DKIMHalf           Code = "dkim-half"
	DKIMCrossed        Code = "dkim-crossed"
	DKIMNotFound       Code = "dkim-not-found"
	DKIMCannot         Code = "dkim-cannot"
	DKIMAsk            Code = "dkim-ask"
	DKIMWildcard       Code = "dkim-wildcard"
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
	DMARCBlanks        Code = "dmarc-blanks"
	DMARCStray         Code = "dmarc-stray"
	DMARCAlignment     Code = "dmarc-alignment"
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
	CacheOld           Code = "cache-old"
)

// fatal are the findings after which nothing can be said of the domain's records: none could be read, or they belong to
// another domain. Every other finding is folded under them.
var fatal = []Code{DNSUnreachable, DomainUnregistered, DomainParked, ZoneUnreachable, DomainAlias}

// Fatal reports whether a fatal finding is in the list, so that no change may be proposed.
func Fatal(found []Finding) bool {
	return slices.ContainsFunc(found, func(f Finding) bool { return slices.Contains(fatal, f.Code) })
}

// local are the causes that hide only symptoms that they concern (see Finding.concerns): at their own name, at the name
// that was meant, of the kind of record that they saw at the wrong servers, or the terms that they saw in an ignored text.
var local = []Code{NSMoving, NSElsewhere, NameDoubled, CNAMEBeside, RecordWrongType, TargetDoubled, SPFUnread}

// after returns the fatal codes followed by more, for Rule.After.
func after(more ...Code) Codes { return Codes{fatal: true, more: more} }

// Sources that several rules cite.
const (
	gmailGuide  = "https://support.google.com/a/answer/81126"
	rfcSPF      = "RFC 7208"
	rfcDKIM     = "RFC 6376"
	rfcDMARC    = "RFC 9989"
	rfcDNS      = "RFC 1034"
	docomoGuide = "docomo, 2024-05-22 (as quoted by synergy-marketing.co.jp, 2024-09-06)"
)

// table lists every rule, causes before symptoms. Findings of the same severity are told in this order.
var table = []*Rule{
	&ruleDNSUnreachable,
	&ruleDomainUnregistered,
	&ruleDomainParked,
	&ruleZoneUnreachable,
	&ruleDomainAlias,
	&ruleDomainShared,
	&ruleDNSSECBogus,
	&ruleNSMoving,
	&ruleNSElsewhere,
	&ruleNSDisagree,
	&ruleNSLame,
	&ruleNSDead,
	&ruleNSAddress,
	&ruleSplitView,
	&ruleNameDoubled,
	&ruleTargetDoubled,
	&ruleCNAMEBeside,
	&ruleRecordWrongType,
	&ruleNameWildcard,
	&ruleSPFUnknown,
	&ruleSPFMultiple,
	&ruleSPFSyntax,
	&ruleSPFUnread,
	&ruleSPFTypographic,
	&ruleSPFPlaceholder,
	&ruleSPFIneffective,
	&ruleSPFMisplaced,
	&ruleSPFMissing,
	&ruleSPFIncludeDead,
	&ruleSPFLoop,
	&ruleSPFTooManyLookups,
	&ruleSPFVoidLookups,
	&ruleSPFVoidTerm,
	&ruleSPFSenderMissing,
	&ruleSPFSenderRefused,
	&ruleSPFSeenAddress,
	&ruleSPFNoneCovered,
	&ruleSPFPassAll,
	&ruleSPFNoAll,
	&ruleSPFHostUnknown,
	&ruleSPFPtr,
	&ruleSPFUntidy,
	&ruleSPFAsk,
	&ruleSPFForm,
	&ruleSPFServerMisread,
	&ruleSPFNobody,
	&ruleSPFOK,
	&ruleDKIMUnknown,
	&ruleDKIMMismatch,
	&ruleDKIMMultiple,
	&ruleDKIMTruncated,
	&ruleDKIMMalformed,
	&ruleDKIMShortKey,
	&ruleDKIMRevoked,
	&ruleDKIMCNAMEDead,
	&ruleSenderUnaligned,
	&ruleDKIMMisplaced,
	&ruleDKIMMissing,
	&ruleDKIMHalf,
	&ruleDKIMCrossed,
	&ruleDKIMAstray,
	&ruleDKIMCannot,
	&ruleDKIMAsk,
	&ruleDKIMNotFound,
	&ruleDKIMTesting,
	&ruleDKIMUnusual,
	&ruleDKIMWildcard,
	&ruleDKIMOK,
	&ruleDMARCUnknown,
	&ruleDMARCMultiple,
	&ruleDMARCSyntax,
	&ruleDMARCMisplaced,
	&ruleDMARCMissing,
	&ruleDMARCStrict,
	&ruleDMARCAlignment,
	&ruleDMARCTagCase,
	&ruleDMARCPct,
	&ruleDMARCReportBroken,
	&ruleDMARCReportRefused,
	&ruleDMARCUntidy,
	&ruleDMARCBlanks,
	&ruleDMARCStray,
	&ruleDMARCInherited,
	&ruleDMARCOldView,
	&ruleDMARCNoReports,
	&ruleDMARCOK,
	&ruleMXUnknown,
	&ruleMXNull,
	&ruleMXMisplaced,
	&ruleMXMissing,
	&ruleMXAddress,
	&ruleMXDead,
	&ruleMXProxied,
	&ruleMXMoved,
	&ruleMXElsewhere,
	&ruleMXCNAME,
	&ruleMXOK,
	&rulePTRUnknown,
	&rulePTRMissing,
	&rulePTRMismatch,
	&rulePTRGeneric,
	&ruleForwardBreaksSPF,
	&ruleListDomain,
	&ruleCacheOld,
	&ruleTTLLong,
	&ruleAnswerCut,
	&ruleMailNotice,
	&ruleMailRefused,
}

// Rules returns a copy of the table.
func Rules() []Rule {
	out := make([]Rule, len(table))
	for i, r := range table {
		out[i] = *r
	}
	return out
}
