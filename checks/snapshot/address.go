package snapshot

import (
	"net/netip"
	"slices"
)

// notPublic are the shared address space (RFC 6598), "this network" and the reserved range (RFC 6890), in which there are
// no public servers.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("240.0.0.0/4"),
}

// IsPrivate reports whether an address cannot belong to a public server: it is private, local, multicast or reserved.
func IsPrivate(a netip.Addr) bool {
	a = a.Unmap()
	if a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() {
		return true
	}
	return slices.ContainsFunc(notPublic, func(p netip.Prefix) bool { return p.Contains(a) })
}
