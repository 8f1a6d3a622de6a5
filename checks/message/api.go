// Package message parses a mail, or only its header, as people have it: a file, an mbox entry, or the text of a web
// mailer's source view. It says what the mail claims about itself and, given answers from DNS, which claims are true:
// DKIM (RFC 6376), SPF (RFC 7208), DMARC (RFC 9989) and the ARC chain (RFC 8617). It looks nothing up and gives no
// advice; of the text itself it keeps only the header.
package message

import (
	"net/netip"
	"time"

	"example.org/todoku/checks/spf"
)

// Limits of what is read. What exceeds them is counted, never silently dropped.
const (
	MaxSize       = 100 << 20 // bytes of one mail; a longer one counts as cut off
	MaxHeader     = 1 << 20   // bytes of the header
	MaxFields     = 4000      // header fields kept
	MaxSignatures = 10        // DKIM signatures verified
	MaxHops       = 100       // Received fields read
	MaxClaims     = 200       // results read from all Authentication-Results fields
	MaxInstances  = 50        // ARC sets (RFC 8617 section 4.2.1)
)

// Form is the format in which the mail was given.
type Form string

// The forms.
const (
	File    Form = "file" // plain RFC 5322
	Mbox    Form = "mbox" // an entry of an mbox file
	Page    Form = "page" // the text of a web mailer's source view, with other lines before the source
	Nothing Form = ""     // no header was found
)

// Body says how much of the mail's body was given.
type Body string

// The states of the body. Only of a whole body can it be said that it was changed.
const (
	Whole   Body = "whole"
	Absent  Body = "absent"  // only the header was given
	Cut     Body = "cut"     // the end is missing
	Touched Body = "touched" // copying may have changed it: quoted, indented, copied from a page
)

// Mend is a repair of the text before parsing.
type Mend string

// The mends.
const (
	MendBOM      Mend = "bom"      // a byte order mark at the beginning
	MendUTF16    Mend = "utf16"    // a file in UTF-16
	MendLeading  Mend = "leading"  // other text before the header
	MendQuoted   Mend = "quoted"   // every line began with ">"
	MendIndented Mend = "indented" // every line began with blanks
	MendUnfolded Mend = "unfolded" // continuation lines had lost their leading blanks
	MendSplit    Mend = "split"    // names were separated from their values
	MendSpaced   Mend = "spaced"   // an empty line after every line
	MendEscaped  Mend = "escaped"  // mbox escapes (">From ") in the body
)

// Gap is something that the text does not contain.
type Gap string

// The gaps.
const (
	GapHeader     Gap = "no-header"      // no header at all
	GapBinary     Gap = "not-text"       // an Outlook .msg file, an archive, a picture
	GapBody       Gap = "no-body"        // only a header
	GapCut        Gap = "body-cut"       // the end is missing
	GapFrom       Gap = "no-from"        // no From field
	GapReceived   Gap = "no-received"    // no Received field: the mail was never delivered, or the header is cut
	GapEnvelope   Gap = "no-envelope"    // the envelope sender is unknown
	GapConnection Gap = "no-connection"  // the connecting address is unknown
	GapTooLarge   Gap = "too-large"      // longer than MaxSize
	GapFields     Gap = "header-too-big" // header beyond MaxHeader or MaxFields
	GapMore       Gap = "more-mails"     // the file holds more mails; the first was read
	GapUnreadable Gap = "lines"          // lines in the header that are not fields
)

// Field is one header field. Raw is as received, with CRLF line ends and the name included.
type Field struct {
	Name  string // as written
	Value string // unfolded, without the blanks around it
	Raw   string
	key   string // the name in lower case
}

// Address is one address of From, To or the like.
type Address struct {
	Name   string // display name, decoded; only for display
	Full   string // local part and domain as written
	Domain string // ASCII, lower case; "" if it is not a domain
}

// Envelope is the envelope sender (RFC 5321 section 4.1.1.2), and the field that names it.
type Envelope struct {
	Known   bool
	Null    bool   // the null sender of a bounce
	Address string // "" if unknown or null
	Domain  string // "" if it is not a domain name
	Source  string // name of the field
}

// Hop is one Received field; the last server comes first.
type Hop struct {
	Field    int        // index into Message.Header
	Helo     string     // the client's HELO name
	Name     string     // the reverse name that the server saw; "" for none
	IP       netip.Addr // of the client; invalid if none is written
	By       string     // the server that wrote the field
	With     string
	For      string // recipient
	MailFrom string // envelope-from, if written
	At       time.Time
}

// Border is the connection over which the receiver accepted the mail.
type Border struct {
	IP     netip.Addr
	Helo   string
	Host   string // reverse name
	By     string // the receiver's server
	Hop    int    // index into Message.Hops; -1 if none matches
	Source string // the field that names the address
	Stated bool   // the receiver itself says that it checked this address; else it was derived from the Received chain
}

// Claim is one result that a header states. Nothing proves it.
type Claim struct {
	Header     string // name of the field
	By         string // authserv-id (RFC 8601 section 2.5)
	Instance   int    // of ARC-Authentication-Results; else 0
	Method     string
	Result     string
	Reason     string
	Comment    string
	Properties map[string]string // ptype.property → value
	Hop        int               // index of the hop on whose server it was written; -1 if none matches
	Receiver   bool              // written by the receiver at the border, so as credible as a header can be

	field int
}

// Summary is the table above the source in Gmail's view.
type Summary struct {
	MessageID, Subject, From, To, Created string
	SPF, DKIM, DMARC                      string // results in lower case; "" if not shown
	IP                                    netip.Addr
	SignedBy                              string // domain of DKIM
}

// Message is a mail, as far as it could be parsed.
type Message struct {
	Form    Form
	View    string // the page it was copied from: gmail, outlook, yahoo-japan; "" for none
	Summary Summary
	Mends   []Mend
	Gaps    []Gap
	Ignored []string // the first lines that were not understood, printable
	Header  []Field
	Body    Body
	Size    int64 // bytes of the body

	From      []Address
	To        []Address // To and Cc
	Subject   string    // decoded, printable
	MessageID string
	Date      time.Time
	Received  time.Time // when the last server received it; zero if unknown
	Envelope  Envelope
	Hops      []Hop
	Border    Border
	Claims    []Claim
	Signed    []Signature
	More      int // number of DKIM signatures beyond MaxSignatures
	Chain     []Instance
	List      List
	Forward   Forward

	pasted bool
	sums   bodySums
	index  map[string][]int // lower-case name → fields
}

// Tri is a three-valued answer: yes, no or not known.
type Tri int8

// The values. The zero value is "not known".
const (
	Unknown Tri = iota
	No
	Yes
)

// Result is the result of a verification, in the words of RFC 8601 section 2.7; "" means not known.
type Result string

// The results.
const (
	NotKnown  Result = ""
	Pass      Result = "pass"
	Fail      Result = "fail"
	None      Result = "none"
	PermError Result = "permerror"
	TempError Result = "temperror"
)

// Reason is why a DKIM signature does not pass.
type Reason string

// The reasons.
const (
	KeyMissing     Reason = "key-missing"
	KeyRevoked     Reason = "key-revoked"
	KeyMalformed   Reason = "key-malformed"
	KeyShort       Reason = "key-short"
	BadAlgorithm   Reason = "algorithm"
	BodyChanged    Reason = "body-changed"
	HeaderChanged  Reason = "header-changed"
	SignatureWrong Reason = "signature-wrong"
	Expired        Reason = "expired"
	BadSyntax      Reason = "syntax"
	DNSFailed      Reason = "dns"
)

// Reasons returns all values of DKIM.Reason.
func Reasons() []Reason {
	return []Reason{KeyMissing, KeyRevoked, KeyMalformed, KeyShort, BadAlgorithm, BodyChanged, HeaderChanged, SignatureWrong, Expired,
		BadSyntax, DNSFailed}
}

// DKIM is the result of one signature.
type DKIM struct {
	Signature
	Result  Result
	Reason  Reason // "" for pass and not known
	Detail  string // more precise than Reason, or why the result is not known; a code of Details
	Aligned Tri
	Testing bool // the key has t=y
	// HeaderGood says that the signature is valid for this key and this header, whatever happened to the body.
	HeaderGood bool
	KeyBits    int
	// Claimed is the receiver's result for this signature; "" for none.
	Claimed string

	undone []Change // the changes that must be undone for the signature to fit
}

// SPF is the result for the connecting address. Result is "" if the address or the domain is not known.
type SPF struct {
	Result  spf.Result
	Domain  string
	IP      netip.Addr
	Helo    bool // checked with HELO, since the envelope sender is null
	Aligned Tri
	Verdict spf.Verdict
	Claimed string // the receiver's result
}

// DMARC is the policy found by the tree walk of RFC 9989 section 4.10, and the result.
type DMARC struct {
	Result  Result
	Detail  string
	From    string // the author's domain
	Domain  string // where the record was found
	Org     string // organizational domain of From
	Policy  string // the policy that applies to From
	Record  string
	Testing bool // t=y
	Claimed string
}

// ARC is the result of validating the chain (RFC 8617 section 5.2). It proves who sealed, not that the sealed results
// are true.
type ARC struct {
	CV        Result // pass, fail, none; "" if unknown
	Detail    string
	Instances int
}

// Report is the result of a verification.
type Report struct {
	SPF     SPF
	DKIM    []DKIM
	DMARC   DMARC
	ARC     ARC
	Changes []Change
	Lessons Lessons
	More    int // number of DKIM signatures that were not verified, beyond the limit
	// Missing are the questions whose answers the report still lacks.
	Missing []spf.Need
}

// DNS provides answers from DNS. The status Missing means that a question was not asked yet. It is spf.Data, so
// that one snapshot serves SPF, keys and policies.
type DNS = spf.Data
