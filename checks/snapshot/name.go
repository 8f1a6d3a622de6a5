package snapshot

import (
	"fmt"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Parent is the name without its first label; "" above a top-level domain.
func Parent(name string) string {
	_, rest, _ := strings.Cut(name, ".")
	return rest
}

// Below reports whether name is apex or lies under it, at a label boundary.
func Below(name, apex string) bool {
	return name == apex || apex == "" || strings.HasSuffix(name, "."+apex)
}

// Reverse is the name to ask PTR for (RFC 1035 section 3.5, RFC 3596 section 2.5).
func Reverse(ip netip.Addr) string {
	ip = ip.Unmap()
	var b strings.Builder
	if ip.Is4() {
		a := ip.As4()
		fmt.Fprintf(&b, "%d.%d.%d.%d.in-addr.arpa", a[3], a[2], a[1], a[0])
		return b.String()
	}
	a := ip.As16()
	for i := 15; i >= 0; i-- {
		fmt.Fprintf(&b, "%x.%x.", a[i]&15, a[i]>>4)
	}
	b.WriteString("ip6.arpa")
	return b.String()
}

// Printable makes foreign text safe for a terminal, a clipboard or a file: control characters, bidirectional
// overrides, invisible characters and broken UTF-8 become visible escapes (\x1b, \u202e). Nothing is lost.
func Printable(s string) string {
	ok := utf8.ValidString(s)
	for _, r := range s {
		ok = ok && !hostile(r)
	}
	if ok {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case hostile(r) && r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case hostile(r) && r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		case hostile(r):
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}

// hostile: anything that moves, hides or turns other text (Unicode Cc, Cf, Zl, Zp, private use, surrogates).
func hostile(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs)
}
