// Package owner holds what the owner of a domain says of their mail: who sends it, where DNS is edited, which way it
// takes. Plain values; the questions are in package wizard.
package owner

import (
	"net/netip"
	"slices"
	"strings"
)

// Symptom is what happens to the owner's mail.
type Symptom string

// What happens.
const (
	SymptomBounce   Symptom = "bounce"    // an error mail came back
	SymptomSpam     Symptom = "spam"      // lands in spam or with a warning
	SymptomVanish   Symptom = "vanish"    // neither arrives nor comes back
	SymptomSendOnly Symptom = "send-only" // receiving works, sending does not
	SymptomGmail    Symptom = "gmail"     // only Gmail refuses
	SymptomCheckup  Symptom = "checkup"   // just looking
)

// Route is the way the mail takes.
type Route string

// The three ways of a mail.
const (
	Direct  Route = "direct"
	Forward Route = "forward"
	List    Route = "list"
)

// Unknown is the reply of someone who does not know, for every choice; None means that nothing applies.
const (
	Unknown = "unknown"
	None    = "none"
)

// Whose mailbox forwards; Unknown beside them.
const (
	Mine   = "mine"   // the owner's
	Theirs = "theirs" // a recipient's
	// Between is a company's between the sender and the recipient: an alumni address, a group's gateway.
	Between = "between"
)

// What becomes of the envelope sender where a server passes mail on: to whom errors go, and whose SPF is looked at.
const (
	Rewritten = "rewritten" // it becomes an address of the forwarding server (SRS)
	Kept      = "kept"      // it stays the writer's
)

// Plain replies; Unknown beside them.
const (
	Yes = "yes"
	No  = "no"
)

// Host is the system that sends the owner's mail, with the value that its SPF term needs (a server name
// or an address), where there is one.
type Host struct {
	ID    string `json:"id"`
	Value string `json:"value,omitempty"`
}

// Key is a DKIM key: its selector, and the value that the sender's console gave, when pasted.
// Value is a TXT record's text, or a CNAME target where Alias is set.
type Key struct {
	Service  string `json:"service,omitempty"` // host or sender ID that signs with it
	Selector string `json:"selector"`
	Value    string `json:"value,omitempty"`
	Alias    bool   `json:"alias,omitempty"`
}

// Answers is everything the owner told. An empty field means "not asked, or not answered".
type Answers struct {
	Domain   string       `json:"domain"`            // ASCII, lower case
	Address  string       `json:"address,omitempty"` // the mail address that was typed in place of a domain
	Symptom  Symptom      `json:"symptom,omitempty"`
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
	Message  string       `json:"message,omitempty"`   // bounce or header, as it came; kept nowhere
	Mail     Mail         `json:"mail,omitzero"`       // what Message says
	SPF      SPFChoice    `json:"spf,omitzero"`
	Reports  []string     `json:"reports,omitempty"` // files and folders with DMARC reports, by their whole paths
}

// Mail is what a mail in hand says: of a bounce who refused it and why, of a header how the receiver judged it. Words are
// those of packages bounce and message; "" is what it does not tell.
type Mail struct {
	Kind  string `json:"kind,omitempty"` // bounce, complaint, autoreply, delivered, header, message or unknown
	Cause string `json:"cause,omitempty"`
	Fix   string `json:"fix,omitempty"` // whether DNS can mend it: yes, no or depends
	Job   string `json:"job,omitempty"` // whose it is
	// Means, Whose and Next are the IDs of the words for what it means, whose job it is and what comes next.
	Means     string `json:"means,omitempty"`
	Whose     string `json:"whose,omitempty"`
	Next      string `json:"next,omitempty"`
	Temporary bool   `json:"temporary,omitempty"`
	Receiver  string `json:"receiver,omitempty"`
	Codes     string `json:"codes,omitempty"`
	Recipient string `json:"recipient,omitempty"` // at which it failed
	Domain    string `json:"domain,omitempty"`    // of the author
	Envelope  string `json:"envelope,omitempty"`  // domain of the envelope sender
	Route     Route  `json:"route,omitempty"`     // forward or list, where the mail shows it
	Through   string `json:"through,omitempty"`   // the address that passed it on
	List      string `json:"list,omitempty"`      // address of the list
	// IPs are the addresses from which the mail left: evidence of what to try, not of whom to let pass.
	IPs    []netip.Addr `json:"ips,omitempty"`
	Signed []Signed     `json:"signed,omitempty"`
	// Selectors are those that signed for the owner's own domain.
	Selectors []string `json:"selectors,omitempty"`
	Shown     Shown    `json:"shown,omitzero"` // of the server that passed it on
	// SPF and DMARC are results that the receiver states.
	SPF   string `json:"spf,omitempty"`
	DMARC string `json:"dmarc,omitempty"`
	// Parties are those whose domain the mail may be about, where that is more than one.
	Parties []Party `json:"parties,omitempty"`
}

// Who has a part in a mail.
const (
	Writer    = "writer"    // the author of the mail that came back
	Forwarder = "forwarder" // whoever has the address that passed it on
	Lister    = "lister"    // whoever runs the list that carried it
	Carrier   = "carrier"   // whoever sent it with an envelope address of another domain than the author's
	Another   = "another"   // somebody whom the mail does not name
)

// Party is one of those who have a part in a mail: the owner may be any of them.
type Party struct {
	Role   string `json:"role"`
	Domain string `json:"domain"`
	// Told is set for the one to whom the notice was sent.
	Told bool `json:"told,omitempty"`
}

// Party gives the one of a role; ok is false where the mail names none.
func (m Mail) Party(role string) (p Party, ok bool) {
	i := slices.IndexFunc(m.Parties, func(p Party) bool { return p.Role == role })
	if i < 0 {
		return Party{}, false
	}
	return m.Parties[i], true
}

// Clone copies what was learnt so that changing one leaves the other alone.
func (m Mail) Clone() Mail {
	m.IPs, m.Signed, m.Selectors = slices.Clone(m.IPs), slices.Clone(m.Signed), slices.Clone(m.Selectors)
	m.Parties = slices.Clone(m.Parties)
	return m
}

// Signed is a DKIM signature of a mail in hand, with the result that the receiver states.
type Signed struct {
	Domain   string `json:"domain"`
	Selector string `json:"selector,omitempty"`
	Result   string `json:"result,omitempty"`
}

// SPFChoice is what the owner chose among the ways out of an SPF record that is too big.
type SPFChoice struct {
	Drop    []string `json:"drop,omitempty"`    // terms that may go, as written
	Flatten []string `json:"flatten,omitempty"` // terms to be written out as the addresses behind them
}

// ForwardStory is what the owner says of a forward.
type ForwardStory struct {
	Mine string `json:"mine,omitempty"` // whose mailbox forwards: Mine, Theirs, Between or Unknown
	From string `json:"from,omitempty"` // the address that forwards
	To   string `json:"to,omitempty"`   // where it forwards to
	Host string `json:"host,omitempty"` // the system that forwards, by its ID in the catalogue, or Unknown
	Copy string `json:"copy,omitempty"` // whether a copy stays in the mailbox: Yes, No or Unknown
	// Shown is what a mail shows that was passed on.
	Shown Shown `json:"shown,omitzero"`
}

// Shown is what one forwarded mail shows of the server that passed it on. Nothing of its text is kept. "" is what it
// does not show.
type Shown struct {
	Forwarded string `json:"forwarded,omitempty"` // Yes, No or Unknown; "" where there is no mail
	Envelope  string `json:"envelope,omitempty"`  // Rewritten or Kept
	Seal      string `json:"seal,omitempty"`      // whether that server added an ARC seal (RFC 8617): Yes or No
	Signature string `json:"signature,omitempty"` // the writer's DKIM signature, as the last receiver judged it: pass, fail or none
	By        string `json:"by,omitempty"`        // name of the server that passed it on
	From      string `json:"from,omitempty"`      // the address that passed it on
	To        string `json:"to,omitempty"`        // the address at which it arrived
}

// ListStory is what the owner says of a mailing list.
type ListStory struct {
	Address string `json:"address,omitempty"` // the list's address
	Mine    string `json:"mine,omitempty"`    // whether the owner runs the list: Yes, No or Unknown
	Bounced string `json:"bounced,omitempty"` // the address in the bounce
	Member  string `json:"member,omitempty"`  // "yes", "no", "unknown": is it a member of the list?
	// Among is how many addresses the list of members had that it was looked for in; 0 where there was none. The
	// addresses themselves are not kept.
	Among int `json:"among,omitempty"`
}

// Domain is the domain of the list's address; "" where that is not known.
func (l ListStory) Domain() string {
	_, host, _ := strings.Cut(l.Address, "@")
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

// HostIDs lists the chosen mail hosts, without the "do not know" reply.
func (a Answers) HostIDs() []string {
	var out []string
	for _, h := range a.Hosts {
		if h.ID != Unknown && h.ID != "" {
			out = append(out, h.ID)
		}
	}
	return out
}

// Clone copies the answers so that changing one leaves the other alone.
func (a Answers) Clone() Answers {
	a.Hosts, a.Senders = slices.Clone(a.Hosts), slices.Clone(a.Senders)
	a.IPs, a.Keys = slices.Clone(a.IPs), slices.Clone(a.Keys)
	a.Mail = a.Mail.Clone()
	a.Reports = slices.Clone(a.Reports)
	a.SPF.Drop, a.SPF.Flatten = slices.Clone(a.SPF.Drop), slices.Clone(a.SPF.Flatten)
	return a
}
