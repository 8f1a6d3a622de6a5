package probe

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
)

// SystemResolvers finds the recursive resolvers that this machine is set up with, on Linux, macOS and Windows. It
// sends nothing: Go's own resolver is let loose on a name that cannot exist, with a dialer that notes the addresses
// and refuses. Empty: none is set up.
func SystemResolvers() []netip.AddrPort {
	var mu sync.Mutex
	var out []netip.AddrPort
	r := &net.Resolver{PreferGo: true, Dial: func(_ context.Context, _, address string) (net.Conn, error) {
		if ap, err := netip.ParseAddrPort(address); err == nil {
			mu.Lock()
			defer mu.Unlock()
			if !slices.Contains(out, ap) {
				out = append(out, ap)
			}
		}
		return nil, errors.New("only looking")
	}}
	_, _ = r.LookupIPAddr(context.Background(), "todoku.invalid.") // fails by design
	conf, _ := os.ReadFile("/etc/resolv.conf")                     // not there on Windows
	return configured(out, string(conf))
}

// configured drops the pair that Go falls back to where nothing is set up, unless the configuration names it.
func configured(found []netip.AddrPort, conf string) []netip.AddrPort {
	fallback := []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:53"), netip.MustParseAddrPort("[::1]:53")}
	if !slices.Equal(found, fallback) {
		return found
	}
	for line := range strings.Lines(conf) {
		f := strings.Fields(line)
		if len(f) > 1 && f[0] == "nameserver" && (f[1] == "127.0.0.1" || f[1] == "::1") {
			return found
		}
	}
	return nil
}
