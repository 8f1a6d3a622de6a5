package spf

import (
	"net/netip"
	"strconv"
	"strings"
)

// version begins every record (RFC 7208 section 4.5). ABNF literals are case-insensitive (RFC 5234 section 2.3).
const version = "v=spf1"

// fault is the first syntax error in a term; the offsets are relative to the term.
type fault struct {
	code       Code
	start, end int
}

// mechanisms are the known mechanisms, and whether each requires a domain or network.
var mechanisms = map[string]bool{
	"all": false, "include": true, "a": false, "mx": false, "ptr": false, "ip4": true, "ip6": true, "exists": true,
}

// readTerm parses one term strictly by the grammar of RFC 7208 section 12, as receivers do. Fields that could be parsed
// are set even if there is a fault.
func readTerm(s string) (Term, *fault) {
	t := Term{Text: s, CIDR4: -1, CIDR6: -1}
	if n := nameLen(s); n > 0 && n < len(s) && s[n] == '=' {
		t.Modifier, t.Name, t.Value = true, strings.ToLower(s[:n]), s[n+1:]
		return t, modifierFault(t, n+1)
	}
	t.Qualifier = '+'
	at := 0
	if s != "" && strings.IndexByte("+-?~", s[0]) >= 0 {
		t.Qualifier, t.Explicit, at = s[0], true, 1
	}
	n := nameLen(s[at:])
	t.Name = strings.ToLower(s[at : at+n])
	needs, known := mechanisms[t.Name]
	rest := s[at+n:]
	colon := strings.HasPrefix(rest, ":")
	if !known || (rest != "" && !colon && rest[0] != '/') {
		t.Value = strings.TrimPrefix(rest, ":")
		if n == 0 {
			n = len(s) - at
		}
		return t, &fault{UnknownMechanism, at, at + n}
	}
	at += n
	switch {
	case needs && (!colon || rest == ":"):
		return t, &fault{DomainMissing, 0, len(s)}
	case t.Name == "all" && rest != "":
		t.Value = strings.TrimPrefix(rest, ":")
		return t, &fault{AllArgument, at, len(s)}
	case t.Name == "ip4" || t.Name == "ip6":
		return readNetwork(t, rest[1:], at+1)
	case t.Name == "a" || t.Name == "mx":
		var f *fault
		if rest, f = readCIDR(&t, rest, at); f != nil {
			t.Value = strings.TrimPrefix(rest, ":")
			return t, f
		}
	}
	t.Value = strings.TrimPrefix(rest, ":")
	switch {
	case rest == "":
		return t, nil
	case rest[0] != ':':
		return t, &fault{BadCIDR, at, len(s)}
	}
	return t, domainFault(t.Value, at+1, false)
}

// nameLen returns the length in bytes of the mechanism's or modifier's name at the start of s.
func nameLen(s string) int {
	if s == "" || !alpha(s[0]) {
		return 0
	}
	n := 1
	for n < len(s) && (alnum(s[n]) || s[n] == '-' || s[n] == '_' || s[n] == '.') {
		n++
	}
	return n
}

// modifierFault returns the first syntax error in a modifier's value, which begins at byte at of the term.
func modifierFault(t Term, at int) *fault {
	switch t.Name {
	case "redirect", "exp":
		if t.Value == "" {
			return &fault{DomainMissing, 0, at}
		}
		return domainFault(t.Value, at, false)
	}
	if _, bad, ok := readMacros(t.Value, false); !ok {
		return &fault{BadMacro, at + bad.Start, at + bad.End}
	}
	return nil
}

// readNetwork parses an ip4 or ip6 network that begins at byte at of the term.
func readNetwork(t Term, v string, at int) (Term, *fault) {
	t.Value = v
	bits, code := 32, BadIP
	if t.Name == "ip6" {
		bits = 128
	}
	host, length, cut := strings.Cut(v, "/")
	t.Value = host
	ip, err := netip.ParseAddr(host)
	if err != nil || ip.Zone() != "" || ip.Is4() != (bits == 32) {
		return t, &fault{code, at, at + max(len(host), min(1, len(v)))}
	}
	if cut {
		n, ok := prefixLength(length, bits)
		if !ok {
			return t, &fault{BadCIDR, at + len(host), at + len(v)}
		}
		if bits == 32 {
			t.CIDR4 = n
		} else {
			t.CIDR6 = n
		}
		bits = n
	}
	t.Prefix = netip.PrefixFrom(ip, bits)
	return t, nil
}

// readCIDR parses a dual-cidr-length and returns rest without it. It starts from the end, since a domain-spec may contain
// '/'.
func readCIDR(t *Term, rest string, at int) (string, *fault) {
	take := func(mark string, bits int) (int, *fault) {
		i := len(rest)
		for i > 0 && digit(rest[i-1]) {
			i--
		}
		if i == len(rest) || !strings.HasSuffix(rest[:i], mark) || (mark == "/" && strings.HasSuffix(rest[:i], "//")) {
			return -1, nil
		}
		n, ok := prefixLength(rest[i:], bits)
		if !ok {
			return -1, &fault{BadCIDR, at + i - len(mark), at + len(rest)}
		}
		rest = rest[:i-len(mark)]
		return n, nil
	}
	var f *fault
	if t.CIDR6, f = take("//", 128); f == nil {
		t.CIDR4, f = take("/", 32)
	}
	return rest, f
}

// prefixLength parses a prefix length up to most, without leading zeros.
func prefixLength(s string, most int) (int, bool) {
	if s == "" || len(s) > 3 || (len(s) > 1 && s[0] == '0') {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 8)
	return int(n), err == nil && int(n) <= most
}

// domainFault returns the first syntax error in a domain-spec (RFC 7208 section 7.1), which must consist of macros and
// printable characters and end in a macro or a top label.
func domainFault(v string, at int, spaces bool) *fault {
	if v == "" {
		return &fault{DomainMissing, max(0, at-1), at}
	}
	pieces, bad, ok := readMacros(v, spaces)
	if !ok {
		return &fault{BadMacro, at + bad.Start, at + bad.End}
	}
	for _, p := range pieces {
		if p.letter != 0 && strings.IndexByte("crt", p.letter|0x20) >= 0 {
			return &fault{BadMacro, at + p.at, at + p.at + len(p.text)}
		}
	}
	last := pieces[len(pieces)-1]
	if last.letter != 0 || strings.HasPrefix(last.text, "%") {
		return nil
	}
	end := strings.TrimSuffix(last.text, ".")
	dot := strings.LastIndexByte(end, '.')
	if dot < 0 || !topLabel(end[dot+1:]) {
		return &fault{DomainSyntax, at, at + len(v)}
	}
	return nil
}

// topLabel reports whether s has only letters, digits and inner hyphens, and not only digits.
func topLabel(s string) bool {
	if s == "" || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	other := false
	for i := range len(s) {
		if !alnum(s[i]) && s[i] != '-' {
			return false
		}
		other = other || !digit(s[i])
	}
	return other
}

func alpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func digit(c byte) bool { return c >= '0' && c <= '9' }
func alnum(c byte) bool { return alpha(c) || digit(c) }
