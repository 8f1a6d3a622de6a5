package catalog

// Signing says whether a system signs with DKIM in the owner's name.
type Signing string

// The values of DKIM.Can.
const (
	SigningYes     Signing = "yes"  // once a key is made in its console
	SigningAuto    Signing = "auto" // without the owner's doing, on its own DNS
	SigningNo      Signing = "no"
	SigningUnknown Signing = "unknown"
)

// Signs reports whether the system signs, by itself or once its owner makes a key.
func (s Signing) Signs() bool { return s == SigningYes || s == SigningAuto }

// Alignment says whether an SPF pass of a sender's mail counts for DMARC (RFC 9989 section 4.4).
type Alignment string

// The values of Sender.Align.
const (
	AlignDefault Alignment = "default" // it does: mail bounces to the owner's domain
	AlignCustom  Alignment = "custom"  // only once a return path of the owner's domain is set up
	AlignNever   Alignment = "never"
	AlignUnknown Alignment = "unknown"
)

// SelectorKind says what a DKIM selector tells of who signs.
type SelectorKind string

// The values of Selector.Kind.
const (
	SelectorOwn    SelectorKind = "own"    // belongs to one service
	SelectorShared SelectorKind = "shared" // names nobody by itself
	SelectorGuess  SelectorKind = "guess"  // seen on lists only
)

// Dotting says how a panel takes the final dot of a host name.
type Dotting string

// The values of Panel.Dot.
const (
	DotRequired Dotting = "required"
	DotRejected Dotting = "rejected"
	DotOptional Dotting = "optional"
	DotUnknown  Dotting = "unknown"
)

// TTLEditing says whether a panel lets its owner set a TTL.
type TTLEditing string

// The values of TTL.Editable.
const (
	TTLYes     TTLEditing = "yes"
	TTLNo      TTLEditing = "no"
	TTLZone    TTLEditing = "zone-wide" // one for all records
	TTLUnknown TTLEditing = "unknown"
)
