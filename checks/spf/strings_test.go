package spf

import (
	"strings"
	"testing"
)

func TestUnquoted(t *testing.T) {
	long := "v=spf1 " + strings.Repeat("ip4:192.0.2.1 ", 17)
	for _, c := range []struct {
		parts []string
		want  string
	}{
		{[]string{"v=spf1", "include:_spf.a.example", "a:sv1.b.example", "ip4:192.0.2.9", "~all"}, "v=spf1 include:_spf.a.example a:sv1.b.example ip4:192.0.2.9 ~all"},
		{[]string{"v=spf1 mx", "a", "-all"}, "v=spf1 mx a -all"},
		{[]string{"v=spf1 ", "mx", "-all"}, "v=spf1 mx -all"},
		{[]string{"v=spf2", "mx", "-all"}, "v=spf2 mx -all"},
		{[]string{"v=spf1", "redirect=_spf.a.example"}, "v=spf1 redirect=_spf.a.example"},
		{[]string{"v=spf1 mx ", "-all"}, ""},                     // no blank is lost
		{[]string{"v=spf1 mx", " -all"}, ""},                     // nor here
		{[]string{"v=spf1 include:_spf.a.exa", "mple ~all"}, ""}, // parted within a term
		{[]string{"v=spf1 ip4:192.0.2", ".1 -all"}, ""},
		{[]string{"v=spf1 mx ~", "all"}, ""},
		{[]string{"v=spf1 mx -all"}, ""},
		{[]string{long + strings.Repeat(" ", whole-len(long)-2) + "mx", "a -all"}, ""}, // a full string
		{[]string{"v=DMARC1;", "p=none"}, ""},
		{[]string{"v=spf1", "", "-all"}, ""},
	} {
		got, ok := Unquoted(c.parts)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("Unquoted(%q) is %q, %v, want %q", c.parts, got, ok, c.want)
		}
	}
}
