package spf

import (
	"strings"
	"testing"
)

func TestMerge(t *testing.T) {
	list := func(s ...string) []string { return s }
	for _, c := range []struct {
		name           string
		records, needs []string
		want           string
		notes          string
	}{
		{"nothing to do, spaces and case kept", list("V=spf1  MX   -all "), list("mx"), "V=spf1  MX   -all ", "present mx"},
		{"none yet", nil, list("include:a.jp", "a:www1.b.jp"), "v=spf1 include:a.jp a:www1.b.jp ~all", "added include:a.jp, added a:www1.b.jp, all-added ~all"},
		{"none and no needs", nil, nil, "v=spf1 ~all", "all-added ~all"},
		{"before all", list("v=spf1 mx include:a.jp -all"), list("include:b.jp"), "v=spf1 mx include:a.jp include:b.jp -all", "added include:b.jp"},
		{"already there, other case and plus", list("v=spf1 +INCLUDE:A.jp. ~all"), list("include:a.jp"), "v=spf1 +INCLUDE:A.jp. ~all", "present include:a.jp"},
		{"need given twice", list("v=spf1 ~all"), list("mx", "+MX"), "v=spf1 mx ~all", "added mx"},
		{"covered by a range", list("v=spf1 ip4:192.0.2.0/24 redirect=x.jp"), list("ip4:192.0.2.7"), "v=spf1 ip4:192.0.2.0/24 redirect=x.jp", "covered ip4:192.0.2.7"},
		{"not covered by a failing range", list("v=spf1 -ip4:192.0.2.0/24 ~all"), list("ip4:192.0.2.7"), "v=spf1 -ip4:192.0.2.0/24 ip4:192.0.2.7 ~all", "added ip4:192.0.2.7"},
		{"in front of the same with another qualifier", list("v=spf1 mx ?include:a.jp -all"), list("include:a.jp"), "v=spf1 mx include:a.jp ?include:a.jp -all", "added include:a.jp"},
		{"two records, the milder end", list("v=spf1 mx -all", "v=spf1 include:a.jp mx ~all"), nil, "v=spf1 mx include:a.jp ~all", "joined v=spf1 include:a.jp mx ~all, duplicate-dropped mx, milder-all ~all"},
		{"two records, the milder end first", list("v=spf1 mx ?all", "v=spf1 a -all"), nil, "v=spf1 mx a ?all", "joined v=spf1 a -all, milder-all ?all"},
		{"an open door is not milder", list("v=spf1 mx +all", "v=spf1 a -all"), nil, "v=spf1 mx a -all", "joined v=spf1 a -all, milder-all -all"},
		{"two records, one without an end", list("v=spf1 mx", "v=spf1 a -all"), nil, "v=spf1 mx a -all", "joined v=spf1 a -all"},
		{"redirect stays alone", list("v=spf1 mx redirect=a.jp"), nil, "v=spf1 mx redirect=a.jp", ""},
		{"redirect becomes include", list("v=spf1 redirect=a.jp"), list("include:b.jp"), "v=spf1 include:a.jp include:b.jp ~all", "redirect-to-include include:a.jp, added include:b.jp, all-added ~all"},
		{"redirect is as good as include", list("v=spf1 mx redirect=A.jp"), list("include:a.jp."), "v=spf1 mx redirect=A.jp", "present include:a.jp."},
		{"redirect joined", list("v=spf1 redirect=a.jp", "v=spf1 redirect=b.jp"), nil, "v=spf1 include:a.jp include:b.jp ~all", "redirect-to-include include:a.jp, joined v=spf1 redirect=b.jp, redirect-to-include include:b.jp, all-added ~all"},
		{"redirect beside all says nothing", list("v=spf1 redirect=a.jp mx ~all"), list("a"), "v=spf1 mx a ~all", "redirect-dropped redirect=a.jp, added a"},
		{"terms behind all", list("v=spf1 mx -all include:a.jp mx"), nil, "v=spf1 mx include:a.jp -all", "after-all-moved include:a.jp, duplicate-dropped mx"},
		{"a second all", list("v=spf1 mx -all a ~all"), nil, "v=spf1 mx a -all", "after-all-moved a, duplicate-dropped ~all"},
		{"exp stays behind", list("v=spf1 mx -all exp=e.jp"), list("a"), "v=spf1 mx a -all exp=e.jp", "added a"},
		{"one exp", list("v=spf1 exp=e.jp mx -all", "v=spf1 exp=f.jp -all"), nil, "v=spf1 exp=e.jp mx -all", "joined v=spf1 exp=f.jp -all, exp-dropped exp=f.jp"},
		{"repaired", list("v=spf1 +ipv4:192.0.2.1 include=a.jp ～all"), list("mx"), "v=spf1 +ip4:192.0.2.1 include:a.jp mx ~all", "corrected +ipv4:192.0.2.1, corrected include=a.jp, corrected ～, added mx"},
		{"a blank lost behind a and mx", list("v=spf1 ainclude:a.jp +mxip4:192.0.2.1 ~all"), nil, "v=spf1 a include:a.jp +mx ip4:192.0.2.1 ~all", "corrected ainclude:a.jp, corrected +mxip4:192.0.2.1"},
		{"the same with nothing else", list("v=spf1 amxinclude:a.jp -all"), nil, "v=spf1 a mx include:a.jp -all", "corrected amxinclude:a.jp"},
		{"behind an IPv6 address", list("v=spf1 ip6:2001:db8::1mx -all"), nil, "v=spf1 ip6:2001:db8::1 mx -all", "corrected ip6:2001:db8::1mx"},
		{"before a redirect", list("v=spf1 mxredirect=a.jp"), nil, "v=spf1 mx redirect=a.jp", "corrected mxredirect=a.jp"},
		{"version 2", list("v=spf2.0 mx ~all"), nil, "v=spf1 mx ~all", "corrected v=spf2.0"},
		{"a letter lost in the version", list("V=pf1 mx ~all"), nil, "v=spf1 mx ~all", "corrected V=pf1"},
		{"the version twice, once misspelt", list("v=spf1 v=spf2 mx ~all"), nil, "v=spf1 mx ~all", "double-version v=spf2"},
		{"a version of more digits", list("v=spf11 mx ~all"), nil, "v=spf1 mx ~all", "corrected v=spf11"},
		{"a zero in front", list("v=spf1 ip4:192.0.02.7 -all"), list("ip4:192.0.2.7"), "v=spf1 ip4:192.0.2.7 -all", "corrected ip4:192.0.02.7, present ip4:192.0.2.7"},
		{"what was perhaps meant, and is needed", list("v=spf1 ip4:192.O.2.7 -all"), list("ip4:192.0.2.7"), "v=spf1 ip4:192.0.2.7 -all", "corrected ip4:192.O.2.7, present ip4:192.0.2.7"},
		{"what was perhaps meant", list("v=spf1 ip4:192.0.2.* mx -all"), nil, "v=spf1 mx -all", "perhaps-meant ip4:192.0.2.*"},
		{"twice the version", list("v=spf1 mx v=spf1 a ~all"), nil, "v=spf1 mx a ~all", "double-version v=spf1"},
		{"what cannot be read goes", list("v=spf1 ip4:xxx.xxx.xxx.xxx mx ~all"), nil, "v=spf1 mx ~all", "broken-dropped ip4:xxx.xxx.xxx.xxx"},
		{"a final dot is left", list("v=spf1 include:a.jp. ~all"), list("mx"), "v=spf1 include:a.jp. mx ~all", "added mx"},
		{"glued", list("site-verification=x v=spf1 mx ~all"), list("a"), "v=spf1 mx a ~all", "unglued site-verification=x, added a"},
		{"not SPF", list("hello", "v=spf1 mx ~all"), list("a"), "v=spf1 mx a ~all", "not-spf hello, added a"},
		{"bad need", list("v=spf1 mx ~all"), list("ipv4:192.0.2.1", "all"), "v=spf1 mx ~all", "invalid-need ipv4:192.0.2.1, invalid-need all"},
		{"unknown modifiers stay", list("v=spf1 mx ~all x=y"), list("a"), "v=spf1 mx a ~all x=y", "added a"},
		{"macros keep their case", list("v=spf1 exists:%{L}.a.jp exists:%{l}.a.jp ~all"), nil, "v=spf1 exists:%{L}.a.jp exists:%{l}.a.jp ~all", ""},
		{"open door alone", list("v=spf1 mx +all"), list("a"), "v=spf1 mx a +all", "added a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, notes := Merge(c.records, c.needs)
			var ns []string
			for _, n := range notes {
				ns = append(ns, string(n.Code)+" "+n.Text)
			}
			if s := strings.Join(ns, ", "); got != c.want || s != c.notes {
				t.Errorf("\n got %q (%s)\nwant %q (%s)", got, s, c.want, c.notes)
			}
			if !Is(got) || !Parse(got).Valid() {
				t.Errorf("%q is no valid record", got)
			}
			if again, _ := Merge([]string{got}, c.needs); again != got {
				t.Errorf("a second merge changes %q to %q", got, again)
			}
		})
	}
}
