// Package input recognises what somebody typed or pasted into the one box that takes anything: a domain, a mail
// address, a URL, a bounce, a header; full-width letters and the Japanese full stop included. It looks nothing up.
package input

// Kind is what the text is.
type Kind string

// What can be recognised.
const (
	Domain  Kind = "domain"
	Address Kind = "address"
	URL     Kind = "url"
	Bounce  Kind = "bounce"
	Header  Kind = "header"
	Message Kind = "message"
	Reports Kind = "reports" // files with DMARC reports; only who may look at files knows them
)

// Input is what was recognised.
type Input struct {
	Kind    Kind
	Domain  string // ASCII (IDNA2008 by UTS 46), lower case, no final dot; "" where a message names none
	Unicode string // the same for people; equal to Domain where nothing was encoded
	Local   string // local part of a mail address
	Raw     string // the text as it came
	Folded  bool   // full-width letters, an ideographic full stop or the like were replaced
	// The rest is set by Own and worded by Notes.
	Dropped  string // the name as it was typed, where it is a machine's and Domain is the mail domain above it
	Above    string // the registered name above Domain, where that may be meant instead
	Unlisted bool   // Domain ends in a top-level domain that is not known to exist
}

// Codes of a Problem. The words stand in i18n/*/intake.toml under the code itself; the comment names the arguments.
const (
	Empty         = "intake-empty"
	NotDomain     = "intake-not-domain"     // one word without a dot. text
	NoDomain      = "intake-no-domain"      // a mail or a sentence where a domain was wanted
	TLD           = "intake-tld"            // jp. domain
	PublicSuffix  = "intake-public-suffix"  // co.jp: names are registered below it. domain
	PrivateSuffix = "intake-private-suffix" // a company's domain below which its customers have their names. domain
	IP            = "intake-ip"             // an address of a machine. text
	TooLong       = "intake-too-long"       // over 253 bytes (RFC 1035 section 2.3.4). length
	Label         = "intake-label"          // a part over 63 bytes. text, length
	Dots          = "intake-dots"           // two dots in a row, or one at the beginning. text
	Hyphen        = "intake-hyphen"         // a part that begins or ends with a hyphen. text
	Characters    = "intake-characters"     // a letter that a domain cannot have. text, char
	Space         = "intake-space"          // a space within. text
	Escape        = "intake-escape"         // control characters or invisible ones. text
	RecordName    = "intake-record-name"    // _dmarc.example.jp: the name of a record. text, domain
	Several       = "intake-several"        // several domains. text
	Huge          = "intake-huge"           // more than MaxText
	NoFile        = "intake-no-file"        // a path at which nothing stands. text
	Misspelt      = "intake-misspelt"       // an ending that does not exist, or a comma for a dot. text, guess
	Blank         = "intake-blank"          // a blank within what is probably one name. text, guess
	BlankOr       = "intake-blank-or"       // the same, where the words alone hold a name too. text, guess, other
	// FreeMailDomain: the domain belongs to a mail service. domain
	FreeMailDomain = "intake-free-mail"
)

// Codes of a Note, worded in the same files.
const (
	HostDropped = "intake-host-dropped" // a machine's name led to the domain above. text, domain
	HostKept    = "intake-host-kept"    // the name was kept, though the one above may be meant. domain, above
	OddSuffix   = "intake-odd-suffix"   // no known top-level domain. suffix, domain
)

// Codes lists them all, for the test of their words.
func Codes() []string {
	return []string{Empty, NotDomain, NoDomain, TLD, PublicSuffix, PrivateSuffix, IP, TooLong, Label, Dots, Hyphen, Characters,
		Space, Escape, RecordName, Several, Huge, Misspelt, Blank, BlankOr, FreeMailDomain, NoFile, HostDropped, HostKept, OddSuffix}
}

// Problem is why a text names no domain that can be checked. It is an error so that the command line can return it.
type Problem struct {
	Code string            // also the ID of its words in i18n/*/intake.toml
	Args map[string]string // values for the words, printable
	// Guess is what was probably meant, ready to be put into the box; "" where nothing is near.
	Guess string
}

// Error is for logs; people read the words of Code.
func (p *Problem) Error() string { return p.Code }
