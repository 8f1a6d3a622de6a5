package document

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"example.org/todoku/checks/snapshot"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Number formats of the presentation form of DNS data (RFC 1035 section 5.1). Escapes are decimal for all readers
// except Route 53, which reads them as octal
// (docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html, TXT record type).
const (
	decimal = `\%03d`
	octal   = `\%03o`
)

// charStrings returns a TXT value as quoted strings of at most 255 bytes each, joined by sep.
func charStrings(value, number, sep string) string {
	var out []string
	for _, part := range snapshot.Split255(value) {
		out = append(out, `"`+charString(part, number)+`"`)
	}
	if len(out) == 0 {
		return `""`
	}
	return strings.Join(out, sep)
}

// charString returns the inside of a quoted string.
func charString(s, number string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case number == octal && (c == '"' || c == '\\'), c < ' ', c > '~':
			fmt.Fprintf(&b, number, c)
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// presentName returns a name in presentation form without its final dot; escapes that it has already are kept.
func presentName(name, number string) string {
	var b strings.Builder
	name = strings.TrimSuffix(name, ".")
	for i := 0; i < len(name); i++ {
		c := name[i]
		if c == '\\' && i+1 < len(name) {
			i++
			c = name[i]
			if i+2 < len(name) && digits(name[i:i+3]) {
				n, _ := strconv.Atoi(name[i : i+3])
				c, i = byte(n), i+2
			}
			fmt.Fprintf(&b, number, c)
			continue
		}
		if c == '-' || c == '_' || c == '.' || c == '*' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, number, c)
	}
	return b.String()
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// absolute returns a name in presentation form with its final dot; the root is ".".
func absolute(name string) string { return presentName(name, decimal) + "." }

// rdata returns a value as it is written in a zone file, on one line.
func rdata(t snapshot.Type, value string) string {
	switch t {
	case snapshot.TXT, snapshot.SPF:
		return charStrings(value, decimal, " ")
	case snapshot.MX:
		pref, host := exchange(value)
		return pref + " " + absolute(host)
	case snapshot.CNAME, snapshot.NS, snapshot.PTR:
		return absolute(value)
	}
	return value
}

// jsString returns an ASCII string literal of JavaScript (ECMA-262 section 12.9.4), which JSON and double-quoted YAML
// read alike.
func jsString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r >= ' ' && r <= '~':
			b.WriteRune(r)
		case r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// plainValue returns a value for people and spreadsheets: as it is, but with backslashes doubled and unprintable bytes
// as \DDD (RFC 1035 section 5.1).
func plainValue(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		_, n := utf8.DecodeRuneInString(s)
		switch part := s[:n]; {
		case part == `\`:
			b.WriteString(`\\`)
		case snapshot.Printable("x"+part) == "x"+part:
			b.WriteString(part)
		default:
			for i := range len(part) {
				fmt.Fprintf(&b, decimal, part[i])
			}
		}
		s = s[n:]
	}
	return b.String()
}
