// Package message reads a mail, or only its header, as people have it in hand: a file, an mbox entry, or the text of a
// web mailer's source view. It says what the mail claims of itself and, given answers from DNS, what of that is so:
// DKIM (RFC 6376), SPF (RFC 7208), DMARC (RFC 9989) and the ARC chain (RFC 8617). It looks nothing up and gives no
// advice; nothing of the text itself is kept but the header.
package message

import (
	"net/netip"
	"time"

	"example.org/todoku/checks/spf"
)

// Limits of what is read. What lies beyond is counted, never silently dropped.
const (
	MaxSize       = 100 << 20 // bytes of one mail; what is longer counts as cut
	MaxHeader     = 1 << 20   // bytes of the header
	MaxFields     = 4000      // header fields kept
	MaxSignatures = 10        // DKIM signatures verified
	MaxHops       = 100       // Received fields read
	MaxClaims     = 200       // results read from all Authentication-Results fields
	MaxInstances  = 50        // ARC sets (RFC 8617 section 4.2.1)
)

// Form is how the mail came.
type Form string

// The forms.
const (
	File    Form = "file" // as RFC 5322 has it
	Mbox    Form = "mbox" // an entry of an mbox file
	Page    Form = "page" // the text of a web mailer's source view, with lines of the page in front
	Nothing Form = ""     // no header was found
)

// Body is what is there of the mail's body.
type Body string

// The states of the body. Only of a whole one can it be said that it was changed.
const (
	Whole   Body = "whole"
	Absent  Body = "absent"  // only the header was given
	Cut     Body = "cut"     // its end is missing
	Touched Body = "touched" // the way it came here may have changed it: quoted, indented, copied from a page
)

// Mend is what was put right in the text before it was read.
type Mend string

// The mends.
const (
	MendBOM      Mend = "bom"      // a byte order mark in front
	MendUTF16    Mend = "utf16"    // a file in UTF-16
	MendLeading  Mend = "leading"  // other text in front of the header
	MendQuoted   Mend = "quoted"   // every line began with ">"
	MendIndented Mend = "indented" // every line began with blanks
	MendUnfolded Mend = "unfolded" // continued lines had lost their blanks
	MendSplit    Mend = "split"    // names stood apart from their values
	MendSpaced   Mend = "spaced"   // an empty line stood between all lines
	MendEscaped  Mend = "escaped"  // an mbox file's ">From " in the body
)

// Gap is what could not be had from the text.
type Gap string

// The gaps.
const (
	GapHeader     Gap = "no-header"      // no header at all
	GapBinary     Gap = "not-text"       // an Outlook .msg file, an archive, a picture
	GapBody       Gap = "no-body"        // only a header
	GapCut        Gap = "body-cut"       // the end is missing
	GapFrom       Gap = "no-from"        // no From field
	GapReceived   Gap = "no-received"    // no Received field: the mail was never delivered, or the header is cut
	GapEnvelope   Gap = "no-envelope"    // nothing tells the envelope sender
	GapConnection Gap = "no-connection"  // nothing tells which address connected
	GapTooLarge   Gap = "too-large"      // longer than MaxSize
	GapFields     Gap = "header-too-big" // more header than MaxHeader or MaxFields
	GapMore       Gap = "more-mails"     // the file holds more mails; the first was read
	GapUnreadable Gap = "lines"          // lines in the header that are no field
)

// Field is one header field. Raw is as it came, lines ended by CRLF, the name included.
type Field struct {
	Name  string // as written
	Value string // unfolded, without the blanks around it
	Raw   string
	key   string // the name in lower case
}

// Address is one address of From, To or the like.
type Address struct {
	Name   string // display name, decoded; for showing only
	Full   string // local part and domain as written
	Domain string // ASCII, lower case; "" where it is none
}

// Envelope is the sender in the envelope (RFC 5321 section 4.1.1.2), and which field told it.
type Envelope struct {
	Known   bool
	Null    bool   // the empty sender of notices
	Address string // "" where unknown or null
	Domain  string // "" where DNS can hold none such
	Source  string // name of the field
}

// Hop is one Received field, the last server first.
type Hop struct {
	Field    int        // index into Message.Header
	Helo     string     // as the client named itself
	Name     string     // the reverse name that the server saw; "" where it wrote none
	IP       netip.Addr // of the client; invalid where none is written
	By       string     // the server that wrote the field
	With     string
	For      string // recipient
	MailFrom string // envelope-from, where written
	At       time.Time
}

// Border is the connection at which the receiver took the mail in.
type Border struct {
	IP     netip.Addr
	Helo   string
	Host   string // reverse name
	By     string // the receiver's server
	Hop    int    // index into Message.Hops; -1 where none matches
	Source string // the field that tells the address
	Stated bool   // the receiver itself says that it judged this address; else it was reckoned from the Received chain
}

// Claim is one result that a header states; nothing proves it.
type Claim struct {
	Header     string // name of the field
	By         string // authserv-id (RFC 8601 section 2.5)
	Instance   int    // of ARC-Authentication-Results; 0 elsewhere
	Method     string
	Result     string
	Reason     string
	Comment    string
	Properties map[string]string // ptype.property → value
	Hop        int               // index of the hop at whose server it was written; -1 where none matches
	Receiver   bool              // written by the receiver of the border, so as far as a header can be believed

	field int
}

// Summary is the table above the source in Gmail's view.
type Summary struct {
	MessageID, Subject, From, To, Created string
	SPF, DKIM, DMARC                      string // results in lower case; "" where not shown
	IP                                    netip.Addr
	SignedBy                              string // domain of DKIM
}

// Message is a mail as far as it could be read.
type Message struct {
	Form    Form
	View    string // which page it is: gmail, outlook, yahoo-japan; "" where it is none
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
	Received  time.Time // when the last server took it; zero where that is not known
	Envelope  Envelope
	Hops      []Hop
	Border    Border
	Claims    []Claim
	Signed    []Signature
	More      int // DKIM signatures beyond MaxSignatures
	Chain     []Instance
	List      List
	Forward   Forward

	pasted bool
	sums   bodySums
	index  map[string][]int // lower-case name → fields
}

// Tri is an answer of three states.
type Tri int8

// The states. The zero value is "not known".
const (
	Unknown Tri = iota
	No
	Yes
)

// Result is the outcome of a verification, in the words of RFC 8601 section 2.7. "" is "not known".
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

// Reasons are all that DKIM.Reason can be.
func Reasons() []Reason {
	return []Reason{KeyMissing, KeyRevoked, KeyMalformed, KeyShort, BadAlgorithm, BodyChanged, HeaderChanged, SignatureWrong, Expired,
		BadSyntax, DNSFailed}
}

// DKIM is one signature, verified.
type DKIM struct {
	Signature
	Result  Result
	Reason  Reason // "" for pass and not known
	Detail  string // finer than Reason, or why the result is not known; a code of Details
	Aligned Tri
	Testing bool // the key says t=y
	// HeaderGood tells that the signature is this key's over this header, whatever became of the body.
	HeaderGood bool
	KeyBits    int
	// Claimed is what the receiver said of this signature; "" where it said nothing.
	Claimed string

	undone []Change // after which it fits
}

// SPF is the evaluation for the address that connected. Result is "" where the address or the domain is not known.
type SPF struct {
	Result  spf.Result
	Domain  string
	IP      netip.Addr
	Helo    bool // judged by HELO, since the envelope sender is empty
	Aligned Tri
	Verdict spf.Verdict
	Claimed string // what the receiver said
}

// DMARC is the policy found by the tree walk of RFC 9989 section 4.10, and what it comes to.
type DMARC struct {
	Result  Result
	Detail  string
	From    string // the domain judged
	Domain  string // where the record stands
	Org     string // organizational domain of From
	Policy  string // what applies to From
	Record  string
	Testing bool // t=y
	Claimed string
}

// ARC is the chain, verified (RFC 8617 section 5.2). It proves who sealed, not that what they say is true.
type ARC struct {
	CV        Result // pass, fail, none; "" where it cannot be known
	Detail    string
	Instances int
}

// Report is what verification shows.
type Report struct {
	SPF     SPF
	DKIM    []DKIM
	DMARC   DMARC
	ARC     ARC
	Changes []Change
	Lessons Lessons
	More    int // DKIM signatures that were not verified for their number
	// Missing are the questions without which the report is not complete.
	Missing []spf.Need
}

// DNS gives answers that were gathered before, or asks for them; Missing means that nobody has asked yet. It is
// spf.Data, so that one snapshot serves SPF, keys and policies alike.
type DNS = spf.Data
