// Package bounce parses what came back: a delivery failure of any kind (RFC 3464 report, plain text, a paste of it, or
// a single line that somebody copied), and distinguishes it from complaints, automatic replies and success notices. It
// says who refused, for which recipient, with which codes and words, for what cause, and whether DNS can fix that. What
// a text does not decide stays unknown. It looks nothing up. Every string in the result is foreign text and must be
// made printable before it is shown.
package bounce

import "net/netip"

// Kind is the kind of a text.
type Kind string

// The kinds.
const (
	Bounce    Kind = "bounce"    // a delivery failed, or is late
	Complaint Kind = "complaint" // a report of abuse (RFC 5965)
	Autoreply Kind = "autoreply" // an automatic reply of a person or list (RFC 3834)
	Delivered Kind = "delivered" // a success notice: delivery (RFC 3464) or reading (RFC 8098)
	Header    Kind = "header"    // the header of an ordinary mail, without its body
	Message   Kind = "message"   // an ordinary mail
	Unknown   Kind = "unknown"   // none of these
)

// Result is what a text says.
type Result struct {
	Kind Kind
	// Receiver is the ID of the receiver that refused, from receivers.toml; "" if it is not in the table or not known.
	Receiver string
	// Server is the host that wrote the bounce, and Software its mail server software; "" if not known.
	Server, Software string
	// Recipients are the recipients in the bounce, in order. A bounce has at least one, whose address may be unknown.
	Recipients []Recipient
	// Own is the header of the mail itself, Returned that of the returned mail in it; nil for none.
	Own, Returned *Mail
	// Forwarding says whether the mail was forwarded to an address that it was not written to.
	Forwarding Forwarding
	List       List
	// Claims is what the receiver's text says about SPF, DKIM and DMARC.
	Claims Claims
	// Feedback is the type of a complaint (RFC 5965 section 3.1), as "abuse".
	Feedback string
	// Cut says that the text was longer than what is read, or was itself cut off.
	Cut bool
	// logged is the domain to which a forwarding server rewrote the envelope sender, as its log tells.
	logged string
}

// Recipient is one recipient in the bounce, and what happened to the mail to it.
type Recipient struct {
	Final    string // the address at which delivery failed; "" if unknown
	Original string // the address that the sender wrote, if stated
	Action   string // failed, delayed, delivered, relayed or expanded (RFC 3464 section 2.3.3); "" if not stated
	// Reply and Status are the SMTP reply code and the enhanced status code (RFC 3463); "" for none.
	Reply, Status string
	Host          string // the server that gave the reply
	Receiver      string // its ID, as in Result
	Stage         Stage  // the SMTP command that was refused
	Text          string // the reply, or what the bounce says instead
	Cause         Cause
	Fix           Fix
	Job           Job
	Step          Step
	Temporary     bool // the sending server retries by itself
	// Basis is what the cause was derived from.
	Basis Basis
	// Words are the words of the table that were found, and Source is where their meaning is documented; "" if nothing was
	// recognised.
	Words, Source string
}

// Codes returns the reply code and the status code, as far as they exist.
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

// The stages; "" if not known.
const (
	AtConnect Stage = "connect"
	AtHelo    Stage = "helo"
	AtMail    Stage = "mail"
	AtRcpt    Stage = "rcpt"
	AtData    Stage = "data" // DATA or its end
)

// Basis is what a cause was derived from.
type Basis string

// The bases.
const (
	ByWords  Basis = "words"  // a phrase of the table
	ByNumber Basis = "number" // only the registered meaning of the status code (RFC 3463, RFC 7372): weaker
	ByAction Basis = "action" // the bounce says only that delivery is delayed
	ByNone   Basis = ""
)

// Cause is why a mail was not delivered. The values are part of the JSON contract.
type Cause string

// The causes. causes.tsv says for each whether DNS can fix it, who has to act, and what comes next.
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
	// A text that is not a bounce has its kind as its cause.
	IsComplaint Cause = "complaint"
	IsAutoreply Cause = "autoreply"
	IsDelivered Cause = "delivered"
)

// Fix says whether the owner of the sending domain can fix a cause in DNS.
type Fix string

// The answers. Depends means that the text alone does not decide it.
const (
	FixYes     Fix = "yes"
	FixNo      Fix = "no"
	FixDepends Fix = "depends"
)

// Job says who has to act.
type Job string

// Who has to act.
const (
	JobOwner     Job = "owner"     // the owner of the sending domain, in DNS or where the mail is sent from
	JobSender    Job = "sender"    // whoever wrote and sent the mail
	JobHost      Job = "host"      // the company or person that runs the sending server
	JobRecipient Job = "recipient" // the recipient, or whoever runs the mail there
	JobNobody    Job = "nobody"    // nobody: the sending server retries by itself
	JobUnknown   Job = "unknown"
)

// Step is the ID of the next step.
type Step string

// Mail is what the header of a mail says.
type Mail struct {
	From       string // the author's address
	FromDomain string // its domain, in lower case
	Envelope   string // the envelope sender: from Return-Path, or from another field
	To, Cc     []string
	Subject    string
	MessageID  string
	Signatures []Signature
	Hops       []Hop // the newest first, as in the header
	// fields are all header fields, for the rules of this package.
	fields fields
}

// Signature is a DKIM-Signature field (RFC 6376): who signed, with which key.
type Signature struct{ Domain, Selector string }

// Hop is a Received field (RFC 5321 section 4.4).
type Hop struct {
	From, By string // host names
	IP       netip.Addr
	For      string // the recipient at that server
	Login    bool   // submitted with authentication, so from the sender's own device
}

// Truth is the answer to a yes-or-no question that the evidence may leave open.
type Truth string

// The three answers.
const (
	Yes   Truth = "yes"
	No    Truth = "no"
	Maybe Truth = "unknown"
)

// Forwarding says whether the mail was forwarded, and by what evidence.
type Forwarding struct {
	Is       Truth
	Evidence []Evidence
	// Through is the forwarding address, if known.
	Through string
}

// Evidence is one piece of evidence for or against forwarding.
type Evidence string

// The kinds of evidence.
const (
	NotAddressed   Evidence = "not-addressed"  // the final recipient is in neither To nor Cc
	Addressed      Evidence = "addressed"      // the final recipient is in To or Cc
	Rewritten      Evidence = "rewritten"      // the bounce names another address as the original recipient
	ForwardHeader  Evidence = "forward-header" // X-Forwarded-To, Resent-To or the like names the final recipient
	ReceivedFor    Evidence = "received-for"   // a Received field names another recipient
	SRSEnvelope    Evidence = "srs"            // the envelope sender was rewritten by a forwarder (SRS)
	ViaList        Evidence = "list"           // it came through a mailing list
	HiddenToHeader Evidence = "hidden-to"      // To names nobody or the sender: perhaps a blind copy
	ToldElsewhere  Evidence = "told-elsewhere" // the bounce went to the postmaster of another domain than the envelope sender's
	NoReturned     Evidence = "no-returned"    // the bounce does not contain the returned mail
	NoFinal        Evidence = "no-final"       // the bounce does not say at which address delivery failed
)

// List says whether the mail came through a mailing list.
type List struct {
	Is      bool
	ID      string // of List-Id (RFC 2919)
	Address string // the list's address, from List-Post (RFC 2369) or the like
	By      string // the header field that says so, or "envelope"
}

// Claims is what the receiver's reply says about its checks.
type Claims struct {
	SPF   *Claim
	DKIM  *Claim
	DMARC *Claim
	// IP is the connecting address, as the receiver names it.
	IP netip.Addr
	// Sender is the domain of the envelope sender, if the reply or report names it apart from the checks; else "".
	Sender string
}

// Claim is the result of one check as the receiver states it. Domain is the envelope sender's for SPF and the From
// domain for DMARC.
type Claim struct {
	Result string // pass, fail or none
	Domain string
	IP     netip.Addr
}
