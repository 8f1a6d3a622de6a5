package snapshot

import (
	"fmt"
	"net/netip"
	"strings"
)

// Parent returns the name without its first label, or "" for a top-level domain.
func Parent(name string) string {
	_, rest, _ := strings.Cut(name, ".")
	return rest
}

// Below reports whether name equals apex or is a subdomain of it. Everything is below "".
func Below(name, apex string) bool {
	above, ok := strings.CutSuffix(name, apex) // nothing is joined, since this is asked of every answer
	return ok && (above == "" || apex == "" || above[len(above)-1] == '.')
}

// Reverse returns the name to query for the PTR record of ip (RFC 1035 section 3.5, RFC 3596 section 2.5).
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
