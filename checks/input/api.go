// Package input recognises what somebody typed or pasted into the first box: a domain, a mail address, a URL, a
// bounce, a header; with full-width letters and the Japanese full stop too. It looks nothing up.
package input

// Kind is the kind of a text.
type Kind string

// The kinds.
const (
	Domain  Kind = "domain"
	Address Kind = "address"
	URL     Kind = "url"
	Bounce  Kind = "bounce"
	Header  Kind = "header"
	Message Kind = "message"
	Reports Kind = "reports" // files with DMARC reports; recognised only where files may be read
)

// Input is what was recognised.
type Input struct {
	Kind    Kind
	Domain  string // ASCII (IDNA2008 by UTS 46), lower case, no final dot; "" where a message names none
	Unicode string // the same for people; equal to Domain if nothing was encoded
	Local   string // local part of a mail address
	Raw     string // the text as it came
	Folded  bool   // full-width letters, an ideographic full stop or the like were replaced
	// Own sets the rest, and Notes words it.
	Dropped  string // the name as typed, if it is a server's and Domain is the mail domain above it
	Above    string // the registered name above Domain, if that may be meant
	Unlisted bool   // Domain ends in a top-level domain that is not known to exist
}

// Codes of a Problem. The words are in i18n/*/intake.toml under the code; each comment ends with the arguments.
const (
	Empty         = "intake-empty"
	NotDomain     = "intake-not-domain"     // one word without a dot. text
	NoDomain      = "intake-no-domain"      // a mail or a sentence, where a domain was expected
	TLD           = "intake-tld"            // jp. domain
	PublicSuffix  = "intake-public-suffix"  // co.jp: names are registered below it. domain
	PrivateSuffix = "intake-private-suffix" // a company's domain under which its customers have their names. domain
	IP            = "intake-ip"             // an IP address. text
	Record        = "intake-record"         // the value of a DNS record. text
	TooLong       = "intake-too-long"       // over 253 bytes (RFC 1035 section 2.3.4). length
	Label         = "intake-label"          // a label over 63 bytes. text, length
	Dots          = "intake-dots"           // two dots in a row, or one at the beginning. text
	Hyphen        = "intake-hyphen"         // a label that begins or ends with a hyphen. text
	Characters    = "intake-characters"     // a character that a domain cannot have. text, char
	Space         = "intake-space"          // a space within. text
	Escape        = "intake-escape"         // control or invisible characters. text
	RecordName    = "intake-record-name"    // _dmarc.example.jp: the name of a record. text, domain
	Several       = "intake-several"        // several domains. text
	Huge          = "intake-huge"           // more than MaxText
	NoFile        = "intake-no-file"        // a path that does not exist. text
	Misspelt      = "intake-misspelt"       // an ending that does not exist, or a comma for a dot. text, guess
	Blank         = "intake-blank"          // a blank within what is probably one name. text, guess
	BlankOr       = "intake-blank-or"       // the same, but the words alone hold a name too. text, guess, other
	// FreeMailDomain means that the domain belongs to a mail service. domain
	FreeMailDomain = "intake-free-mail"
)

// Codes of a Note; the words are in the same files.
const (
	HostDropped = "intake-host-dropped" // a server's name was typed; the domain above it is used. text, domain
	HostKept    = "intake-host-kept"    // the name was kept, though the one above may be meant. domain, above
	OddSuffix   = "intake-odd-suffix"   // no known top-level domain. suffix, domain
)

// Codes returns all codes, for the test that each has words.
func Codes() []string {
	return []string{Empty, NotDomain, NoDomain, TLD, PublicSuffix, PrivateSuffix, IP, Record, TooLong, Label, Dots, Hyphen, Characters,
		Space, Escape, RecordName, Several, Huge, Misspelt, Blank, BlankOr, FreeMailDomain, NoFile, HostDropped, HostKept, OddSuffix}
}

// Problem says why a text names no domain that can be checked. It is an error so that the command line can return it.
type Problem struct {
	Code string            // also the ID of its words in i18n/*/intake.toml
	Args map[string]string // values for the words, printable
	// Guess is what was probably meant, ready to be put into the box; "" for no guess.
	Guess string
}

// Error is meant for logs; users read the words of Code.
func (p *Problem) Error() string { return p.Code }
