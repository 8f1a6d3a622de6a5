package inhand

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"todoku/checks/bounce"
	"todoku/checks/message"
	"todoku/checks/owner"
)

// maxIPs bounds how many addresses a mail is read for.
const maxIPs = 4

// Teach puts what the mail in hand says into the owner's answers. What the owner said stands.
func Teach(a owner.Answers) owner.Answers {
	if a.Message == "" {
		return a
	}
	m, err := Paste(context.Background(), a.Message)
	if err != nil {
		return a
	}
	a = a.Clone()
	if m.Message != nil && m.Kind != bounce.Unknown {
		a.Mail = ofMessage(m)
	} else {
		a.Mail = ofBounce(m)
		if a.Mail.Route == owner.List && a.List == (owner.ListStory{}) {
			a.List = owner.ListStory{Address: strings.ToLower(m.Bounce.List.Address), Bounced: a.Mail.Recipient}
		}
	}
	a.Mail.Kind = string(m.Kind)
	if a.Route == "" {
		a.Route = a.Mail.Route
	}
	for _, s := range a.Mail.Signed { // a name that nobody could guess
		known := func(k owner.Key) bool { return strings.EqualFold(k.Selector, s.Selector) }
		if s.Selector != "" && strings.EqualFold(s.Domain, a.Domain) && s.Result != "fail" && !slices.ContainsFunc(a.Keys, known) {
			a.Mail.Selectors = append(a.Mail.Selectors, strings.ToLower(s.Selector))
		}
	}
	return a
}

func ofBounce(m Mail) owner.Mail {
	b, main, t := m.Bounce, m.Bounce.Main(), m.Bounce.Teaches()
	out := owner.Mail{Cause: string(b.Cause()), Fix: string(main.Fix), Job: string(main.Job), Means: main.Tells("what"), Whose: main.Tells("job"), Next: main.Tells("next"), Temporary: main.Temporary,
		Receiver: b.Receiver, Codes: strings.Join(main.Codes(), " "), Recipient: main.Final, Domain: t.Domain, Envelope: t.Envelope,
		Route: route(b.List.Is, b.Forwarding.Is == bounce.Yes), IPs: few(t.IPs)}
	if main.Cause == bounce.UserOrFilter {
		out.Fix = string(bounce.FixNo)
	}
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

// ofMessage takes what the receiver at the border states: whoever holds the mail trusts it.
func ofMessage(m Mail) owner.Mail {
	msg := m.Message
	rep := msg.Verify(context.Background(), nil)
	out := owner.Mail{Domain: m.From(), Envelope: msg.Envelope.Domain, Route: route(msg.List.Is, msg.Forward.Forwarded == message.Yes),
		SPF: rep.SPF.Claimed, DMARC: rep.DMARC.Claimed, Recipient: msg.Forward.Final}
	if msg.Border.IP.IsValid() {
		out.IPs = []netip.Addr{msg.Border.IP}
	}
	for _, d := range rep.DKIM {
		if d.Domain != "" && len(out.Signed) < message.MaxSignatures {
			out.Signed = append(out.Signed, owner.Signed{Domain: d.Domain, Selector: d.Selector, Result: d.Claimed})
		}
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
