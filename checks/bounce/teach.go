package bounce

import (
	"net/netip"
	"slices"
	"strings"
)

// Lesson is what a mail shows about its sender's mail, as plain values for the owner's answers. Empty values are
// unknown.
type Lesson struct {
	Domain   string // of the author
	Envelope string // domain of the envelope sender, which SPF checks
	// IPs are the addresses that the mail was sent from: as the receiver names them, else from the Received fields.
	IPs        []netip.Addr
	Signatures []Signature
	Route      string // direct, forward or list, as in package owner; "" if unknown
	Through    string // the forwarding address
	List       string // the list's address for posts
	Bounced    []string
}

// Teaches returns what the mail shows about its sender's mail.
func (r Result) Teaches() Lesson {
	var l Lesson
	m := r.Returned
	if r.Kind == Header || r.Kind == Message {
		m = r.Own
	}
	if m != nil {
		l.Domain, l.Envelope = m.FromDomain, domainOf(m.Envelope)
		l.Signatures = slices.Clone(m.Signatures)
	}
	if c := r.Claims.DMARC; c != nil && l.Domain == "" {
		l.Domain = c.Domain
	}
	if c := r.Claims.SPF; c != nil && c.Domain != "" {
		l.Envelope = c.Domain
	}
	if l.Domain == "" && r.Kind == Bounce {
		l.Domain = r.addressee()
	}
	l.Envelope = first(l.Envelope, r.Claims.Sender)
	l.Domain = first(l.Domain, l.Envelope)
	l.IPs = r.ips(m)
	l.Route, l.Through, l.List = r.route(), r.Forwarding.Through, r.List.Address
	for _, one := range r.Recipients {
		if one.Final != "" && r.Kind == Bounce {
			l.Bounced = append(l.Bounced, one.Final)
		}
	}
	return l
}

// addressee returns the domain that the bounce was sent to, which is that of the returned mail's sender.
func (r Result) addressee() string {
	if r.Own == nil || len(r.Own.To) != 1 || strings.HasPrefix(strings.ToLower(r.Own.To[0]), "postmaster@") {
		return ""
	}
	return domainOf(r.Own.To[0])
}

func (r Result) ips(m *Mail) []netip.Addr {
	var out []netip.Addr
	add := func(ip netip.Addr) {
		if ip.IsValid() && public(ip) && !slices.Contains(out, ip) {
			out = append(out, ip)
		}
	}
	if r.Main().Step != relayListed { // it is the forwarding server's
		add(r.Claims.IP)
	}
	if r.Claims.SPF != nil {
		add(r.Claims.SPF.IP)
	}
	if len(out) == 0 {
		add(m.SendingIP())
	}
	return out
}

func (r Result) route() string {
	switch {
	case r.List.Is:
		return "list"
	case r.Forwarding.Is == Yes:
		return "forward"
	case r.Forwarding.Is == No:
		return "direct"
	}
	return ""
}
