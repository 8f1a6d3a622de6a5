package catalog

import (
	"fmt"
	"slices"

	"example.org/todoku/checks/snapshot"
)

// Kind is the role of a system for the owner's mail. It decides what the system's name in an MX or SPF record means: only
// the MX of a host shows who sends.
type Kind string

// The kinds. Entries in hosts/ default to KindHost, those in senders/ to KindSender.
const (
	KindHost   Kind = "host"   // has the mailboxes: it receives and also sends
	KindSender Kind = "sender" // sends in the owner's name and receives only its own bounces
	// KindGateway is a filter in front of the host. Its MX does not show who sends. Its SPF term shows that outgoing mail
	// passes through it, and the host behind it may send as well.
	KindGateway Kind = "gateway"
	// KindReceiveOnly receives and forwards mail, and does not send the owner's mail.
	KindReceiveOnly Kind = "receive-only"
	// KindFreeMail is a free account whose program can send from other addresses. Envelope sender and DKIM key are the
	// service's own, so no record of the domain makes such mail pass DMARC.
	KindFreeMail Kind = "free-mail"
	// KindHostedSPF is a service that hosts the owner's SPF record: its include stands for others.
	KindHostedSPF Kind = "hosted-spf"
)

// Sends reports whether mail that the owner writes goes out through systems of the kind.
func (k Kind) Sends() bool { return k != KindReceiveOnly && k != KindHostedSPF }

// kindOf returns a sender's kind, by default that of its category.
func kindOf(s Sender) Kind {
	switch {
	case s.Kind != "":
		return s.Kind
	case s.Category == Gateway:
		return KindGateway
	case s.Category == Forwards:
		return KindReceiveOnly
	case s.Category == HostedSPF:
		return KindHostedSPF
	}
	return KindSender
}

// Ground is the reason for a clue; a greater one is stronger.
type Ground uint8

// The grounds. Detect gives those up to GroundOwn; the others are for callers that know more than DNS shows.
const (
	NoGround Ground = iota
	// GroundToken is an ownership record (MS=, google-site-verification=): somebody once had to prove something.
	GroundToken
	// GroundShared is a name that several companies give to their customers, or a server that shows no company.
	GroundShared
	// GroundOwn is an MX, SPF term, key or alias target that only one company's customers have.
	GroundOwn
	GroundMail // a mail in hand shows it
	GroundTold // the owner said so
)

var groundNames = [...]string{"none", "token", "shared", "own", "mail", "told"}

// String returns the ground's name in JSON.
func (g Ground) String() string {
	if int(g) < len(groundNames) {
		return groundNames[g]
	}
	return fmt.Sprintf("ground(%d)", g)
}

// MarshalText writes the ground's name.
func (g Ground) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads a ground's name.
func (g *Ground) UnmarshalText(b []byte) error {
	i := slices.Index(groundNames[:], string(b))
	if i < 0 {
		return fmt.Errorf("no ground %q", b)
	}
	*g = Ground(i)
	return nil
}

// Sign is one thing in DNS that points to an entry.
type Sign struct {
	// Code is the ID of the words in i18n because.toml: because-mx, because-ptr, because-spf, because-ns, because-cname,
	// because-txt, because-selector, because-sub-mx, because-sub-ns or because-own.
	Code     string            `json:"code"`
	Args     map[string]string `json:"args"` // escaped for display
	Ground   Ground            `json:"ground"`
	Evidence []snapshot.Key    `json:"evidence,omitempty"`
}

// Clue is one entry of the catalogue that DNS shows, with the evidence.
type Clue struct {
	ID    string `json:"id"`
	Kind  Kind   `json:"kind,omitempty"`  // for a host or sender
	Value string `json:"value,omitempty"` // the value of the entry's <server> or <ip>, if DNS shows it
	// Code and Args are those of the best sign, Ground is the strongest, and Evidence is that of all signs.
	Code     string            `json:"code"`
	Args     map[string]string `json:"args"`
	Ground   Ground            `json:"ground"`
	Evidence []snapshot.Key    `json:"evidence,omitempty"`
	Signs    []Sign            `json:"signs,omitempty"` // best first, a few of each code
	// Others are the IDs of the entries that the same signs fit. One of the group is meant, so what is true of all of
	// them is certain.
	Others []string `json:"others,omitempty"`
	// Receives: an MX of the domain belongs to it. Sends: something shows that it sends or may send in the owner's name:
	// its SPF term, its key, or the MX of a host.
	Receives bool `json:"receives,omitempty"`
	Sends    bool `json:"sends,omitempty"`
	// At are the subdomains for which it was set up, in the order in which they were seen.
	At []string `json:"at,omitempty"`
	// Ambiguous clues are only offered for choice: other entries are possible, or the ground is weaker than GroundOwn.
	Ambiguous bool `json:"ambiguous,omitempty"`
}

// Sure reports whether the clue may be used without asking the owner: it is not ambiguous, and a mail system was seen to
// send.
func (k Clue) Sure() bool { return !k.Ambiguous && (k.Sends || k.Kind == "") }

// By reports whether one of the clue's signs has the code.
func (k Clue) By(code string) bool {
	return slices.ContainsFunc(k.Signs, func(s Sign) bool { return s.Code == code })
}

// Detected is what a snapshot shows, in each list the best clue first.
type Detected struct {
	Hosts   []Clue `json:"mail_hosts"`
	Senders []Clue `json:"senders"`
	Panels  []Clue `json:"dns_panel"`
	// Hints are hosts and senders for which there is only an ownership record. They must not be said to send.
	Hints []Clue `json:"hints,omitempty"`
}

// Mail returns the hosts followed by the senders.
func (d Detected) Mail() []Clue { return slices.Concat(d.Hosts, d.Senders) }

// Receiving returns the entries to which the domain's MX belongs: a host, gateway or forwarder.
func (d Detected) Receiving() []Clue {
	return slices.DeleteFunc(d.Mail(), func(k Clue) bool { return !k.Receives })
}

// Find returns the clue of a host or sender.
func (d Detected) Find(id string) (Clue, bool) {
	for _, k := range d.Mail() {
		if k.ID == id {
			return k, true
		}
	}
	return Clue{}, false
}

// Sending returns what sends or may send, in groups. A group of several (two products of one company, the users of one
// include) means that one of them sends: what is true of all members is certain, and what differs has to be asked.
func (d Detected) Sending() [][]Clue {
	var out [][]Clue
	done := map[string]bool{}
	all := d.Mail()
	for _, k := range all {
		if !k.Sends || done[k.ID] {
			continue
		}
		group := []Clue{k}
		for _, o := range all {
			if o.ID != k.ID && o.Sends && slices.Contains(k.Others, o.ID) {
				group = append(group, o)
			}
		}
		for _, g := range group {
			done[g.ID] = true
		}
		out = append(out, group)
	}
	return out
}
