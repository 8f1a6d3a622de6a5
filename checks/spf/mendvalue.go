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
