package spf

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"example.org/todoku/checks/internal/pattern"
)

// bracketed removes brackets around an address.
func bracketed(q string, t Term) mended {
	if v := strings.Trim(t.Value, "[]<>(){}"); v != t.Value {
		return networkFor(q, v, Punctuation)
	}
	return mended{}
}

// doubled matches a term that begins with the names of two mechanisms: "a:ip6:2001:db8::1", "include:include:a.example".
var doubled = pattern.New(`(?i)^([+?~-]?)(a|mx|ptr|include|exists):((ip4|ip6|a|mx|ptr|include|exists):.+)$`)

// twoNames drops the first of two mechanism names where an address follows or both are the same.
func twoNames(s string) mended {
	m := doubled.FindStringSubmatch(s)
	if m == nil {
		return mended{}
	}
	code := IPInHost
	switch address := strings.HasPrefix(lower(m[4]), "ip"); {
	case !address && !strings.EqualFold(m[2], m[4]):
		return mended{}
	case !address:
		code = OddDomain
	case strings.EqualFold(m[2], "include"):
		code = IPInInclude
	}
	fix := m[1] + m[3]
	if _, bad := readTerm(fix); bad != nil {
		return mended{}
	}
	return mended{code, fix, true}
}

// severalNames splits a value that has several names in it, as in "include:a.example|b.example", into a term for each. It
// returns "" if some part is no name.
func severalNames(head, value string) string {
	parts := strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune("|,;", r) })
	if len(parts) < 2 {
		return ""
	}
	for i, v := range parts {
		t, bad := readTerm(head + v)
		if bad != nil || t.Value != v || strings.Trim(lower(v), "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" || strings.Contains(v, "..") {
			return ""
		}
		parts[i] = head + v
	}
	return strings.Join(parts, " ")
}

// starred turns "192.0.2.*" into a network.
func starred(q string, t Term) mended {
	stars := strings.Count(t.Value, ".*")
	v := strings.ReplaceAll(t.Value, ".*", ".0")
	if ip, err := netip.ParseAddr(v); stars == 0 || stars > 2 || err != nil || !ip.Is4() || !strings.HasSuffix(t.Value, strings.Repeat(".*", stars)) {
		return mended{}
	}
	return mended{BadIP, q + "ip4:" + v + "/" + strconv.Itoa(32-8*stars), false}
}

// foreign handles a term with non-ASCII characters. A Japanese domain name is converted to its ASCII form (RFC 5891);
// anything else is a placeholder.
func foreign(q, s string, t Term) mended {
	if !utf8.ValidString(s) {
		return mended{code: NonASCII}
	}
	if name, err := idna.Lookup.ToASCII(t.Value); err == nil && strings.Contains(name, ".") {
		fix := q + t.Name + ":" + name
		if t.Modifier {
			fix = t.Name + "=" + name
		}
		if _, bad := readTerm(fix); bad == nil {
			return mended{NonASCII, fix, true}
		}
	}
	return mended{code: Placeholder}
}

// digits replaces letters that look like digits.
var digits = strings.NewReplacer("O", "0", "o", "0", "l", "1", "I", "1")

// numeric reports whether a value was meant to be an IPv4 address.
func numeric(v string) bool {
	n := 0
	for l := range strings.SplitSeq(v, ".") {
		if l != "" && strings.Trim(l, "0123456789") == "" {
			n++
		}
	}
	return n >= 2
}

// shortAddress completes "192.0.2/24" and removes leading zeros as in "192.0.02.1". Nobody writes octal numbers there, so
// that correction is certain.
func shortAddress(q, v string) mended {
	host, length, cut := strings.Cut(v, "/")
	if cut && length == "" {
		return mended{}
	}
	parts := strings.Split(strings.Trim(host, "."), ".")
	for i, p := range parts {
		if p == "" || strings.Trim(p, "0123456789") != "" || len(parts) > 4 {
			return mended{}
		}
		if parts[i] = strings.TrimLeft(p, "0"); parts[i] == "" {
			parts[i] = "0"
		}
	}
	whole := len(parts) == 4 && !strings.Contains(host, "..") && strings.Trim(host, ".") == host
	if len(parts) == 3 && length != "" {
		parts = append(parts, "0")
		whole = length == "24"
	}
	m := networkFor(q, strings.Join(parts, ".")+strings.TrimSuffix("/"+length, "/"), BadIP)
	m.certain = whole
	return m
}

// mailPorts are the ports of mail servers, which are often copied along with the server's name or address.
var mailPorts = map[string]bool{"25": true, "26": true, "465": true, "587": true, "2525": true}

// behindAddress matches an address of version 4 with something behind it that is no prefix length.
var behindAddress = pattern.New(`^([0-9]{1,3}(?:\.[0-9]{1,3}){3})(?:/|/[0-9]{2,3}|[+~?*-]+)$`)

// leadingAddress keeps the address of a term where what follows cannot be read: "192.0.2.1/", "192.0.2.1/33", "192.0.2.1+". Whatever
// network was meant, that address is in it. It does not count where only a network can have been meant: "192.0.2.0/33".
func leadingAddress(q string, t Term) mended {
	_, v, _ := strings.Cut(t.Text, ":")
	m := behindAddress.FindStringSubmatch(v)
	if m == nil || t.Name != "ip4" || strings.HasSuffix(m[1], ".0") {
		return mended{}
	}
	return networkFor(q, m[1], BadCIDR)
}

// fromTo matches a range of addresses: "ip4:192.0.2.4-192.0.2.7", "ip4:192.0.2.4-7".
var fromTo = pattern.New(`(?i)^([+?~-]?)(?:ip4:)?([0-9]{1,3}(?:\.[0-9]{1,3}){2}\.)([0-9]{1,3})-(?:([0-9]{1,3}(?:\.[0-9]{1,3}){2}\.))?([0-9]{1,3})$`)

// maxRange is how many terms a range may become.
const maxRange = 4

// addressRange returns the networks of a range of addresses as terms, or nil if the word is none, or needs too many.
func addressRange(s string) (terms []string) {
	m := fromTo.FindStringSubmatch(s)
	if m == nil || m[4] != "" && m[4] != m[2] {
		return nil
	}
	from, err1 := strconv.Atoi(m[3])
	to, err2 := strconv.Atoi(m[5])
	if _, err := netip.ParseAddr(m[2] + m[3]); err != nil || err1 != nil || err2 != nil || to > 255 || from >= to {
		return nil
	}
	for from <= to {
		bits := 32
		for bits > 24 && from&(1<<(32-bits)) == 0 && from+(1<<(33-bits))-1 <= to {
			bits--
		}
		one := m[1] + "ip4:" + m[2] + strconv.Itoa(from)
		if bits < 32 {
			one += "/" + strconv.Itoa(bits)
		}
		if terms = append(terms, one); len(terms) > maxRange {
			return nil
		}
		from += 1 << (32 - bits)
	}
	return terms
}

// netmask turns "192.0.2.0/255.255.255.0" into a prefix length.
func netmask(q, v, full string) mended {
	_, length, _ := strings.Cut(full, "/")
	mask, err := netip.ParseAddr(length)
	if err != nil || !mask.Is4() {
		return mended{}
	}
	b := mask.As4()
	bits := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	n := 0
	for n < 32 && bits&(1<<(31-n)) != 0 {
		n++
	}
	if n < 32 && bits<<n != 0 {
		return mended{}
	}
	p := netip.PrefixFrom(netip.MustParseAddr(v), n)
	return mended{BadCIDR, q + "ip4:" + p.String(), true}
}

// bareURL returns the host of an http or https URL, or v itself if it is none.
func bareURL(v string) string {
	l := lower(v)
	for _, scheme := range [...]string{"https://", "http://"} {
		if strings.HasPrefix(l, scheme) {
			host, _, _ := strings.Cut(v[len(scheme):], "/")
			return host
		}
	}
	return v
}
