package spf

import (
	"net/netip"
	"strings"
	"testing"
)

var seeds = []string{
	"v=spf1 a mx a:b.jp/24//64 include:_spf.b.jp ip4:192.0.2.0/24 ip6:2001:db8::/32 exists:%{ir}.%{v}.x.jp ptr:b.jp redirect=c.jp exp=e.jp x=y -all",
	"v=spf1 +ipv4:203.0.113.5 ip4=192.0.2.1 include:203.0.113.5 ～all", "“v=spf1 mx”", "v=spf1;mx,a;~all", "ｖ＝ｓｐｆ１　ｉｐ４：１　～ａｌｌ",
	"v=spf1 ip4:1.2.3.4~allinclude:a.jp v=spf1 mx", "x=1 v=spf1 mx \x81\x60all", "v=spf include: a.jp ~ all /24", "v=spf1 a:www***.jp mx /24 ++all 1.2.3.4 ::1 ip4:1.2.3/24",
	"v=spf1 %{d}%%%{lr1-.}a:%{x}.%", "v=spf1\u3000mx\r\n~all\ufeff", "v=spf1 redirect=a.jp redirect=a.jp exp=a.jp all mx", "include:a.jp ~all",
}

func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, txt string) {
		r := Parse(txt)
		fatal := false
		for _, p := range r.Problems {
			if p.Span.Start < 0 || p.Span.End < p.Span.Start || p.Span.End > len(txt) || txt[p.Span.Start:p.Span.End] != p.Text {
				t.Fatalf("%q: %+v stands nowhere", txt, p)
			}
			fatal = fatal || p.Fatal
		}
		for _, x := range r.Terms {
			if x.Start < 0 || x.End < x.Start || x.End > len(txt) {
				t.Fatalf("%q: %+v stands nowhere", txt, x)
			}
		}
		if want := !Is(txt) || strict(txt); fatal != want {
			t.Fatalf("%q: fatal is %v: %+v", txt, fatal, r.Problems)
		}
		if !fatal {
			identity(t, txt)
		}
		text, _ := r.Repaired()
		if again, _ := Parse(text).Repaired(); again != text {
			t.Fatalf("%q is repaired to %q, and that to %q", txt, text, again)
		}
		merged, _ := Merge([]string{txt}, []string{"include:need.test"})
		if !Is(merged) || !Parse(merged).Valid() {
			t.Fatalf("%q merges to %q, which is not valid: %+v", txt, merged, Parse(merged).Problems)
		}
		if again, _ := Merge([]string{merged}, []string{"include:need.test"}); again != merged {
			t.Fatalf("%q merges to %q, and that to %q", txt, merged, again)
		}
		if two, _ := Merge([]string{txt, "v=spf1 mx -all"}, nil); !Is(two) || !Parse(two).Valid() {
			t.Fatalf("%q joined is %q", txt, two)
		}
		Walk(everywhere{txt: txt}, "d.test", "")
	})
}

// FuzzMerge joins whatever stands at a name with whatever is needed: the result is one record that every receiver can
// read, with no mistake that is certain to be one left in it but what Merge keeps on purpose, and a second merge
// changes nothing. What one of the records lets pass by address still passes.
func FuzzMerge(f *testing.F) {
	for i, s := range seeds {
		f.Add(s, seeds[(i+3)%len(seeds)], "include:need.test")
		f.Add(s, "v=spf1 mx -all", "ip4:192.0.2.77")
	}
	f.Fuzz(func(t *testing.T, one, two, need string) {
		records, needs := []string{one, two}, []string{need}
		merged, _ := Merge(records, needs)
		r := Parse(merged)
		if !Is(merged) || !r.Valid() {
			t.Fatalf("%q and %q with %q merge to %q: %+v", one, two, need, merged, r.Problems)
		}
		for _, p := range r.Problems {
			if p.Certain && p.Code != "trailing-dot" && p.Code != "duplicate" && p.Code != "covered" {
				t.Fatalf("%q and %q with %q merge to %q, which still has %+v", one, two, need, merged, p)
			}
		}
		if again, _ := Merge([]string{merged}, needs); again != merged {
			t.Fatalf("%q and %q with %q merge to %q, and that to %q", one, two, need, merged, again)
		}
		have := networks(merged)
		for _, txt := range records {
			if !Is(txt) || !Parse(txt).Valid() {
				continue
			}
			for n := range networks(txt) {
				if !have[n] {
					t.Fatalf("%q and %q with %q merge to %q: %s no longer passes", one, two, need, merged, n)
				}
			}
		}
	})
}

// networks are the ranges that a record lets pass by ip4 and ip6 before its all.
func networks(txt string) map[netip.Prefix]bool {
	out := map[netip.Prefix]bool{}
	for _, t := range Parse(txt).effective() {
		if t.Prefix.IsValid() && t.Qualifier == '+' {
			out[t.Prefix.Masked()] = true
		}
	}
	return out
}

func FuzzMacros(f *testing.F) {
	for _, s := range []string{"%{s}", "%{l1r-.+}%%%_%-", "%{d2}.x", "%{ir}.%{v}.%{h}", "%{P}", "%{c}%{r}%{t}", "%{d99999999999}", "%{"} {
		f.Add(s, "strong-bad@email.d.test", true)
		f.Add(s, "\"a b\"@d.test", false)
	}
	f.Fuzz(func(t *testing.T, s, from string, four bool) {
		pieces, bad, ok := readMacros(s, true)
		var b strings.Builder
		for _, p := range pieces {
			if s[p.at:p.at+len(p.text)] != p.text {
				t.Fatalf("%q: %+v", s, p)
			}
			b.WriteString(p.text)
		}
		if ok && b.String() != s || !ok && (bad.Start < 0 || bad.Start >= bad.End || bad.End > len(s)) {
			t.Fatalf("%q: %q, %v", s, b.String(), bad)
		}
		ip := netip.MustParseAddr("2001:db8::1")
		if four {
			ip = netip.MustParseAddr("192.0.2.1")
		}
		c := newCheck(everywhere{txt: "v=spf1"}, Request{IP: ip, HELO: "helo.test", MailFrom: from})
		if !ok {
			return
		}
		out := expand(s, c.values(c.origin))
		if n := name(out); len(n) > 253 && strings.Contains(n, ".") {
			t.Fatalf("%q is %d bytes long", n, len(n))
		}
		if most := len(s) * (len(from) + 80) * 3; len(out) > most {
			t.Fatalf("%q grew to %d bytes", s, len(out))
		}
	})
}

func FuzzEvaluate(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, "v=spf1 include:%{d1}.%{l}.test a:%{p}.test mx -all")
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		asks := 0
		req := Request{IP: netip.MustParseAddr("192.0.2.1"), HELO: "helo.test", MailFrom: "strong-bad@d.test"}
		v := Evaluate(both{one, two, &asks}, req)
		if Is(one) && v.Record != one {
			t.Fatalf("the record is not read: %+v", v)
		}
		if asks > 1000 {
			t.Fatalf("%d questions", asks)
		}
		if v.Lookups > MaxLookups && v.Why != "limit" && v.Why != "missing" {
			t.Fatalf("%d look-ups: %s %s", v.Lookups, v.Result, v.Why)
		}
	})
}

// both answers with one record for the sender's domain and another for all else.
type both struct {
	one, two string
	asks     *int
}

func (b both) Reply(n Need) Reply {
	txt := b.two
	switch {
	case n.Name == "d.test":
		txt = b.one
	case len(n.Name)%7 == 6:
		return Reply{Status: Missing}
	}
	return everywhere{txt, b.asks}.Reply(n)
}
