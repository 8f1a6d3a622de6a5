// Package bounce reads what came back: a delivery failure of any make (RFC 3464 report, plain text, a paste of it, or the
// one line that somebody copied), and tells complaints, automatic replies and notices of success from it. It says who
// refused, for whom, with which codes and words, for what cause, and whether DNS can mend that. What a text does not
// decide stays unknown. It looks nothing up, and every string that comes out is foreign text as it came: whoever shows
// it makes it printable.
package bounce

import "net/netip"

// Kind is what a text is.
type Kind string

// The kinds.
const (
	Bounce    Kind = "bounce"    // a delivery failed, or is late
	Complaint Kind = "complaint" // a report of abuse (RFC 5965)
	Autoreply Kind = "autoreply" // a person or list answers by machine (RFC 3834)
	Delivered Kind = "delivered" // a notice of success: delivery (RFC 3464) or reading (RFC 8098)
	Header    Kind = "header"    // the header of an ordinary mail, without its body
	Message   Kind = "message"   // an ordinary mail
	Unknown   Kind = "unknown"   // none of these
)

// Result is what a text says.
type Result struct {
	Kind Kind
	// Receiver is the ID of the receiver that refused, from receivers.toml; "" where it is none of those or not known.
	Receiver string
	// Server is the host that wrote the notice, and Software its make; "" where the text does not say.
	Server, Software string
	// Recipients are those of whom the notice speaks, in its order. A bounce has at least one, of which the address may be unknown.
	Recipients []Recipient
	// Own is the header of the mail itself, Returned that of the mail which came back in it; nil where there is none.
	Own, Returned *Mail
	// Forwarded says whether the mail was passed on to an address that it was not written to.
	Forwarding Forwarding
	List       List
	// Claims is what the receiver's text says of SPF, DKIM and DMARC.
	Claims Claims
	// Feedback is the type of a complaint (RFC 5965 section 3.1), as "abuse".
	Feedback string
	// Cut: the text was longer than is read, or is cut within its form.
	Cut bool
	// logged is the domain to which a forwarding server rewrote the envelope sender, as its log tells.
	logged string
}

// Recipient is one address of which the notice speaks, and what befell the mail to it.
type Recipient struct {
	Final    string // the address at which it failed; "" where it is not told
	Original string // the address that the sender wrote, where the notice tells it
	Action   string // failed, delayed, delivered, relayed or expanded (RFC 3464 section 2.3.3); "" where it is not told
	// Reply and Status are the SMTP reply code and the enhanced status code (RFC 3463); "" where there is none.
	Reply, Status string
	Host          string // the server that gave the reply
	Receiver      string // its ID, as in Result
	Stage         Stage  // at which command it was refused
	Text          string // the reply, or what the notice says in place of one
	Cause         Cause
	Fix           Fix
	Job           Job
	Step          Step
	Temporary     bool // the sending server tries again by itself
	// Basis is what the cause was taken from.
	Basis Basis
	// Words are those of the table that were found, and Source is where their meaning is told; "" where nothing was recognised.
	Words, Source string
}

// Codes are the reply code and the status code, as far as there are any.
func (r Recipient) Codes() []string {
	var out []string
	for _, c := range []string{r.Reply, r.Status} {
		if c != "" {
			out = append(out, c)
		}
	}
	return out
}

// Stage is the SMTP command that was answered (RFC 5321 section 3).
type Stage string

// The stages; "" where it is not told.
const (
	AtConnect Stage = "connect"
	AtHelo    Stage = "helo"
	AtMail    Stage = "mail"
	AtRcpt    Stage = "rcpt"
	AtData    Stage = "data" // DATA or its end
)

// Basis is what a cause was taken from.
type Basis string

// The bases.
const (
	ByWords  Basis = "words"  // a phrase of the table
	ByNumber Basis = "number" // the registered meaning of the status code alone (RFC 3463, RFC 7372): weaker
	ByAction Basis = "action" // the notice says that delivery is merely late
	ByNone   Basis = ""
)

// Cause is why a mail was not delivered. The words are fixed.
type Cause string

// The causes. causes.tsv says of each whether DNS can mend it, whose job it is, and what comes next.
const (
	AuthSPFDKIM      Cause = "auth-spf-dkim"
	AuthSPF          Cause = "auth-spf"
	AuthDKIM         Cause = "auth-dkim"
	AuthDMARC        Cause = "auth-dmarc"
	AuthDMARCMissing Cause = "auth-dmarc-missing"
	AuthAlignment    Cause = "auth-alignment"
	SenderDomain     Cause = "sender-domain"
	PTR              Cause = "ptr"
	IPReputation     Cause = "ip-reputation"
	DomainReputation Cause = "domain-reputation"
	Rate             Cause = "rate"
	TLS              Cause = "tls"
	Login            Cause = "login"
	RelayDenied      Cause = "relay-denied"
	Spam             Cause = "spam"
	Attachment       Cause = "attachment"
	Malformed        Cause = "malformed"
	TooBig           Cause = "too-big"
	NoSuchUser       Cause = "no-such-user"
	UserOrFilter     Cause = "user-or-filter"
	MailboxDisabled  Cause = "mailbox-disabled"
	MailboxFull      Cause = "mailbox-full"
	Moved            Cause = "moved"
	RecipientPolicy  Cause = "recipient-policy"
	Loop             Cause = "loop"
	HostUnknown      Cause = "host-unknown"
	HostDown         Cause = "host-down"
	Temporary        Cause = "temporary"
	System           Cause = "system"
	NotKnown         Cause = "unknown"
	// What is no bounce has its kind for a cause.
	IsComplaint Cause = "complaint"
	IsAutoreply Cause = "autoreply"
	IsDelivered Cause = "delivered"
)

// Fix says whether the owner of the sending domain can mend a cause in DNS.
type Fix string

// The answers. Depends: the text alone does not decide it.
const (
	FixYes     Fix = "yes"
	FixNo      Fix = "no"
	FixDepends Fix = "depends"
)

// Job is who has to do something.
type Job string

// Whose job it is.
const (
	JobOwner     Job = "owner"     // the owner of the sending domain, in DNS or where the mail is sent from
	JobSender    Job = "sender"    // whoever wrote and sent the mail
	JobHost      Job = "host"      // the company or person that runs the sending server
	JobRecipient Job = "recipient" // the recipient, or who looks after the mail there
	JobNobody    Job = "nobody"    // the sending server tries again by itself
	JobUnknown   Job = "unknown"
)

// Step is the ID of what comes next.
type Step string

// Mail is what the header of a mail tells.
type Mail struct {
	From       string // address of the author
	FromDomain string // its domain, in lower case
	Envelope   string // the envelope sender: Return-Path, or what a server wrote of it
	To, Cc     []string
	Subject    string
	MessageID  string
	Signatures []Signature
	Hops       []Hop // the newest first, as the lines stand
	// fields are all lines, for the rules of this package.
	fields fields
}

// Signature is a DKIM-Signature line (RFC 6376): who signed, with which key.
type Signature struct{ Domain, Selector string }

// Hop is a Received line (RFC 5321 section 4.4).
type Hop struct {
	From, By string // host names
	IP       netip.Addr
	For      string // the address it was then for
	Login    bool   // handed in with a login, so from the sender's own device
}

// Truth is an answer to a yes-or-no question that evidence may leave open.
type Truth string

// The three answers.
const (
	Yes   Truth = "yes"
	No    Truth = "no"
	Maybe Truth = "unknown"
)

// Forwarding says whether the mail was passed on, and by what that is known.
type Forwarding struct {
	Is       Truth
	Evidence []Evidence
	// Through is the address that passed it on, where it is known.
	Through string
}

// Evidence is one sign of forwarding, or against it.
type Evidence string

// The signs.
const (
	NotAddressed   Evidence = "not-addressed"  // the final recipient stands in neither To nor Cc
	Addressed      Evidence = "addressed"      // it stands there
	Rewritten      Evidence = "rewritten"      // the notice names another address that was written to
	ForwardHeader  Evidence = "forward-header" // X-Forwarded-To, Resent-To or the like names the final recipient
	ReceivedFor    Evidence = "received-for"   // a Received line is for another address
	SRSEnvelope    Evidence = "srs"            // the envelope sender is one that a forwarder rewrote
	ViaList        Evidence = "list"           // a mailing list carried it
	HiddenToHeader Evidence = "hidden-to"      // To names nobody, or the sender: a blind copy, perhaps
	ToldElsewhere  Evidence = "told-elsewhere" // the notice went to the postmaster of another domain than the envelope's
	NoReturned     Evidence = "no-returned"    // the mail that came back is not there
	NoFinal        Evidence = "no-final"       // the notice does not say at which address it failed
)

// List says whether a mailing list carried the mail.
type List struct {
	Is      bool
	ID      string // of List-Id (RFC 2919)
	Address string // where one posts, from List-Post (RFC 2369) or the like
	By      string // the header that says so
}

// Claims is what the receiver's reply says of the checks that it made.
type Claims struct {
	SPF   *Claim
	DKIM  *Claim
	DMARC *Claim
	// IP is the address that connected, as the receiver names it.
	IP netip.Addr
	// Sender is the domain of the envelope sender, where the reply or the report names it beside the checks; "" elsewhere.
	Sender string
}

// Claim is one check as the receiver tells it. Domain is the envelope's for SPF and that of From for DMARC.
type Claim struct {
	Result string // pass, fail or none
	Domain string
	IP     netip.Addr
}
