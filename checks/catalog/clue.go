package catalog

import (
	"fmt"
	"slices"

	"example.org/todoku/checks/snapshot"
)

// Kind is the part that a system has in the owner's mail. It decides what its name in an MX or an SPF record means:
// only of a host does the MX say who sends.
type Kind string

// The kinds. Entries of hosts/ are hosts where their file says nothing else, those of senders/ senders.
const (
	KindHost   Kind = "host"   // keeps the mailboxes: what receives there also sends
	KindSender Kind = "sender" // sends in the owner's name and receives nothing but its own bounces
	// KindGateway is a filter between the host and the world. Its MX says nothing of who sends; its SPF term says that
	// outgoing mail passes it, and the host behind may send too.
	KindGateway Kind = "gateway"
	// KindReceiveOnly takes mail in and passes it on, and sends nothing that the owner writes.
	KindReceiveOnly Kind = "receive-only"
	// KindFreeMail is a free account whose program lets one write under another address: the envelope and the key are
	// the free service's own, so that no record of the domain makes such mail pass DMARC.
	KindFreeMail Kind = "free-mail"
	// KindHostedSPF is a service that keeps the owner's SPF record at its place: its include stands for others.
	KindHostedSPF Kind = "hosted-spf"
)

// Sends reports whether mail that the owner writes leaves through systems of the kind.
func (k Kind) Sends() bool { return k != KindReceiveOnly && k != KindHostedSPF }

// kindOf is a sender's kind, which its category tells.
func kindOf(s Sender) Kind {
	switch {
	case s.Kind != "":
		return s.Kind
	case s.Category == "gateway":
		return KindGateway
	case s.Category == "forwarding":
		return KindReceiveOnly
	case s.Category == "hosted-spf":
		return KindHostedSPF
	}
	return KindSender
}

// Ground says on what a clue rests; a greater one is stronger.
type Ground uint8

// The grounds. Detect gives the first three; the others are for callers that know more than DNS shows.
const (
	NoGround Ground = iota
	// GroundToken is an ownership text (MS=, google-site-verification=): somebody was asked to prove something.
	GroundToken
	// GroundShared is a name that customers of several companies have, or a server that names no company.
	GroundShared
	// GroundOwn is a company's MX, SPF term, key or alias target, which only its customers have.
	GroundOwn
	GroundMail // a mail in hand shows it
	GroundTold // the owner said so
)

var groundNames = [...]string{"none", "token", "shared", "own", "mail", "told"}

// String is the ground's name in JSON.
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

// Sign is one thing in DNS that points at an entry.
type Sign struct {
	// Code words the evidence (i18n catalog.toml): because-mx, because-ptr, because-spf, because-ns, because-cname,
	// because-txt, because-selector, because-sub-mx, because-sub-ns, because-own. The message's ID is the code itself.
	Code     string            `json:"code"`
	Args     map[string]string `json:"args"` // made printable
	Ground   Ground            `json:"ground"`
	Evidence []snapshot.Key    `json:"evidence,omitempty"`
}

// Clue is one detection with its evidence.
type Clue struct {
	ID    string `json:"id"`
	Kind  Kind   `json:"kind,omitempty"`  // of a host or sender
	Value string `json:"value,omitempty"` // what stands for the entry's <server> or <ip>, where DNS shows it
	// Code and Args word the best of the signs, Ground is the strongest; Evidence is of all signs together.
	Code     string            `json:"code"`
	Args     map[string]string `json:"args"`
	Ground   Ground            `json:"ground"`
	Evidence []snapshot.Key    `json:"evidence,omitempty"`
	Signs    []Sign            `json:"signs,omitempty"` // best first, a few of each code
	// Others are the entries that the same signs fit as well, by ID: one of the group is meant, and what holds for
	// every one of them is certain.
	Others []string `json:"others,omitempty"`
	// Receives: an MX of the domain is its. Sends: something shows that it sends in the owner's name, or may: its SPF
	// term, its key, or the MX where what receives also sends.
	Receives bool `json:"receives,omitempty"`
	Sends    bool `json:"sends,omitempty"`
	// At are the names below the domain at which it was set up, in the order in which they were seen.
	At []string `json:"at,omitempty"`
	// Ambiguous clues are offered and decide nothing: others are possible, or the ground is weaker than GroundOwn.
	Ambiguous bool `json:"ambiguous,omitempty"`
}

// Sure reports whether the clue may answer for the owner: nothing else is possible, and of a mail system it is shown that
// it sends.
func (k Clue) Sure() bool { return !k.Ambiguous && (k.Sends || k.Kind == "") }

// By reports whether one of the clue's signs has the code.
func (k Clue) By(code string) bool {
	return slices.ContainsFunc(k.Signs, func(s Sign) bool { return s.Code == code })
}

// Detected is what a snapshot shows, best clue first in each kind.
type Detected struct {
	Hosts   []Clue `json:"mail_hosts"`
	Senders []Clue `json:"senders"`
	Panels  []Clue `json:"dns_panel"`
	// Hints are hosts and senders of which nothing but an ownership text is there. Nobody may be said to send by one.
	Hints []Clue `json:"hints,omitempty"`
}

// Mail lists the hosts and the senders, in this order.
func (d Detected) Mail() []Clue { return slices.Concat(d.Hosts, d.Senders) }

// Receiving lists whoever the MX of the domain belongs to: a host, a gateway, a forwarder.
func (d Detected) Receiving() []Clue {
	return slices.DeleteFunc(d.Mail(), func(k Clue) bool { return !k.Receives })
}

// Find gives the clue of a host or sender.
func (d Detected) Find(id string) (Clue, bool) {
	for _, k := range d.Mail() {
		if k.ID == id {
			return k, true
		}
	}
	return Clue{}, false
}

// Sending lists what sends, or may, in groups: a group of one is the entry itself; of a larger one (two products of
// one company, the users of one include) one is meant. What is true of all members is certain, what differs is to
// be asked.
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
