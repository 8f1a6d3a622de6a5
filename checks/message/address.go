package message

import (
	"strings"

	"example.org/todoku/checks/snapshot"
)

// maxAddresses is the largest number of addresses read from one list.
const maxAddresses = 500

// addresses parses a list of addresses (RFC 5322 section 3.4) leniently: it accepts bare commas in names, and goes
// on after what it cannot parse.
func addresses(value string) []Address {
	var out []Address
	for rest := value; rest != "" && len(out) < maxAddresses; {
		var item string
		item, rest = nextAddress(rest)
		if a, ok := address(item); ok {
			out = append(out, a)
		}
	}
	return out
}

// nextAddress cuts the list at the next comma or semicolon outside quotes, comments and angle brackets, and drops
// a group's name.
func nextAddress(s string) (item, rest string) {
	quoted, angle, depth, from := false, false, 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && (quoted || depth > 0):
			i++
		case depth == 0 && c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth > 0:
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case angle:
		case c == ':':
			from = i + 1 // a group, or an old route
		case c == ',' || c == ';':
			return s[from:i], s[i+1:]
		}
	}
	return s[from:], ""
}

// address parses one address: "Name <a@b>", "a@b (Name)", "a@b". What is between the last angle brackets counts.
func address(item string) (Address, bool) {
	full, name := "", ""
	plain := bare(item)
	if open := strings.LastIndexByte(plain, '<'); open >= 0 {
		end := strings.IndexByte(plain[open:], '>')
		if end < 0 {
			end = len(plain) - open
		}
		full = plain[open+1 : open+end]
		name = strings.Trim(strings.TrimSpace(item[:strings.LastIndexByte(item, '<')]), `"`)
	} else {
		full = plain
		if at, end := strings.IndexByte(item, '('), strings.LastIndexByte(item, ')'); at >= 0 && end > at {
			name = item[at+1 : end]
		}
	}
	full = strings.TrimSpace(full)
	if i := strings.LastIndexByte(full, ':'); i >= 0 && strings.HasPrefix(full, "@") {
		full = full[i+1:] // a source route (RFC 5322 section 4.4)
	}
	if strings.HasPrefix(strings.ToLower(full), "mailto:") {
		full = full[len("mailto:"):]
	}
	at := strings.LastIndexByte(full, '@')
	if at <= 0 && full == "" || strings.ContainsAny(full, "\r\n") {
		return Address{}, false
	}
	a := Address{Name: snapshot.Printable(clip(strings.TrimSpace(decoded(name)), 200)), Full: snapshot.Printable(clip(full, 320))}
	if at > 0 {
		a.Domain, _ = asciiDomain(full[at+1:])
	}
	return a, at > 0
}

// bare removes comments; inside quotes there are none.
func bare(s string) string {
	if !strings.Contains(s, "(") {
		return s
	}
	var b strings.Builder
	quoted, depth := false, 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && i+1 < len(s):
			if depth == 0 {
				b.WriteString(s[i : i+2])
			}
			i++
			continue
		case c == '"' && depth == 0:
			quoted = !quoted
		case c == '(' && !quoted:
			depth++
			continue
		case c == ')' && depth > 0:
			depth--
			continue
		}
		if depth == 0 {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// mailbox returns a single address of a trace field without angle brackets; "" if it is none.
func mailbox(s string) string {
	s = strings.Trim(strings.TrimSpace(s), `<>"'`)
	if i := strings.LastIndexByte(s, '<'); i >= 0 {
		s = s[i+1:]
	}
	if strings.Count(s, "@") == 0 || strings.ContainsAny(s, " \t\r\n") || len(s) > 320 || snapshot.Printable(s) != s {
		return ""
	}
	return s
}

func domainOf(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return ""
	}
	d, _ := asciiDomain(address[at+1:])
	return d
}
