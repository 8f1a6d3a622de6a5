package probe

import (
	"crypto"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/probe/realdns"
	"example.org/todoku/checks/snapshot"
)

// fault is a domain of the world below, delegated to these servers (the last number of 127.0.44.N).
type fault struct {
	name    string
	servers []int
	signed  *signer // its DS stands in the registry's zone
}

// The servers of the world below.
const (
	registry, first, second, stranger, silentOne, failingOne = 1, 2, 3, 9, 8, 7
)

func at44(n int) netip.Addr { return netip.AddrFrom4([4]byte{127, 0, 44, byte(n)}) }

// signer is a zone's key.
type signer struct {
	key    *dns.DNSKEY
	secret crypto.Signer
}

func newSigner(t *testing.T, zone string) *signer {
	t.Helper()
	k := &dns.DNSKEY{Hdr: dns.RR_Header{Name: dns.Fqdn(zone), Rrtype: dns.TypeDNSKEY, Class: dns.ClassINET, Ttl: 300}, Flags: 257, Protocol: 3, Algorithm: dns.ECDSAP256SHA256}
	secret, err := k.Generate(256)
	if err != nil {
		t.Fatal(err)
	}
	return &signer{k, secret.(crypto.Signer)}
}

func (s *signer) ds() string { return s.key.ToDS(dns.SHA256).String() }

// sign adds the key and the signatures of every record set, good from and until then.
func (s *signer) sign(t *testing.T, zone, text string, from, until time.Time) string {
	t.Helper()
	sets := map[string][]dns.RR{}
	p := dns.NewZoneParser(strings.NewReader(text), dns.Fqdn(zone), "zone")
	p.SetDefaultTTL(300)
	for rr, ok := p.Next(); ok; rr, ok = p.Next() {
		k := rr.Header().Name + dns.TypeToString[rr.Header().Rrtype]
		sets[k] = append(sets[k], rr)
	}
	if p.Err() != nil {
		t.Fatal(p.Err())
	}
	sets["key"] = []dns.RR{s.key}
	var out strings.Builder
	for _, set := range sets {
		sig := &dns.RRSIG{KeyTag: s.key.KeyTag(), SignerName: dns.Fqdn(zone), Algorithm: s.key.Algorithm,
			Inception: uint32(from.Unix()), Expiration: uint32(until.Unix())}
		if err := sig.Sign(s.secret, set); err != nil {
			t.Fatal(err)
		}
		for _, rr := range append(set, sig) {
			out.WriteString(rr.String() + "\n")
		}
	}
	return out.String()
}

// zoneText is a healthy zone at two servers, with an SPF record that says which copy it is.
func zoneText(name string, serial int, servers []int, spf string) string {
	b := fmt.Sprintf("$TTL 300\n@ SOA ns%d.%s. x.%s. %d 60 60 600 30\n", servers[0], name, name, serial)
	for _, n := range servers {
		b += fmt.Sprintf("@ NS ns%d\nns%d A %s\n", n, n, at44(n))
	}
	return b + "@ MX 10 mail\nmail A 127.0.44.20\n@ TXT \"" + spf + "\"\n_dmarc TXT \"v=DMARC1; p=none\"\n"
}

// brokenWorld is one registry with a domain for each fault, all on real servers.
func brokenWorld(t *testing.T) *Client {
	t.Helper()
	spf := "v=spf1 ip4:192.0.2.0/24 -all"
	expired, right := newSigner(t, "expired.example"), newSigner(t, "signed.example")
	left := newSigner(t, "left.example")
	domains := []fault{
		{"lame.example", []int{first, second, stranger}, nil}, {"gone.example", []int{stranger}, nil}, {"dead.example", []int{first, silentOne}, nil},
		{"lag.example", []int{first, second}, nil}, {"behind.example", []int{first, second}, nil}, {"failing.example", []int{first, failingOne}, nil},
		{"out.example", []int{failingOne}, nil},
		{"big.example", []int{first, second}, nil}, {"left.example", []int{first, second}, left},
		{"expired.example", []int{first, second}, expired}, {"signed.example", []int{first, second}, right},
	}
	reg := "$TTL 300\n@ SOA ns x 1 60 60 600 30\n@ NS ns\nns A 127.0.44.1\n"
	var anchors []string
	for _, d := range domains {
		for _, n := range d.servers {
			reg += fmt.Sprintf("%s. NS ns%d.%s.\nns%d.%s. A %s\n", d.name, n, d.name, n, d.name, at44(n))
		}
		if d.signed != nil {
			reg += d.signed.ds() + "\n"
			anchors = append(anchors, d.signed.ds())
		}
	}
	var one, two []realdns.Zone
	both := func(name, text string) {
		one, two = append(one, realdns.Zone{Name: name, Text: text}), append(two, realdns.Zone{Name: name, Text: text})
	}
	pair := []int{first, second}
	both("lame.example", zoneText("lame.example", 2026112201, pair, spf))
	one = append(one, realdns.Zone{Name: "dead.example", Text: zoneText("dead.example", 1, []int{first, silentOne}, spf)},
		realdns.Zone{Name: "failing.example", Text: zoneText("failing.example", 1, []int{first, failingOne}, spf)},
		realdns.Zone{Name: "lag.example", Text: zoneText("lag.example", 2026112201, pair, spf)},
		realdns.Zone{Name: "behind.example", Text: zoneText("behind.example", 2026112203, pair, spf)})
	two = append(two, realdns.Zone{Name: "lag.example", Text: zoneText("lag.example", 2026102201, pair, "v=spf1 -all")},
		realdns.Zone{Name: "behind.example", Text: zoneText("behind.example", 2026112202, pair, spf)})
	big := zoneText("big.example", 1, pair, spf)
	for i := range 12 {
		big += fmt.Sprintf("@ TXT \"verification-%d-%s\"\n", i, strings.Repeat("x", 200))
	}
	both("big.example", big)
	both("left.example", zoneText("left.example", 1, pair, spf))
	now := time.Now()
	both("expired.example", expired.sign(t, "expired.example", zoneText("expired.example", 1, pair, spf), now.AddDate(0, -2, 0), now.AddDate(0, -1, 0)))
	both("signed.example", right.sign(t, "signed.example", zoneText("signed.example", 1, pair, spf), now.AddDate(0, -1, 0), now.AddDate(0, 1, 0)))

	w := realdns.StartValidating(t, at44(53), anchors,
		realdns.Authority{Addr: at44(registry), Zones: []realdns.Zone{{Name: "example", Text: reg}}},
		realdns.Authority{Addr: at44(first), Zones: one}, realdns.Authority{Addr: at44(second), Zones: two},
		realdns.Authority{Addr: at44(stranger), Zones: []realdns.Zone{{Name: "other.test", Text: "@ 60 SOA a b 1 1 1 1 1\n@ 60 NS a\n"}}})
	realdns.Silent(t, netip.AddrPortFrom(at44(silentOne), w.Port))
	serveFailing(t, netip.AddrPortFrom(at44(failingOne), w.Port))
	return New(Config{Dialer: loopbackOnly{t}, Resolvers: []netip.AddrPort{w.Resolver}, Private: true, Port: w.Port, Timeout: 2 * time.Second}, loadCatalog(t))
}

// serveFailing is a server whose copies have all run out.
func serveFailing(t *testing.T, at netip.AddrPort) {
	t.Helper()
	fail := dns.HandlerFunc(func(w dns.ResponseWriter, r *dns.Msg) {
		_ = w.WriteMsg(new(dns.Msg).SetRcode(r, dns.RcodeServerFailure))
	})
	udp, err := net.ListenPacket("udp", at.String())
	if err != nil {
		t.Fatal(err)
	}
	s := &dns.Server{PacketConn: udp, Handler: fail}
	go func() { _ = s.ActivateAndServe() }()
	t.Cleanup(func() { _ = s.Shutdown() })
}

// Every fault of a delegation, at real servers, ends as its finding with the right words, or as not known with a reason.
func TestRealDelegation(t *testing.T) {
	t.Parallel()
	c := brokenWorld(t)
	deaf := []checks.Code{checks.DNSUnreachable, checks.DomainUnregistered, checks.ZoneUnreachable, checks.NSLame, checks.NSDead, checks.NSDisagree, checks.NSMoving,
		checks.NSAddress, checks.DNSSECBogus, checks.SplitView, checks.SPFMissing, checks.MXMissing, checks.DMARCMissing, checks.SPFUnknown, checks.DMARCUnknown}
	for _, tt := range []struct {
		domain string
		code   checks.Code // "": none of the above
		level  checks.Severity
		state  checks.State
	}{
		{"lame.example", checks.NSLame, checks.Advice, checks.State{}},
		{"gone.example", checks.ZoneUnreachable, checks.Blocks, checks.ZoneLame},
		{"dead.example", checks.NSDead, checks.Harms, checks.State{}},
		{"lag.example", checks.NSDisagree, checks.Harms, checks.DisagreeRecords},
		{"behind.example", checks.NSDisagree, checks.Advice, checks.DisagreeSerial},
		{"failing.example", checks.NSLame, checks.Harms, checks.State{}},
		{"out.example", checks.ZoneUnreachable, checks.Unknown, checks.ZoneSilent},
		{"left.example", checks.DNSSECBogus, checks.Blocks, checks.BogusLeft},
		{"expired.example", checks.DNSSECBogus, checks.Blocks, checks.BogusUntil},
		{"signed.example", "", "", checks.State{}},
		{"big.example", "", "", checks.State{}},
		{"nobody.example", checks.DomainUnregistered, checks.Blocks, checks.State{}},
	} {
		t.Run(tt.domain, func(t *testing.T) {
			t.Parallel()
			a := owner.Answers{Domain: tt.domain}
			began := time.Now()
			s, err := c.Run(t.Context(), a, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			found := checks.Causes(checks.Diagnose(facts.Read(a, s, c.cat)))
			i := slices.IndexFunc(found, func(f checks.Finding) bool { return f.Code == tt.code })
			switch {
			case tt.code != "" && i < 0:
				t.Errorf("%s is not found", tt.code)
			case tt.code != "" && (found[i].Severity != tt.level || tt.state != checks.State{} && !found[i].Is(tt.state)):
				t.Errorf("%s: %s %v, want %s %s", tt.code, found[i].Severity, found[i].States, tt.level, tt.state)
			}
			for _, f := range found {
				if f.Code != tt.code && slices.Contains(deaf, f.Code) {
					t.Errorf("claims %s %v", f.Code, f.Args)
				}
			}
			spf, _ := s.Find(snapshot.Key{Name: tt.domain, Type: snapshot.TXT, Via: snapshot.Authority})
			if tt.domain == "big.example" && (spf.Transport != "tcp" || len(spf.Records) != 13) {
				t.Errorf("truncation: %s, %d records", spf.Transport, len(spf.Records))
			}
			if tt.domain == "lag.example" && !slices.Contains(spf.Data(), "v=spf1 ip4:192.0.2.0/24 -all") {
				t.Errorf("the old copy counts: %q", spf.Data())
			}
			if took := time.Since(began); took > 7*time.Second {
				t.Errorf("took %s", took)
			}
			if t.Failed() {
				for _, a := range s.Answers {
					t.Logf("%-9s %-30s %-6s @%s %s %s %q %v", a.Via, a.Name, a.Type, a.Key.At, a.Status, a.Reason, a.Data(), a.Errors)
				}
			}
		})
	}
}
