package spf

// Code names a mistake in the text of a record. It is kebab-case and stable.
type Code string

// Mistakes before the terms.
const (
	BadVersion Code = "version" // misspelt, misplaced or forgotten
	Glued      Code = "glued"   // the record follows other text
)

// Wrong characters and spaces.
const (
	Typographic  Code = "typographic"
	NonASCII     Code = "non-ascii"
	ControlChar  Code = "control-char"
	Quotes       Code = "quotes"
	Separator    Code = "separator" // a comma or semicolon
	Colon        Code = "colon"     // another character in place of a colon
	MissingSpace Code = "missing-space"
	ExtraSpace   Code = "extra-space"
	Punctuation  Code = "punctuation"
)

// Mistakes of names.
const (
	UnknownMechanism             Code = "unknown-mechanism"
	BareIP                       Code = "bare-ip"
	BareDomain                   Code = "bare-domain"
	TwoQualifiers                Code = "two-qualifiers"
	QualifierOnModifier          Code = "qualifier-on-modifier"
	UnknownModifierLikeMechanism Code = "unknown-modifier-like-mechanism" // "ip4="
	UnknownModifier              Code = "unknown-modifier"
	DoubleVersion                Code = "double-version"
)

// Mistakes of values.
const (
	BadIP          Code = "bad-ip"
	BadCIDR        Code = "bad-cidr"
	BadMacro       Code = "bad-macro"
	DomainMissing  Code = "domain-missing"
	DomainSyntax   Code = "domain-syntax"
	AllArgument    Code = "all-argument"
	IPInInclude    Code = "ip-in-include"
	IPInHost       Code = "ip-in-host"
	HostInIP4      Code = "host-in-ip4"
	HostInIP6      Code = "host-in-ip6"
	IP4InIP6       Code = "ip4-in-ip6"
	IP6InIP4       Code = "ip6-in-ip4"
	URL            Code = "url"
	OddDomain      Code = "odd-domain"
	Placeholder    Code = "placeholder"
	TrailingDot    Code = "trailing-dot"
	PrivateAddress Code = "private-address"
	BroadRange     Code = "broad-range"
	UsesPtr        Code = "ptr"
)

// Mistakes of the whole record.
const (
	NoAll           Code = "no-all"
	PassAll         Code = "pass-all"
	NeutralAll      Code = "neutral-all"
	AfterAll        Code = "after-all"
	RedirectIgnored Code = "redirect-ignored"
	SeveralRedirect Code = "several-redirect"
	SeveralExp      Code = "several-exp"
	Duplicate       Code = "duplicate"
	Covered         Code = "covered" // a network within an earlier one
	TooLong         Code = "too-long"
)

// Codes returns every value that Problem.Code can have.
func Codes() []Code {
	return []Code{
		BadVersion,
		Glued,
		Typographic,
		NonASCII,
		ControlChar,
		Quotes,
		Separator,
		Colon,
		MissingSpace,
		ExtraSpace,
		Punctuation,
		UnknownMechanism,
		BareIP,
		BareDomain,
		TwoQualifiers,
		QualifierOnModifier,
		UnknownModifierLikeMechanism,
		UnknownModifier,
		DoubleVersion,
		BadIP,
		BadCIDR,
		BadMacro,
		DomainMissing,
		DomainSyntax,
		AllArgument,
		IPInInclude,
		IPInHost,
		HostInIP4,
		HostInIP6,
		IP4InIP6,
		IP6InIP4,
		URL,
		OddDomain,
		Placeholder,
		TrailingDot,
		PrivateAddress,
		BroadRange,
		UsesPtr,
		NoAll,
		PassAll,
		NeutralAll,
		AfterAll,
		RedirectIgnored,
		SeveralRedirect,
		SeveralExp,
		Duplicate,
		Covered,
		TooLong,
	}
}
