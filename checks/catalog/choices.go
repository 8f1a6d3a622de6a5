package catalog

// Signing says whether a system signs with DKIM for the owner's domain.
type Signing string

// The values of DKIM.Can.
const (
	SigningYes     Signing = "yes"  // after a key is created in its console
	SigningAuto    Signing = "auto" // automatically, with keys in its own DNS
	SigningNo      Signing = "no"
	SigningUnknown Signing = "unknown"
)

// Signs reports whether the system signs, automatically or after a key is created.
func (s Signing) Signs() bool { return s == SigningYes || s == SigningAuto }

// Alignment says whether an SPF pass of a sender's mail aligns for DMARC (RFC 9989 section 4.4).
type Alignment string

// The values of Sender.Align.
const (
	AlignDefault Alignment = "default" // it does: the envelope sender is in the owner's domain
	AlignCustom  Alignment = "custom"  // only after an envelope sender in the owner's domain is set up
	AlignNever   Alignment = "never"
	AlignUnknown Alignment = "unknown"
)

// SelectorKind says what a DKIM selector shows about who signs.
type SelectorKind string

// The values of Selector.Kind.
const (
	SelectorOwn    SelectorKind = "own"    // belongs to the services in Selector.Of alone
	SelectorShared SelectorKind = "shared" // used by many, so it identifies nobody
	SelectorGuess  SelectorKind = "guess"  // known only from lists of selectors
)

// Dotting says how a panel treats the final dot of a host name.
type Dotting string

// The values of Panel.Dot.
const (
	DotRequired Dotting = "required"
	DotRejected Dotting = "rejected"
	DotOptional Dotting = "optional"
	DotUnknown  Dotting = "unknown"
)

// TTLEditing says whether a panel lets the owner set a TTL.
type TTLEditing string

// The values of TTL.Editable.
const (
	TTLYes     TTLEditing = "yes"
	TTLNo      TTLEditing = "no"
	TTLZone    TTLEditing = "zone-wide" // one for all records
	TTLUnknown TTLEditing = "unknown"
)

// Category says what a sender is for.
type Category string

// The values of Sender.Category.
const (
	Transactional Category = "transactional" // mail that a program sends: receipts, passwords
	Newsletter    Category = "newsletter"
	Marketing     Category = "marketing"
	CRM           Category = "crm"
	Helpdesk      Category = "helpdesk"
	Commerce      Category = "commerce"
	Website       Category = "website"
	WebForm       Category = "form"
	Billing       Category = "billing"
	Collaboration Category = "collaboration"
	Gateway       Category = "gateway"    // it filters mail before the mail host
	Forwards      Category = "forwarding" // it only receives and passes on
	HostedSPF     Category = "hosted-spf" // it keeps the owner's SPF record
	Plugin        Category = "plugin"     // a part of the owner's website, which sends from that server
	Survey        Category = "survey"
	Auth          Category = "auth" // signing in
)

// HostForm says what goes into the field of the host name.
type HostForm string

// The values of Panel.Apex and Panel.Sub.
const (
	HostAt      HostForm = "@"
	HostBlank   HostForm = "blank"
	HostLabel   HostForm = "label" // the name without the zone
	HostFull    HostForm = "fqdn"
	HostDotted  HostForm = "fqdn." // the full name with its final dot
	HostNone    HostForm = "none"  // records cannot be edited here
	HostUnknown HostForm = "unknown"
)

// Quoting says how a panel treats quotes around a TXT value.
type Quoting string

// The values of Panel.Quotes.
const (
	QuotesNone     Quoting = "none"
	QuotesStripped Quoting = "stripped"
	QuotesOptional Quoting = "optional"
	QuotesRequired Quoting = "required"
	QuotesRejected Quoting = "rejected"
	QuotesUnknown  Quoting = "unknown"
)

// The values of Panel.Long, besides "limit:N".
const (
	LongAuto    = "auto"   // the panel splits the value by itself
	LongChunks  = "chunks" // the owner splits it
	LongUnknown = "unknown"

	longLimit = "limit:"
)

// Preference says where a panel takes the preference of an MX.
type Preference string

// The values of Panel.MX.
const (
	PreferenceField Preference = ""      // in a field of its own
	PreferenceFirst Preference = "value" // before the target, in the same field
)

// Underscore says whether a panel takes "_" in the host field of a CNAME.
type Underscore string

// The values of Panel.Alias.
const (
	UnderscoreYes     Underscore = "yes"
	UnderscoreNo      Underscore = "no"
	UnderscoreUnknown Underscore = "unknown"
)
