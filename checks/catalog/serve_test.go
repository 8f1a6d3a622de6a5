package catalog

import (
	"slices"
	"testing"
)

// What can be asked of a panel's name servers is exactly this; an entry that is added shows itself here.
func TestServers(t *testing.T) {
	cat, err := source()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"onamae-navi": 6, "xserver": 5, "sakura-domain": 2, "value-domain": 5, "wordpress-com": 3,
		"wix": 0, "cloudflare": 0, "route53": 0, "google-cloud-dns": 0, "hetzner": 0, "cpi": 0, "zone-file": 0}
	for id, n := range want {
		p, ok := cat.Panel(id)
		if !ok || len(p.Servers()) != n {
			t.Errorf("%s: %q, want %d", id, p.Servers(), n)
		}
	}
	for _, p := range cat.Panels {
		for _, h := range p.Servers() {
			if !slices.Contains(p.NS, h) || !p.Serves(h) {
				t.Errorf("%s: %s is none of its own", p.ID, h)
			}
		}
	}
	wix, _ := cat.Panel("wix")
	if !wix.Serves("NS8.wixdns.net.") || wix.Serves("ns8.notwixdns.net") {
		t.Error("Serves goes by labels")
	}
}

func TestParkedAt(t *testing.T) {
	cat, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		hosts []string
		want  string
	}{
		{[]string{"ns1.onamae-expired.com", "ns2.onamae-expired.com"}, "expired"},
		{[]string{"NS1.REGISTRANT-VERIFICATION.ISPAPI.NET", "ns2.registrant-verification.ispapi.net"}, "unconfirmed"},
		{[]string{"ns1.sedoparking.com", "ns2.sedoparking.com"}, "sale"},
		{[]string{"ns1.sedoparking.com", "ns1.dns.ne.jp"}, ""},
		{[]string{"ns1.ispapi.net", "ns2.ispapi.net"}, ""},
		{[]string{"ns1.mysedoparking.com"}, ""},
		{nil, ""},
	} {
		if p, ok := cat.ParkedAt(c.hosts); p.Why != c.want || ok != (c.want != "") {
			t.Errorf("%v: %q", c.hosts, p.Why)
		}
	}
}
