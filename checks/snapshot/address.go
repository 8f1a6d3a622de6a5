package snapshot

import (
	"net/netip"
	"slices"
)

// notPublic is RFC 6598's shared space, and "this network" and what is reserved of RFC 6890: none is a public server's.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("240.0.0.0/4"),
}

// IsPrivate reports whether an address leads into somebody's own network, or nowhere, rather than to a public server.
func IsPrivate(a netip.Addr) bool {
	a = a.Unmap()
	if a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() {
		return true
	}
	return slices.ContainsFunc(notPublic, func(p netip.Prefix) bool { return p.Contains(a) })
}
