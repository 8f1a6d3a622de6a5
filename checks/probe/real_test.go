package probe

import (
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/probe/realdns"
	"example.org/todoku/checks/snapshot"
)

// realWorld is two good servers, a dead one, a lame one, a registry and a resolver, all real.
func realWorld(t *testing.T) *Client {
	t.Helper()
	zone := func(name string) realdns.Zone {
		text, err := os.ReadFile("testdata/zones/" + name + ".zone")
		if err != nil {
			t.Fatal(err)
		}
		return realdns.Zone{Name: name, Text: string(text)}
	}
	ip := netip.MustParseAddr
	shop := []realdns.Zone{zone("shop.example")}
	w := realdns.Start(t, ip("127.0.43.53"),
		realdns.Authority{Addr: ip("127.0.43.1"), Zones: []realdns.Zone{zone("example"), zone("127.in-addr.arpa")}},
		realdns.Authority{Addr: ip("127.0.43.2"), Zones: shop},
		realdns.Authority{Addr: ip("127.0.43.3"), Zones: shop},
		realdns.Authority{Addr: ip("127.0.43.9"), Zones: []realdns.Zone{{Name: "other.example", Text: "@ 60 SOA a b 1 1 1 1 1\n@ 60 NS a\n"}}},
	)
	realdns.Silent(t, netip.AddrPortFrom(ip("127.0.43.8"), w.Port))
	return New(Config{Dialer: loopbackOnly{t}, Resolvers: []netip.AddrPort{w.Resolver}, Private: true, Port: w.Port}, nil)
}

// TestReal shares its servers among the tests that only ask them; those that wait do so at the same time.
func TestReal(t *testing.T) {
	t.Parallel()
	c := realWorld(t)
	for name, test := range map[string]func(*testing.T, *Client){"servers": realServers, "caching": realCaching, "run": realRun} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, c)
		})
	}
}

func realServers(t *testing.T, c *Client) {
	auth := func(name string, typ snapshot.Type) snapshot.Answer {
		return c.Ask(t.Context(), askAuth("shop.example", name, typ, "127.0.43.2"))
	}

	a := auth("escapes.shop.example", snapshot.TXT)
	if want := "quote \" backslash \\ semicolon ; \xff\x00\x1b[31m \x81`"; !slices.Equal(a.Data(), []string{want}) || !a.AA {
		t.Errorf("escapes: %q, want %q", a.Data(), want)
	}
	a = auth("big.shop.example", snapshot.TXT)
	if len(a.Records) != 6 || a.Transport != "tcp" || len(a.Data()[5]) != 250 {
		t.Errorf("truncation: %d records by %s %s", len(a.Records), a.Transport, a.Reason)
	}
	a = auth("nothing.shop.example", snapshot.TXT)
	if a.Status != snapshot.NXDomain || a.SOA == nil || a.SOA.NegativeTTL() != 30 || a.SOA.Serial != 2026112201 {
		t.Errorf("absent: %s %+v", a.Status, a.SOA)
	}
	a = auth("s1._domainkey.shop.example", snapshot.TXT)
	if a.Status != snapshot.OK || len(a.Records) > 0 || len(a.Chain) != 1 {
		t.Errorf("alias out of the zone: %+v", a)
	}
	if a = auth("mail.shop.example", snapshot.TXT); a.Status != snapshot.NoData {
		t.Errorf("no data: %s", a.Status)
	}
	q := askAuth("shop.example", "shop.example", snapshot.SOA, "127.0.43.9")
	if a = c.Ask(t.Context(), q); a.Reason != snapshot.Refused && a.Reason != snapshot.ServFail {
		t.Errorf("lame: %s %s", a.Status, a.Reason)
	}
	q = askAuth("example", "shop.example", snapshot.NS, "127.0.43.1")
	if a = c.Ask(t.Context(), q); a.Reason != snapshot.Delegated || len(a.Referral) != 4 || len(a.Glue) != 4 {
		t.Errorf("delegation: %s %v %v", a.Reason, a.Referral, a.Glue)
	}
}

// A resolver counts down what it keeps, the absence of a name too; the authority does not.
func realCaching(t *testing.T, c *Client) {
	first := c.Ask(t.Context(), ask("shop.example", snapshot.TXT))
	none := c.Ask(t.Context(), ask("nothing.shop.example", snapshot.TXT))
	if !first.Known() || none.Status != snapshot.NXDomain || none.SOA == nil {
		t.Fatalf("%s %s, %s %s %+v", first.Status, first.Reason, none.Status, none.Reason, none.SOA)
	}
	time.Sleep(2100 * time.Millisecond)
	ttl, _ := first.TTL()
	again := c.Ask(t.Context(), ask("shop.example", snapshot.TXT))
	if left, _ := again.TTL(); left >= ttl || left < ttl-10 {
		t.Errorf("%d seconds left of %d", left, ttl)
	}
	gone := c.Ask(t.Context(), ask("nothing.shop.example", snapshot.TXT))
	if gone.SOA.TTL >= none.SOA.TTL || gone.SOA.NegativeTTL() > 30 {
		t.Errorf("the absence: %d seconds left of %d", gone.SOA.TTL, none.SOA.TTL)
	}
	auth := c.Ask(t.Context(), askAuth("shop.example", "shop.example", snapshot.TXT, "127.0.43.2"))
	if left, _ := auth.TTL(); left != 300 {
		t.Errorf("the authority says %d", left)
	}
}

func realRun(t *testing.T, c *Client) {
	began := time.Now()
	s, err := c.Run(t.Context(), owner.Answers{Domain: "shop.example"}, nil, nil)
	if took := time.Since(began); err != nil || took > 5*time.Second {
		t.Fatalf("%v after %s", err, took)
	}
	for _, f := range s.Failures() {
		bad := f.Via == snapshot.Server && (f.Key.At == "dead.shop.example" || f.Key.At == "lame.shop.example")
		if !bad {
			t.Errorf("%v: %s at %s", f.Key, f.Reason, f.Server)
		}
	}
	for _, want := range []struct {
		name string
		typ  snapshot.Type
		data string
	}{
		{"shop.example", snapshot.TXT, "v=spf1 include:include.example mx ~all"},
		{"include.example", snapshot.TXT, "v=spf1 ip4:192.0.2.0/24 include:deeper.example ~all"},
		{"deeper.example", snapshot.TXT, "v=spf1 ip4:198.51.100.0/24 ~all"},
		{"_dmarc.shop.example", snapshot.TXT, "v=DMARC1; p=none; rua=mailto:r@reports.example"},
		{"shop.example", snapshot.MX, "mail.shop.example"},
		{"mail.shop.example", snapshot.A, "127.0.43.20"},
		{"20.43.0.127.in-addr.arpa", snapshot.PTR, "mail.shop.example"},
	} {
		if a := s.Get(want.name, want.typ); strings.Join(a.Data(), ",") != want.data {
			t.Errorf("%s %s: %s %s %q", want.name, want.typ, a.Status, a.Reason, a.Data())
		}
	}
	if a := s.TXT("s1._domainkey.shop.example"); a.Status != snapshot.NXDomain || len(a.Chain) != 1 {
		t.Errorf("a key whose alias leads nowhere: %+v", a)
	}
	for at, reason := range map[string]snapshot.Reason{"dead.shop.example": snapshot.Timeout, "lame.shop.example": snapshot.Refused} {
		a, _ := s.Find(snapshot.Key{Name: "shop.example", Type: snapshot.SOA, Via: snapshot.Server, At: at})
		if a.Reason != reason && !(reason == snapshot.Refused && a.Reason == snapshot.ServFail) {
			t.Errorf("%s: %s %s", at, a.Status, a.Reason)
		}
	}
	perm, _ := s.Find(snapshot.Key{Name: "shop.example._report._dmarc.reports.example", Type: snapshot.TXT, Via: snapshot.Resolver})
	if perm.Status != snapshot.NXDomain {
		t.Errorf("report permission: %s %s", perm.Status, perm.Reason)
	}
	if len(s.Answers) > 80 {
		t.Errorf("%d questions", len(s.Answers))
	}
}
