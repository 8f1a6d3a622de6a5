// Package dkim reads DKIM key records (RFC 6376 section 3.6.1, RFC 8301, RFC 8463) and repairs pasted ones. It looks
// nothing up and gives no advice.
package dkim

// Record is one key record, parsed as far as it can be.
type Record struct {
	Raw      string
	Version  string
	KeyType  string // rsa, ed25519
	Bits     int    // RSA modulus; 256 for Ed25519; 0 where the key cannot be read
	Key      string // base64 of p= without white space
	Revoked  bool   // p= is there and empty (RFC 6376 section 3.6.1)
	Testing  bool   // t=y
	Strict   bool   // t=s
	Hashes   []string
	Services []string
	Flags    []string // t= as written, y and s included
	Note     string   // n=, for people
	Tags     []Tag    // the first of each name, in the order written; names in small letters
	Extra    []Tag    // tags that RFC 6376 does not know, as written
	Problems []Problem

	untyped bool // k= was not written
}

// Tag is one tag as written.
type Tag struct{ Name, Value string }

// Codes of a Problem.
const (
	NotDKIM      = "not-dkim"         // neither p= nor v=DKIM1
	Empty        = "empty"            // nothing was pasted
	NoKey        = "no-key"           // p= is missing
	Revoked      = "revoked"          // p= is empty (only in Paste: in DNS it is said by Record.Revoked)
	BadVersion   = "bad-version"      // v= is there and not DKIM1
	VersionLate  = "version-late"     // v= is not the first tag
	BadBase64    = "bad-base64"       // a letter in the key that base64 does not have
	Padding      = "padding"          // the equals signs at the end are lost
	Truncated    = "truncated"        // the key is cut: its own length field asks for more
	Trailing     = "trailing"         // something follows the key
	NotAKey      = "not-a-key"        // base64, but no key in it: its beginning is lost, or it is something else
	WrongKey     = "wrong-key"        // a key or a file of another sort; Text: rsa, ed25519, ec, dsa, certificate, request, ssh, pgp
	Wrapped      = "wrapped-ed25519"  // RFC 8463 wants the bare 32 bytes
	ShortKey     = "short-key"        // RSA below 1024 bits (RFC 8301 section 3.2); Text: the bits
	LongKey      = "long-key"         // RSA above 4096 bits, which not every verifier takes; Text: the bits
	PrivateKey   = "private-key"      // the secret half; it is not kept
	Signature    = "signature"        // only in Paste: the signature of a mail, not the key that it is checked with
	PEM          = "pem"              // the armour lines stand in p=
	UnknownType  = "unknown-key-type" // k= is neither rsa nor ed25519
	NoSHA256     = "no-sha256"        // h= without sha256 (RFC 8301 section 3.1)
	NotForMail   = "not-for-mail"     // s= without * and email
	Quotes       = "quotes"           // quotes as part of the value
	Escaped      = "escaped"          // backslashes as part of the value
	FullWidth    = "full-width"       // letters of a Japanese input method
	Typographic  = "typographic"      // curly quotes, special dashes, invisible letters
	BadSeparator = "bad-separator"    // a semicolon is missing, and two tags run together
	TagCase      = "tag-case"         // P= is not p= (RFC 6376 section 3.2)
	Duplicate    = "duplicate-tag"    // the whole record does not count then
	BadTag       = "bad-tag"          // a piece that is no tag=value
	ZoneLine     = "zone-line"        // the name and the type of a zone file's line, or its brackets, stand in the value
	TooLong      = "too-long"         // only in Paste: more than any key
)

// Problem is one mistake: Code is kebab-case and stable, Text is the piece it is about.
type Problem struct {
	Code  string
	Text  string
	Fatal bool // a verifier cannot use the key, or not every one can
	// Have and Want are base64 letters of p= for truncated: there, and needed. 0 where that cannot be told.
	Have, Want int
}

// Codes of what Clean put right.
const (
	FixedWidth     = "full-width"       // letters of a Japanese input method
	FixedLetters   = "typographic"      // curly quotes, special dashes, invisible letters
	FixedArmour    = "pem"              // PEM lines around the key
	FixedStrings   = "split"            // several quoted strings became one value
	FixedQuotes    = "quotes"           // quotes around the value
	FixedEscapes   = "escapes"          // backslashes
	FixedAround    = "zone-line"        // a zone line, labels of a console, or other text around the value
	FixedSpaces    = "spaces"           // white space and line breaks in the key
	FixedSeparator = "separator"        // a missing semicolon
	FixedVersion   = "version"          // v=DKIM1 was missing in part or in whole, or written in other letters
	FixedType      = "key-type"         // k= was missing, or written in other letters
	FixedPadding   = "padding"          // the equals signs at the end
	FixedBase64    = "base64"           // the letters of URLs, - and _, for + and /
	FixedWrapping  = "wrapping"         // an Ed25519 key in the form of a file
	FixedFirst     = "first-of-several" // several values; the first one was taken
)

// MaxPaste is the largest paste that Clean reads, in bytes.
const MaxPaste = 64 << 10

// Paste is what came out of a value that somebody pasted from a console.
type Paste struct {
	Value    string   // the clean TXT value, or CNAME target; "" where nothing usable was found
	Alias    bool     // Value is a CNAME target
	Selector string   // where the paste named it
	Repaired []string // what was put right, as codes, in order
	Record   Record
	Problem  string // code of what is missing or wrong, in the words of Problem.Code; "" where the value is good
}
