package spf

import (
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"
)

func TestWalk(t *testing.T) {
	z := hostZone{
		"d.test":      {"TXT v=spf1 a/28 mx include:a.test ?include:q.test -ip4:198.51.100.0/24 exists:%{i}.x.test ~all include:behind.test", "A 192.0.2.17", "MX m1.d.test", "MX m2.d.test"},
		"m1.d.test":   {"A 203.0.113.1", "AAAA 2001:db8::1"},
		"m2.d.test":   {"A 203.0.113.2"},
		"a.test":      {"TXT v=spf1 ip4:203.0.113.64/26 ip6:2001:db8:5::7/48 include:b.%{d} include:%{l}.m.test include:gone.test include:none.test include:d.test include:bad.test ?all"},
		"b.a.test":    {"TXT v=spf1 ip4:203.0.113.128/25 redirect=two.test"},
		"two.test":    {"TXT v=spf1 ip4:10.0.0.0/8", "TXT v=spf1 a:gone2.test"},
		"none.test":   {"TXT hello"},
		"bad.test":    {"TIMEOUT"},
		"q.test":      {"TXT v=spf1 ip4:198.51.100.7 -all"},
		"behind.test": {"NEW"},
	}
	tree := Walk(z, "D.test.", "")
	var show func(n Node) string
	show = func(n Node) string {
		s := fmt.Sprintf("%s/%s/%s/%d/%d", n.Via, n.Domain, n.Why, n.Lookups, n.Voids)
		if len(n.Children) > 0 {
			var kids []string
			for _, c := range n.Children {
				kids = append(kids, show(c))
			}
			s += "(" + strings.Join(kids, " ") + ")"
		}
		return s
	}
	want := "/d.test//13/2(include/a.test//8/2(include/b.a.test//2/1(redirect/two.test/several-records/1/1) " +
		"include/%{l}.m.test/macro/0/0 include/gone.test/void/0/1 include/none.test/no-record/0/0 include/d.test/loop/0/0 include/bad.test/failed/0/0) include/q.test//0/0)"
	if got := show(tree.Root); got != want || tree.Lookups != 13 || tree.Voids != 2 || len(tree.Missing) > 0 {
		t.Errorf("\n got %s\nwant %s\n%d %d %v", got, want, tree.Lookups, tree.Voids, tree.Missing)
	}
	nets := "[192.0.2.16/28 203.0.113.1/32 2001:db8::1/128 203.0.113.2/32 203.0.113.64/26 2001:db8:5::/48 203.0.113.128/25 10.0.0.0/8]"
	if got := fmt.Sprint(tree.Networks); got != nets {
		t.Errorf("networks\n got %s\nwant %s", got, nets)
	}
}

// TestCosts: what each term costs, where it leads, and what is wrong there.
func TestCosts(t *testing.T) {
	z := hosts(hostZone{
		"d.test": {"TXT v=spf1 a mx a:gone.test include:e.test include:gone.test ip4:192.0.2.0/24 exists:%{i}.x.test mx:many.test -all", "A 192.0.2.17", "MX h1.test", "MX dead.test"},
		"e.test": {"TXT v=spf1 a:h0.test a:h1.test -all"},
	}, 12)
	for i := range 11 {
		z["many.test"] = append(z["many.test"], fmt.Sprintf("MX h%d.test", i))
	}
	var got []string
	for _, c := range Walk(z, "d.test", "").Root.Costs {
		got = append(got, fmt.Sprintf("%s/%d/%d/%s/%d", c.Term.Text, c.Lookups, c.Voids, c.Why, len(c.Nets)))
	}
	want := "a/1/0//1 mx/1/1/void/1 a:gone.test/1/1/void/0 include:e.test/3/0//0 include:gone.test/1/1/void/0 ip4:192.0.2.0/24/0/0//1 " +
		"exists:%{i}.x.test/1/0//0 mx:many.test/1/0/mx-limit/10 -all/0/0//0"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("\n got %s\nwant %s", s, want)
	}
}

func TestWalkMissing(t *testing.T) {
	z := hostZone{"d.test": {"NEW"}, "a.test": {"NEW"}, "b.test": {"NEW"}, "m.test": {"NEW"}, "h.test": {"NEW AAAA", "A 192.0.2.1"}}
	tree := Walk(z, "d.test", "v=spf1 include:a.test a:h.test include:b.test mx:m.test include:a.test exists:%{i}.x.test redirect=c.test")
	want := []Need{{"a.test", "TXT"}, {"h.test", "AAAA"}, {"b.test", "TXT"}, {"m.test", "MX"}}
	if !reflect.DeepEqual(tree.Missing, want) || tree.Lookups != 7 || tree.Voids != 1 || tree.Root.Children[0].Why != "missing" {
		t.Errorf("%+v", tree)
	}
	if tree := Walk(z, "d.test", ""); !reflect.DeepEqual(tree.Missing, []Need{{"d.test", "TXT"}}) || tree.Root.Why != "missing" {
		t.Errorf("%+v", tree)
	}
	for _, record := range []string{"", "v=spf1 a:h.test include:e.test ip4:192.0.2.1 include:f.test mx -all"} {
		z := hostZone{"d.test": {"NEW MX", "TXT v=spf1 include:e.test ~all"}, "e.test": {"TXT v=spf1 include:f.test include:g.test a -all"},
			"f.test": {"TXT v=spf1 include:e.test redirect=i.test"}, "g.test": {"NEW"}, "h.test": {"NEW AAAA"}, "i.test": {"NEW"}}
		if tree, lacks := Walk(z, "d.test", record), Lacks(z, "d.test", record); len(lacks) < 2 || !reflect.DeepEqual(lacks, tree.Missing) {
			t.Errorf("%q lacks %v, its tree %v", record, lacks, tree.Missing)
		}
	}
	tree = Walk(z, "d.test", "v=spf1 +all")
	if fmt.Sprint(tree.Networks) != "[0.0.0.0/0 ::/0]" {
		t.Errorf("%v", tree.Networks)
	}
}

// everywhere answers every name with one record: what a wildcard, or a hostile server, does.
type everywhere struct {
	txt  string
	asks *int
}

func (e everywhere) Reply(n Need) Reply {
	if e.asks != nil {
		*e.asks++
	}
	switch n.Type {
	case "TXT":
		return Reply{Status: Found, TXT: []string{e.txt}}
	case "MX", "PTR":
		return Reply{Status: Found, Names: []string{"x." + n.Name, "y." + n.Name}}
	}
	return Reply{Status: Void}
}

// A record that grows for ever costs little.
func TestBounds(t *testing.T) {
	for _, txt := range []string{
		"v=spf1 include:x.%{d} include:y.%{d} include:z.%{d} a:q.%{d} mx",
		"v=spf1 redirect=x.%{d}",
		"v=spf1 " + repeat(2000, func(i int) string { return fmt.Sprintf("include:h%d.test", i) }),
		"v=spf1 " + repeat(2000, func(i int) string { return fmt.Sprintf("mx:h%d.test", i) }),
		"v=spf1 " + repeat(2000, func(i int) string { return fmt.Sprintf("exists:%%{p}.h%d.test", i) }),
	} {
		asks := 0
		tree := Walk(everywhere{txt, &asks}, "d.test", "")
		if asks > 20*maxQuestions {
			t.Errorf("%.40s: %d questions", txt, asks)
		}
		if tree.Lookups <= MaxLookups {
			t.Errorf("%.40s: %d look-ups", txt, tree.Lookups)
		}
		asks = 0
		v := Evaluate(everywhere{txt, &asks}, Request{IP: netip.MustParseAddr("192.0.2.1"), MailFrom: "a@d.test"})
		if v.Result != PermError || asks > 200 {
			t.Errorf("%.40s: %s after %d questions", txt, v.Result, asks)
		}
	}
}
