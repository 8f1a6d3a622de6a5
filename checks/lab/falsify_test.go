package lab

import (
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// What each false answer looks like, from a name server and from the resolver.
func TestFalseAnswers(t *testing.T) {
	const soa = "NS{own.example. 300 IN SOA ns1.own.example. hostmaster.own.example. 7 3600 900 604800 300}"
	for _, c := range []struct{ fault, auth, resolver string }{
		{"nx", "NXDOMAIN aa", "NXDOMAIN ra"},
		{"nx+soa", "NXDOMAIN aa " + soa, "NXDOMAIN ra " + soa},
		{"nodata", "NOERROR aa", "NOERROR ra"},
		{"nodata+soa", "NOERROR aa " + soa, "NOERROR ra " + soa},
		{"blocked=15", "NXDOMAIN aa", "NXDOMAIN ra"},
		{"pihole", "NOERROR aa", "NOERROR ra"},
		{"captive", "NOERROR aa", "NOERROR ra"},
		{"referral", "NOERROR ra NS{example. 3600 IN NS ns.elsewhere.test.}", "NOERROR ra NS{example. 3600 IN NS ns.elsewhere.test.}"},
		{"other-name", `NOERROR aa AN{other.own.example. 600 IN TXT "v=spf1 -all"}`, `NOERROR ra AN{other.own.example. 600 IN TXT "v=spf1 -all"}`},
		{"stale", "NXDOMAIN aa " + soa, "NXDOMAIN ra " + soa},
		{"nx@own.example/MX", `NOERROR aa AN{own.example. 600 IN TXT "v=spf1 -all"}`, `NOERROR ra AN{own.example. 600 IN TXT "v=spf1 -all"}`},
		{"nx@own.example/TXT", "NXDOMAIN aa", "NXDOMAIN ra"},
		{"nx@=example", `NOERROR aa AN{own.example. 600 IN TXT "v=spf1 -all"}`, `NOERROR ra AN{own.example. 600 IN TXT "v=spf1 -all"}`},
		{"nx@=own.example", "NXDOMAIN aa", "NXDOMAIN ra"},
		{"cut", "NOERROR aa tc", "NOERROR aa tc"},
	} {
		n, _ := parse(t, authZones)
		fault, err := ParseFault(c.fault)
		if err != nil {
			t.Fatal(err)
		}
		for host, want := range map[string]string{"ns1.own.example": c.auth, "resolver.lab.test": c.resolver} {
			if err := n.Fault(host, fault); err != nil {
				t.Fatal(err)
			}
			if got := brief(mustAsk(t, n, host, "own.example", dns.TypeTXT)); got != want {
				t.Errorf("%s at %s: %s, want %s", c.fault, host, got, want)
			}
			if err := n.Fault(host); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, word := range []string{"nx@own.example/SOMETHING", "nx=3", "blocked=x"} {
		if f, err := ParseFault(word); err == nil {
			t.Errorf("%s is read as %+v", word, f)
		}
	}
}

// A filter says who it is, its addresses are none, and a heap hides the record at its end.
func TestFalseAnswersInside(t *testing.T) {
	n, _ := parse(t, authZones)
	put := func(f Fault) {
		t.Helper()
		if err := n.Fault("resolver.lab.test", f); err != nil {
			t.Fatal(err)
		}
	}
	put(Fault{Kind: BlockedZone})
	m := mustAsk(t, n, "resolver.lab.test", "own.example", dns.TypeTXT)
	e, _ := m.IsEdns0().Option[0].(*dns.EDNS0_EDE)
	if e == nil || e.InfoCode != dns.ExtendedErrorCodeFiltered || !strings.Contains(brief(m), "rpz.filter.test.") {
		t.Errorf("%s %+v", brief(m), e)
	}
	put(Fault{Kind: Nulled})
	if got := brief(mustAsk(t, n, "resolver.lab.test", "mail.own.example", dns.TypeAAAA)); got != "NOERROR ra AN{mail.own.example. 2 IN AAAA ::}" {
		t.Error(got)
	}
	put(Fault{Kind: Captive})
	if got := brief(mustAsk(t, n, "resolver.lab.test", "mail.own.example", dns.TypeA)); got != "NOERROR ra AN{mail.own.example. 2 IN A 192.0.2.254}" {
		t.Error(got)
	}
	put(Fault{Kind: Elsewhere})
	if got := brief(mustAsk(t, n, "resolver.lab.test", "mail.own.example", dns.TypeA)); !strings.Contains(got, "NS{parking.test.") {
		t.Error(got)
	}
	put(Fault{Kind: Heap})
	if m, err := ask(t, n, "tcp", "resolver.lab.test", "own.example", dns.TypeTXT); err != nil || len(m.Answer) != 901 {
		t.Errorf("%v", err)
	}
}

// A DNAME makes an alias for every name below it, and none for its own (RFC 6672 section 2.3).
func TestDNAME(t *testing.T) {
	n, _ := parse(t, `-- zone own.example @ ns1.xserver.jp --
_domainkey DNAME _domainkey.their.test.
_domainkey TXT "o=~"
-- zone their.test @ ns1.hosting.test --
s1._domainkey TXT "v=DKIM1; p=MIGf"
`)
	want := `AN{_domainkey.own.example. 3600 IN DNAME _domainkey.their.test.; ` +
		`s1._domainkey.own.example. 3600 IN CNAME s1._domainkey.their.test.`
	if got := brief(mustAsk(t, n, "ns1.xserver.jp", "s1._domainkey.own.example", dns.TypeTXT)); got != "NOERROR aa "+want+"}" {
		t.Error(got)
	}
	if got := brief(mustAsk(t, n, "resolver.lab.test", "s1._domainkey.own.example", dns.TypeTXT)); got != "NOERROR ra "+want+`; s1._domainkey.their.test. 3600 IN TXT "v=DKIM1; p=MIGf"}` {
		t.Error(got)
	}
	if got := brief(mustAsk(t, n, "ns1.xserver.jp", "_domainkey.own.example", dns.TypeTXT)); got != `NOERROR aa AN{_domainkey.own.example. 3600 IN TXT "o=~"}` {
		t.Error(got)
	}
	if got := brief(mustAsk(t, n, "resolver.lab.test", "s2._domainkey.own.example", dns.TypeTXT)); !strings.HasPrefix(got, "NXDOMAIN ra AN{_domainkey") {
		t.Error(got)
	}
}
