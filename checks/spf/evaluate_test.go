package spf

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// hostZone is zone data in short form: "TXT v=spf1 …", "A 192.0.2.1", "MX a.test", "PTR a.test", "TIMEOUT", "NEW" (not
// asked yet).
type hostZone map[string][]string

func (z hostZone) Reply(n Need) Reply {
	if n.Name != strings.ToLower(n.Name) || strings.HasSuffix(n.Name, ".") {
		panic("a name that breaks the rule: " + n.Name)
	}
	r := Reply{Status: Void}
	for _, line := range z[n.Name] {
		typ, v, _ := strings.Cut(line, " ")
		switch {
		case typ == "TIMEOUT":
			return Reply{Status: TempErr}
		case typ == "NEW" && (v == "" || v == n.Type):
			return Reply{Status: Missing}
		case typ != n.Type:
			continue
		case typ == "TXT":
			r.TXT = append(r.TXT, v)
		case typ == "A" || typ == "AAAA":
			r.Addrs = append(r.Addrs, netip.MustParseAddr(v))
		default:
			r.Names = append(r.Names, v)
		}
		r.Status = Found
	}
	return r
}

func judge(z hostZone, ip string) Verdict {
	return Evaluate(z, Request{IP: netip.MustParseAddr(ip), HELO: "helo.test", MailFrom: "user@d.test"})
}

func repeat(n int, f func(i int) string) string {
	var out []string
	for i := range n {
		out = append(out, f(i))
	}
	return strings.Join(out, " ")
}

// hosts adds n names h0.test, h1.test, … with addresses from which no one sends.
func hosts(z hostZone, n int) hostZone {
	for i := range n {
		z[fmt.Sprintf("h%d.test", i)] = []string{"A 198.51.100.1", "TXT v=spf1 ?all"}
	}
	return z
}

func TestLimits(t *testing.T) {
	as := func(n int) string { return repeat(n, func(i int) string { return fmt.Sprintf("a:h%d.test", i) }) }
	includes := func(n int) string { return repeat(n, func(i int) string { return fmt.Sprintf("include:h%d.test", i) }) }
	voids := func(n int) string { return repeat(n, func(i int) string { return fmt.Sprintf("a:void%d.test", i) }) }
	mx := func(n int) []string {
		return strings.Split(repeat(n, func(i int) string { return fmt.Sprintf("MX h%d.test", i) }), " MX")
	}
	mxOf := func(n int) []string {
		lines := mx(n)
		for i := range lines {
			if i > 0 {
				lines[i] = "MX" + lines[i]
			}
		}
		return append(lines, "TXT v=spf1 mx -all")
	}
	for _, c := range []struct {
		name           string
		zone           hostZone
		want           Result
		why            Why
		lookups, voids int
	}{
		{"10 a", hosts(hostZone{"d.test": {"TXT v=spf1 " + as(10) + " -all"}}, 10), Fail, "", 10, 0},
		{"11 a", hosts(hostZone{"d.test": {"TXT v=spf1 " + as(11) + " -all"}}, 11), PermError, "limit", 11, 0},
		{"11 a, match at the 10th", func() hostZone {
			z := hosts(hostZone{"d.test": {"TXT v=spf1 " + as(11) + " -all"}}, 11)
			z["h9.test"] = []string{"A 192.0.2.1"}
			return z
		}(), Pass, "", 10, 0},
		{"10 include", hosts(hostZone{"d.test": {"TXT v=spf1 " + includes(10) + " -all"}}, 10), Fail, "", 10, 0},
		{"11 include", hosts(hostZone{"d.test": {"TXT v=spf1 " + includes(11) + " -all"}}, 11), PermError, "limit", 11, 0},
		{"9 a and redirect", hosts(hostZone{"d.test": {"TXT v=spf1 " + as(9) + " redirect=h0.test"}}, 10), Neutral, "", 10, 0},
		{"10 a and redirect", hosts(hostZone{"d.test": {"TXT v=spf1 " + as(10) + " redirect=h0.test"}}, 10), PermError, "limit", 11, 0},
		{"nested: 1 + 9", hosts(hostZone{"d.test": {"TXT v=spf1 include:e.test -all"}, "e.test": {"TXT v=spf1 " + as(9)}}, 10), Fail, "", 10, 0},
		{"nested: 1 + 10", hosts(hostZone{"d.test": {"TXT v=spf1 include:e.test -all"}, "e.test": {"TXT v=spf1 " + as(10)}}, 10), PermError, "limit", 11, 0},
		{"ip4, ip6, all and exp are free", hosts(hostZone{"d.test": {"TXT v=spf1 " + as(10) + " ip4:203.0.113.1 ip6:2001:db8::1 exp=x.test -all"}}, 10), Fail, "", 10, 0},
		{"2 void", hostZone{"d.test": {"TXT v=spf1 " + voids(2) + " -all"}}, Fail, "", 2, 2},
		{"3 void", hostZone{"d.test": {"TXT v=spf1 " + voids(3) + " -all"}}, PermError, "void-limit", 3, 3},
		{"3 void in an include", hostZone{"d.test": {"TXT v=spf1 a:x.test include:e.test -all"}, "e.test": {"TXT v=spf1 mx exists:x.test"}}, PermError, "void-limit", 4, 3},
		{"redirect loop", hostZone{"d.test": {"TXT v=spf1 redirect=e.test"}, "e.test": {"TXT v=spf1 redirect=d.test"}}, PermError, "loop", 2, 0},
		{"redirect to itself", hostZone{"d.test": {"TXT v=spf1 redirect=D.TEST."}}, PermError, "loop", 1, 0},
		{"include loop", hostZone{"d.test": {"TXT v=spf1 include:e.test -all"}, "e.test": {"TXT v=spf1 include:d.test"}}, PermError, "loop", 2, 0},
		{"loop behind a match", hostZone{"d.test": {"TXT v=spf1 ip4:192.0.2.1 include:d.test -all"}}, Pass, "", 0, 0},
		{"growing names never loop for ever", hostZone{"d.test": {"TXT v=spf1 include:x.%{d} -all"}}, PermError, "void", 1, 1},
		{"10 MX hosts", hosts(hostZone{"d.test": mxOf(10)}, 11), Fail, "", 1, 0},
		{"11 MX hosts", hosts(hostZone{"d.test": mxOf(11)}, 11), PermError, "mx-limit", 1, 0},
		{"null MX", hostZone{"d.test": {"MX ", "TXT v=spf1 mx -all"}}, Fail, "", 1, 0},
		{"an mx with three dead hosts is one void term", hostZone{"d.test": {"MX a.test", "MX b.test", "MX c.test", "TXT v=spf1 mx -all"}}, Fail, "", 1, 1},
		{"%{p} is a look-up", hosts(hostZone{"d.test": {"TXT v=spf1 " + as(9) + " exists:%{p}.x.test -all"}}, 10), PermError, "limit", 11, 0},
		{"include without a record", hostZone{"d.test": {"TXT v=spf1 include:e.test -all"}, "e.test": {"TXT hello"}}, PermError, "no-record", 1, 0},
		{"include with two records", hostZone{"d.test": {"TXT v=spf1 include:e.test -all"}, "e.test": {"TXT v=spf1", "TXT v=spf1 mx"}}, PermError, "several-records", 1, 0},
		{"two records", hostZone{"d.test": {"TXT v=spf1", "TXT v=SPF1 mx"}}, PermError, "several-records", 0, 0},
		{"time-out", hostZone{"d.test": {"TXT v=spf1 a:e.test -all"}, "e.test": {"TIMEOUT"}}, TempError, "failed", 1, 0},
		{"bad syntax after a match", hostZone{"d.test": {"TXT v=spf1 ip4:192.0.2.1 ipv4:192.0.2.2"}}, PermError, "syntax", 0, 0},
		{"no record", hostZone{"d.test": {"TXT hello"}}, None, "no-record", 0, 0},
		{"no name", hostZone{}, None, "void", 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := judge(c.zone, "192.0.2.1")
			if v.Result != c.want || v.Why != c.why || v.Lookups != c.lookups || v.Voids != c.voids {
				t.Errorf("got %s %q, %d look-ups, %d void; want %s %q, %d, %d\n%+v", v.Result, v.Why, v.Lookups, v.Voids, c.want, c.why, c.lookups, c.voids, v.Trace)
			}
			lookups, voids := 0, 0
			for _, s := range v.Trace {
				lookups, voids = lookups+s.Lookups, voids+s.Voids
			}
			if lookups != v.Lookups || voids != v.Voids {
				t.Errorf("the trace adds up to %d and %d, the verdict says %d and %d", lookups, voids, v.Lookups, v.Voids)
			}
		})
	}
}

// Eleven PTR names: the eleventh is not looked at. The reverse zone's errors harm nobody.
func TestPTR(t *testing.T) {
	names := func(n int) (out []string) {
		for i := range n {
			out = append(out, fmt.Sprintf("PTR h%d.test", i))
		}
		return out
	}
	const reverse = "1.2.0.192.in-addr.arpa"
	for _, c := range []struct {
		name string
		ptr  []string
		want Result
	}{
		{"tenth", append(names(9), "PTR in.d.test"), Pass},
		{"eleventh", append(names(10), "PTR in.d.test"), Fail},
		{"time-out", []string{"TIMEOUT"}, Fail},
		{"none", nil, Fail},
		{"not confirmed", []string{"PTR not.d.test"}, Fail},
		{"a longer name is not below", []string{"PTR ind.test"}, Fail},
	} {
		z := hosts(hostZone{"d.test": {"TXT v=spf1 ptr -all"}, "in.d.test": {"A 192.0.2.1"}, "ind.test": {"A 192.0.2.1"}, reverse: c.ptr}, 11)
		if v := judge(z, "192.0.2.1"); v.Result != c.want {
			t.Errorf("%s: %s, want %s: %+v", c.name, v.Result, c.want, v.Trace)
		}
	}
}

func TestMacros(t *testing.T) {
	c := newCheck(hostZone{}, Request{IP: netip.MustParseAddr("2001:db8::cb01"), HELO: "mx.d.test", MailFrom: "Strong-Bad@Email.d.test"})
	four := newCheck(hostZone{"3.2.0.192.in-addr.arpa": {"PTR other.test", "PTR a.email.d.test"}, "other.test": {"A 192.0.2.3"}, "a.email.d.test": {"A 192.0.2.3"}},
		Request{IP: netip.MustParseAddr("192.0.2.3"), HELO: "mx.d.test", MailFrom: "strong-bad@email.d.test"})
	for _, x := range []struct {
		c        *check
		in, want string
	}{
		// The examples of RFC 7208 section 7.4.
		{four, "%{s}", "strong-bad@email.d.test"},
		{four, "%{o}", "email.d.test"},
		{four, "%{d4}", "email.d.test"},
		{four, "%{d2}", "d.test"},
		{four, "%{d1}", "test"},
		{four, "%{dr}", "test.d.email"},
		{four, "%{d2r}", "d.email"},
		{four, "%{l}", "strong-bad"},
		{four, "%{l-}", "strong.bad"},
		{four, "%{lr}", "strong-bad"},
		{four, "%{lr-}", "bad.strong"},
		{four, "%{l1r-}", "strong"},
		{four, "%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.d.test"},
		{four, "%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.d.test"},
		{four, "%{p}", "a.email.d.test"},
		{c, "%{ir}.%{v}", "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.ip6"},
		{c, "%{c}", "2001:db8::cb01"},
		{c, "%{p}", "unknown"},
		{c, "%{S}", "Strong-Bad%40Email.d.test"},
		{c, "%%%_%-", "% %20"},
		{c, "%{d99999999999999999999}", "Email.d.test"},
		{c, "%{h}%{r}", "mx.d.testunknown"},
		{c, "%{l+.-}", "Strong.Bad"},
	} {
		if _, _, ok := readMacros(x.in, false); !ok {
			t.Errorf("%s is refused", x.in)
		}
		if got := expand(x.in, x.c.values(x.c.origin)); got != x.want {
			t.Errorf("%s: %s, want %s", x.in, got, x.want)
		}
	}
	for _, bad := range []string{"%", "%x", "%{", "%{}", "%{d", "%{x}", "%{d0}", "%{d-1}", "%{dr1}", "%{d rr}", "%{drr}", "% ", "%(d)", "a b", "日", "%{d*}", "\x00"} {
		if _, at, ok := readMacros(bad, false); ok || at.Start >= at.End || at.End > len(bad) {
			t.Errorf("%q is taken, or its fault is nowhere: %v", bad, at)
		}
	}
}

func TestLongNameLosesLabels(t *testing.T) {
	long := strings.Repeat("abcdefg.", 40) + "d.test"
	if got := name(long); len(got) > 253 || !strings.HasSuffix(long, "."+got) {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}

func TestExplanation(t *testing.T) {
	z := hostZone{
		"d.test": {"TXT v=spf1 exp=why.%{d} -all"}, "why.d.test": {"TXT %{i} is not %{h} for %{s} at %{t}"},
		"r.test": {"TXT v=spf1 exp=why.d.test redirect=e.test"}, "e.test": {"TXT v=spf1 -all"},
		"i.test": {"TXT v=spf1 include:d.test -all"},
		"m.test": {"TXT v=spf1 exp=new.test -all"}, "new.test": {"NEW"},
	}
	for domain, want := range map[string]string{
		"d.test": "192.0.2.9 is not helo.test for x@d.test at ",
		"r.test": "", // the redirect's target has none
		"i.test": "", // an include's explanation is not used
		"m.test": "",
	} {
		v := Evaluate(z, Request{IP: netip.MustParseAddr("192.0.2.9"), HELO: "helo.test", MailFrom: "x@" + domain})
		if v.Result != Fail || !strings.HasPrefix(v.Explanation, want) || (want == "") != (v.Explanation == "") {
			t.Errorf("%s: %s %q", domain, v.Result, v.Explanation)
		}
		if want := domain == "m.test"; want != slices.Equal(v.Missing, []Need{{"new.test", "TXT"}}) {
			t.Errorf("%s: missing %v", domain, v.Missing)
		}
	}
}

// What is missing is asked for all at once, and nothing that could not be reached is asked.
func TestMissing(t *testing.T) {
	z := hostZone{"d.test": {"TXT v=spf1 include:a.test include:b.test a:c.test mx:m.test exists:%{i}.x.test ip4:192.0.2.1 include:never.test -all", "NEW MX"},
		"a.test": {"NEW"}, "b.test": {"NEW"}, "c.test": {"NEW"}, "192.0.2.1.x.test": {"NEW"}, "never.test": {"NEW"},
		"m.test": {"MX h1.test", "MX h2.test"}, "h1.test": {"NEW"}, "h2.test": {"NEW"}}
	want := []Need{{"a.test", "TXT"}, {"b.test", "TXT"}, {"c.test", "A"}, {"h1.test", "A"}, {"h2.test", "A"}, {"192.0.2.1.x.test", "A"}}
	v := judge(z, "192.0.2.1")
	if v.Result != TempError || v.Why != "missing" || !reflect.DeepEqual(v.Missing, want) {
		t.Errorf("%s %s %v", v.Result, v.Why, v.Missing)
	}
	if v := Evaluate(hostZone{"d.test": {"NEW"}}, Request{IP: netip.MustParseAddr("192.0.2.1"), MailFrom: "d.test"}); !reflect.DeepEqual(v.Missing, []Need{{"d.test", "TXT"}}) {
		t.Errorf("%v", v)
	}
}

func TestIdentity(t *testing.T) {
	z := hostZone{"d.test": {"TXT v=spf1 -all"}, "h.test": {"TXT v=spf1 +all"}}
	ip := netip.MustParseAddr("::ffff:192.0.2.1")
	for _, c := range []struct {
		req  Request
		want Result
	}{
		{Request{IP: ip, HELO: "h.test", MailFrom: "a@d.test"}, Fail},
		{Request{IP: ip, HELO: "h.test"}, Pass},
		{Request{IP: ip, HELO: "h.test", MailFrom: "<>"}, Pass},
		{Request{IP: ip, Domain: "D.test."}, Fail},
		{Request{IP: ip, HELO: "h.test", MailFrom: "a@[192.0.2.1]"}, None},
		{Request{IP: ip, HELO: "localhost"}, None},
		{Request{HELO: "h.test"}, None},
		{Request{IP: ip}, None},
	} {
		if v := Evaluate(z, c.req); v.Result != c.want {
			t.Errorf("%+v: %s, want %s", c.req, v.Result, c.want)
		}
	}
}

// A name that DNS cannot hold is not asked for: it is void.
func TestAskable(t *testing.T) {
	label := strings.Repeat("a", 63)
	full := strings.Repeat(label+".", 3) + strings.Repeat("b", 61) // 253 bytes
	for s, want := range map[string]bool{
		label + ".test": true, label + "a.test": false, full: true, full + "b": false, "": false, "a..b": false, ".a": false, "a.": false,
		"a b.test": true, "a\\b.test": false, "a\x7f.test": false, "\xe3\x81\x82.test": false,
	} {
		if askable(s) != want {
			t.Errorf("askable(%q) = %v", s, !want)
		}
	}
	v := judge(hostZone{"d.test": {"TXT v=spf1 a:" + label + "a.test -all"}}, "192.0.2.1")
	if v.Result != Fail || v.Voids != 1 || len(v.Missing) != 0 {
		t.Errorf("%+v", v)
	}
}

// What stands behind "all" is neither counted nor asked for, and opens nothing.
func TestBehindAll(t *testing.T) {
	tree := Walk(hostZone{"x.test": {"NEW"}}, "d.test", "v=spf1 mx:y.test ~all include:x.test ip4:192.0.2.1 redirect=x.test")
	if tree.Lookups != 1 || len(tree.Missing) != 0 || len(tree.Networks) != 0 {
		t.Errorf("%+v", tree)
	}
}
