package spf

import (
	"net/netip"
	"runtime"
	"strings"
	"testing"

	"example.org/todoku/checks/lab/sample"
)

// words are what hostile records repeat: readable, broken and mended ones, and such as lean on their neighbours.
var words = []string{"x ", "q0=1 ", "ip4:192.0.2.1 ", "include: ", "a,b;c ", "ip4:192.0.2.1/ ", "/24 ", "~ ", "\u3000x ", "\"x ", "include;a.example ",
	"v=spf1 ", "mx~all ", "+mx~all", "ip4:192.0.2.1", "include:a", "x", "\u201c", "%{d} ", "exists:%{l}.x.test ", "all ", "redirect=a.test ",
	"include:a.test,", "\xff ", "a:x.test ", "A\u0301"}

// spent returns how many bytes and objects f allocates.
func spent(f func()) (bytes, objects uint64) {
	parsed.Forget()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, after.Mallocs - before.Mallocs
}

// Twice the text costs twice the work, whatever a record repeats: what is copied and made along the way is counted.
func TestWorkGrowsWithTheText(t *testing.T) {
	for name, f := range map[string]func(text string){
		"Parse":    func(s string) { parse("v=spf1 " + s + " ~all") },
		"Repaired": func(s string) { Parse("v=spf1 " + s + " ~all").Repaired() },
		"Merge":    func(s string) { Merge([]string{"v=spf1 " + s + " ~all", s}, []string{"include:b.test", "a:c.test"}) },
		"Walk":     func(s string) { Walk(gathered{}, "d.test", "v=spf1 "+s+" ~all") },
		"Evaluate": func(s string) {
			d := gathered{{"d.test", "TXT"}: {Status: Found, TXT: []string{"v=spf1 " + s + " ~all"}}}
			Evaluate(d, Request{IP: netip.MustParseAddr("192.0.2.9"), MailFrom: "a@d.test", HELO: "d.test"})
		},
	} {
		for i, w := range words {
			if !sample.Takes(i) {
				continue
			}
			text := func(n int) string { return strings.Repeat(w, n/len(w)) }
			const n = 12 << 10 // long enough that as many repairs are made as are made at most
			f(text(n))         // whatever is made once
			bytes, objects := spent(func() { f(text(n)) })
			more, made := spent(func() { f(text(2 * n)) })
			if more > 26*bytes/10+1<<19 || made > 26*objects/10+500 {
				t.Errorf("%s of %q: %d bytes and %d objects, twice the text %d and %d", name, w, bytes, objects, more, made)
			}
		}
	}
}

type gathered map[Need]Reply

func (g gathered) Reply(n Need) Reply {
	if r, ok := g[n]; ok {
		return r
	}
	return Reply{Status: Void}
}

// The first problems are told, the rest is counted; that one of the rest is fatal is not lost.
func TestProblemsAreBounded(t *testing.T) {
	r := Parse("v=spf1 " + strings.Repeat("x ", 1000) + "~all")
	if len(r.Problems) != maxProblems || r.More < 900 || r.Valid() || len(r.Terms) < 900 {
		t.Errorf("%d problems, %d more, %d terms", len(r.Problems), r.More, len(r.Terms))
	}
	harmless := "v=spf1 " + strings.Repeat("q0=1 ", 100)
	if r = Parse(harmless + "~all"); !r.Valid() || r.More == 0 {
		t.Errorf("%d more, valid %t", r.More, r.Valid())
	}
	if r = Parse(harmless + "nonsense! ~all"); r.Valid() {
		t.Error("the broken word behind them is lost")
	}
	if r = Parse("v=spf1 mx x ~all"); r.More != 0 || r.Valid() {
		t.Errorf("%+v", r)
	}
}

// Whoever changes what was read changes nothing for the next one.
func TestALongTextIsReadOnce(t *testing.T) {
	text := "v=spf1 " + strings.Repeat("ip4:192.0.2.1 ", 1000) + "~all"
	one := Parse(text)
	one.Terms[0].Name, one.Problems[0].Code = "changed", "changed"
	if two := Parse(text); two.Terms[0].Name == "changed" || two.Problems[0].Code == "changed" || len(two.Terms) != len(one.Terms) {
		t.Error("what was read is shared")
	}
}
