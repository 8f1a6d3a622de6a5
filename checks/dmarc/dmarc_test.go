package dmarc

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestIs(t *testing.T) {
	for txt, want := range map[string][2]bool{
		"v=DMARC1; p=none":    {true, false},
		"v=DMARC1;p=none":     {true, false},
		"v=DMARC1":            {true, false},
		"v = DMARC1 ; p=none": {true, false},
		"V=DMARC1; p=none":    {true, false}, // the name is a literal of RFC 5234: any case
		"v=DMARC1 p=none":     {false, true},
		"v=dmarc1; p=none":    {false, true},
		" v=DMARC1; p=none":   {false, true},
		"v=DMARC; p=none":     {false, true},
		"v=DMARC 1; p=none":   {false, true},
		"v=DMARC10; p=none":   {false, true},
		`"v=DMARC1; p=none"`:  {false, true},
		"“v=DMARC1; p=none”":  {false, true},
		"ｖ＝ＤＭＡＲＣ１； ｐ＝ｎｏｎｅ":          {false, true},
		"p=none; rua=mailto:a@b.jp": {false, true},
		"p=none":                    {false, true},
		"v=spf1 -all":               {false, false},
		"v=DKIM1; p=none":           {false, false},
		"":                          {false, false},
		"hello":                     {false, false},
		"DMARC1; p=none":            {false, true},
		"v:DMARC1; p=none":          {false, true},
	} {
		if got := [2]bool{Is(txt), Resembles(txt)}; got != want {
			t.Errorf("%q: Is, Resembles = %v, want %v", txt, got, want)
		}
	}
}

func codes(r Record) []string {
	var out []string
	for _, p := range r.Problems {
		c := p.Code
		if p.Fatal {
			c += "!"
		}
		out = append(out, c)
	}
	return out
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		txt, policy, codes, printed string
	}{
		{"v=DMARC1; p=none", "none", "", "v=DMARC1; p=none"},
		{"v=DMARC1;p=reject;", "reject", "", "v=DMARC1; p=reject"},
		{"v=DMARC1 ; P=none", "none", "tag-case", "v=DMARC1; p=none"}, // as an article has it
		{"v=DMARC1; p=None", "none", "value-case", "v=DMARC1; p=none"},
		{"v=DMARC1", "", "no-policy", "v=DMARC1; p=none"},
		{"v=DMARC1; rua=mailto:d@example.jp", "", "no-policy", "v=DMARC1; p=none; rua=mailto:d@example.jp"},
		{"v=DMARC1; p=monitor", "", "bad-policy!", "v=DMARC1; p=none"},
		{"v=DMARC1; p=monitor; rua=mailto:d@example.jp", "", "bad-policy", "v=DMARC1; p=none; rua=mailto:d@example.jp"},
		{"v=DMARC1; p=reject; sp=x", "reject", "bad-policy!", "v=DMARC1; p=reject"},
		{"v=DMARC1; p=reject; rua=d@example.jp", "reject", "no-mailto", "v=DMARC1; p=reject; rua=mailto:d@example.jp"},
		{"v=DMARC1; p=none; rua=mailto:a@b.jp, mailto:c@d.jp", "none", "", "v=DMARC1; p=none; rua=mailto:a@b.jp,mailto:c@d.jp"},
		{"v=DMARC1; p=none; rua=mailto:a@b.jp mailto:c@d.jp", "none", "bad-separator", "v=DMARC1; p=none; rua=mailto:a@b.jp,mailto:c@d.jp"},
		{"v=DMARC1; p=none; rua=mailto:a@b.jp; mailto:c@d.jp", "none", "bad-separator", "v=DMARC1; p=none; rua=mailto:a@b.jp"},
		{"v=DMARC1; p=none; rua=mailto:a@b.jp!10m", "none", "size-limit", "v=DMARC1; p=none; rua=mailto:a@b.jp"},
		{"v=DMARC1; p=none; rua=mailto:dmarc", "none", "bad-address", "v=DMARC1; p=none"},
		{"v=DMARC1; p=none; rua=mailto:<a@b.jp>", "none", "bad-address", "v=DMARC1; p=none; rua=mailto:a@b.jp"},
		{"v=DMARC1; p=none; rua=; fo=1", "none", "bad-value", "v=DMARC1; p=none; fo=1"},
		{"v=DMARC1; p=none; rua=https://example.jp/d", "none", "", "v=DMARC1; p=none; rua=https://example.jp/d"},
		{"v=DMARC1; p=quarantine; pct=10", "quarantine", "historic", "v=DMARC1; p=quarantine"},
		{"v=DMARC1; p=none; rf=afrf; ri=86400", "none", "historic historic", "v=DMARC1; p=none"},
		{"v=DMARC1; p=none; pct=abc", "none", "historic bad-value", "v=DMARC1; p=none"},
		{"v=DMARC1; p:none", "", "bad-separator no-policy", "v=DMARC1; p=none"},
		{"v=DMARC1, p=none", "", "bad-version! no-policy", ""},
		{"v=DMARC1; p=none, rua=mailto:a@b.jp", "", "bad-separator! no-policy", ""},
		{"v=DMARC1; p=none;; sp=none", "none", "empty-tag", "v=DMARC1; p=none; sp=none"},
		{"v=DMARC1; p=none; hello", "none", "bad-tag", "v=DMARC1; p=none"},
		{"v=DMARC1; p=none; zz=1", "none", "unknown-tag", "v=DMARC1; p=none; zz=1"},
		{"v=DMARC1; p=none; p=reject", "none", "duplicate-tag", "v=DMARC1; p=none"},
		{"v=DMARC1; rua=mailto:a@b.jp; p=none; fo=1:d", "none", "", "v=DMARC1; p=none; rua=mailto:a@b.jp; fo=1:d"},
		{"v=DMARC1; p=reject; np=reject; sp=quarantine; t=y; psd=n; adkim=s; aspf=R", "reject", "value-case",
			"v=DMARC1; p=reject; np=reject; sp=quarantine; t=y; psd=n; adkim=s; aspf=r"},
		{"v=DMARC1; p=none; adkim=strict", "none", "bad-value", "v=DMARC1; p=none"},
		{"“v=DMARC1; p=none”", "none", "typographic! typographic! bad-version!", "v=DMARC1; p=none"},
		{`"v=DMARC1; p=none"`, "none", "quotes! quotes! bad-version!", "v=DMARC1; p=none"},
		{"v=DMARC1； p=none", "none", "full-width! bad-version!", "v=DMARC1; p=none"},
		{"v=DMARC1; p=none; rua=mailto:a＠b.jp", "none", "full-width", "v=DMARC1; p=none; rua=mailto:a@b.jp"},
		{"v=DMARC1; p=none; rua=“mailto:a@b.jp”", "none", "typographic typographic", "v=DMARC1; p=none; rua=mailto:a@b.jp"},
	} {
		r := Parse(c.txt)
		if got := strings.Join(codes(r), " "); r.Policy != c.policy || got != c.codes {
			t.Errorf("%q: p=%q problems %q, want %q %q", c.txt, r.Policy, got, c.policy, c.codes)
		}
		if c.printed != "" && r.String() != c.printed {
			t.Errorf("%q is printed %q, want %q", c.txt, r.String(), c.printed)
		}
		for _, p := range r.Problems {
			if p.Start < 0 || p.Start > p.End || p.End > len(c.txt) {
				t.Errorf("%q: %s stands at %d to %d", c.txt, p.Code, p.Start, p.End)
			}
		}
	}
}

func TestParseFields(t *testing.T) {
	r := Parse("v=DMARC1; p=quarantine; pct=25; t=y; psd=u; rua=MAILTO:Reports@Example.JP., https://x.example/; ruf=mailto:f@example.jp")
	if r.Percent == nil || *r.Percent != 25 || !r.Testing || r.PSD != "u" || len(r.Failures) != 1 || len(r.Tags) != 7 {
		t.Errorf("%+v", r)
	}
	want := []Report{{"MAILTO:Reports@Example.JP.", "Reports@example.jp", "example.jp"}, {URI: "https://x.example/"}}
	if !reflect.DeepEqual(r.Reports, want) {
		t.Errorf("reports %+v", r.Reports)
	}
	if tag := r.Tags[1]; r.Raw[tag.Start:tag.End] != "p=quarantine" {
		t.Errorf("position of p: %+v", tag)
	}
	r = Parse("v=DMARC1; P:none")
	if p := r.Problems[0]; p.Fix != "p=none" || r.Raw[p.Start:p.End] != "P:none" {
		t.Errorf("fix of p: %+v", p)
	}
}

func TestEffective(t *testing.T) {
	for txt, want := range map[string]string{
		"v=DMARC1; p=reject":                          "reject",
		"v=DMARC1":                                    "none",
		"v=DMARC1; p=oops; rua=mailto:a@b.jp":         "none",
		"v=DMARC1; p=oops":                            "",
		"v=DMARC1; p=reject; sp=oops":                 "",
		"v=DMARC; p=reject":                           "",
		"v=DMARC1; p=reject; sp=o; rua=mailto:a@b.jp": "none",
		"v=DMARC1; p=reject; sp=o; rua=a@b.jp":        "",
		"v=DMARC1; p=reject; rua=mailto:a＠b.jp":       "reject",
	} {
		if got := Parse(txt).Effective(); got != want {
			t.Errorf("%q: %q, want %q", txt, got, want)
		}
	}
}

func TestWalk(t *testing.T) {
	for domain, want := range map[string]string{
		"":                    "",
		"jp":                  "_dmarc.jp",
		"example.co.jp":       "_dmarc.example.co.jp _dmarc.co.jp _dmarc.jp",
		"a.b.c.d.e.f.g.h":     "_dmarc.a.b.c.d.e.f.g.h _dmarc.b.c.d.e.f.g.h _dmarc.c.d.e.f.g.h _dmarc.d.e.f.g.h _dmarc.e.f.g.h _dmarc.f.g.h _dmarc.g.h _dmarc.h",
		"z.y.a.b.c.d.e.f.g.h": "_dmarc.z.y.a.b.c.d.e.f.g.h _dmarc.b.c.d.e.f.g.h _dmarc.c.d.e.f.g.h _dmarc.d.e.f.g.h _dmarc.e.f.g.h _dmarc.f.g.h _dmarc.g.h _dmarc.h",
	} {
		got := Walk(domain)
		if strings.Join(got, " ") != want || len(got) > 8 {
			t.Errorf("Walk(%q) = %q", domain, got)
		}
	}
}

// A changed field is printed changed, and where its tag stood.
func TestStringOfChanged(t *testing.T) {
	r := Parse("v=DMARC1; rua=mailto:a@b.jp; p=none; fo=1")
	r.Policy = "quarantine"
	r.Reports = append(r.Reports, Report{URI: "mailto:c@d.jp", Address: "c@d.jp", Host: "d.jp"})
	r.SPFAlign = "s"
	if got := r.String(); got != "v=DMARC1; p=quarantine; rua=mailto:a@b.jp,mailto:c@d.jp; fo=1; aspf=s" {
		t.Error(got)
	}
}

func TestMend(t *testing.T) {
	for txt, want := range map[string]string{
		"v=DMARC1; p=none":                                                 "v=DMARC1; p=none",
		"“v=DMARC1 ; P=none”":                                              "v=DMARC1; p=none",
		`"v=DMARC1\; p=Quarantine"`:                                        "v=DMARC1; p=quarantine",
		"v=DMARC1, p=none":                                                 "v=DMARC1; p=none",
		"v=DMARC1; p=reject, rua=a@b.jp":                                   "v=DMARC1; p=reject; rua=mailto:a@b.jp",
		"v=DMARC1 p=none sp=none":                                          "v=DMARC1; p=none; sp=none",
		"v=DMARC; p:none; RUA=mailto:a＠b.jp":                               "v=DMARC1; p=none; rua=mailto:a@b.jp",
		"v=DMARC 1; p=none":                                                "v=DMARC1; p=none",
		" v=dmarc1;p=reject":                                               "v=DMARC1; p=reject",
		"ｖ＝ＤＭＡＲＣ１；　ｐ＝ｎｏｎｅ":                                                 "v=DMARC1; p=none",
		"p=none; rua=mailto:a@b.jp!10m, c@d.jp":                            "v=DMARC1; p=none; rua=mailto:a@b.jp,mailto:c@d.jp",
		"v=DMARC1; p=none; rua=mailto:a@b.jp; mailto:c@d.jp; fo=1; pct=50": "v=DMARC1; p=none; rua=mailto:a@b.jp,mailto:c@d.jp; fo=1",
		"v=DMARC1; p=monitor; rua=mailto:a@b.jp":                           "v=DMARC1; p=none; rua=mailto:a@b.jp",
		"hello":                                                            "v=DMARC1; p=none",
	} {
		if got := Mend(txt).String(); got != want {
			t.Errorf("%q becomes %q, want %q", txt, got, want)
		}
	}
}

// reachable counts the report addresses.
func reachable(r Record) (n int) {
	for _, a := range r.Reports {
		if a.Address != "" {
			n++
		}
	}
	return n
}

func FuzzMend(f *testing.F) {
	for _, s := range []string{"v=DMARC1; p=none; rua=mailto:a@b.jp!10m; mailto:c@d.jp; fo=1:d; pct=5", "“ｖ=DMARC1； P:none，rua=x”", "p=,sp=none;t:y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		printed := Mend(s).String()
		if again := Mend(printed).String(); again != printed || !Is(printed) || Parse(printed).Effective() == "" {
			t.Fatalf("%q is mended %q and then %q", s, printed, again)
		}
		if r := Parse(s); len(r.Problems) == 0 && Is(s) {
			if m := Mend(s); m.Policy != r.Policy || m.Sub != r.Sub || m.NonExist != r.NonExist || m.DKIMAlign != r.DKIMAlign || reachable(m) < reachable(r) {
				t.Fatalf("%q is fine, and mended %q", s, printed)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"v=DMARC1; p=none; rua=mailto:a@b.jp!10m,c@d.jp; fo=1:d; pct=5", "“ｖ=DMARC1； p=none”", "v=DMARC1; p=none, rua=x",
		"v=DMARC1;;P:none;=;a=;rua=mailto:a@b.jp mailto:", "\xff\x1b;v=\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := Parse(s)
		for _, p := range r.Problems {
			if p.Start < 0 || p.Start > p.End || p.End > len(s) {
				t.Fatalf("%q: %+v", s, p)
			}
		}
		for _, g := range r.Tags {
			if g.Start < 0 || g.Start > g.End || g.End > len(s) {
				t.Fatalf("%q: %+v", s, g)
			}
		}
		if Is(s) && slices.Contains(codes(r), "bad-version!") || Is(s) && Resembles(s) {
			t.Fatalf("%q is and is not", s)
		}
		printed := r.String()
		again := Parse(printed)
		if !Is(printed) || again.Effective() == "" || again.String() != printed {
			t.Fatalf("%q is printed %q (%v) and then %q", s, printed, codes(again), again.String())
		}
		if r.Policy != "" && again.Policy != r.Policy || again.Sub != r.Sub || again.NonExist != r.NonExist ||
			again.DKIMAlign != r.DKIMAlign || again.SPFAlign != r.SPFAlign || again.Testing != r.Testing || again.PSD != r.PSD {
			t.Fatalf("%q loses by printing: %+v %+v", s, r, again)
		}
	})
}
