package message

import (
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"example.org/todoku/checks/internal/pattern"
	"example.org/todoku/checks/snapshot"
)

// understand interprets the header, once all its fields are there.
func (m *Message) understand() {
	for _, f := range m.all("from") {
		m.From = append(m.From, addresses(f.Value)...)
	}
	for _, key := range []string{"to", "cc"} {
		for _, f := range m.all(key) {
			m.To = append(m.To, addresses(f.Value)...)
		}
	}
	m.From, m.To = clipList(m.From), clipList(m.To)
	m.Subject = snapshot.Printable(clip(decoded(m.first("subject")), 500))
	m.MessageID = snapshot.Printable(clip(strings.Trim(m.first("message-id"), "<> "), 255))
	m.Date = date(m.first("date"))
	for _, i := range clipTo(m.index["received"], MaxHops) {
		m.Hops = append(m.Hops, hop(i, m.Header[i].Value))
	}
	for _, h := range m.Hops {
		if m.Received.IsZero() {
			m.Received = h.At
		}
	}
	sigs := m.index["dkim-signature"]
	for _, i := range clipTo(sigs, MaxSignatures) {
		s := dkimSignature(m.Header[i])
		s.Field = i
		m.Signed = append(m.Signed, s)
	}
	m.More = len(sigs) - len(m.Signed)
	m.Chain = m.instances()
	m.claims()
	m.border()
	m.envelope()
	m.placeClaims()
	m.List = m.list()
	m.Forward = m.forward()
}

func clipTo[T any](s []T, n int) []T { return s[:min(len(s), n)] }

func clipList(s []Address) []Address { return clipTo(s, maxAddresses) }

// maxClaimText limits the total text of fields with results.
const maxClaimText = 128 << 10

// claims parses the results that servers wrote, from the top.
func (m *Message) claims() {
	left := maxClaimText
	for i, f := range m.Header {
		if f.key != "received-spf" && !slices.Contains(claimFields, f.key) {
			continue
		}
		f.Value = clip(f.Value, left)
		if left -= len(f.Value); left <= 0 || len(m.Claims) >= MaxClaims {
			break
		}
		var list []Claim
		if f.key == "received-spf" {
			if c, ok := receivedSPF(f); ok {
				list = append(list, c)
			}
		}
		if f.key != "received-spf" {
			list = authenticationResults(f)
		}
		for _, c := range list {
			c.field = i
			m.Claims = append(m.Claims, c)
		}
	}
	m.Claims = clipTo(m.Claims, MaxClaims)
}

// organisation returns the registered domain of a server's name, which is enough to tell whose it is.
func organisation(host string) string {
	host = strings.Trim(strings.ToLower(host), "[].' ")
	if _, isIP := parseIP(host); isIP || !strings.Contains(host, ".") {
		return host
	}
	if d, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return d
	}
	return host
}

// receiver returns the organisation that delivered the mail: that of the topmost server with a name.
func (m *Message) receiver() string {
	for _, h := range m.Hops {
		if strings.Contains(h.By, ".") {
			if _, isIP := parseIP(h.By); !isIP {
				return organisation(h.By)
			}
		}
	}
	return ""
}

var (
	designates = pattern.New(`(?i)(?:designates?|reports)\s+([0-9a-f.:]{3,45})\s+as (?:a )?permitted`)
	senderIP   = pattern.New(`(?i)(?:sender ip is|client-ip[=:]|ip[=:]|connecting ip(?: is)?:?)\s*\[?([0-9a-f.:]{3,45})\]?`)
	microsoft  = pattern.New(`(?i)(?:^|;)\s*CIP:([0-9a-f.:]+)\s*(?:;|$)`)
)

// statedIP returns the client's address in a claim about SPF or the reverse name.
func (c Claim) statedIP() (ip string) {
	for _, p := range []string{"client-ip", "smtp.remote-ip", "smtp.client-ip", "policy.iprev", "smtp.remote_ip"} {
		if v := c.Properties[p]; v != "" {
			return v
		}
	}
	if c.Method != "spf" && c.Method != "iprev" {
		return ""
	}
	for _, text := range []string{c.Comment, c.Reason} {
		if m := designates.FindStringSubmatch(text); m != nil {
			return m[1]
		}
		if m := senderIP.FindStringSubmatch(text); m != nil {
			return m[1]
		}
	}
	return ""
}

// border finds the connection over which the receiver accepted the mail: the address that the receiver itself says it
// checked, else the first client in the chain that is not the receiver's own.
func (m *Message) border() {
	top := m.receiver()
	m.reckon(top)
	reckoned := m.Border
	for _, c := range m.Claims {
		if top != "" && c.By != "" && organisation(c.By) != top && !m.sameServer(c.By, reckoned) {
			continue
		}
		if c.Instance > 0 && organisation(c.By) != top {
			continue
		}
		if m.states(c.statedIP(), c.Header) {
			return
		}
	}
	for _, f := range m.Header {
		if f.key == "x-forefront-antispam-report" {
			if v := microsoft.FindStringSubmatch(f.Value); v != nil && m.states(v[1], f.Name) {
				return
			}
		}
	}
	if m.Summary.IP.IsValid() {
		m.states(m.Summary.IP.String(), m.View)
	}
}

// sameServer reports whether the claim was written by the server at the border, although the last server has
// another organisation, as with a mail store behind a gateway.
func (m *Message) sameServer(by string, b Border) bool {
	return b.By != "" && organisation(by) == organisation(b.By)
}

// states takes the address that a field names, if it can have connected from outside.
func (m *Message) states(text, source string) bool {
	ip, ok := parseIP(text)
	if !ok || snapshot.IsPrivate(ip) && !m.hopFrom(ip) {
		return false
	}
	b := Border{IP: ip, Source: source, Stated: true, Hop: -1}
	for i, h := range m.Hops {
		if h.IP == ip {
			b.Hop, b.Helo, b.Host, b.By = i, h.Helo, h.Name, h.By
			break
		}
	}
	m.Border = b
	return true
}

func (m *Message) hopFrom(ip netip.Addr) bool {
	for _, h := range m.Hops {
		if h.IP == ip {
			return true
		}
	}
	return false
}

// reckon walks down the chain past the receiver's own servers: those whose organisation wrote a field above, since a
// receiver may run servers under several names, and which wrote the next field themselves. A server that did not is
// a sender at the same company, as when both have their mail there.
func (m *Message) reckon(top string) {
	m.Border = Border{Hop: -1}
	own := map[string]bool{top: true}
	for i, h := range m.Hops {
		if strings.Contains(h.By, ".") {
			own[organisation(h.By)] = true
		}
		client := h.Name
		if client == "" {
			client = strings.ToLower(h.Helo)
		}
		inside := false
		if i+1 < len(m.Hops) {
			next := m.Hops[i+1].By
			inside = sameHost(client, next) && (own[organisation(client)] || own[organisation(next)])
		}
		if public(h.IP) && !inside {
			m.Border = Border{IP: h.IP, Helo: h.Helo, Host: h.Name, By: h.By, Hop: i, Source: "Received"}
			return
		}
	}
}

// sameHost reports whether two names belong to one machine, which may have an inner and an outer name.
func sameHost(a, b string) bool {
	x, _, _ := strings.Cut(a, ".")
	y, _, _ := strings.Cut(b, ".")
	return x != "" && x == y
}

// envelope finds the envelope sender: in the field that the last server writes for it, else in what servers say about
// SPF.
func (m *Message) envelope() {
	if at := m.index["return-path"]; len(at) > 0 {
		m.sender(m.Header[at[0]].Value, "Return-Path")
	}
	for _, c := range m.Claims {
		if m.Envelope.Known || c.Method != "spf" || c.Instance > 0 {
			continue
		}
		for _, p := range []string{"envelope-from", "smtp.mailfrom", "smtp.mail", "smtp.from"} {
			if v, ok := c.Properties[p]; ok && !m.Envelope.Known {
				m.sender(v, c.Header)
			}
		}
	}
	for _, key := range []string{"x-envelope-from", "envelope-from", "x-envelope-sender", "x-mailfrom"} {
		if at := m.index[key]; len(at) > 0 && !m.Envelope.Known {
			m.sender(m.Header[at[0]].Value, m.Header[at[0]].Name)
		}
	}
	if i := m.Border.Hop; i >= 0 && !m.Envelope.Known && m.Hops[i].MailFrom != "" {
		m.sender(m.Hops[i].MailFrom, "Received")
	}
}

// sender stores an envelope sender; some servers write only its domain.
func (m *Message) sender(v, source string) {
	v = strings.TrimSpace(bare(v))
	switch trimmed := strings.Trim(v, `<>"' `); {
	case trimmed == "" && (strings.Contains(v, "<>") || v == `""`):
		m.Envelope = Envelope{Known: true, Null: true, Source: source}
	case strings.Contains(trimmed, "@"):
		// A quoted local part may contain blanks (RFC 5321 section 4.1.2).
		if len(trimmed) <= 320 && snapshot.Printable(trimmed) == trimmed {
			m.Envelope = Envelope{Known: true, Address: trimmed, Domain: domainOf(trimmed), Source: source}
		}
	case trimmed != "":
		if d, ok := asciiDomain(trimmed); ok && strings.Contains(d, ".") {
			m.Envelope = Envelope{Known: true, Domain: d, Source: source}
		}
	}
}

// placeClaims finds for each claim the server that wrote it, and whether that is the receiver. If no Received field
// names the receiver, the topmost claim counts as its own.
func (m *Message) placeClaims() {
	top := m.receiver()
	for _, c := range m.Claims {
		if top == "" && c.Instance == 0 {
			top = organisation(c.By)
		}
	}
	for i := range m.Claims {
		c := &m.Claims[i]
		c.Hop = -1
		best := -1
		for j, h := range m.Hops {
			if c.By != "" && h.By != "" && organisation(h.By) == organisation(c.By) {
				if d := abs(h.Field - c.field); best < 0 || d < best {
					best, c.Hop = d, j
				}
			}
		}
		if c.Hop < 0 && c.By == "" {
			for j, h := range m.Hops { // a field is above the Received fields that existed when it was written
				if h.Field > c.field {
					c.Hop = j
					break
				}
			}
		}
		// What is below the last Received field from outside came with the mail, whatever name it has.
		inside := m.Border.Hop < 0 || m.Border.Hop+1 >= len(m.Hops) || c.field < m.Hops[m.Border.Hop+1].Field
		own := c.By == "" || organisation(c.By) == top || m.sameServer(c.By, m.Border)
		c.Receiver = own && inside
	}
}

func abs(n int) int { return max(n, -n) }

// claimed returns the receiver's result for a method, from the claim for which fits is true.
func (m *Message) claimed(method string, fits func(Claim) bool) string {
	for _, c := range m.Claims {
		if c.Receiver && c.Method == method && (fits == nil || fits(c)) {
			return c.Result
		}
	}
	switch {
	case fits != nil:
		return ""
	case method == "spf":
		return m.Summary.SPF
	case method == "dmarc":
		return m.Summary.DMARC
	}
	return ""
}
