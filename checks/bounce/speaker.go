package bounce

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// speaker decides who is meant by a server that demands a login, or turns away whoever connected: by is the server that
// wrote the bounce, own the author's domain. The author's own server means the author's mail program. The recipient's
// server means the server that sent the mail, which has no login there, so that the author's login is not the reason. Any other server, or none, leaves both open.
func (r *Recipient) speaker(by, own string) {
	if r.Step != loginOrBlocked && r.Step != loginWhose {
		return
	}
	ours := sameOrganization(r.Host, own) || sameOrganization(r.Host, by)
	theirs := !ours && (sameOrganization(r.Host, domainOf(r.Final)) || r.Receiver != "" && kept(domainOf(r.Final)) == r.Receiver)
	words, source := r.Words, r.Source
	switch {
	case theirs && r.Step == loginOrBlocked:
		r.setCause(IPReputation, ByWords)
		r.Step = turnedAway
	case theirs:
		r.setCause(RecipientPolicy, ByWords)
		r.Step = asksLogin
	case ours && r.Step == loginWhose:
		r.Step = after(Login).step
	}
	r.Words, r.Source = words, source
}

// relayed sets the step where a block list names the address of the very server that gave the reply: that server was to
// pass the mail on, and was refused itself.
func (r *Recipient) relayed(text string) {
	if r.Cause != IPReputation || r.Host == "" {
		return
	}
	_, rest, ok := strings.Cut(text, r.Host+"[")
	ip, reply, closed := strings.Cut(rest, "]")
	if _, err := netip.ParseAddr(ip); ok && closed && err == nil && strings.Contains(strings.ReplaceAll(reply, r.Host+"["+ip+"]", ""), ip) {
		r.Job, r.Step = JobRecipient, relayListed
	}
}

// sameOrganization reports whether two names are below the same registrable domain.
func sameOrganization(a, b string) bool {
	x, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(a))
	y, err2 := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(b))
	return err == nil && err2 == nil && x == y
}
