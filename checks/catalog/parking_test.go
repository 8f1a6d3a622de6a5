package catalog

import "testing"

// TestParking: name servers of domains that are out of use are known, those that serve live domains too are not.
func TestParking(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for host, kind := range map[string]string{
		"ns1.onamae-expired.com":                  ParkExpired,
		"NS2.PendingRenewalDeletion.com.":         ParkExpired,
		"expired1.namebrightdns.com":              ParkExpired,
		"NS1.REGISTRANT-VERIFICATION.ISPAPI.NET":  ParkHeld,
		"failed-whois-verification.namecheap.com": ParkHeld,
		"ns1.sedoparking.com":                     ParkSale,
		"ns5.afternic.com":                        ParkSale,
		"nsg1.namebrightdns.com":                  ParkSale,
		"dns1.onamae.com":                         ParkIdle,
		"park2.dynadot.com":                       ParkIdle,
	} {
		p, ok := c.Parking(host)
		if !ok || p.Kind != kind || len(p.Name.Missing(written...)) > 0 {
			t.Errorf("%s: %v %+v, want %s", host, ok, p, kind)
		}
	}
	for _, host := range []string{"ns1.dns-parking.com", "ns1.dnsowl.com", "dns1.name-services.com", "ns01.domaincontrol.com",
		"dns1.registrar-servers.com", "ns1.namebrightdns.com", "01.dnsv.jp", "ns1.xserver.jp", "notdan.com", "ns.notdan.com", "", "."} {
		if p, ok := c.Parking(host); ok {
			t.Errorf("%q serves live domains: %+v", host, p)
		}
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
		{[]string{"NS1.REGISTRANT-VERIFICATION.ISPAPI.NET", "ns2.registrant-verification.ispapi.net"}, "held"},
		{[]string{"ns1.sedoparking.com", "ns2.sedoparking.com"}, "sale"},
		{[]string{"ns1.sedoparking.com", "ns1.dns.ne.jp"}, ""},
		{[]string{"ns1.ispapi.net", "ns2.ispapi.net"}, ""},
		{[]string{"ns1.mysedoparking.com"}, ""},
		{nil, ""},
	} {
		if p, ok := cat.ParkedAt(c.hosts); p.Kind != c.want || ok != (c.want != "") {
			t.Errorf("%v: %q", c.hosts, p.Kind)
		}
	}
}
