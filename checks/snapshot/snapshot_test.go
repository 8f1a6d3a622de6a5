package snapshot

import (
	"net/netip"
	"slices"
	"testing"
	"time"
)

func key(name string, t Type, via Via) Key { return Key{Name: name, Type: t, Via: via} }

func txt(name string, via Via, values ...string) Answer {
	a := Answer{Key: key(name, TXT, via), Status: OK}
	for _, v := range values {
		a.Records = append(a.Records, Record{Data: v, TTL: 300})
	}
	if len(values) == 0 {
		a.Status = NoData
	}
	return a
}

func TestGetPrefersTheAuthorityAndFollowsAliases(t *testing.T) {
	s := New("shop.example", time.Time{})
	s.Add(txt("shop.example", Resolver, "old"))
	s.Add(txt("shop.example", Authority, "new"))
	if got := s.TXT("SHOP.example").Data(); !slices.Equal(got, []string{"new"}) {
		t.Errorf("got %q, want the authority's answer", got)
	}
	referred := Answer{Key: key("sub.shop.example", TXT, Authority), Status: Failed, Reason: Delegated}
	s.Add(referred)
	s.Add(txt("sub.shop.example", Resolver, "below"))
	if got := s.TXT("sub.shop.example").Data(); !slices.Equal(got, []string{"below"}) {
		t.Errorf("after a referral got %q, want the resolver's answer", got)
	}
	s.Add(Answer{Key: key("k._domainkey.shop.example", TXT, Authority), Status: OK, Chain: []Link{{Name: "k._domainkey.shop.example", Target: "k.sender.example", TTL: 60}}})
	if got := s.TXT("k._domainkey.shop.example").Status; got != Unasked {
		t.Errorf("an alias to a name that nobody asked is %q, want unasked", got)
	}
	s.Add(txt("k.sender.example", Resolver, "p=abc"))
	got := s.TXT("k._domainkey.shop.example")
	if !slices.Equal(got.Data(), []string{"p=abc"}) || len(got.Chain) != 1 || got.Name != "k._domainkey.shop.example" {
		t.Errorf("through the alias got %+v", got)
	}
	s.Add(Answer{Key: key("a.example", TXT, Resolver), Status: OK, Chain: []Link{{Name: "a.example", Target: "b.example", TTL: 1}}})
	s.Add(Answer{Key: key("b.example", TXT, Resolver), Status: OK, Chain: []Link{{Name: "b.example", Target: "a.example", TTL: 1}}})
	if got := s.TXT("a.example"); got.Known() || got.Reason != Loop {
		t.Errorf("a circle of aliases is %q %q, want failed loop", got.Status, got.Reason)
	}
}

func TestZone(t *testing.T) {
	s := New("mail.shop.example", time.Time{})
	if _, ok := s.Zone(); ok {
		t.Error("a zone is known before anything was asked")
	}
	s.Add(Answer{Key: key("mail.shop.example", NS, Resolver), Status: NoData})
	s.Add(Answer{Key: key("shop.example", NS, Resolver), Status: OK, Records: []Record{{Data: "ns1.dns.example"}}})
	if z, ok := s.Zone(); !ok || z != "shop.example" {
		t.Errorf("zone is %q %v, want shop.example", z, ok)
	}
	if s.InZone("xshop.example") || !s.InZone("_dmarc.shop.example") {
		t.Error("InZone must go by labels")
	}
	silent := New("mail.shop.example", time.Time{})
	silent.Add(Answer{Key: key("mail.shop.example", NS, Resolver), Status: Failed, Reason: Timeout})
	silent.Add(Answer{Key: key("shop.example", NS, Resolver), Status: OK, Records: []Record{{Data: "ns1.dns.example"}}})
	if z, ok := silent.Zone(); ok {
		t.Errorf("zone is %q although the first question failed", z)
	}
}

// TestZoneOfAlias: name servers that were reached over an alias are those of its target.
func TestZoneOfAlias(t *testing.T) {
	servers := []Record{{Data: "ns1.dns.example"}}
	s := New("www.shop.example", time.Time{})
	s.Add(Answer{Key: key("www.shop.example", NS, Resolver), Status: OK, Records: servers, Chain: []Link{{Name: "www.shop.example", Target: "shop.example", TTL: 1}}})
	s.Add(Answer{Key: key("shop.example", NS, Resolver), Status: OK, Records: servers})
	if z, ok := s.Zone(); !ok || z != "shop.example" {
		t.Errorf("zone is %q %v, want shop.example", z, ok)
	}
	apex := New("shop.example", time.Time{})
	apex.Add(Answer{Key: key("shop.example", NS, Resolver), Status: OK, Records: servers, Chain: []Link{{Name: "shop.example", Target: "web.example", TTL: 1}}})
	apex.Add(Answer{Key: key("example", NS, Resolver), Status: OK, Records: servers})
	if z, ok := apex.Zone(); ok {
		t.Errorf("zone is %q, though nobody told that the registered domain is one", z)
	}
	apex.Add(Answer{Key: Key{Name: "shop.example", Type: NS, Via: Server, At: "ns.registry.example"}, Status: Failed, Reason: Delegated, Referral: []string{"ns1.dns.example"}})
	if z, ok := apex.Zone(); !ok || z != "shop.example" {
		t.Errorf("zone is %q %v, want shop.example, to which the zone above sends the world", z, ok)
	}
}

func TestWith(t *testing.T) {
	s := New("shop.example", time.Time{})
	s.Add(txt("shop.example", Authority, "v=spf1 -all", "google-site-verification=x"))
	s.Add(Answer{Key: key("_domainkey.shop.example", TXT, Authority), Status: NXDomain})
	s.Add(Answer{Key: key("k._domainkey.shop.example", TXT, Authority), Status: NXDomain})
	later := s.With([]Edit{
		{Name: "shop.example", Type: TXT, Remove: []string{"v=spf1 -all"}, Add: []string{"v=spf1 mx ~all"}, TTL: 60},
		{Name: "k._domainkey.shop.example", Type: CNAME, Add: []string{"k.sender.example"}, TTL: 60},
		{Name: "_dmarc.shop.example", Type: TXT, Add: []string{"v=DMARC1; p=none"}, TTL: 60},
	})
	if got := later.TXT("shop.example").Data(); !slices.Equal(got, []string{"google-site-verification=x", "v=spf1 mx ~all"}) {
		t.Errorf("apex is %q", got)
	}
	if got := later.TXT("_dmarc.shop.example").Data(); len(got) != 1 {
		t.Errorf("dmarc is %q", got)
	}
	if got := later.TXT("_domainkey.shop.example").Status; got != NoData {
		t.Errorf("the name above a new one is %q, want nodata", got)
	}
	if got := later.TXT("k._domainkey.shop.example"); got.Status != Unasked || len(got.Chain) != 1 {
		t.Errorf("a new alias answers %+v", got)
	}
	if got := s.TXT("shop.example").Data(); got[0] != "v=spf1 -all" {
		t.Errorf("the original changed: %q", got)
	}
	gone := s.With([]Edit{{Name: "shop.example", Type: TXT, Remove: []string{"v=spf1 -all", "google-site-verification=x"}}})
	if a := gone.TXT("shop.example"); !a.Absent() {
		t.Errorf("after removing all: %+v", a)
	}
}

func TestReverse(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.1":        "1.2.0.192.in-addr.arpa",
		"::ffff:192.0.2.1": "1.2.0.192.in-addr.arpa",
		"2001:db8::1":      "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
	} {
		if got := Reverse(netip.MustParseAddr(in)); got != want {
			t.Errorf("Reverse(%s) = %s, want %s", in, got, want)
		}
	}
}

func TestSplit255(t *testing.T) {
	long := make([]byte, 600)
	parts := Split255(string(long))
	if len(parts) != 3 || len(parts[0]) != 255 || len(parts[2]) != 90 {
		t.Errorf("got %d parts", len(parts))
	}
}

// TestWithExchanges: an MX is written with its preference, and taken away with it or without.
func TestWithExchanges(t *testing.T) {
	s := New("a.example", time.Time{})
	s.Add(Answer{Key: Key{Name: "a.example", Type: MX, Via: Authority}, Status: OK, Records: []Record{{Data: "old.example", Pref: 1}, {Data: "b.example", Pref: 5}}})
	got := s.With([]Edit{
		{Name: "a.example", Type: MX, Remove: []string{"1 old.example"}, Add: []string{"20 New.Example."}},
		{Name: "a.example", Type: MX, Remove: []string{"b.example"}, Add: []string{"c.example"}},
	}).Get("a.example", MX)
	var values []string
	for _, r := range got.Records {
		values = append(values, r.Value(MX))
	}
	if want := []string{"20 new.example", "10 c.example"}; !slices.Equal(values, want) {
		t.Errorf("MX are %q, want %q", values, want)
	}
}

// TestWithoutAlias: an alias that is taken away answers no more, and what stood where it led is not the name's own.
func TestWithoutAlias(t *testing.T) {
	name := "_dmarc.a.example"
	s := New("a.example", time.Time{})
	s.Add(Answer{Key: Key{Name: name, Type: TXT, Via: Authority}, Status: OK, Chain: []Link{{Name: name, Target: "www.a.example"}}, Records: []Record{{Data: "hello"}}})
	gone := s.With([]Edit{{Name: name, Type: CNAME, Remove: []string{"www.a.example"}}}).TXT(name)
	if gone.Status != NoData || len(gone.Chain) > 0 || len(gone.Records) > 0 {
		t.Errorf("after the removal: %+v", gone)
	}
	added := s.With([]Edit{{Name: name, Type: TXT, Add: []string{"v=DMARC1; p=none"}}}).TXT(name)
	if want := []string{"v=DMARC1; p=none"}; !slices.Equal(added.Data(), want) {
		t.Errorf("TXT is %q, want %q", added.Data(), want)
	}
}

// A record that is made at a name takes the place of what a wildcard answered there (RFC 4592).
func TestWithBelowWildcard(t *testing.T) {
	s := New("shop.example", time.Time{})
	for _, name := range []string{"k1._domainkey.shop.example", WildcardLabel + "._domainkey.shop.example"} {
		s.Add(Answer{Key: Key{Name: name, Type: TXT, Via: Authority}, Status: OK, Records: []Record{{Data: "wild"}}})
	}
	then := s.With([]Edit{{Name: "k1._domainkey.shop.example", Type: TXT, Add: []string{"own"}}})
	if got := then.TXT("k1._domainkey.shop.example").Data(); len(got) != 1 || got[0] != "own" {
		t.Errorf("then %q stands there", got)
	}
}
