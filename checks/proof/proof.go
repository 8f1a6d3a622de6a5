// Package proof judges a test mail: whether what came of it shows that the owner's mail arrives. It takes the word of the
// receiver that took the mail in, and says of it, of the signature, the author's domain and the way which one thing is not
// as it should be. It looks nothing up, and nothing of the mail's text is in what it gives.
package proof

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"example.org/todoku/checks/bounce"
	"example.org/todoku/checks/inhand"
	"example.org/todoku/checks/message"
	"example.org/todoku/checks/owner"
)

// Receiver is the receiver that the test mail is sent to, by its ID in package bounce: the one that refuses most.
const Receiver = bounce.Gmail

// Fresh is how long a mail tells how things are today, where nothing says since when they are so.
const Fresh = 7 * 24 * time.Hour

// ErrTooLong says that a text is longer than is read of a paste.
var ErrTooLong = errors.New("the text is too long")

// Want is what a mail is to prove.
type Want struct {
	Domain   string // of the owner, ASCII
	Receiver string // ID of the receiver that is to have taken it; "": any
	Signed   bool   // a signature in the domain's name is expected
	// Through is the address of the forward or list that the owner answers for, where that way is what a mail is to prove.
	// Whoever wrote it then, what counts is that it came that way. Route is which of the two; "": the way does not matter.
	Route   owner.Route
	Through string
	// Since is when DNS was seen to be otherwise: a mail that came before shows nothing. The zero time: any mail will do.
	Since time.Time
	Now   time.Time
}

// Fault is the one thing that is not as it should be; "" where all is.
type Fault string

// The faults, in the order in which they count.
const (
	Unread        Fault = "unread"         // no header, and no notice that a mail came back
	Refused       Fault = "refused"        // it came back
	OtherDomain   Fault = "other-domain"   // it is from another domain
	Unreceived    Fault = "unreceived"     // no receiver says anything: the copy that the sender has, perhaps
	OtherWay      Fault = "other-way"      // it came another way than the one that it is to prove
	OtherReceiver Fault = "other-receiver" // another receiver took it
	Older         Fault = "older"          // it came before the change
	Undated       Fault = "undated"        // nothing says when it came
	Unsigned      Fault = "unsigned"       // no signature in the domain's name
	BadSignature  Fault = "dkim"           // there is one, and it does not pass
	BadSPF        Fault = "spf"            // SPF does not pass, and nobody passed the mail on
	Unaligned     Fault = "unaligned"      // SPF or DKIM passes, for another domain than the author's
	NoPolicy      Fault = "no-dmarc"       // the receiver found no DMARC record
	BadDMARC      Fault = "dmarc"          // DMARC does not pass
)

// Faults are all that Proof.Fault can be, without "".
func Faults() []Fault {
	return []Fault{Unread, Refused, OtherDomain, Unreceived, OtherWay, OtherReceiver, Older, Undated, Unsigned, BadSignature, BadSPF, Unaligned, NoPolicy, BadDMARC}
}

// Proof is what a mail shows.
type Proof struct {
	At       time.Time  `json:"at"`   // when it was read
	Kind     string     `json:"kind"` // as package bounce calls it
	Fault    Fault      `json:"fault,omitempty"`
	Domain   string     `json:"domain,omitempty"`   // of the author
	Receiver string     `json:"receiver,omitempty"` // ID, or the host's name where it has none
	Received time.Time  `json:"received,omitzero"`
	SPF      Check      `json:"spf,omitzero"`
	IP       netip.Addr `json:"ip,omitzero"` // that connected
	DKIM     []Check    `json:"dkim,omitempty"`
	DMARC    Check      `json:"dmarc,omitzero"`
	Policy   string     `json:"policy,omitempty"`
	Way      Way        `json:"way,omitzero"`
	ByWay    bool       `json:"by_way,omitempty"` // it is to prove a way, whoever wrote it
	// Mail is what a notice says of the refusal.
	Mail owner.Mail `json:"mail,omitzero"`
}

// Check is one result as the receiver states it, in the words of RFC 8601.
type Check struct {
	Result   string `json:"result,omitempty"` // "": the receiver does not say
	Domain   string `json:"domain,omitempty"`
	Selector string `json:"selector,omitempty"`
	Aligned  string `json:"aligned,omitempty"` // with the author's domain: yes, no; "" where it is not known
	// Checked is what verification by today's DNS gives, and Reason why a signature does not pass it (package message).
	// Verified is that it passes as far as the text shows: a header alone has no body to compare.
	Checked  string `json:"checked,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Verified bool   `json:"verified,omitempty"`
}

// Way is how the mail came.
type Way struct {
	Route   owner.Route `json:"route,omitempty"`   // "" where the mail does not tell
	Through string      `json:"through,omitempty"` // the address or host that passed it on
	SRS     bool        `json:"srs,omitempty"`     // with its envelope sender rewritten
}

// Arrived reports whether the mail shows that the receiver took it, for the right domain and today.
func (p Proof) Arrived() bool {
	switch p.Fault {
	case Unread, Refused, OtherDomain, Unreceived, OtherWay, OtherReceiver, Older, Undated:
		return false
	}
	return p.Kind != ""
}

// Proved reports whether all is as it should be.
func (p Proof) Proved() bool { return p.Kind != "" && p.Fault == "" }

// Counts reports whether the mail says anything of the owner's mail of today, be it good or bad. What does not leaves an
// earlier proof as it is.
func (p Proof) Counts() bool { return p.Arrived() || p.Fault == Refused }

// Judge says what a mail shows. rep is its verification; where DNS could not be asked, the receiver's words are enough.
func Judge(w Want, got inhand.Mail, rep message.Report) Proof {
	p := Proof{At: w.Now, Kind: string(got.Kind), ByWay: w.Route != ""}
	if got.Kind == bounce.Bounce {
		return p.refusal(w, got)
	}
	m := got.Message
	if m == nil || got.Kind != bounce.Header && got.Kind != bounce.Message {
		p.Fault = Unread
		return p
	}
	p.Domain, p.Received, p.IP = got.From(), m.Received, m.Border.IP
	p.Receiver = receiver(m)
	p.Way = way(m)
	p.checks(m, rep)
	p.Fault = p.fault(w, m)
	p.bound()
	return p
}

// maxText bounds each text that is taken from a mail, in bytes: an address is no longer (RFC 5321 section 4.5.3.1).
const maxText = 320

// bound cuts what a mail that is made to hurt has too much of.
func (p *Proof) bound() {
	texts := []*string{&p.Domain, &p.Receiver, &p.Way.Through, &p.Policy}
	for _, c := range append([]*Check{&p.SPF, &p.DMARC}, pointers(p.DKIM)...) {
		texts = append(texts, &c.Result, &c.Domain, &c.Selector)
	}
	for _, t := range texts {
		*t = strings.ToValidUTF8((*t)[:min(len(*t), maxText)], "")
	}
}

func pointers(list []Check) []*Check {
	out := make([]*Check, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

// refusal is a notice that a mail came back.
func (p Proof) refusal(w Want, got inhand.Mail) Proof {
	p.Mail = got.Learn()
	p.Domain, p.Receiver, p.Fault = p.Mail.Domain, p.Mail.Receiver, Refused
	if p.Mail.Route != "" {
		p.Way = Way{Route: p.Mail.Route, Through: got.Bounce.Forwarding.Through}
	}
	of := []string{p.Mail.Domain, p.Mail.Envelope}
	if w.Route == "" && p.Mail.Domain != "" && !slices.ContainsFunc(of, func(d string) bool { return strings.EqualFold(d, w.Domain) }) {
		p.Fault = OtherDomain
	}
	p.bound()
	return p
}

// receiver is who took the mail in: by what it says of its checks, else by its last server.
func receiver(m *message.Message) string {
	var hosts []string
	for _, c := range m.Claims {
		if c.Receiver && c.By != "" {
			hosts = append(hosts, c.By)
		}
	}
	for _, h := range m.Hops {
		hosts = append(hosts, h.By)
	}
	for _, h := range hosts {
		if id := bounce.ReceiverAt(h); id != "" {
			return id
		}
	}
	for _, h := range hosts {
		if strings.Contains(h, ".") {
			return strings.ToLower(h)
		}
	}
	return m.View // a page's head alone says whose it is
}

func way(m *message.Message) Way {
	switch {
	case m.List.Is:
		return Way{Route: owner.List, Through: m.List.Address}
	case m.Forward.Forwarded == message.Yes:
		w := Way{Route: owner.Forward, Through: m.Forward.From, SRS: m.Forward.SRS}
		if w.Through == "" {
			w.Through = m.Forward.By
		}
		return w
	case m.Forward.Forwarded == message.No:
		return Way{Route: owner.Direct}
	}
	return Way{}
}

// checks are the receiver's results, with what verification adds.
func (p *Proof) checks(m *message.Message, rep message.Report) {
	p.SPF = Check{Result: rep.SPF.Claimed, Domain: rep.SPF.Domain, Aligned: aligned(rep.SPF.Aligned), Checked: string(rep.SPF.Result), Verified: string(rep.SPF.Result) == "pass"}
	for _, d := range rep.DKIM {
		p.DKIM = append(p.DKIM, Check{Result: d.Claimed, Domain: d.Domain, Selector: d.Selector, Aligned: aligned(d.Aligned), Checked: string(d.Result), Reason: string(d.Reason),
			Verified: d.Result == message.Pass || d.HeaderGood && d.Result != message.Fail})
	}
	if len(p.DKIM) == 0 && m.Summary.DKIM != "" { // the page's head without the source below it
		p.DKIM = []Check{{Result: m.Summary.DKIM, Domain: m.Summary.SignedBy}}
	}
	for i, d := range p.DKIM {
		if d.Aligned == "" && p.Domain != "" && strings.EqualFold(d.Domain, p.Domain) {
			p.DKIM[i].Aligned = owner.Yes
		}
	}
	p.DMARC, p.Policy = Check{Result: rep.DMARC.Claimed, Domain: rep.DMARC.Domain, Checked: string(rep.DMARC.Result)}, rep.DMARC.Policy
}

func aligned(t message.Tri) string {
	switch t {
	case message.Yes:
		return owner.Yes
	case message.No:
		return owner.No
	}
	return ""
}

// fault is the first thing that is not as it should be.
func (p *Proof) fault(w Want, m *message.Message) Fault {
	switch {
	case w.Route == "" && !strings.EqualFold(p.Domain, w.Domain):
		return OtherDomain
	case p.SPF.Result == "" && p.DMARC.Result == "" && !slices.ContainsFunc(p.DKIM, func(c Check) bool { return c.Result != "" }):
		return Unreceived
	case w.Route != "" && (p.Way.Route != w.Route || w.Through != "" && strings.Contains(p.Way.Through, "@") && !strings.EqualFold(p.Way.Through, w.Through)):
		return OtherWay
	case w.Receiver != "" && p.Receiver != w.Receiver:
		return OtherReceiver
	case !w.Since.IsZero() && p.Received.IsZero():
		return Undated
	case p.Received.Before(w.Since):
		return Older
	}
	if w.Route != "" {
		return p.passedOn()
	}
	return p.weakness(w)
}

// passedOn judges a mail of anybody's that came through the owner's forward or list. The receiver has to know it by the
// writer's signature or by SPF of whoever passed it on; the writer's own policy has to hold where there is one.
func (p *Proof) passedOn() Fault {
	switch {
	case !p.SPF.pass() && !slices.ContainsFunc(p.DKIM, Check.pass):
		return BadSPF
	case p.DMARC.Result == "fail":
		return BadDMARC
	}
	return ""
}

// weakness judges the results of a mail that is the right one.
func (p *Proof) weakness(w Want) Fault {
	own := slices.DeleteFunc(slices.Clone(p.DKIM), func(c Check) bool { return c.Aligned == owner.No })
	signed := slices.ContainsFunc(own, Check.pass)
	spf := p.SPF.pass() && p.SPF.Aligned != owner.No
	passedOn := p.Way.Route == owner.Forward || p.Way.Route == owner.List
	switch {
	case !signed && len(own) > 0:
		return BadSignature
	case !signed && (w.Signed || passedOn && !p.DMARC.pass()):
		return Unsigned
	case !p.SPF.pass() && !passedOn:
		return BadSPF
	case !signed && !spf:
		return Unaligned
	case p.DMARC.Result == "" || p.DMARC.Result == "none" || p.DMARC.Result == "bestguesspass":
		return NoPolicy
	case !p.DMARC.pass():
		return BadDMARC
	}
	return ""
}

// pass reports whether the receiver says so.
func (c Check) pass() bool { return c.Result == "pass" }
