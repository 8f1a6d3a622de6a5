package roundtrip_test

import (
	"strings"
	"testing"

	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

// What is read back in every format is of every kind that a plan may have.
func TestEveryKind(t *testing.T) {
	if !sample.Whole() {
		t.Skip("a sample of the scenarios has a sample of the kinds")
	}
	seen := map[string]string{}
	for _, h := range plans() {
		if h.name == "hostile" {
			continue // the kinds are those that really come up
		}
		at := map[string]int{}
		for _, c := range h.Plan.Changes {
			for kind, is := range kindsOf(h, c) {
				if is {
					seen[kind] = h.name
				}
			}
			if whole(c) {
				at[c.Name+" "+string(c.Type)]++
			}
		}
		for _, n := range at {
			if n > 1 {
				seen["several values at one name"] = h.name
			}
		}
	}
	for _, kind := range []string{"add", "replace", "remove", "MX", "CNAME", "A or AAAA", "over 255 bytes", "several old values", "IDN", "a key below a subdomain",
		"at the apex", "a switch", "a value to come", "a zone above the domain", "old value with a quote or a backslash", "a TTL of its own"} {
		if seen[kind] == "" {
			t.Errorf("no scenario has: %s", kind)
		} else {
			t.Logf("%s: %s", kind, seen[kind])
		}
	}
}

// kindsOf names what a change has.
func kindsOf(h handed, c plan.Change) map[string]bool {
	zone, ok := h.DNS.Zone()
	_, below, key := strings.Cut(c.Name, "._domainkey.")
	return map[string]bool{
		string(c.Action): true, string(c.Type): true,
		"A or AAAA":                             c.Type == snapshot.A || c.Type == snapshot.AAAA,
		"over 255 bytes":                        c.Type == snapshot.TXT && len(c.Value) > 255,
		"several old values":                    len(c.Old) > 1,
		"IDN":                                   strings.Contains(c.Name, "xn--"),
		"a key below a subdomain":               key && below != zone,
		"at the apex":                           c.Name == zone,
		"a switch":                              c.Switch,
		"a value to come":                       c.Lacks(),
		"a zone above the domain":               ok && zone != h.Answers.Domain,
		"old value with a quote or a backslash": strings.ContainsAny(strings.Join(c.Old, ""), `"\`),
		"a TTL of its own":                      c.TTL != 0 && c.TTL != 3600,
	}
}

// What is handed over does not send its reader to questions of a program that is not there.
func TestNothingAsksTheReader(t *testing.T) {
	t.Parallel()
	for _, h := range plans() {
		if h.name == "hostile" {
			continue
		}
		for lang, words := range map[i18n.Lang][]string{i18n.EN: {"todoku", "you did not choose", "question about your", "go back and", "at the line"}, i18n.JA: {"todoku", "質問に戻", "の質問で", "選び直", "貼り付けると", "の行から"}} {
			in := h.Input
			in.Lang = lang
			data, err := document.Write("txt", in)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.TrimRight(string(data), "\n")
			text = text[:strings.LastIndexByte(text, '\n')+1] // the last line says who made it
			for _, w := range words {
				if i := strings.Index(text, w); i >= 0 {
					t.Errorf("%s, %s: %q in %q", h.name, lang, w, text[max(0, i-80):min(len(text), i+80)])
				}
			}
		}
	}
}
