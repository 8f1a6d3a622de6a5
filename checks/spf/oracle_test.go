package spf

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"

	oracle "blitiri.com.ar/go/spf"
	"pgregory.net/rapid"
)

// resolver gives a zone to the other implementation.
type resolver struct{ z hostZone }

func (r resolver) ask(host, typ string) (Reply, error) {
	host = name(host)
	if !askable(host) {
		return Reply{}, &net.DNSError{IsNotFound: true}
	}
	a := r.z.Reply(Need{host, typ})
	switch a.Status {
	case Void:
		return a, &net.DNSError{IsNotFound: true}
	case TempErr:
		return a, &net.DNSError{IsTemporary: true}
	}
	return a, nil
}

func (r resolver) LookupTXT(_ context.Context, host string) ([]string, error) {
	a, err := r.ask(host, "TXT")
	return a.TXT, err
}

func (r resolver) LookupMX(_ context.Context, host string) (out []*net.MX, err error) {
	a, err := r.ask(host, "MX")
	for _, n := range a.Names {
		out = append(out, &net.MX{Host: n})
	}
	return out, err
}

func (r resolver) LookupIPAddr(_ context.Context, host string) (out []net.IPAddr, err error) {
	a, err := r.ask(host, "A")
	b, err2 := r.ask(host, "AAAA")
	for _, ip := range append(slices.Clone(a.Addrs), b.Addrs...) {
		out = append(out, net.IPAddr{IP: ip.AsSlice()})
	}
	if len(out) > 0 {
		return out, nil
	}
	if err == nil {
		err = err2
	}
	return out, err
}

func (r resolver) LookupAddr(_ context.Context, addr string) ([]string, error) {
	ip, _ := netip.ParseAddr(addr)
	var b strings.Builder
	if ip.Is4() {
		f := ip.As4()
		fmt.Fprintf(&b, "%d.%d.%d.%d.in-addr.arpa", f[3], f[2], f[1], f[0])
	} else {
		parts := strings.Split(strings.ToLower(dotted(ip)), ".")
		slices.Reverse(parts)
		b.WriteString(strings.Join(parts, ".") + ".ip6.arpa")
	}
	a, err := r.ask(b.String(), "PTR")
	return a.Names, err
}

func (z hostZone) oracle(req Request) Result {
	got, _ := oracle.CheckHostWithSender(net.IP(req.IP.AsSlice()), req.HELO, req.MailFrom, oracle.WithResolver(resolver{z}))
	return Result(got)
}

// validTerm returns a random term that the grammar allows.
func validTerm(t *rapid.T, own int) string {
	host := rapid.SampledFrom([]string{"h0.test", "h1.test", "H2.test", "h3.test.", "gone.test", "late.test", "%{d}", "%{d1r}.test", "%{ir}.%{v}.test", "%{l}.test", "%{l1-}.test",
		"%{o2}", "%{h}", "%{S}.x.test", "m0.test", "%{lr-}.%%.test", "%{d1}%{d99}.test"})
	record := rapid.Custom(func(t *rapid.T) string {
		// Mostly onwards, since what turns back is soon over.
		low := own + 1
		if rapid.IntRange(0, 30).Draw(t, "back") == 0 {
			low = own - 1
		}
		return fmt.Sprintf("r%d.test", rapid.IntRange(max(0, min(low, 9)), 9).Draw(t, "to"))
	})
	q := rapid.SampledFrom([]string{"", "", "", "+", "-", "~", "?"}).Draw(t, "qualifier")
	cidr := rapid.SampledFrom([]string{"", "", "/32", "/24", "/0", "//128", "//32", "/24//64"})
	mechanism := rapid.SampledFrom([]string{"a", "A", "mx", "ptr", "include", "include", "Include", "ip4", "ip6", "exists", "all", "unknown=modifier%%"}).Draw(t, "mechanism")
	switch strings.ToLower(mechanism) {
	case "a":
		return q + mechanism + rapid.SampledFrom([]string{"", ":" + host.Draw(t, "host")}).Draw(t, "form") + cidr.Draw(t, "cidr")
	case "mx":
		return q + mechanism + rapid.SampledFrom([]string{"", ":m0.test", ":m1.test", ":gone.test"}).Draw(t, "form") + cidr.Draw(t, "cidr")
	case "ptr":
		return q + mechanism + rapid.SampledFrom([]string{":h0.test", ":h1.test", ":r0.test"}).Draw(t, "form")
	case "include":
		return q + mechanism + ":" + record.Draw(t, "record")
	case "ip4":
		return q + mechanism + ":" + rapid.SampledFrom([]string{"192.0.2.1", "192.0.2.0/24", "198.51.100.7/32", "203.0.113.0/30", "0.0.0.0/0"}).Draw(t, "ip4")
	case "ip6":
		return q + mechanism + ":" + rapid.SampledFrom([]string{"2001:db8::1", "2001:DB8::/32", "2001:db8:1::/48", "::/0"}).Draw(t, "ip6")
	case "exists":
		return q + mechanism + ":" + host.Draw(t, "host")
	case "all":
		if rapid.IntRange(0, 9).Draw(t, "end") > 0 {
			return q + "ip4:203.0.113.77"
		}
		return q + "all"
	}
	return mechanism
}

func validRecord(t *rapid.T, own int) string {
	terms := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string { return validTerm(t, own) }), 0, 8).Draw(t, "terms")
	if rapid.IntRange(0, 3).Draw(t, "redirect") == 0 {
		at := rapid.IntRange(0, len(terms)).Draw(t, "at")
		terms = slices.Insert(terms, at, fmt.Sprintf("redirect=r%d.test", rapid.IntRange(min(own, 8), 9).Draw(t, "to")))
	}
	space := rapid.SampledFrom([]string{" ", " ", "  "}).Draw(t, "space")
	return strings.TrimSuffix(rapid.SampledFrom([]string{"v=spf1", "V=spf1"}).Draw(t, "version")+space+strings.Join(terms, space), " ")
}

// TestOracle compares with another implementation on random valid records over a random zone. What the two are known
// to judge differently is kept out of the zone, and shown one by one in TestNamedDifferences.
func TestOracle(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		z := hostZone{
			"h0.test": {"A 192.0.2.1", "AAAA 2001:db8::1"}, "h1.test": {"A 192.0.2.77", "A 198.51.100.7", "AAAA 2001:db8:1::7"},
			"h2.test": {"A 203.0.113.9", "AAAA 2001:db8:2::9"}, "h3.test": {"A 192.0.2.2", "AAAA 2001:db8::2"}, "late.test": {"TIMEOUT"},
			"m0.test": {"MX h2.test", "MX h3.test", "A 203.0.113.1", "AAAA 2001:db8:3::1"}, "m1.test": {"MX h0.test"},
			"strong.test": {"A 203.0.113.2", "AAAA 2001:db8:4::1"}, "helo.test": {"A 203.0.113.3", "AAAA 2001:db8:4::2"},
			"1.2.0.192.in-addr.arpa": {"PTR h0.test", "PTR gone.test"}, "7.100.51.198.in-addr.arpa": {"PTR h0.test", "PTR h1.test"},
			"9.9.9.9.in-addr.arpa": {"PTR h0.test"}, "r8.test": {"TXT v=spf1 ?exists:h0.test"}, "r9.test": {"TXT v=spf1 ip4:192.0.2.0/24 -ip4:198.51.100.7"},
			"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa": {"PTR late.test", "PTR h0.test"},
		}
		for i := range 8 {
			key := fmt.Sprintf("r%d.test", i)
			switch rapid.IntRange(0, 40).Draw(t, "kind") {
			case 0:
				z[key] = []string{"TIMEOUT"}
			case 1:
				z[key] = []string{"TXT hello", "MX h1.test", "A 192.0.2.9", "AAAA 2001:db8::9"}
			case 2:
				z[key] = []string{"TXT v=spf1 mx", "TXT v=spf1"}
			default:
				z[key] = []string{"TXT " + validRecord(t, i), "TXT other", "A 192.0.2.8", "AAAA 2001:db8::8", "MX h1.test"}
			}
		}
		req := Request{HELO: "helo.test", MailFrom: "strong-bad@r0.test",
			IP: netip.MustParseAddr(rapid.SampledFrom([]string{"192.0.2.1", "198.51.100.7", "9.9.9.9", "2001:db8::1"}).Draw(t, "ip"))}
		v := Evaluate(z, req)
		if want := z.oracle(req); v.Result != want {
			t.Fatalf("got %s (%s), the other says %s\n%v\n%+v", v.Result, v.Why, want, z, v.Trace)
		}
		if v.Lookups > MaxLookups && v.Why != "limit" || v.Voids > MaxVoids && v.Result != PermError {
			t.Fatalf("%+v", v)
		}
		tree := Walk(z, "r0.test", "")
		if v.Lookups > tree.Lookups && v.Why != "limit" {
			t.Fatalf("%d look-ups for one mail, %d at worst\n%v", v.Lookups, tree.Lookups, z)
		}
		if len(tree.Missing)+len(v.Missing) > 0 {
			t.Fatalf("asked for %v %v though all is known", tree.Missing, v.Missing)
		}
		seen[string(v.Result)+" "+string(v.Why)]++
		for i := range 8 {
			identity(t, strings.TrimPrefix(z[fmt.Sprintf("r%d.test", i)][0], "TXT "))
		}
	})
	t.Logf("results: %v", seen)
}

// identity: what is printed reads the same.
func identity(t rapid.TB, txt string) {
	if !Is(txt) {
		return
	}
	r := Parse(txt)
	if !r.Valid() {
		t.Fatalf("%q is valid, and is refused: %+v", txt, r.Problems)
	}
	p := Parse(r.String())
	if len(strings.Fields(txt)) == len(strings.Split(txt, " ")) {
		if r.String() != txt || !sameRecord(r, p, true) {
			t.Fatalf("%q became %q", txt, r.String())
		}
	}
	if !sameRecord(r, p, false) || p.String() != r.String() {
		t.Fatalf("%q became %q", txt, p.String())
	}
	// From the fields alone it means the same.
	for i := range r.Terms {
		r.Terms[i].Text = ""
	}
	c := Parse(r.String())
	if !c.Valid() || len(c.Terms) != len(r.Terms) {
		t.Fatalf("%q became %q", txt, r.String())
	}
	for i := range c.Terms {
		if c.Terms[i].same() != r.Terms[i].same() || c.Terms[i].Value != r.Terms[i].Value || c.Terms[i].Prefix != r.Terms[i].Prefix {
			t.Fatalf("%q became %q", txt, r.String())
		}
	}
}

// sameRecord compares two records, the spans too where exact.
func sameRecord(a, b Record, exact bool) bool {
	if len(a.Terms) != len(b.Terms) {
		return false
	}
	for i := range a.Terms {
		x, y := a.Terms[i], b.Terms[i]
		if !exact {
			x.Span, y.Span = Span{}, Span{}
		}
		if x != y {
			return false
		}
	}
	return !exact || a.Raw == b.Raw && slices.Equal(a.Problems, b.Problems)
}

// TestNamedDifferences shows each accepted difference from the other implementation, so that it cannot widen unseen.
func TestNamedDifferences(t *testing.T) {
	for _, c := range []struct {
		name        string
		z           hostZone
		from, ip    string
		ours, other Result
	}{
		{"RFC 7208 section 4.6: a syntax error counts wherever it stands, behind a match too",
			hostZone{"d.test": {"TXT v=spf1 +all ipv4:192.0.2.1"}}, "a@d.test", "192.0.2.1", PermError, Pass},
		{"section 12: a domain-spec ends in a top label",
			hostZone{"d.test": {"TXT v=spf1 a:localhost -all"}}, "a@d.test", "192.0.2.1", PermError, Fail},
		{"section 7.3: %{p} is the validated name, there always \"unknown\"",
			hostZone{"d.test": {"TXT v=spf1 exists:%{p}.x.test -all"}, "1.2.0.192.in-addr.arpa": {"PTR h.test"}, "h.test": {"A 192.0.2.1"}, "h.test.x.test": {"A 127.0.0.2"}},
			"a@d.test", "192.0.2.1", Pass, Fail},
		{"section 5.3: only the sender's address family is asked, so that a host without it is void",
			hostZone{"d.test": {"TXT v=spf1 a:x.test a:y.test a:z.test -all"}, "x.test": {"AAAA ::1"}, "y.test": {"AAAA ::1"}, "z.test": {"AAAA ::1"}},
			"a@d.test", "192.0.2.1", PermError, Fail},
		{"section 4.6.4: an mx whose hosts have no address is a term with void answers",
			hostZone{"d.test": {"TXT v=spf1 mx mx:e.test mx:f.test -all", "MX x.test"}, "e.test": {"MX x.test"}, "f.test": {"MX x.test"}},
			"a@d.test", "192.0.2.1", PermError, Fail},
		{"section 4.6.4: void terms are counted, not questions: a second ptr counts again",
			hostZone{"d.test": {"TXT v=spf1 ptr ptr ptr -all"}}, "a@d.test", "192.0.2.1", PermError, Fail},
		{"section 5.4: the MX hosts are tried in order, so that one behind a match is not asked",
			hostZone{"d.test": {"TXT v=spf1 mx -all", "MX x.test", "MX late.test"}, "x.test": {"A 192.0.2.1"}, "late.test": {"TIMEOUT"}},
			"a@d.test", "192.0.2.1", Pass, TempError},
		{"section 7.3: an empty part between two delimiters is a part",
			hostZone{"d.test": {"TXT v=spf1 exists:%{l1r-}x.test -all"}, "x.test": {"A 127.0.0.2"}}, "-a@d.test", "192.0.2.1", Pass, Fail},
		{"section 7.1: '/' may stand in a domain-spec",
			hostZone{"d.test": {"TXT v=spf1 exists:a/b.x.test -all"}, "a/b.x.test": {"A 127.0.0.2"}}, "a@d.test", "192.0.2.1", Pass, PermError},
		{"section 4.3: a malformed domain gives none",
			hostZone{"d..test": {"TXT v=spf1 -all"}}, "a@[192.0.2.1]", "192.0.2.1", None, None},
	} {
		req := Request{IP: netip.MustParseAddr(c.ip), HELO: "helo.test", MailFrom: c.from}
		if got, other := Evaluate(c.z, req), c.z.oracle(req); got.Result != c.ours || other != c.other {
			t.Errorf("%s: ours %s (%s), the other %s; expected %s and %s", c.name, got.Result, got.Why, other, c.ours, c.other)
		}
	}
}
