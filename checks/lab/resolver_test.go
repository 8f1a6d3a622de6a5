package lab

import (
	"slices"
	"testing"
	"time"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

func TestResolver(t *testing.T) {
	n, _ := parse(t, authZones+`-- zone lame.example @ ns1.own.example --
@ TXT "never seen"
-- delegation lame.example @ ns1.dns.ne.jp ns2.dns.ne.jp --
-- zone half.example @ ns1.own.example --
@ TXT "seen"
-- delegation half.example @ ns1.dns.ne.jp ns.gone.example ns1.own.example --
-- delegation nowhere.example @ ns.nowhere.example --
`)
	for _, c := range []struct {
		name string
		t    uint16
		want string
	}{
		{"own.example", dns.TypeTXT, `NOERROR ra AN{own.example. 600 IN TXT "v=spf1 -all"}`},
		{"far.own.example", dns.TypeA, "NOERROR ra AN{far.own.example. 600 IN CNAME www.other.example.; www.other.example. 3600 IN A 203.0.113.5}"},
		{"deep.own.example", dns.TypeA, "NOERROR ra AN{deep.own.example. 600 IN CNAME www.below.own.example.; www.below.own.example. 3600 IN A 203.0.113.6}"},
		{"deep.own.example", dns.TypeCNAME, "NOERROR ra AN{deep.own.example. 600 IN CNAME www.below.own.example.}"},
		{"gone.own.example", dns.TypeA, "NXDOMAIN ra AN{gone.own.example. 600 IN CNAME nowhere.own.example.} NS{" + ownSOA + "}"},
		{"mail.own.example", dns.TypeTXT, "NOERROR ra NS{" + ownSOA + "}"},
		{"b.own.example", dns.TypeTXT, "NOERROR ra NS{" + ownSOA + "}"},
		{"x.wild.own.example", dns.TypeMX, "NOERROR ra AN{x.wild.own.example. 600 IN MX 5 mail.own.example.}"},
		{"below.own.example", dns.TypeDS, "NOERROR ra NS{" + ownSOA + "}"},
		{"half.example", dns.TypeTXT, `NOERROR ra AN{half.example. 3600 IN TXT "seen"}`},
		{"lame.example", dns.TypeTXT, "SERVFAIL ra"},
		{"nowhere.example", dns.TypeTXT, "SERVFAIL ra"},
		{"round.own.example", dns.TypeA, "SERVFAIL ra"},
		{"9.2.0.192.in-addr.arpa", dns.TypePTR, "NXDOMAIN ra NS{2.0.192.in-addr.arpa. 900 IN SOA ns1.reverse.test. hostmaster.ns1.reverse.test. 2026110101 10800 3600 604800 900}"},
		{"53.2.0.192.in-addr.arpa", dns.TypePTR, "NOERROR ra AN{53.2.0.192.in-addr.arpa. 3600 IN PTR resolver.lab.test.}"},
		{"ns1.google.com", dns.TypeA, "NOERROR ra AN{ns1.google.com. 3600 IN A 198.51.100.1}"},
		{"dns.google", dns.TypeA, "NOERROR ra AN{dns.google. 3600 IN A 8.8.8.8}"},
		{"unregistered.example", dns.TypeNS, "NXDOMAIN ra NS{example. 900 IN SOA a.registry.test. hostmaster.a.registry.test. 2026110101 10800 3600 604800 900}"},
		{"nosuchtld", dns.TypeNS, "NXDOMAIN ra NS{. 900 IN SOA a.root-servers.net. hostmaster.a.root-servers.net. 2026110101 10800 3600 604800 900}"},
	} {
		for i := range 2 { // from the servers, then from the memory
			if got := brief(mustAsk(t, n, "resolver.lab.test", c.name, c.t)); got != c.want {
				t.Errorf("%s %s, time %d:\n got %s\nwant %s", c.name, dns.TypeToString[c.t], i+1, got, c.want)
			}
		}
	}
	m := mustAsk(t, n, "resolver.lab.test", "lame.example", dns.TypeTXT)
	if ede, ok := m.IsEdns0().Option[0].(*dns.EDNS0_EDE); !ok || ede.InfoCode != dns.ExtendedErrorCodeNoReachableAuthority {
		t.Errorf("no extended error: %v", m)
	}
}

// at returns a place's answer to a TXT question: the first string and its TTL; for a negative answer the SOA's TTL.
func at(t *testing.T, n *Internet, server, name string) (string, uint32) {
	t.Helper()
	m := mustAsk(t, n, server, name, dns.TypeTXT)
	for _, rr := range slices.Concat(m.Answer, m.Ns) {
		if txt, ok := rr.(*dns.TXT); ok {
			return txt.Txt[0], txt.Hdr.Ttl
		}
		if soa, ok := rr.(*dns.SOA); ok {
			return dns.RcodeToString[m.Rcode], soa.Hdr.Ttl
		}
	}
	return "", 0
}

const ttlZones = `-- zone time.example @ ns1.xserver.jp --
@     SOA ns1.xserver.jp. hostmaster 1 3600 900 604800 300
@     600     TXT "old"
long  100000  TXT "long"
zero  0       TXT "zero"
`

func TestCachesKeepWhatTheyMay(t *testing.T) {
	n, clock := parse(t, ttlZones)
	for _, c := range []struct {
		after   time.Duration
		name    string
		want    string
		ttl     uint32
		replace bool
	}{
		{0, "time.example", "old", 600, false},
		{0, "new.time.example", "NXDOMAIN", 300, true}, // from here the authority has "new" at both
		{299 * time.Second, "new.time.example", "NXDOMAIN", 1, false},
		{0, "time.example", "old", 301, false},
		{time.Second, "new.time.example", "new", 3600, false},
		{299*time.Second + time.Millisecond, "time.example", "old", 1, false},
		{time.Second, "time.example", "new", 3600, false},
		{0, "new.time.example", "new", 3300, false},
	} {
		clock.Advance(c.after)
		got, ttl := at(t, n, "resolver.lab.test", c.name)
		if got != c.want || ttl != c.ttl {
			t.Errorf("%s at %s: %q %d, want %q %d", c.name, clock.Now().Sub(start), got, ttl, c.want, c.ttl)
		}
		if c.replace {
			if err := n.Publish([]snapshot.Edit{
				{Name: "time.example", Type: snapshot.TXT, Remove: []string{"old"}, Add: []string{"new"}},
				{Name: "new.time.example", Type: snapshot.TXT, Add: []string{"new"}},
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestCaps(t *testing.T) {
	n, _ := parse(t, ttlZones)
	for place, want := range map[string]uint32{"google": 21600, "cloudflare": 100000, "quad9": 43200, "system": 100000} {
		if got, ttl := at(t, n, n.resolvers[place].server.addrs[0].String(), "long.time.example"); got != "long" || ttl != want {
			t.Errorf("%s: %q %d, want %d", place, got, ttl, want)
		}
	}
	edit := []snapshot.Edit{{Name: "zero.time.example", Type: snapshot.TXT, Remove: []string{"zero"}, Add: []string{"one"}}}
	if got, ttl := at(t, n, "resolver.lab.test", "zero.time.example"); got != "zero" || ttl != 0 {
		t.Errorf("%q %d", got, ttl)
	}
	if err := n.Publish(edit); err != nil {
		t.Fatal(err)
	}
	if got, _ := at(t, n, "resolver.lab.test", "zero.time.example"); got != "one" {
		t.Errorf("a TTL of 0 was kept: %q", got)
	}
}

// TestGoogleHasSeveralCaches: two questions in a row may see different answers.
func TestGoogleHasSeveralCaches(t *testing.T) {
	n, _ := parse(t, ttlZones)
	first, _ := at(t, n, "8.8.8.8", "time.example")
	if err := n.Publish([]snapshot.Edit{{Name: "time.example", Type: snapshot.TXT, Remove: []string{"old"}, Add: []string{"new"}}}); err != nil {
		t.Fatal(err)
	}
	second, _ := at(t, n, "8.8.8.8", "time.example")
	third, _ := at(t, n, "8.8.8.8", "time.example")
	if first != "old" || second != "new" || third != "old" {
		t.Errorf("%q %q %q", first, second, third)
	}
}

// TestPrimed: what a story says was asked is cached with so much less time left.
func TestPrimed(t *testing.T) {
	n, clock := open(t, "S1")
	ttls := func() (out []uint32) {
		for range 2 {
			_, ttl := at(t, n, "8.8.8.8", "hanazono.example")
			out = append(out, ttl)
		}
		slices.Sort(out)
		return out
	}
	if got := ttls(); !slices.Equal(got, []uint32{29 * 60, 48 * 60}) {
		t.Errorf("TTLs %v", got)
	}
	sc, err := Find("S1")
	if err != nil {
		t.Fatal(err)
	}
	const value = "v=spf1 include:_spf.google.com ~all"
	if err := n.Publish([]snapshot.Edit{{Name: sc.Answers.Domain, Type: snapshot.TXT, Add: []string{value}}}); err != nil {
		t.Fatal(err)
	}
	if m := mustAsk(t, n, "8.8.8.8", sc.Answers.Domain, dns.TypeTXT); len(m.Answer) != 1 {
		t.Errorf("seen at once: %v", m)
	}
	clock.Advance(48 * time.Minute)
	if m := mustAsk(t, n, "8.8.8.8", sc.Answers.Domain, dns.TypeTXT); len(m.Answer) != 2 {
		t.Errorf("not seen after the wait: %v", m)
	}
}

// TestPrimedLate: whether time passes, records change or servers break before the first question makes no difference to
// what was asked before the story began.
func TestPrimedLate(t *testing.T) {
	for name, first := range map[string]func(*Internet, *Clock) error{
		"time":    func(_ *Internet, clock *Clock) error { clock.Advance(5 * time.Minute); return nil },
		"a fault": func(n *Internet, _ *Clock) error { return n.Fault("*", Fault{Kind: ServFail, Name: "example"}) },
		"a change": func(n *Internet, _ *Clock) error {
			return n.Publish([]snapshot.Edit{{Name: "hanazono.example", Type: snapshot.TXT, Add: []string{"v=spf1 -all"}}})
		},
	} {
		n, clock := open(t, "S1")
		if err := first(n, clock); err != nil {
			t.Fatal(err)
		}
		gone := uint32(0)
		if name == "time" {
			gone = 5 * 60
		}
		if err := n.Fault("*"); err != nil {
			t.Fatal(err)
		}
		m := mustAsk(t, n, "9.9.9.9", "hanazono.example", dns.TypeTXT) // asked 44 minutes ago
		if len(m.Answer) != 1 || m.Answer[0].Header().Ttl != 3600-44*60-gone {
			t.Errorf("%s: %v", name, m.Answer)
		}
	}
}

func TestPlaces(t *testing.T) {
	n, _ := open(t, "S8")
	var got []string
	for _, p := range n.Places() {
		got = append(got, p.ID+" "+p.Addr.String())
	}
	want := []string{"system 192.0.2.53:53", "google 8.8.8.8:53", "cloudflare 1.1.1.1:53", "quad9 9.9.9.9:53"}
	if !slices.Equal(got, want) || n.Resolver().String() != "192.0.2.53:53" {
		t.Errorf("%v", got)
	}
}
