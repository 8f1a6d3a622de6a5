// Package proof judges whether a test mail shows that the owner's mail arrives. It relies on the results that the
// receiver states, and returns the one thing that is wrong with the receipt, the signature, the author's domain or the
// route. It looks nothing up, and keeps nothing of the mail's text.
package proof

import (
	"cmp"
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

// Receiver is the receiver of test mails, by its ID in package bounce: the strictest one.
const Receiver = bounce.Gmail

// Fresh is how long a mail shows the present state, if it is unknown since when that holds.
const Fresh = 7 * 24 * time.Hour

// ErrTooLong is returned for a pasted text that is too long to read.
var ErrTooLong = errors.New("the text is too long")

// Want is what a mail should prove.
type Want struct {
	Domain   string // the owner's domain, ASCII
	Receiver string // ID of the receiver that should have accepted it; "" for any
	Signed   bool   // a DKIM signature of the domain is expected
	// Route is Forward or List if the mail should prove that way, whoever wrote it; "" if the way does not matter.
	// Through is the address of the owner's forward or list.
	Route   owner.Route
	Through string
	// Since is when DNS was last seen to be different; a mail from before proves nothing. Zero accepts any mail.
	Since time.Time
	Now   time.Time
}

// Wanted returns what a mail of today proves for an owner: the way, if the owner runs the forward or the list, else that
// the owner's own mail arrives. The mail is not older than Fresh, from any receiver.
func Wanted(a owner.Answers, now time.Time) Want {
	w := Want{Domain: a.Domain, Now: now, Since: now.Add(-Fresh)}
	switch {
	case a.Route == owner.Forward && a.Forward.Mine == owner.Mine:
		w.Route, w.Through = a.Route, a.Forward.From
	case a.Route == owner.List && a.List.Domain() == a.Domain:
		w.Route, w.Through = a.Route, a.List.Address
	}
	return w
}

// Fault is the one thing that is wrong; "" if nothing is.
type Fault string

// The faults, in order of precedence.
const (
	Unread        Fault = "unread"         // neither a header nor a bounce
	Refused       Fault = "refused"        // it bounced
	OtherDomain   Fault = "other-domain"   // it is from another domain
	Unreceived    Fault = "unreceived"     // no receiver's results, as in the sender's own copy
	OtherWay      Fault = "other-way"      // it came another way than the one to prove
	OtherReceiver Fault = "other-receiver" // another receiver accepted it
	Older         Fault = "older"          // it was received before the change
	Undated       Fault = "undated"        // the time of receipt is unknown
	Unsigned      Fault = "unsigned"       // no DKIM signature of the domain
	BadSignature  Fault = "dkim"           // there is one that does not pass
	BadSPF        Fault = "spf"            // SPF does not pass, and the mail was not forwarded
	Unaligned     Fault = "unaligned"      // SPF or DKIM only passes for another domain than the author's
	NoPolicy      Fault = "no-dmarc"       // the receiver found no DMARC record
	BadDMARC      Fault = "dmarc"          // DMARC does not pass
)

// Faults returns every value of Proof.Fault except "".
func Faults() []Fault {
	return []Fault{Unread, Refused, OtherDomain, Unreceived, OtherWay, OtherReceiver, Older, Undated, Unsigned, BadSignature, BadSPF, Unaligned, NoPolicy, BadDMARC}
}

// Proof is what a mail shows.
type Proof struct {
	At       time.Time  `json:"at"`   // when it was read
	Kind     string     `json:"kind"` // a kind of package bounce
	Fault    Fault      `json:"fault,omitempty"`
	Domain   string     `json:"domain,omitempty"`   // of the author
	Receiver string     `json:"receiver,omitempty"` // ID, or host name if it has none
	Received time.Time  `json:"received,omitzero"`
	SPF      Check      `json:"spf,omitzero"`
	IP       netip.Addr `json:"ip,omitzero"` // the address that connected to the receiver
	DKIM     []Check    `json:"dkim,omitempty"`
	DMARC    Check      `json:"dmarc,omitzero"`
	Policy   string     `json:"policy,omitempty"`
	Way      Way        `json:"way,omitzero"`
	ByWay    bool       `json:"by_way,omitempty"` // it should prove a way, whoever wrote it
	// Mail is what a bounce says.
	Mail owner.Mail `json:"mail,omitzero"`
}

// Check is one result as the receiver states it, with the result names of RFC 8601.
type Check struct {
	Result   string `json:"result,omitempty"` // "" if the receiver does not state it
	Domain   string `json:"domain,omitempty"`
	Selector string `json:"selector,omitempty"`
	Aligned  string `json:"aligned,omitempty"` // with the author's domain: yes, no, or "" if unknown
	// Checked is the result of verification with today's DNS, and Reason why a signature fails it (see package message).
	// Verified: it passes as far as the text allows, since a header alone has no body to compare.
	Checked  string `json:"checked,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Verified bool   `json:"verified,omitempty"`
}

// Way is how the mail came.
type Way struct {
	Route   owner.Route `json:"route,omitempty"`   // "" if the mail does not show it
	Through string      `json:"through,omitempty"` // the address or host that forwarded it
	SRS     bool        `json:"srs,omitempty"`     // the envelope sender was rewritten
}

// Arrived reports whether the mail shows that the receiver accepted it, for the right domain and recently.
func (p Proof) Arrived() bool {
	switch p.Fault {
	case Unread, Refused, OtherDomain, Unreceived, OtherWay, OtherReceiver, Older, Undated:
		return false
	}
	return p.Kind != ""
}

// Proved reports whether nothing is wrong.
func (p Proof) Proved() bool { return p.Kind != "" && p.Fault == "" }

// Counts reports whether the mail says anything, good or bad, about the owner's present mail. If not, an earlier proof
// remains valid.
func (p Proof) Counts() bool { return p.Arrived() || p.Fault == Refused }

// Judge returns what a mail shows. rep is its verification; if DNS could not be asked, the receiver's results are enough.
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

// maxText limits each text that is taken from a mail, in bytes; addresses are not longer (RFC 5321 section 4.5.3.1).
const maxText = 320

// bound shortens texts that a hostile mail made too long.
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

// refusal judges a bounce.
func (p Proof) refusal(w Want, got inhand.Mail) Proof {
	p.Mail = got.Learn()
	p.Domain, p.Receiver, p.Fault = p.Mail.Domain, p.Mail.Receiver, Refused
	if p.Mail.Route != "" {
		p.Way = Way{Route: p.Mail.Route, Through: cmp.Or(got.Bounce.Forwarding.Through, p.Mail.List)}
	}
	of := []string{p.Mail.Domain, p.Mail.Envelope}
	if w.Route == "" && p.Mail.Domain != "" && !slices.ContainsFunc(of, func(d string) bool { return strings.EqualFold(d, w.Domain) }) {
		p.Fault = OtherDomain
	}
	p.bound()
	return p
}

// receiver returns who accepted the mail, by the server that states the results, else by the last hop.
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
	return m.View // the page that was copied shows whose it is
}

// way returns how the mail came.
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

// checks sets the receiver's results and those of verification.
func (p *Proof) checks(m *message.Message, rep message.Report) {
	p.SPF = Check{Result: rep.SPF.Claimed, Domain: rep.SPF.Domain, Aligned: aligned(rep.SPF.Aligned), Checked: string(rep.SPF.Result), Verified: string(rep.SPF.Result) == "pass"}
	for _, d := range rep.DKIM {
		p.DKIM = append(p.DKIM, Check{Result: d.Claimed, Domain: d.Domain, Selector: d.Selector, Aligned: aligned(d.Aligned), Checked: string(d.Result), Reason: string(d.Reason),
			Verified: d.Result == message.Pass || d.HeaderGood && d.Result != message.Fail})
	}
	if len(p.DKIM) == 0 && m.Summary.DKIM != "" { // only the summary of the page was copied
		p.DKIM = []Check{{Result: m.Summary.DKIM, Domain: m.Summary.SignedBy}}
	}
	for i, d := range p.DKIM {
		if d.Aligned == "" && p.Domain != "" && strings.EqualFold(d.Domain, p.Domain) {
			p.DKIM[i].Aligned = owner.Yes
		}
	}
	p.DMARC, p.Policy = Check{Result: rep.DMARC.Claimed, Domain: rep.DMARC.Domain, Checked: string(rep.DMARC.Result)}, rep.DMARC.Policy
}

// aligned returns yes, no or "".
func aligned(t message.Tri) string {
	switch t {
	case message.Yes:
		return owner.Yes
	case message.No:
		return owner.No
	}
	return ""
}

// fault returns the first thing that is wrong.
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

// passedOn judges anybody's mail that came through the owner's forward or list. It must pass by the author's signature or
// by SPF of the forwarding server, and must not fail the author's DMARC policy.
func (p *Proof) passedOn() Fault {
	switch {
	case !p.SPF.pass() && !slices.ContainsFunc(p.DKIM, Check.pass):
		return BadSPF
	case p.DMARC.Result == "fail":
		return BadDMARC
	}
	return ""
}

// weakness judges the results of the right mail.
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

// pass reports whether the result is pass.
func (c Check) pass() bool { return c.Result == "pass" }
