package probe

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/miekg/dns"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/snapshot"
)

// Answers as resolvers and filters give them in the world, by public reports, and what each is worth.
func TestAnswersOfTheWorld(t *testing.T) {
	record := func(text string) dns.RR {
		rr, err := dns.NewRR(text)
		if err != nil {
			t.Fatal(err)
		}
		return rr
	}
	reply := func(f func(m *dns.Msg)) handler {
		return func(req *dns.Msg, _ bool) []parcel {
			m := new(dns.Msg).SetReply(req)
			m.RecursionAvailable = true
			f(m)
			return pack(m)
		}
	}
	for _, tt := range []struct {
		name   string // and where it was told
		h      handler
		typ    snapshot.Type
		status snapshot.Status
		reason snapshot.Reason
	}{
		{"a denial out of a forwarder's cache, github.com/pi-hole/pi-hole/issues/5384", reply(func(m *dns.Msg) { m.Rcode = dns.RcodeNameError }),
			snapshot.TXT, snapshot.Failed, snapshot.Unproven},
		{"a policy zone's denial with authority, github.com/NLnetLabs/unbound/issues/738", reply(func(m *dns.Msg) { m.Rcode, m.Authoritative = dns.RcodeNameError, true }),
			snapshot.TXT, snapshot.Failed, snapshot.Unproven},
		{"SPF records blocked with the host, github.com/AdguardTeam/AdGuardDNS/issues/819", reply(func(m *dns.Msg) {
			m.Ns = []dns.RR{record("example.jp. 10 SOA fake-for-negative-caching.adguard.com. hostmaster.example.jp. 100500 1800 60 604800 86400")}
		}), snapshot.TXT, snapshot.Failed, snapshot.Filtered},
		{"a portal's address by a policy zone, github.com/systemd/systemd/issues/24586", reply(func(m *dns.Msg) {
			m.Answer = []dns.RR{record("example.jp. 5 A 12.172.21.121")}
			m.Extra = []dns.RR{record("rpz.dns-override. 1 SOA localhost. root.localhost. 1662444069 3600 900 604800 60")}
		}), snapshot.A, snapshot.Failed, snapshot.Filtered},
		{"the null address in place of a blocked host, github.com/AdguardTeam/AdGuardHome/issues/742", reply(func(m *dns.Msg) {
			m.Answer = []dns.RR{record("example.jp. 10 A 0.0.0.0")}
		}), snapshot.A, snapshot.Failed, snapshot.Filtered},
		{"a portal that denies whoever speaks EDNS, DVE-2018-0001", func(req *dns.Msg, tcp bool) []parcel {
			if req.IsEdns0() != nil {
				return reply(func(m *dns.Msg) { m.Rcode = dns.RcodeNameError })(req, tcp)
			}
			return good(req, tcp)
		}, snapshot.TXT, snapshot.Failed, snapshot.Unproven},
		{"TCP is filtered, connaissances.fournier38.fr", truncated(silent), snapshot.TXT, snapshot.Failed, snapshot.Truncated},
		{"an answer kept beyond its time, RFC 8914 section 4.20", reply(func(m *dns.Msg) {
			m.Rcode, m.Ns = dns.RcodeNameError, []dns.RR{record("example.jp. 10 SOA ns1.example.jp. x.example.jp. 7 3600 600 86400 60")}
			m.SetEdns0(1232, false)
			m.IsEdns0().Option = append(m.IsEdns0().Option, &dns.EDNS0_EDE{InfoCode: dns.ExtendedErrorCodeStaleNXDOMAINAnswer})
		}), snapshot.TXT, snapshot.Failed, snapshot.Unproven},
		{"a denial behind an alias has the SOA of the other zone, RFC 2308 section 2.1", reply(func(m *dns.Msg) {
			m.Rcode, m.Answer = dns.RcodeNameError, []dns.RR{record("example.jp. 60 CNAME gone.example.net.")}
			m.Ns = []dns.RR{record("example.net. 60 SOA ns1.example.net. x.example.net. 7 3600 600 86400 60")}
		}), snapshot.TXT, snapshot.NXDomain, ""},
		{"a denial behind an alias has the SOA of the first zone", reply(func(m *dns.Msg) {
			m.Rcode, m.Answer = dns.RcodeNameError, []dns.RR{record("example.jp. 60 CNAME gone.example.net.")}
			m.Ns = []dns.RR{record("example.jp. 60 SOA ns1.example.jp. x.example.jp. 7 3600 600 86400 60")}
		}), snapshot.TXT, snapshot.Failed, snapshot.Unproven},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &fakeNet{at: map[string]handler{"192.0.2.53:53": tt.h}}
				a := client(n, nil).Ask(t.Context(), ask("example.jp", tt.typ))
				if a.Status != tt.status || a.Reason != tt.reason || a.Status == snapshot.Failed && len(a.Records) > 0 {
					t.Errorf("got %s %s %q", a.Status, a.Reason, a.Data())
				}
				// Another resolver, whose answer is one, is asked.
				n.at["192.0.2.54:53"] = good
				a = client(n, func(c *Config) { c.Resolvers = append(c.Resolvers, resolver2) }).Ask(t.Context(), ask("example.jp", snapshot.TXT))
				if tt.typ == snapshot.TXT && tt.status == snapshot.Failed && a.Status != snapshot.OK {
					t.Errorf("with a good second: %s %s", a.Status, a.Reason)
				}
			})
		})
	}
}

// A server that answers its zone's SOA with nothing (github.com/d2iq-archive/mesos-dns/issues/57) does not serve it.
func TestAServerWithoutSOA(t *testing.T) {
	empty := func(req *dns.Msg, _ bool) []parcel {
		m := new(dns.Msg).SetReply(req)
		m.Authoritative, m.RecursionAvailable = true, true
		return pack(m)
	}
	synctest.Test(t, func(t *testing.T) {
		n := &fakeNet{at: map[string]handler{"192.0.2.1:53": empty}}
		if a := client(n, nil).Ask(t.Context(), askAuth("example.jp", "example.jp", snapshot.SOA, "192.0.2.1")); a.Reason != snapshot.NotAuth {
			t.Errorf("%s %s", a.Status, a.Reason)
		}
		if a := client(n, nil).Ask(t.Context(), askAuth("example.jp", "example.jp", snapshot.TXT, "192.0.2.1")); a.Reason != snapshot.Unproven {
			t.Errorf("%s %s", a.Status, a.Reason)
		}
	})
}

// A provider that sends whoever mistypes a name to its own search page (github.com/systemd/systemd/issues/2548) has an
// address for what does not exist: that is none.
func TestInventedAddresses(t *testing.T) {
	cat := loadCatalog(t)
	synctest.Test(t, func(t *testing.T) {
		sc, err := lab.Parse("invented.txtar", []byte(fmt.Sprintf(scenarioHead, "tsuri.example")+
			"-- zone tsuri.example @ 01.dnsv.jp 02.dnsv.jp --\n@ MX 10 gone.bulk.test.\n@ MX 20 smtp.google.com.\n"))
		if err != nil {
			t.Fatal(err)
		}
		faults := []lab.Fault{{Kind: lab.Captive, Name: "invalid"}, {Kind: lab.Captive, Name: "gone.bulk.test"}}
		s, _ := look(t, sc, map[string][]lab.Fault{"system": faults}, nil, cat)
		if a := s.Get("gone.bulk.test", snapshot.A); a.Reason != snapshot.Filtered {
			t.Errorf("%s %s %q", a.Status, a.Reason, a.Data())
		}
		if a := s.Get("smtp.google.com", snapshot.A); len(a.Records) == 0 {
			t.Errorf("%s %s", a.Status, a.Reason)
		}
	})
}

// Servers that deny a name which only has others below it (github.com/spamhaus/rbldnsd/issues/17,
// github.com/PowerDNS/pdns/issues/8496) do not hide the keys there, as soon as one of them shows.
func TestEmptyNameDenied(t *testing.T) {
	cat := loadCatalog(t)
	synctest.Test(t, func(t *testing.T) {
		sc, err := lab.Parse("ent.txtar", []byte(fmt.Sprintf(scenarioHead, "kara.example")+
			"-- zone kara.example @ 01.dnsv.jp 02.dnsv.jp --\n@ MX 1 smtp.google.com.\ngoogle._domainkey TXT "+plainKey+
			"\nresend._domainkey TXT "+plainKey+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		denies := []lab.Fault{{Kind: lab.NXProved, Name: "_domainkey.kara.example", Alone: true}}
		s, _ := look(t, sc, map[string][]lab.Fault{"01.dnsv.jp": denies, "02.dnsv.jp": denies}, nil, cat)
		if a := s.TXT("_domainkey.kara.example"); a.Status != snapshot.NXDomain {
			t.Errorf("%s %s", a.Status, a.Reason)
		}
		for _, sel := range []string{"google", "resend"} {
			if a := s.TXT(sel + "._domainkey.kara.example"); len(a.Records) != 1 {
				t.Errorf("%s: %s %s", sel, a.Status, a.Reason)
			}
		}
	})
}

// One server that offers nothing for the names of an agency's own zone, and the world's others: each server's own word
// stays to be read.
func TestEachServersWord(t *testing.T) {
	cat := loadCatalog(t)
	synctest.Test(t, func(t *testing.T) {
		sc, err := lab.Parse("two.txtar", []byte(fmt.Sprintf(scenarioHead, "futatsu.example")+
			"-- zone futatsu.example @ 01.dnsv.jp 02.dnsv.jp --\n@ SOA a.b. c.d. 7 1 1 1 1\n@ MX 1 smtp.google.com.\ngoogle._domainkey TXT "+plainKey+
			"\n-- hidden zone futatsu.example @ 02.dnsv.jp --\n@ SOA a.b. c.d. 7 1 1 1 1\n@ MX 1 smtp.google.com.\ngoogle._domainkey TXT \"v=DKIM1; p=\"\n"))
		if err != nil {
			t.Fatal(err)
		}
		s, _ := look(t, sc, nil, nil, cat)
		var said []string
		for _, a := range s.Voices("google._domainkey.futatsu.example", snapshot.TXT) {
			said = append(said, a.Key.At+" "+strings.Join(a.Data(), ""))
		}
		if len(said) != 2 || !slices.Contains(said, `02.dnsv.jp v=DKIM1; p=`) {
			t.Errorf("%q", said)
		}
	})
}
