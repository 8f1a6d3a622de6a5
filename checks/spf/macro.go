package spf

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"example.org/todoku/checks/snapshot"
)

// piece is a run of literal text or one macro (RFC 7208 section 7.1).
type piece struct {
	at      int    // its offset in the string
	text    string // as written; "%%", "%_" and "%-" are pieces of their own
	letter  byte   // of %{…}, as written; 0 for text
	keep    int    // labels to keep from the right; 0 keeps all
	reverse bool
	delims  string // "." if none is written
}

// readMacros splits a macro-string into pieces. If it is malformed, bad is the place. spaces says whether spaces are
// allowed, as in explanations.
func readMacros(s string, spaces bool) (pieces []piece, bad Span, ok bool) {
	for i := 0; i < len(s); {
		if s[i] != '%' {
			j := i
			for j < len(s) && s[j] != '%' {
				if s[j] > 0x7e || s[j] < 0x20 || (s[j] == ' ' && !spaces) {
					return pieces, Span{j, j + 1}, false
				}
				j++
			}
			pieces = append(pieces, piece{at: i, text: s[i:j]})
			i = j
			continue
		}
		if i+1 < len(s) && strings.IndexByte("%_-", s[i+1]) >= 0 {
			pieces = append(pieces, piece{at: i, text: s[i : i+2]})
			i += 2
			continue
		}
		p, n := readMacro(s[i:])
		if p.letter == 0 {
			return pieces, Span{i, i + n}, false
		}
		p.at = i
		pieces = append(pieces, p)
		i += n
	}
	return pieces, Span{}, true
}

// readMacro parses "%{letter digits r delimiters}" at the start of s and returns its length. The letter is 0 if it is
// malformed.
func readMacro(s string) (piece, int) {
	end := strings.IndexByte(s, '}')
	if len(s) < 2 || s[1] != '{' {
		return piece{}, min(2, len(s))
	}
	if end < 3 || strings.IndexByte("slodiphcrtv", s[2]|0x20) < 0 || !alpha(s[2]) {
		return piece{}, max(end+1, min(3, len(s)))
	}
	p := piece{text: s[:end+1], letter: s[2], delims: "."}
	body := s[3:end]
	digits := 0
	for digits < len(body) && digit(body[digits]) {
		// A domain has at most 127 labels: more digits mean the same as 1000.
		p.keep = min(p.keep*10+int(body[digits]-'0'), 1000)
		digits++
	}
	if digits > 0 && p.keep == 0 {
		return piece{}, end + 1
	}
	body = body[digits:]
	if body != "" && body[0]|0x20 == 'r' {
		p.reverse, body = true, body[1:]
	}
	for i := range len(body) {
		if strings.IndexByte(".-+,/_=", body[i]) < 0 {
			return piece{}, end + 1
		}
	}
	if body != "" {
		p.delims = body
	}
	return p, end + 1
}

// macros reports whether v has a macro with one of the letters (given in lower case), in either case.
func macros(v string, letters string) bool {
	pieces, _, _ := readMacros(v, true)
	for _, p := range pieces {
		if p.letter != 0 && strings.IndexByte(letters, p.letter|0x20) >= 0 {
			return true
		}
	}
	return false
}

// values returns the value of a macro by its letter.
type values func(letter byte) string

// expand replaces the macros of a valid macro-string.
func expand(s string, value values) string {
	pieces, _, _ := readMacros(s, true)
	var b strings.Builder
	for _, p := range pieces {
		switch {
		case p.letter != 0:
			v := p.apply(value(p.letter | 0x20))
			if p.letter < 'a' {
				v = escape(v)
			}
			b.WriteString(v)
		case p.text == "%%":
			b.WriteByte('%')
		case p.text == "%_":
			b.WriteByte(' ')
		case p.text == "%-":
			b.WriteString("%20")
		default:
			b.WriteString(p.text)
		}
	}
	return b.String()
}

// apply splits a value, reverses it, keeps the rightmost parts and joins them with dots (RFC 7208 section 7.3).
func (p piece) apply(v string) string {
	if p.keep == 0 && !p.reverse && p.delims == "." {
		return v
	}
	var parts []string
	start := 0
	for i := 0; i <= len(v); i++ {
		if i == len(v) || strings.IndexByte(p.delims, v[i]) >= 0 {
			parts = append(parts, v[start:i])
			start = i + 1
		}
	}
	if p.reverse {
		for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
			parts[i], parts[j] = parts[j], parts[i]
		}
	}
	if p.keep > 0 && p.keep < len(parts) {
		parts = parts[len(parts)-p.keep:]
	}
	return strings.Join(parts, ".")
}

// escape percent-encodes all but unreserved characters (RFC 3986 section 2.3).
func escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; alnum(c) || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// dotted returns the %{i} form of an address: IPv6 as 32 nibbles separated by dots.
func dotted(ip netip.Addr) string {
	if ip.Is4() {
		return ip.String()
	}
	const hex = "0123456789ABCDEF" // either case is allowed; the RFC 7208 test suite expects this one
	var b strings.Builder
	for i, c := range ip.As16() {
		if i > 0 {
			b.WriteByte('.')
		}
		b.Write([]byte{hex[c>>4], '.', hex[c&15]})
	}
	return b.String()
}

// name returns the name to look up for an expanded domain-spec: lower case, without final dot, and at most 253 bytes by
// dropping labels from the left (RFC 7208 section 7.3).
func name(s string) string {
	s = lower(strings.TrimSuffix(s, "."))
	for len(s) > 253 {
		_, rest, ok := strings.Cut(s, ".")
		if !ok {
			break
		}
		s = rest
	}
	return s
}

// lower converts ASCII letters to lower case; other bytes of a name have no case (RFC 4343).
func lower(s string) string {
	for i := range len(s) {
		if s[i] >= 'A' && s[i] <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if b[i] >= 'A' && b[i] <= 'Z' {
					b[i] |= 0x20
				}
			}
			return string(b)
		}
	}
	return s
}

// askable reports whether a name can be looked up in DNS. Names that cannot do not exist.
func askable(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	label := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.':
			if label == 0 {
				return false
			}
			label = 0
			continue
		case c < ' ' || c >= 0x7f || c == '\\':
			return false
		}
		if label++; label > 63 {
			return false
		}
	}
	return label > 0
}

// values returns the values of the macros in domain's record (RFC 7208 section 7.2).
func (c *check) values(domain string) values {
	return func(letter byte) string {
		switch letter {
		case 's':
			return c.sender
		case 'l':
			return c.local
		case 'o':
			return c.origin
		case 'd':
			return domain
		case 'i':
			return dotted(c.ip)
		case 'p':
			return c.validatedName(name(domain))
		case 'h':
			return c.req.HELO
		case 'v':
			if c.ip.Is4() {
				return "in-addr"
			}
			return "ip6"
		case 'c':
			return c.ip.String()
		case 'r':
			if c.req.Receiver == "" {
				return "unknown"
			}
			return c.req.Receiver
		}
		now := c.req.Now
		if now.IsZero() {
			now = time.Now()
		}
		return strconv.FormatInt(now.Unix(), 10)
	}
}

// validatedName returns the value of %{p}: the domain itself if it is validated, else a validated name below it, else
// any.
func (c *check) validatedName(domain string) string {
	names, _ := c.validated(func(string) bool { return true })
	best := "unknown"
	for _, n := range names {
		switch {
		case n == domain:
			return n
		case snapshot.Below(n, domain) && !snapshot.Below(best, domain), best == "unknown":
			best = n
		}
	}
	return best
}
