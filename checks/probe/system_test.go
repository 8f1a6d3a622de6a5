package probe

import (
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestConfigured(t *testing.T) {
	v4, v6, real := netip.MustParseAddrPort("127.0.0.1:53"), netip.MustParseAddrPort("[::1]:53"), netip.MustParseAddrPort("192.0.2.53:53")
	tests := []struct {
		found []netip.AddrPort
		conf  string
		want  int
	}{
		{[]netip.AddrPort{real}, "", 1},
		{[]netip.AddrPort{v4}, "nameserver 127.0.0.1\n", 1},
		{[]netip.AddrPort{v4, v6}, "", 0},
		{[]netip.AddrPort{v4, v6}, "# nameserver 127.0.0.1\nsearch example\n", 0},
		{[]netip.AddrPort{v4, v6}, "nameserver\t127.0.0.1\nnameserver ::1\n", 2},
		{nil, "", 0},
	}
	for _, tt := range tests {
		if got := configured(slices.Clone(tt.found), tt.conf); len(got) != tt.want {
			t.Errorf("%v with %q: %v", tt.found, tt.conf, got)
		}
	}
}

// On a machine with a resolv.conf, its name servers are found, in its order.
func TestSystemResolvers(t *testing.T) {
	conf, err := os.ReadFile("/etc/resolv.conf")
	if err != nil {
		t.Skip("no /etc/resolv.conf here")
	}
	var want []string
	for line := range strings.Lines(string(conf)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "nameserver" && len(want) < 3 {
			want = append(want, f[1])
		}
	}
	var got []string
	for _, ap := range SystemResolvers() {
		if ap.Port() != 53 {
			t.Errorf("port %d", ap.Port())
		}
		got = append(got, ap.Addr().String())
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(slices.Compact(want), got) {
		t.Errorf("got %v, want %v", got, want)
	}
}
