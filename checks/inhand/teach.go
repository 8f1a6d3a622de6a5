package inhand

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/bounce"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/message"
	"example.org/todoku/checks/owner"
)

// maxIPs is how many sending addresses are taken from a mail.
const maxIPs = 4

// Learn returns what a mail's text says, without any of the text.
func Learn(text string) owner.Mail {
	m, err := Paste(context.Background(), text)
	if err != nil {
		return owner.Mail{}
	}
	return m.Learn()
}

// Learn returns what the mail says as plain values.
func (m Mail) Learn() owner.Mail {
	var out owner.Mail
	if m.Message != nil && m.Kind != bounce.Unknown {
		out = ofMessage(m)
	} else {
		out = ofBounce(m)
	}
	out.Kind = owner.MailKind(m.Kind)
	return out
}

// Forget replaces a mail's text in the answers by what is learnt from it.
func Forget(a owner.Answers) owner.Answers {
	if a.Message != "" {
		a.Mail, a.Message = Learn(a.Message), ""
	}
	return a
}

// Teach adds to the owner's answers what the mail in hand says. What the owner said is not changed.
func Teach(a owner.Answers) owner.Answers {
	if a.Message == "" && a.Mail.Kind == "" {
		return a
	}
	a = a.Clone()
	if a.Message != "" {
		a.Mail = Learn(a.Message)
	} else if a.Mail.Means == "" && a.Mail.Cause != "" { // kept by an earlier version, which stored only the cause
		c := bounce.Cause(a.Mail.Cause)
		a.Mail.Means, a.Mail.Whose, a.Mail.Next = c.Words("what"), c.Words("job"), c.Words("next")
	}
	if p, ok := a.Mail.Party(owner.Lister); a.Mail.Route == owner.List && (a.Mail.Cause != "" || ok && p.Domain == a.Domain) { // a bounce, or a post of the owner's own list
		a.List.Address = cmp.Or(a.List.Address, a.Mail.List)
		a.List.Bounced = cmp.Or(a.List.Bounced, a.Mail.Recipient)
	}
	if inbound(a) {
		s := bounce.Inbound
		a.Mail.Fix, a.Mail.Job = owner.RemedyNo, string(bounce.JobOwner)
		a.Mail.Means, a.Mail.Whose, a.Mail.Next = s.Words("what"), s.Words("job"), s.Words("next")
	}
	if a.List.Member == owner.Yes {
		a.Mail.Next = bounce.ForMember(a.Mail.Next)
	}
	if a.Forward.Shown.Forwarded == "" && (a.Route == owner.Forward || a.Route == "" && a.Mail.Route == owner.Forward) {
		a.Forward.Shown = a.Mail.Shown
	}
	if a.Route == "" {
		a.Route = a.Mail.Route
	}
	if p, ok := a.Mail.Party(owner.Forwarder); ok && p.Domain == a.Domain && a.Route == owner.Forward && a.Forward.Mine == "" {
		a.Forward.Mine, a.Forward.To = owner.Mine, cmp.Or(a.Forward.To, a.Mail.Recipient)
		a.Forward.From = cmp.Or(a.Forward.From, a.Mail.Through)
	}
	if host := a.Mail.Through[strings.LastIndexByte(a.Mail.Through, '@')+1:]; a.Route == owner.Forward && a.Mail.Route == owner.Forward && a.Forward.Mine == "" &&
		a.Domain != "" && host == a.Domain && !strings.EqualFold(a.Mail.Domain, a.Domain) { // the owner's address forwarded somebody else's mail
		a.Forward.Mine = owner.Mine
		a.Forward.From, a.Forward.To = cmp.Or(a.Forward.From, a.Mail.Through), cmp.Or(a.Forward.To, a.Mail.Recipient)
	}
	a.Mail.Selectors = nil
	for _, s := range a.Mail.Signed { // selectors that could not be guessed
		known := func(k owner.Key) bool { return strings.EqualFold(k.Selector, s.Selector) }
		if s.Selector != "" && strings.EqualFold(s.Domain, a.Domain) && s.Result != "fail" && !slices.ContainsFunc(a.Keys, known) {
			a.Mail.Selectors = append(a.Mail.Selectors, strings.ToLower(s.Selector))
		}
	}
	return a
}

// inbound reports whether the mail in hand was written elsewhere, straight to an address of the owner's, and refused there for
// want of proof.
func inbound(a owner.Answers) bool {
	m := a.Mail
	_, to, _ := strings.Cut(m.Recipient, "@")
	own := func(d string) bool { return input.Registrable(strings.ToLower(d)) == input.Registrable(a.Domain) }
	return a.Domain != "" && m.Kind == owner.MailBounce && m.Unproven() && m.Route == "" && own(to) && m.Domain != "" && !own(m.Domain) && !own(m.Envelope)
}

func ofBounce(m Mail) owner.Mail {
	b, main, t := m.Bounce, m.Bounce.Main(), m.Bounce.Teaches()
	out := owner.Mail{Cause: string(b.Cause()), Fix: owner.Remedy(main.Fix), Job: string(main.Job), Temporary: main.Temporary,
		Means: main.Tells("what"), Whose: main.Tells("job"), Next: main.Tells("next"), Receiver: b.Receiver, Codes: strings.Join(main.Codes(), " "),
		Recipient: main.Final, Server: strings.ToLower(b.Server), Through: strings.ToLower(b.Forwarding.Through), Domain: t.Domain, Envelope: t.Envelope,
		Route: route(b.List.Is, b.Forwarding.Is == bounce.Yes), IPs: few(t.IPs)}
	if out.Route == owner.List {
		out.List = strings.ToLower(b.List.Address)
	}
	if main.Cause == bounce.UserOrFilter {
		out.Fix = owner.RemedyNo
	}
	out.Parties = asked(input.Parties(b))
	for _, s := range t.Signatures {
		out.Signed = append(out.Signed, owner.Signed{Domain: s.Domain, Selector: s.Selector})
	}
	if c := b.Claims.SPF; c != nil {
		out.SPF = c.Result
	}
	if c := b.Claims.DMARC; c != nil {
		out.DMARC = c.Result
	}
	return out
}

// ofMessage takes the results that the receiver's own server states, which whoever holds the mail can trust.
func ofMessage(m Mail) owner.Mail {
	msg := m.Message
	rep := msg.Verify(context.Background(), nil)
	out := owner.Mail{Domain: m.From(), Envelope: msg.Envelope.Domain, Route: route(msg.List.Is, msg.Forward.Forwarded == message.Yes),
		SPF: rep.SPF.Claimed, DMARC: rep.DMARC.Claimed, Recipient: msg.Forward.Final, Through: strings.ToLower(msg.Forward.From)}
	if msg.Border.IP.IsValid() {
		out.IPs = []netip.Addr{msg.Border.IP}
	}
	if out.Route == owner.List {
		out.List = strings.ToLower(msg.List.Address)
	}
	out.Parties = asked(input.PartiesOf(msg))
	out.Shown = shown(msg, owner.ForwardStory{})
	for _, d := range rep.DKIM {
		if d.Domain != "" && len(out.Signed) < message.MaxSignatures {
			out.Signed = append(out.Signed, owner.Signed{Domain: d.Domain, Selector: d.Selector, Result: d.Claimed})
		}
	}
	return out
}

// asked returns the parties of which the owner may be any; nil if there is only one.
func asked(who []input.Party) (out []owner.Party) {
	if len(who) < 2 {
		return nil
	}
	for _, p := range who {
		out = append(out, owner.Party(p))
	}
	return out
}

func route(list, forward bool) owner.Route {
	switch {
	case list:
		return owner.List
	case forward:
		return owner.Forward
	}
	return ""
}

func few(list []netip.Addr) []netip.Addr { return list[:min(len(list), maxIPs)] }
