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
