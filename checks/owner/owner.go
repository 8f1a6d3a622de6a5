// Package owner holds what the owner of a domain says about their mail: who sends it, where DNS is edited, and how the
// mail travels. It has plain values only; the questions are in package wizard.
package owner

import (
	"net/netip"
	"slices"
	"strings"
)

// Symptom is what happens to the owner's mail.
type Symptom string

// The values of Symptom.
const (
	SymptomBounce   Symptom = "bounce"    // a bounce came back
	SymptomSpam     Symptom = "spam"      // lands in spam or with a warning
	SymptomVanish   Symptom = "vanish"    // neither arrives nor comes back
	SymptomSendOnly Symptom = "send-only" // receiving works, sending does not
	SymptomGmail    Symptom = "gmail"     // only Gmail rejects it
	SymptomCheckup  Symptom = "checkup"   // just looking
)

// Route is how the mail travels to its recipient.
type Route string

// The values of Route.
const (
	Direct  Route = "direct"
	Forward Route = "forward" // through a forwarding mailbox
	List    Route = "list"    // through a mailing list
)

// Unknown is the answer "I do not know" to any question; None means that nothing applies.
const (
	Unknown = "unknown"
	None    = "none"
)

// Whose mailbox forwards; Unknown is possible too.
const (
	Mine   = "mine"   // the owner's
	Theirs = "theirs" // a recipient's
	// Between is a mailbox of a company between sender and recipient, such as an alumni address or a group's gateway.
	Between = "between"
)

// What a forwarding server does with the envelope sender, which gets the bounces and whose SPF record is checked.
const (
	Rewritten = "rewritten" // it becomes an address of the forwarding server (SRS)
	Kept      = "kept"      // it stays the author's
)

// Yes and no; Unknown is possible too.
const (
	Yes = "yes"
	No  = "no"
)

// Host is a system that sends the owner's mail, with the value that its SPF term needs (a server name or an address), if
// it needs one.
type Host struct {
	ID    string `json:"id"`
	Value string `json:"value,omitempty"`
}

// Key is a DKIM key: its selector, and the value from the sender's console if it was pasted. Value is the text of a TXT
// record, or a CNAME target if Alias is set.
type Key struct {
	Service  string `json:"service,omitempty"` // host or sender ID that signs with it
	Selector string `json:"selector"`
	Value    string `json:"value,omitempty"`
	Alias    bool   `json:"alias,omitempty"`
}

// Volume is how much mail the owner's domain sends in a day, as far as receivers treat senders differently for it.
type Volume string

// The values of Volume.
const (
	VolumeSmall Volume = "small" // far from what any receiver calls bulk
	VolumeBulk  Volume = "bulk"  // about 5,000 a day and more to one receiver, now or once
)

// Answers is everything that the owner said. An empty field means that it was not asked or not answered.
type Answers struct {
	Domain   string       `json:"domain"`            // ASCII, lower case
	Address  string       `json:"address,omitempty"` // the mail address that was entered instead of a domain
	Symptom  Symptom      `json:"symptom,omitempty"`
	Volume   Volume       `json:"volume,omitempty"` // how much is sent in a day
	Hosts    []Host       `json:"hosts,omitempty"`
	Senders  []string     `json:"senders,omitempty"`
	NoSender bool         `json:"no_sender,omitempty"` // the owner said that no service sends
	Panel    string       `json:"panel,omitempty"`
	Route    Route        `json:"route,omitempty"`
	Forward  ForwardStory `json:"forward,omitzero"`
	List     ListStory    `json:"list,omitzero"`
	IPs      []netip.Addr `json:"ips,omitempty"` // known sending addresses
	Keys     []Key        `json:"keys,omitempty"`
	ReportTo string       `json:"report_to,omitempty"` // mail address for DMARC reports
	Message  string       `json:"message,omitempty"`   // the bounce or header as pasted; never stored
	Mail     Mail         `json:"mail,omitzero"`       // what was read from Message
	SPF      SPFChoice    `json:"spf,omitzero"`
	Reports  []string     `json:"reports,omitempty"` // files and folders with DMARC reports, as absolute paths
}

// MailKind is what the text in hand is: a kind of notice, or a mail. The values are those of bounce.Kind.
type MailKind string

// The values of MailKind; "" without a text.
const (
	MailBounce    MailKind = "bounce"
	MailComplaint MailKind = "complaint"
	MailAutoreply MailKind = "autoreply"
	MailDelivered MailKind = "delivered"
	MailHeader    MailKind = "header"  // the header of a mail alone
	MailMessage   MailKind = "message" // a mail with its body
	MailUnread    MailKind = "unknown" // none of these
)

// Remedy is whether a DNS record can remove the cause of a bounce. The values are those of bounce.Fix.
type Remedy string

// The values of Remedy; "" without a bounce.
const (
	RemedyYes     Remedy = "yes"
	RemedyNo      Remedy = "no"
	RemedyDepends Remedy = "depends"
)

// The values of Mail.Job and Mail.Cause that rules ask for; bounce.Job and bounce.Cause are all of them.
const (
	JobOwner       = "owner"
	CauseLogin     = "login"
	CausePTR       = "ptr"
	CauseAuthDKIM  = "auth-dkim"
	CauseAuthDMARC = "auth-dmarc"
)

// causeAuth begins the causes that are about SPF, DKIM and DMARC.
const causeAuth = "auth-"

// Where a sending address or an SPF term is known from, beside the ID of a host or sender.
const (
	FromOwner  = "given"  // the owner named the address
	FromBounce = "bounce" // a bounce names the address
)

// Mail is what was read from the mail in hand: for a bounce who rejected it and why, for a header how the receiver judged
// it. The values are those of packages bounce and message; "" means that the mail does not show it.
type Mail struct {
	Kind  MailKind `json:"kind,omitempty"`
	Cause string   `json:"cause,omitempty"`
	Fix   Remedy   `json:"fix,omitempty"`
	Job   string   `json:"job,omitempty"` // whose job it is
	// Means, Whose and Next are the IDs of the words for what it means, whose job it is, and what comes next.
	Means     string `json:"means,omitempty"`
	Whose     string `json:"whose,omitempty"`
	Next      string `json:"next,omitempty"`
	Temporary bool   `json:"temporary,omitempty"`
	Receiver  string `json:"receiver,omitempty"`
	Codes     string `json:"codes,omitempty"`
	Recipient string `json:"recipient,omitempty"` // the address that was rejected
	Domain    string `json:"domain,omitempty"`    // of the author
	Envelope  string `json:"envelope,omitempty"`  // domain of the envelope sender
	Route     Route  `json:"route,omitempty"`     // forward or list, if the mail shows it
	Server    string `json:"server,omitempty"`    // the host that wrote the bounce
	Through   string `json:"through,omitempty"`   // the address that forwarded it
	List      string `json:"list,omitempty"`      // address of the list
	// IPs are the addresses from which the mail was sent. They show what to try, not whom to let pass.
	IPs    []netip.Addr `json:"ips,omitempty"`
	Signed []Signed     `json:"signed,omitempty"`
	// Selectors are the DKIM selectors that signed for the owner's own domain.
	Selectors []string `json:"selectors,omitempty"`
	Shown     Shown    `json:"shown,omitzero"` // what it shows of the forwarding server
	// SPF and DMARC are the results that the receiver states.
	SPF   string `json:"spf,omitempty"`
	DMARC string `json:"dmarc,omitempty"`
	// Parties are those whose domain the mail may be about, if there is more than one.
	Parties []Party `json:"parties,omitempty"`
}

// The roles in a mail that was forwarded or came through a list.
const (
	Writer    = "writer"    // the author of the bounced mail
	Forwarder = "forwarder" // the owner of the address that forwarded it
	Lister    = "lister"    // the operator of the list
	Carrier   = "carrier"   // whoever sent it with an envelope address of another domain than the author's
	Another   = "another"   // somebody else, whom the mail does not name
)

// Party is somebody with a role in a mail; the owner may be any of them.
type Party struct {
	Role   string `json:"role"`
	Domain string `json:"domain"`
	// Told is set for the one to whom the bounce was sent.
	Told bool `json:"told,omitempty"`
}

// Party returns the party with a role; ok is false if there is none.
func (m Mail) Party(role string) (p Party, ok bool) {
	i := slices.IndexFunc(m.Parties, func(p Party) bool { return p.Role == role })
	if i < 0 {
		return Party{}, false
	}
	return m.Parties[i], true
}

// Unproven reports whether the mail was refused since neither SPF nor DKIM proved its sender, or by a DMARC policy.
func (m Mail) Unproven() bool { return strings.HasPrefix(m.Cause, causeAuth) }

// Clone returns a copy; changing one does not change the other.
func (m Mail) Clone() Mail {
	m.IPs, m.Signed, m.Selectors = slices.Clone(m.IPs), slices.Clone(m.Signed), slices.Clone(m.Selectors)
	m.Parties = slices.Clone(m.Parties)
	return m
}

// Signed is a DKIM signature of the mail in hand, with the result that the receiver states.
type Signed struct {
	Domain   string `json:"domain"`
	Selector string `json:"selector,omitempty"`
	Result   string `json:"result,omitempty"`
}

// SPFChoice is what the owner chose to make an SPF record smaller.
type SPFChoice struct {
	Drop    []string `json:"drop,omitempty"`    // terms to remove, as written
	Flatten []string `json:"flatten,omitempty"` // terms to replace by the addresses that they stand for
}

// ForwardStory is what the owner says about forwarding.
type ForwardStory struct {
	Mine string `json:"mine,omitempty"` // whose mailbox forwards: Mine, Theirs, Between or Unknown
	From string `json:"from,omitempty"` // the address that forwards
	To   string `json:"to,omitempty"`   // where it forwards to
	Host string `json:"host,omitempty"` // the system that forwards, by its ID in the catalogue, or Unknown
	Copy string `json:"copy,omitempty"` // whether a copy stays in the mailbox: Yes, No or Unknown
	// Shown is what a forwarded mail shows of the server.
	Shown Shown `json:"shown,omitzero"`
}

// Shown is what one forwarded mail shows of the forwarding server. Nothing of its text is kept. "" means that the mail
// does not show it.
type Shown struct {
	Forwarded string `json:"forwarded,omitempty"` // Yes, No or Unknown; "" without a mail
	Envelope  string `json:"envelope,omitempty"`  // Rewritten or Kept
	Seal      string `json:"seal,omitempty"`      // whether that server added an ARC seal (RFC 8617): Yes or No
	Signature string `json:"signature,omitempty"` // the author's DKIM signature as the last receiver judged it: pass, fail or none
	By        string `json:"by,omitempty"`        // name of the forwarding server
	From      string `json:"from,omitempty"`      // the address that forwarded it
	To        string `json:"to,omitempty"`        // the address at which it arrived
}

// ListStory is what the owner says about a mailing list.
type ListStory struct {
	Address string `json:"address,omitempty"` // the list's address
	Mine    string `json:"mine,omitempty"`    // whether the owner runs the list: Yes, No or Unknown
	Bounced string `json:"bounced,omitempty"` // the address that bounced
	Member  string `json:"member,omitempty"`  // whether Bounced is a member of the list: Yes, No or Unknown
	// Among is the number of addresses in the list of members in which Bounced was looked up; 0 without a list. The
	// addresses themselves are not kept.
	Among int `json:"among,omitempty"`
}

// Domain returns the domain of the list's address, or "" if unknown.
func (l ListStory) Domain() string {
	_, host, _ := strings.Cut(l.Address, "@")
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

// HostIDs returns the IDs of the chosen mail hosts, without Unknown.
func (a Answers) HostIDs() []string {
	var out []string
	for _, h := range a.Hosts {
		if h.ID != Unknown && h.ID != "" {
			out = append(out, h.ID)
		}
	}
	return out
}

// Clone returns a copy; changing one does not change the other.
func (a Answers) Clone() Answers {
	a.Hosts, a.Senders = slices.Clone(a.Hosts), slices.Clone(a.Senders)
	a.IPs, a.Keys = slices.Clone(a.IPs), slices.Clone(a.Keys)
	a.Mail = a.Mail.Clone()
	a.Reports = slices.Clone(a.Reports)
	a.SPF.Drop, a.SPF.Flatten = slices.Clone(a.SPF.Drop), slices.Clone(a.SPF.Flatten)
	return a
}

// Merge returns a with the answers that other has in place of a's own. The domain and what was read from reports stay those
// of a.
func (a Answers) Merge(other Answers) Answers {
	out := a.Clone()
	if len(other.Hosts) > 0 {
		out.Hosts = other.Hosts
	}
	if len(other.Senders) > 0 || other.NoSender {
		out.Senders, out.NoSender = other.Senders, other.NoSender
	}
	if other.Panel != "" {
		out.Panel = other.Panel
	}
	if other.Route != "" {
		out.Route = other.Route
	}
	if other.Forward != (ForwardStory{}) {
		out.Forward = other.Forward
	}
	if other.List.Address != "" {
		out.List = other.List
	}
	if len(other.IPs) > 0 {
		out.IPs = other.IPs
	}
	if len(other.Keys) > 0 {
		out.Keys = other.Keys
	}
	if other.Volume != "" {
		out.Volume = other.Volume
	}
	if other.ReportTo != "" {
		out.ReportTo = other.ReportTo
	}
	if other.Mail.Kind != "" {
		out.Mail, out.Message = other.Mail, ""
	}
	if len(other.SPF.Drop)+len(other.SPF.Flatten) > 0 {
		out.SPF = other.SPF
	}
	return out
}
