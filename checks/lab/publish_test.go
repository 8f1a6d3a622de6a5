package lab

import (
	"strings"
	"testing"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

const publishZones = `-- servers --
ns1.gone.example 203.0.113.3
-- zone own.example @ ns1.xserver.jp ns2.xserver.jp --
@     SOA ns1.xserver.jp. hostmaster 41 3600 900 604800 300
@     TXT "first" "second"
@     TXT "quote \" back \\ byte \200"
@     MX 10 mail
www   CNAME own.example.
-- hidden zone own.example @ ns2.xserver.jp 01.dnsv.jp --
@     SOA 01.dnsv.jp. hostmaster 7 3600 900 604800 300
-- delegation lame.example @ ns1.xserver.jp --
-- delegation below.own.example @ ns1.gone.example --
`

func serial(t *testing.T, n *Internet, server string) uint32 {
	t.Helper()
	m := mustAsk(t, n, server, "own.example", dns.TypeSOA)
	return m.Answer[0].(*dns.SOA).Serial
}

func TestPublish(t *testing.T) {
	n, _ := parse(t, publishZones)
	long := strings.Repeat("k", 300) + "\"\\\x00\xff;"
	err := n.Publish([]snapshot.Edit{
		{Name: "own.example", Type: snapshot.TXT, Remove: []string{"firstsecond", "quote \" back \\ byte \xc8"}, Add: []string{"v=spf1 -all"}, TTL: 300},
		{Name: "K._domainkey.own.example", Type: snapshot.TXT, Add: []string{long}},
		{Name: "own.example", Type: snapshot.MX, Remove: []string{"mail.own.example"}, Add: []string{"1 smtp.google.com", "aspmx.l.google.com"}},
		{Name: "s1._domainkey.own.example", Type: snapshot.CNAME, Add: []string{"s1.domainkey.u1234567.wl123.sendgrid.net"}},
		{Name: "mail.own.example", Type: snapshot.A, Add: []string{"203.0.113.9"}},
		{Name: "mail.own.example", Type: snapshot.AAAA, Add: []string{"2001:db8::9"}},
		{Name: "www.own.example", Type: snapshot.CNAME, Remove: []string{"own.example"}},
		{Name: "www.own.example", Type: snapshot.A, Add: []string{"203.0.113.9"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		t    uint16
		want string
	}{
		{"own.example", dns.TypeTXT, `NOERROR aa AN{own.example. 300 IN TXT "v=spf1 -all"}`},
		{"own.example", dns.TypeMX, "NOERROR aa AN{own.example. 3600 IN MX 1 smtp.google.com.; own.example. 3600 IN MX 10 aspmx.l.google.com.}"},
		{"s1._domainkey.own.example", dns.TypeCNAME, "NOERROR aa AN{s1._domainkey.own.example. 3600 IN CNAME s1.domainkey.u1234567.wl123.sendgrid.net.}"},
		{"mail.own.example", dns.TypeA, "NOERROR aa AN{mail.own.example. 3600 IN A 203.0.113.9}"},
		{"mail.own.example", dns.TypeAAAA, "NOERROR aa AN{mail.own.example. 3600 IN AAAA 2001:db8::9}"},
		{"www.own.example", dns.TypeA, "NOERROR aa AN{www.own.example. 3600 IN A 203.0.113.9}"},
	} {
		if got := brief(mustAsk(t, n, "ns1.xserver.jp", c.name, c.t)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
	key := mustAsk(t, n, "ns1.xserver.jp", "k._domainkey.own.example", dns.TypeTXT).Answer[0].(*dns.TXT)
	if joined(key.Txt) != long || len(key.Txt) != 2 {
		t.Errorf("the key became %q", key.Txt)
	}
	if got := serial(t, n, "ns1.xserver.jp"); got != 42 {
		t.Errorf("serial %d", got)
	}
}

// TestPublishReachesAllCopies: where the delegated servers disagree, both copies change; the server that nobody asks
// keeps the copy that it shares with one of them only because it is the same.
func TestPublishReachesAllCopies(t *testing.T) {
	n, _ := parse(t, publishZones)
	if err := n.Publish([]snapshot.Edit{{Name: "own.example", Type: snapshot.TXT, Add: []string{"x"}}}); err != nil {
		t.Fatal(err)
	}
	if a, b := serial(t, n, "ns1.xserver.jp"), serial(t, n, "ns2.xserver.jp"); a != 42 || b != 8 {
		t.Errorf("serials %d and %d", a, b)
	}
}

func TestPublishIsIdempotent(t *testing.T) {
	n, _ := parse(t, publishZones)
	edits := []snapshot.Edit{{Name: "own.example", Type: snapshot.TXT, Remove: []string{"firstsecond"}, Add: []string{"v=spf1 -all"}}}
	for range 3 {
		if err := n.Publish(edits); err != nil {
			t.Fatal(err)
		}
	}
	if got := serial(t, n, "ns1.xserver.jp"); got != 42 {
		t.Errorf("serial %d", got)
	}
	if got := len(mustAsk(t, n, "ns1.xserver.jp", "own.example", dns.TypeTXT).Answer); got != 2 {
		t.Errorf("%d records", got)
	}
}

func TestPublishRefuses(t *testing.T) {
	n, _ := parse(t, publishZones)
	for _, c := range []struct {
		edit snapshot.Edit
		want string
	}{
		{snapshot.Edit{Name: "unregistered.example", Type: snapshot.TXT, Add: []string{"x"}}, `no zone of yours is delegated there (nearest: "example")`},
		{snapshot.Edit{Name: "_spf.google.com", Type: snapshot.TXT, Add: []string{"x"}}, "no zone of yours"},
		{snapshot.Edit{Name: "lame.example", Type: snapshot.TXT, Add: []string{"x"}}, "delegated to servers that do not hold it (ns1.xserver.jp)"},
		{snapshot.Edit{Name: "a.below.own.example", Type: snapshot.TXT, Add: []string{"x"}}, "delegated to servers that do not hold it (ns1.gone.example)"},
		{snapshot.Edit{Name: "www.own.example", Type: snapshot.TXT, Add: []string{"x"}}, "is an alias"},
		{snapshot.Edit{Name: "own.example", Type: snapshot.CNAME, Add: []string{"x.example"}}, "is an alias"},
		{snapshot.Edit{Name: "own.example", Type: "TEXT", Add: []string{"x"}}, `unknown record type "TEXT"`},
		{snapshot.Edit{Name: "own.example", Type: snapshot.SOA, Add: []string{"x"}}, "cannot be made here"},
		{snapshot.Edit{Name: "own.example", Type: snapshot.A, Add: []string{"300.1.1.1"}}, "bad value for A"},
		{snapshot.Edit{Name: "a.own.example", Type: snapshot.CNAME, Add: []string{"two names"}}, "bad value for CNAME"},
		{snapshot.Edit{Name: "own.example", Type: snapshot.MX, Add: []string{"ten mail.own.example"}}, "own.example"},
		{snapshot.Edit{Name: "own.example", Type: snapshot.MX, Add: []string{"1 2 3"}}, "bad value for MX"},
	} {
		good := snapshot.Edit{Name: "good.own.example", Type: snapshot.TXT, Add: []string{"x"}}
		err := n.Publish([]snapshot.Edit{good, c.edit})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v:\n got %v\nwant %s", c.edit, err, c.want)
		}
	}
	if got := serial(t, n, "ns1.xserver.jp"); got != 41 {
		t.Errorf("a refused edit changed the zone: serial %d", got)
	}
}

// TestPublishAt: an edit in the panel that nobody asks.
func TestPublishAt(t *testing.T) {
	n, _ := open(t, "panel-elsewhere")
	edits := []snapshot.Edit{{Name: "_dmarc.chigau.example", Type: snapshot.TXT, Add: []string{"v=DMARC1; p=none"}}}
	if err := n.PublishAt("01.dnsv.jp", edits); err != nil {
		t.Fatal(err)
	}
	if got := mustAsk(t, n, "02.dnsv.jp", "_dmarc.chigau.example", dns.TypeTXT); len(got.Answer) != 1 {
		t.Errorf("not there: %v", got)
	}
	if got := mustAsk(t, n, "resolver.lab.test", "_dmarc.chigau.example", dns.TypeTXT); got.Rcode != dns.RcodeNameError {
		t.Errorf("seen by everybody: %v", got)
	}
	for host, want := range map[string]string{"ns1.dns.ne.jp": "holds no zone of yours", "ns9.dns.ne.jp": "no server"} {
		if err := n.PublishAt(host, edits); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func FuzzTXT(f *testing.F) {
	f.Add("v=spf1 -all")
	f.Add("a\"b\\c\x00\x7f\x80\xff \\123")
	f.Fuzz(func(t *testing.T, value string) {
		if got := joined(escaped(value)); got != value {
			t.Errorf("%q became %q", value, got)
		}
		rr := &dns.TXT{Hdr: rrHeader("x.example", dns.TypeTXT, 1), Txt: escaped(value)}
		m := &dns.Msg{Answer: []dns.RR{rr}}
		wire, err := m.Pack()
		if len(value) > 60000 {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Unpack(wire); err != nil || joined(m.Answer[0].(*dns.TXT).Txt) != value {
			t.Errorf("%q came back as %v, %v", value, m.Answer, err)
		}
	})
}

// TestLooseZone: an alias beside other records answers for the types that have none, and can be taken away; in other zones
// it cannot be made.
func TestLooseZone(t *testing.T) {
	n, _ := parse(t, "-- loose zone own.example @ ns1.xserver.jp --\n@ CNAME www.host.example.\n@ TXT \"mine\"\n")
	first := func(qtype uint16) string {
		m := mustAsk(t, n, "ns1.xserver.jp", "own.example", qtype)
		if len(m.Answer) == 0 {
			return ""
		}
		return dns.TypeToString[m.Answer[0].Header().Rrtype]
	}
	if a, b := first(dns.TypeTXT), first(dns.TypeMX); a != "TXT" || b != "CNAME" {
		t.Errorf("TXT is answered by %s, MX by %s", a, b)
	}
	alias := snapshot.Edit{Name: "own.example", Type: snapshot.CNAME, Remove: []string{"www.host.example"}}
	if err := n.Publish([]snapshot.Edit{alias}); err != nil {
		t.Fatal(err)
	}
	if got := first(dns.TypeMX); got != "" {
		t.Errorf("MX is still answered by %s", got)
	}
	alias.Add, alias.Remove = alias.Remove, nil
	if n.Publish([]snapshot.Edit{alias}) == nil {
		t.Error("an alias can be made beside other records")
	}
}
