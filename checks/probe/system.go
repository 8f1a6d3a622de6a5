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

// SystemResolvers returns the recursive resolvers that this machine is configured with, on Linux, macOS and Windows, or
// nil if there are none. It sends nothing: it lets Go's resolver look up a name with a dialer that records the addresses
// and refuses to connect.
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

// configured drops the addresses that Go falls back to without a configuration, unless the configuration names them.
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
