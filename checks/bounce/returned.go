package bounce

import (
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/internal/pattern"
)

// maxHops is the largest number of Received fields read.
const maxHops = 40

// mailOf returns what a header says; nil for no header.
func mailOf(h fields) *Mail {
	if len(h) == 0 {
		return nil
	}
	m := &Mail{fields: h}
	m.From = addressOf(words(h.get("from")))
	m.FromDomain = domainOf(m.From)
	m.Envelope = addressOf(h.get("return-path"))
	for _, name := range []string{"to", "apparently-to"} {
		for _, v := range h.all(name) {
			m.To = append(m.To, addressesOf(words(v))...)
		}
	}
	for _, v := range h.all("cc") {
		m.Cc = append(m.Cc, addressesOf(words(v))...)
	}
	m.Subject = string(clip([]byte(words(h.get("subject"))), maxShown))
	m.MessageID = strings.Trim(h.get("message-id"), "<> ")
	for _, v := range h.all("dkim-signature") {
		if s := signatureOf(v); s.Domain != "" && !slices.Contains(m.Signatures, s) && len(m.Signatures) < 20 {
			m.Signatures = append(m.Signatures, s)
		}
	}
	for _, v := range h.all("received") {
		if len(m.Hops) < maxHops {
			m.Hops = append(m.Hops, hopOf(v))
		}
	}
	if m.Envelope == "" {
		m.Envelope = envelopeOf(h)
	}
	return m
}

var tag = pattern.New(`(?:^|;)\s*([a-z]+)\s*=\s*([^;]*)`)

// signatureOf parses domain and selector of a DKIM-Signature field.
func signatureOf(v string) Signature {
	var s Signature
	for _, m := range tag.FindAllStringSubmatch(v, 30) {
		value := strings.Join(strings.Fields(m[2]), "")
		switch m[1] {
		case "d":
			s.Domain = strings.ToLower(value)
		case "s":
			s.Selector = strings.ToLower(value)
		}
	}
	return s
}

var envelopeForms = []*pattern.Pattern{
	pattern.New(`(?i)envelope-(?:from|sender)[= ]+<?(` + mailbox + `)`),
	pattern.New(`(?i)smtp\.mail(?:from)?=<?(` + mailbox + `)`),
	pattern.New(`(?i)domain of (` + mailbox + `)`),
}

// envelopeOf returns the envelope sender if there is no Return-Path: servers record it in other fields.
func envelopeOf(h fields) string {
	for _, name := range []string{"received-spf", "authentication-results", "arc-authentication-results", "received", "x-original-return-path",
		"x-envelope-from", "x-postfix-sender"} {
		for _, v := range h.all(name) {
			for _, re := range envelopeForms {
				if m := re.FindStringSubmatch(v); m != nil {
					return m[1]
				}
			}
			if strings.HasPrefix(name, "x-") {
				if a := addressOf(v); a != "" {
					return a
				}
			}
		}
	}
	return ""
}

var (
	hopFrom  = pattern.New(`(?i)^\s*from\s+(\S+)`)
	hopBy    = pattern.New(`(?i)\bby\s+([^\s;()]+)`)
	hopFor   = pattern.New(`(?i)\bfor\s+<?(` + mailbox + `)`)
	hopIP    = pattern.New(`[\[(](?:IPv6:)?((?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]{0,4}:[0-9a-fA-F:.]+)[\])]`)
	hopLogin = pattern.New(`(?i)\bwith\s+(?:ESMTPS?A|HTTPS?|ASMTP|UTF8SMTPS?A|NNFMP)\b|authenticated|\bAuth\b|\(qmail \d+ invoked|sasl_`)
)

// hopOf parses one Received field.
func hopOf(v string) Hop {
	var h Hop
	before, _, _ := strings.Cut(v, " by ")
	if m := hopFrom.FindStringSubmatch(v); m != nil {
		h.From = hostName(m[1])
		if m := hopIP.FindAllStringSubmatch(before, 4); m != nil {
			h.IP, _ = netip.ParseAddr(m[len(m)-1][1])
		}
	}
	if m := hopBy.FindStringSubmatch(v); m != nil {
		h.By = hostName(m[1])
	}
	if m := hopFor.FindStringSubmatch(v); m != nil {
		h.For = m[1]
	}
	h.Login = hopLogin.MatchString(v)
	return h
}

// public reports whether an address is a public one.
func public(ip netip.Addr) bool {
	return ip.IsValid() && !ip.IsPrivate() && !ip.IsLoopback() && !ip.IsLinkLocalUnicast() && !ip.IsUnspecified() && !ip.IsMulticast()
}

// SendingIP returns the address from which the mail left its sender's server, as far as Received fields tell: the
// newest transfer between servers, not from a person's device. Only the receiving server's own field can be trusted.
func (m *Mail) SendingIP() netip.Addr {
	if m == nil {
		return netip.Addr{}
	}
	for _, h := range m.Hops {
		if public(h.IP) && !h.Login && (h.From == "" || h.From != h.By) {
			return h.IP.Unmap()
		}
	}
	return netip.Addr{}
}

var listAddress = pattern.New(`(?i)mailto:\s*(` + mailbox + `)`)

// listOf says whether a mail came through a mailing list (RFC 2369, RFC 2919, and fields of fml and others). Fields
// that newsletters have too, List-Unsubscribe and Precedence: bulk, prove nothing.
func listOf(m *Mail) List {
	if m == nil {
		return List{}
	}
	h := m.fields
	out := List{ID: listID(h.get("list-id"))}
	for _, name := range []string{"list-post", "list-id", "x-ml-name", "x-ml-address", "x-mailman-version", "mailing-list", "x-mailing-list",
		"x-beenthere", "x-sequence", "x-mlserver", "x-google-group-id"} {
		if h.has(name) && !strings.EqualFold(strings.TrimSpace(h.get(name)), "no") {
			out.Is, out.By = true, name
			break
		}
	}
	if p := strings.ToLower(strings.TrimSpace(h.get("precedence"))); !out.Is && p == "list" {
		out.Is, out.By = true, "precedence"
	}
	if out.By == "list-id" && h.has("list-unsubscribe-post") && !h.has("list-post") {
		return List{} // a newsletter service
	}
	if !out.Is {
		return List{}
	}
	if a := listAddress.FindStringSubmatch(h.get("list-post")); a != nil {
		out.Address = a[1]
	}
	for _, name := range []string{"x-beenthere", "x-ml-address", "mailing-list", "x-mailing-list"} {
		out.Address = first(out.Address, addressOf(h.get(name)))
	}
	if out.Address == "" {
		out.Address = byID(out.ID, append(slices.Clone(m.To), m.Cc...))
	}
	return out
}

// listsEnvelope are the envelope senders that list software makes: ezmlm (NAME-return-N-…), Mailman (NAME-bounces, with or
// without +MEMBER=HOST), Sympa and Majordomo (NAME-owner, owner-NAME), Google Groups (NAME+bnc…).
var listsEnvelope = []*pattern.Pattern{
	pattern.New(`(?i)^([^@]+)-return-\d+-[^@]*@([^@]+)$`),
	pattern.New(`(?i)^([^@+]+)-bounces(?:\+[^@]+)?@([^@]+)$`),
	pattern.New(`(?i)^([^@+]+)-owner@([^@]+)$`),
	pattern.New(`(?i)^owner-([^@]+)@([^@]+)$`),
	pattern.New(`(?i)^([^@+]+)\+bnc[a-z0-9_-]{10,}@([^@]+)$`),
}

// listBounced says whether the bounce came back to the address that a mailing list has for them, which is the envelope sender
// of what it sends on. Programs of newsletters have other forms.
func listBounced(r *Result) List {
	var back []string
	if r.Returned != nil {
		back = append(back, r.Returned.Envelope)
	}
	if r.Own != nil && len(r.Own.To) == 1 {
		back = append(back, r.Own.To[0])
	}
	for _, a := range back {
		for _, form := range listsEnvelope {
			if m := form.FindStringSubmatch(a); m != nil {
				return List{Is: true, Address: m[1] + "@" + m[2], By: "envelope"}
			}
		}
	}
	return List{}
}

func listID(v string) string {
	if i := strings.LastIndexByte(v, '<'); i >= 0 {
		v = v[i+1:]
	}
	return strings.ToLower(strings.TrimSpace(strings.Trim(v, "<> ")))
}

// byID returns the recipient that List-Id names: list@example.jp for list.example.jp.
func byID(id string, to []string) string {
	for _, a := range to {
		if id != "" && strings.EqualFold(strings.Replace(a, "@", ".", 1), id) {
			return a
		}
	}
	return ""
}

// forwardingOf says whether the mail was forwarded to an address that its sender did not write to. Without the header
// of the returned mail nothing is claimed.
func forwardingOf(r *Result) Forwarding {
	one := r.Main()
	out := Forwarding{Is: Maybe}
	add := func(e Evidence) { out.Evidence = append(out.Evidence, e) }
	switch {
	case r.Returned == nil || len(r.Returned.To)+len(r.Returned.Cc) == 0 && r.Returned.From == "":
		if d := domainOf(one.Original); d != "" && one.Final != "" && d != domainOf(one.Final) {
			out.Is, out.Through = Yes, one.Original
			add(Rewritten)
		}
		if r.toldElsewhere() {
			out.Is = Yes
			add(ToldElsewhere)
		}
		add(NoReturned)
		return out
	case one.Final == "":
		add(NoFinal)
		return out
	case r.List.Is:
		out.Is = No
		add(ViaList)
		return out
	}
	m := r.Returned
	to := append(slices.Clone(m.To), m.Cc...)
	if slices.ContainsFunc(to, func(a string) bool { return same(a, one.Final) }) {
		out.Is = No
		add(Addressed)
		return out
	}
	if one.Original != "" && !same(one.Original, one.Final) {
		add(Rewritten)
		out.Through = one.Original
	}
	if a := passedOn(m, one.Final); a != "" {
		add(ForwardHeader)
		out.Through = first(out.Through, a)
	}
	for _, h := range m.Hops {
		if h.For != "" && !same(h.For, one.Final) && !same(h.For, m.From) {
			add(ReceivedFor)
			out.Through = first(out.Through, h.For)
			break
		}
	}
	if rewrittenEnvelope.MatchString(m.Envelope) {
		add(SRSEnvelope)
	}
	hidden := len(to) == 0 || !slices.ContainsFunc(to, func(a string) bool { return !same(a, m.From) })
	if hidden {
		add(HiddenToHeader)
	}
	add(NotAddressed)
	if !hidden || len(out.Evidence) > 2 {
		out.Is = Yes
		out.Through = first(out.Through, onlyOne(to))
	}
	return out
}

// toldElsewhere reports whether the bounce was sent to the postmaster of another domain than that of the envelope
// sender whose SPF was checked. Bounces go to the envelope sender (RFC 5321 section 4.5.5); a server can be set up to
// send those about forwarded mail to its own postmaster.
func (r *Result) toldElsewhere() bool {
	if r.Own == nil || len(r.Own.To) != 1 || r.Claims.SPF == nil || r.Claims.SPF.Domain == "" {
		return false
	}
	local, host, _ := strings.Cut(strings.ToLower(r.Own.To[0]), "@")
	other := strings.ToLower(r.Claims.SPF.Domain)
	return local == "postmaster" && host != "" && !strings.HasSuffix("."+host, "."+other) && !strings.HasSuffix("."+other, "."+host)
}

// loggedSRS matches the envelope sender in a mail server's log line if a forwarding server rewrote it (SRS).
var loggedSRS = pattern.New(`(?i)\bfrom=<srs[01][=+-][^>\s]{3,250}>`)

// forwardersEnvelope is one that a forwarding server made, and nobody else: SRS, and Gmail's own form.
var forwardersEnvelope = pattern.New(`(?i)^(?:srs[01][=+-]|[^@]*\+caf_=)`)

var rewrittenEnvelope = pattern.New(`(?i)^(?:srs[01][=+-]|prvs=|[^@]*\+caf_=|[^@]*=[^@]*@)`)

// passedOn finds a header field in which a server records that it forwarded the mail, and the previous recipient.
func passedOn(m *Mail, final string) string {
	for _, name := range []string{"x-forwarded-to", "resent-to"} {
		for _, v := range m.fields.all(name) {
			if slices.ContainsFunc(addressesOf(v), func(a string) bool { return same(a, final) }) {
				return first(addressOf(m.fields.get("x-forwarded-for")), addressOf(m.fields.get("delivered-to")), onlyOne(m.To), "?")
			}
		}
	}
	for _, name := range []string{"delivered-to", "x-original-to", "x-forwarded-for"} {
		if a := addressOf(m.fields.get(name)); a != "" && !same(a, final) {
			return a
		}
	}
	return ""
}

func onlyOne(list []string) string {
	if len(list) == 1 {
		return list[0]
	}
	return ""
}
