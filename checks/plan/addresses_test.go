package plan_test

import (
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/plan"
)

// TestAddressesAndExchanges: what is carried over, put first, or made to lead back, and what is left alone.
func TestAddressesAndExchanges(t *testing.T) {
	for id, want := range map[string][]string{
		"wildcard-hidden":  {"add kumi.midori.example A 203.0.113.21", "add kumi.midori.example MX 0 midori.example"},
		"wildcard-beside":  {"add kumi.akane.example TXT v=spf1"},
		"ns-switched":      {"add mail.ikisaki.example A 198.51.100.143", "add ikisaki.example MX 0 mail.ikisaki.example"},
		"mx-stayed":        {"add nokori.example MX 10 mail21.onamae.ne.jp", "add nokori.example TXT v=spf1 include:_spf.onamae.ne.jp"},
		"ptr-zone-proxied": {"replace mx.mizu.example A 203.0.113.75", "remove mx.mizu.example A 203.0.113.211"},
		"ptr-zone-none":    {"add out.kawa.example A 203.0.113.76"},
		"ptr-mismatch":     {}, // another name of the domain leads to the server already
		"mx-elsewhere":     {}, // mail goes where the mailboxes may be
		"own-server-both":  {"add futatsu.example TXT v=spf1 ip4:203.0.113.78 ip6:2001:db8:78::25"},
	} {
		in := trial.New(t, id).Look(t)
		var got []string
		for _, c := range plan.Make(in, checks.Diagnose(in)).Changes {
			value := c.Value
			if c.Action == plan.Remove {
				value = c.Old[0]
			}
			got = append(got, strings.Join([]string{string(c.Action), c.Name, string(c.Type), value}, " "))
		}
		if !slices.EqualFunc(want, got[:min(len(want), len(got))], func(w, g string) bool { return strings.HasPrefix(g, w) }) || len(want) == 0 && len(got) > 0 {
			t.Errorf("%s: %q, want %q first", id, got, want)
		}
	}
}
