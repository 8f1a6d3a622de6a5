// Package dkim parses DKIM key records (RFC 6376 section 3.6.1, RFC 8301, RFC 8463) and cleans pasted ones. It looks
// nothing up and gives no advice.
package dkim

// Record is one key record, parsed as far as it can be.
type Record struct {
	Raw      string
	Version  string
	KeyType  string // rsa, ed25519
	Bits     int    // length of the RSA modulus; 256 for Ed25519; 0 if the key cannot be decoded
	Key      string // base64 of p= without white space
	Revoked  bool   // p= is there and empty (RFC 6376 section 3.6.1)
	Testing  bool   // t=y
	Strict   bool   // t=s
	Hashes   []string
	Services []string
	Flags    []string // t= as written, y and s included
	Note     string   // n=, for people
	Tags     []Tag    // the first of each name, in the order written; names in lower case
	Extra    []Tag    // tags that RFC 6376 does not know, as written
	Problems []Problem

	untyped bool // k= was not written
}

// Tag is one tag of a record.
type Tag struct{ Name, Value string }

// Codes of a Problem.
const (
	NotDKIM      = "not-dkim"         // neither p= nor v=DKIM1
	Empty        = "empty"            // nothing was pasted
	NoKey        = "no-key"           // p= is missing
	Revoked      = "revoked"          // p= is empty (only in Paste; a Record has Revoked)
	BadVersion   = "bad-version"      // v= is there and not DKIM1
	VersionLate  = "version-late"     // v= is not the first tag
	BadBase64    = "bad-base64"       // the key has a character that is not base64
	Padding      = "padding"          // the equals signs at the end are missing
	Truncated    = "truncated"        // the key is shorter than its ASN.1 length field says
	Trailing     = "trailing"         // something follows the key
	NotAKey      = "not-a-key"        // valid base64 that is not a key, such as one without its beginning
	WrongKey     = "wrong-key"        // a key or file of another kind; Text: rsa, ed25519, ec, dsa, certificate, request, ssh, pgp
	Wrapped      = "wrapped-ed25519"  // RFC 8463 requires the bare 32 bytes
	ShortKey     = "short-key"        // RSA below 1024 bits (RFC 8301 section 3.2); Text: the bits
	BareRSA      = "bare-rsa"         // RSAPublicKey as RFC 6376 says, without the SubjectPublicKeyInfo around it that many verifiers expect
	LongKey      = "long-key"         // RSA above 4096 bits, which not every verifier accepts; Text: the bits
	PrivateKey   = "private-key"      // a private key; it is not kept
	Signature    = "signature"        // only in Paste: a DKIM-Signature header instead of the key
	PEM          = "pem"              // p= contains the PEM header lines
	UnknownType  = "unknown-key-type" // k= is neither rsa nor ed25519
	NoSHA256     = "no-sha256"        // h= without sha256 (RFC 8301 section 3.1)
	NotForMail   = "not-for-mail"     // s= has neither * nor email
	Quotes       = "quotes"           // quotes as part of the value
	Escaped      = "escaped"          // backslashes as part of the value
	FullWidth    = "full-width"       // full-width characters of a Japanese input method
	Typographic  = "typographic"      // curly quotes, special dashes, invisible characters
	BadSeparator = "bad-separator"    // a semicolon is missing between two tags
	TagCase      = "tag-case"         // P= is not p= (RFC 6376 section 3.2)
	Duplicate    = "duplicate-tag"    // verifiers ignore the whole record
	BadTag       = "bad-tag"          // a part that is not tag=value
	ZoneLine     = "zone-line"        // the value contains the name and type, or the brackets, of a zone file line
	TooLong      = "too-long"         // only in Paste: longer than any key
)

// Problem is one mistake. Code is kebab-case and stable; Text is the piece that it is about.
type Problem struct {
	Code  string
	Text  string
	Fatal bool // some or all verifiers cannot use the key
	// Have and Want, with Truncated, are the lengths of p= in base64 characters: actual and required. Want is 0 if
	// unknown.
	Have, Want int
}

// Codes of what Clean corrected.
const (
	FixedWidth     = "full-width"       // full-width characters of a Japanese input method
	FixedLetters   = "typographic"      // curly quotes, special dashes, invisible characters
	FixedArmour    = "pem"              // PEM lines around the key
	FixedStrings   = "split"            // several quoted strings were joined
	FixedQuotes    = "quotes"           // quotes around the value
	FixedEscapes   = "escapes"          // backslashes
	FixedAround    = "zone-line"        // a zone file line, labels of a console, or other text around the value
	FixedSpaces    = "spaces"           // white space and line breaks in the key
	FixedSeparator = "separator"        // a missing semicolon
	FixedVersion   = "version"          // v=DKIM1 was missing, incomplete or in another case
	FixedType      = "key-type"         // k= was missing or in another case
	FixedPadding   = "padding"          // the equals signs at the end
	FixedBase64    = "base64"           // URL-safe base64 (- and _ for + and /)
	FixedWrapping  = "wrapping"         // an Ed25519 key in SubjectPublicKeyInfo
	FixedForm      = "form"             // an RSA key without the SubjectPublicKeyInfo around it
	FixedHash      = "hashes"           // h= did not allow sha256
	FixedFirst     = "first-of-several" // several values; the first one was taken
)

// MaxPaste is the largest paste that Clean reads, in bytes.
const MaxPaste = 64 << 10

// Paste is the result of cleaning a value that was pasted from a console.
type Paste struct {
	Value    string   // the clean TXT value or CNAME target; "" if nothing usable was found
	Alias    bool     // Value is a CNAME target
	Selector string   // the selector, if the paste named it
	Repaired []string // what was corrected, as codes, in order
	Record   Record
	Problem  string // a Problem.Code for what is missing or wrong; "" if the value is good
}
