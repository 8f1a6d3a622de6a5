package lab

import (
	"testing"

	"github.com/miekg/dns"
)

const authZones = `-- servers --
ns1.own.example   203.0.113.2 2001:db8:71::2
ns.below.own.example 203.0.113.3
-- zone own.example @ ns1.own.example ns1.xserver.jp --
$TTL 600
@      SOA ns1 hostmaster 7 3600 900 604800 300
@      TXT "v=spf1 -all"
@      SPF "v=spf1 -all"
@      MX 10 mail
mail   A 203.0.113.9
www    CNAME mail
far    CNAME www.other.example.
gone   CNAME nowhere
deep   CNAME www.below
a.b    A 203.0.113.8
*.wild TXT "wild"
*.wild MX 5 mail
here.wild A 203.0.113.7
round  CNAME about
about  CNAME round
big    TXT "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
big    TXT "1123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
big    TXT "2123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
big    TXT "3123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
big    TXT "4123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
big    TXT "5123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
big    TXT "6123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
big    TXT "7123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
big    TXT "8123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
big    TXT "9123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
big    TXT "a123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
big    TXT "b123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
-- zone below.own.example @ ns.below.own.example --
www    A 203.0.113.6
-- zone other.example @ ns1.xserver.jp --
www    A 203.0.113.5
@      TXT "v=spf1 redirect=own.example"
`

const ownSOA = "own.example. 300 IN SOA ns1.own.example. hostmaster.own.example. 7 3600 900 604800 300"

func TestAuthoritative(t *testing.T) {
	n, _ := parse(t, authZones)
	for _, c := range []struct {
		server, name string
		t            uint16
		want         string
	}{
		{"ns1.own.example", "own.example", dns.TypeTXT, `NOERROR aa AN{own.example. 600 IN TXT "v=spf1 -all"}`},
		{"ns1.own.example", "OWN.example", dns.TypeSPF, `NOERROR aa AN{own.example. 600 IN SPF "v=spf1 -all"}`},
		{"ns1.own.example", "own.example", dns.TypeNS, "NOERROR aa AN{own.example. 3600 IN NS ns1.own.example.; own.example. 3600 IN NS ns1.xserver.jp.}"},
		{"ns1.own.example", "ns1.own.example", dns.TypeAAAA, "NOERROR aa AN{ns1.own.example. 3600 IN AAAA 2001:db8:71::2}"},
		// No such type, no such name, and a name that is only there because of the one below it.
		{"ns1.own.example", "mail.own.example", dns.TypeTXT, "NOERROR aa NS{" + ownSOA + "}"},
		{"ns1.own.example", "no.own.example", dns.TypeTXT, "NXDOMAIN aa NS{" + ownSOA + "}"},
		{"ns1.own.example", "b.own.example", dns.TypeTXT, "NOERROR aa NS{" + ownSOA + "}"},
		// Aliases.
		{"ns1.own.example", "www.own.example", dns.TypeA, "NOERROR aa AN{mail.own.example. 600 IN A 203.0.113.9; www.own.example. 600 IN CNAME mail.own.example.}"},
		{"ns1.own.example", "www.own.example", dns.TypeCNAME, "NOERROR aa AN{www.own.example. 600 IN CNAME mail.own.example.}"},
		{"ns1.own.example", "www.own.example", dns.TypeTXT, "NOERROR aa AN{www.own.example. 600 IN CNAME mail.own.example.} NS{" + ownSOA + "}"},
		{"ns1.own.example", "gone.own.example", dns.TypeTXT, "NXDOMAIN aa AN{gone.own.example. 600 IN CNAME nowhere.own.example.} NS{" + ownSOA + "}"},
		{"ns1.xserver.jp", "far.own.example", dns.TypeA, "NOERROR aa AN{far.own.example. 600 IN CNAME www.other.example.}"},
		{"ns1.own.example", "deep.own.example", dns.TypeA, "NOERROR aa AN{deep.own.example. 600 IN CNAME www.below.own.example.}"},
		// Wildcards: not at a name that exists, not for the wildcard's own parent.
		{"ns1.own.example", "x.y.wild.own.example", dns.TypeTXT, `NOERROR aa AN{x.y.wild.own.example. 600 IN TXT "wild"}`},
		{"ns1.own.example", "x.wild.own.example", dns.TypeA, "NOERROR aa NS{" + ownSOA + "}"},
		{"ns1.own.example", "here.wild.own.example", dns.TypeTXT, "NOERROR aa NS{" + ownSOA + "}"},
		{"ns1.own.example", "x.here.wild.own.example", dns.TypeTXT, "NXDOMAIN aa NS{" + ownSOA + "}"},
		{"ns1.own.example", "wild.own.example", dns.TypeTXT, "NOERROR aa NS{" + ownSOA + "}"},
		// Referrals, with the addresses that the zone knows; DS is answered above the cut.
		{"ns1.own.example", "www.below.own.example", dns.TypeA, "NOERROR NS{below.own.example. 3600 IN NS ns.below.own.example.} AD{ns.below.own.example. 3600 IN A 203.0.113.3}"},
		{"ns1.own.example", "below.own.example", dns.TypeDS, "NOERROR aa NS{" + ownSOA + "}"},
		{"a.registry.test", "own.example", dns.TypeTXT, "NOERROR NS{own.example. 3600 IN NS ns1.own.example.; own.example. 3600 IN NS ns1.xserver.jp.}" +
			" AD{ns1.own.example. 3600 IN A 203.0.113.2; ns1.own.example. 3600 IN AAAA 2001:db8:71::2}"},
		{"ns.below.own.example", "www.below.own.example", dns.TypeA, "NOERROR aa AN{www.below.own.example. 3600 IN A 203.0.113.6}"},
		// Not held.
		{"ns1.own.example", "other.example", dns.TypeTXT, "REFUSED"},
		{"ns.below.own.example", "own.example", dns.TypeTXT, "REFUSED"},
	} {
		if got := brief(mustAsk(t, n, c.server, c.name, c.t)); got != c.want {
			t.Errorf("%s %s at %s:\n got %s\nwant %s", c.name, dns.TypeToString[c.t], c.server, got, c.want)
		}
	}
}

func TestTruncation(t *testing.T) {
	n, _ := parse(t, authZones)
	for _, c := range []struct {
		network string
		tc      bool
	}{{"udp", true}, {"tcp", false}} {
		m, err := ask(t, n, c.network, "ns1.own.example", "big.own.example", dns.TypeTXT)
		if err != nil || m.Truncated != c.tc || (len(m.Answer) == 12) == c.tc {
			t.Errorf("%s: %v %v", c.network, err, m)
		}
	}
	m, err := ask(t, n, "udp", n.Resolver().Addr().String(), "big.own.example", dns.TypeTXT)
	if err != nil || !m.Truncated {
		t.Errorf("resolver by UDP: %v %v", err, m)
	}
	m, err = ask(t, n, "tcp", n.Resolver().Addr().String(), "big.own.example", dns.TypeTXT)
	if err != nil || len(m.Answer) != 12 {
		t.Errorf("resolver by TCP: %v %v", err, m)
	}
	// Without EDNS nobody may send more than 512 bytes.
	req := new(dns.Msg).SetQuestion("big.own.example.", dns.TypeTXT)
	wire, err := req.Pack()
	if err != nil {
		t.Fatal(err)
	}
	replies, _ := n.exchange(n.hosts["ns1.own.example"], wire, asker{})
	if len(replies) != 1 || len(replies[0]) > 512 {
		t.Errorf("%d bytes without EDNS", len(replies[0]))
	}
}

// raw sends bytes and gives the reply, nil for none.
func raw(t *testing.T, n *Internet, host string, wire []byte) *dns.Msg {
	t.Helper()
	replies, _ := n.exchange(n.hosts[host], wire, asker{})
	if len(replies) == 0 {
		return nil
	}
	m := new(dns.Msg)
	if err := m.Unpack(replies[0]); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestOddMessages(t *testing.T) {
	n, _ := parse(t, authZones)
	pack := func(m *dns.Msg) []byte {
		b, err := m.Pack()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	plain := func() *dns.Msg { return new(dns.Msg).SetQuestion("own.example.", dns.TypeTXT) }
	if m := raw(t, n, "ns1.own.example", []byte("short")); m != nil {
		t.Errorf("a reply to five bytes: %v", m)
	}
	broken := append(pack(plain())[:14], 0xc0, 0xff)
	if m := raw(t, n, "ns1.own.example", broken); m == nil || m.Rcode != dns.RcodeFormatError {
		t.Errorf("broken: %v", m)
	}
	answer := plain()
	answer.Response = true
	if m := raw(t, n, "ns1.own.example", pack(answer)); m != nil {
		t.Errorf("a reply to a reply: %v", m)
	}
	notify := plain()
	notify.Opcode = dns.OpcodeNotify
	if m := raw(t, n, "ns1.own.example", pack(notify)); m.Rcode != dns.RcodeNotImplemented {
		t.Errorf("notify: %v", m)
	}
	chaos := plain()
	chaos.Question[0].Qclass = dns.ClassCHAOS
	if m := raw(t, n, "ns1.own.example", pack(chaos)); m.Rcode != dns.RcodeRefused {
		t.Errorf("chaos: %v", m)
	}
	edns1 := plain()
	edns1.SetEdns0(1232, false)
	edns1.IsEdns0().SetVersion(1)
	if m := raw(t, n, "ns1.own.example", pack(edns1)); m.Rcode != dns.RcodeBadVers {
		t.Errorf("EDNS 1: %v", m)
	}
	if m := raw(t, n, "ns1.own.example", pack(plain())); m.IsEdns0() != nil {
		t.Error("EDNS to somebody who does not know it")
	}
	quiet := plain()
	quiet.RecursionDesired = false
	if m := raw(t, n, "resolver.lab.test", pack(quiet)); m.Rcode != dns.RcodeRefused {
		t.Errorf("no recursion desired: %v", m)
	}
}

func FuzzExchange(f *testing.F) {
	n, _ := parse(f, authZones)
	wire, err := new(dns.Msg).SetQuestion("www.own.example.", dns.TypeA).Pack()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(wire, true)
	f.Add(wire[:13], false)
	f.Fuzz(func(t *testing.T, b []byte, resolver bool) {
		host := "ns1.own.example"
		if resolver {
			host = "resolver.lab.test"
		}
		replies, _ := n.exchange(n.hosts[host], b, asker{})
		for _, r := range replies {
			if err := new(dns.Msg).Unpack(r); err != nil {
				t.Fatalf("sends what cannot be read: %v", err)
			}
		}
	})
}
