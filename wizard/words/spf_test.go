package words

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/spf"
	"example.org/todoku/i18n"
)

type published map[string]string

func (p published) Reply(n spf.Need) spf.Reply {
	if txt, ok := p[n.Name]; ok && n.Type == "TXT" {
		return spf.Reply{Status: spf.Found, TXT: []string{txt}}
	}
	return spf.Reply{Status: spf.Void}
}

// Every kind of term is read aloud in both languages, with what it costs and what is wrong with it.
func TestAloud(t *testing.T) {
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	data := published{"_spf.google.com": "v=spf1 include:deep.test ip4:192.0.2.0/24 ~all", "deep.test": "v=spf1 -all"}
	record := "v=spf1 a mx:x.test -ip4:192.0.2.1 ip6:2001:db8::/32 include:_spf.google.com include:_spf.google.com include:gone.test exists:%{i}.x.test " +
		"ptr exp=why.test foo=bar ipv4:192.0.2.2 ?all mx"
	for _, lang := range i18n.Langs() {
		p := P{Lang: lang, Catalog: cat}
		said := p.Aloud(spf.Walk(data, "own.test", record), nil)
		var terms []string
		for _, s := range said {
			terms = append(terms, strings.Repeat(">", s.Depth)+s.Term)
			if s.Text == "" || (s.Cost == "") != (s.Lookups == 0) {
				t.Errorf("%s: %+v", lang, s)
			}
		}
		want := []string{"a", "mx:x.test", "-ip4:192.0.2.1", "ip6:2001:db8::/32", "include:_spf.google.com", ">include:deep.test",
			"include:_spf.google.com", ">include:deep.test", "include:gone.test", "exists:%{i}.x.test", "ptr", "exp=why.test", "foo=bar",
			"ipv4:192.0.2.2", "?all", "mx"}
		if !slices.Equal(terms, want) {
			t.Errorf("%s: %q", lang, terms)
		}
		for i, note := range map[int]string{6: "spf.say.twice", 15: "spf.say.never"} {
			if !slices.Contains(said[i].Notes, lang.T(note)) {
				t.Errorf("%s: %+v lacks %s", lang, said[i], note)
			}
		}
		if said[4].Lookups != 2 || !strings.Contains(said[4].Text, "Google") || len(said[8].Notes) != 1 || said[13].Text != lang.T("spf.say.broken") {
			t.Errorf("%s: %+v", lang, said)
		}
		if !strings.Contains(said[2].Text, lang.T("spf.say.but-fail")) {
			t.Errorf("%s: %q", lang, said[2].Text)
		}
	}
}

func TestUnderline(t *testing.T) {
	for _, c := range []struct {
		record string
		cells  int
		spans  []spf.Span
		want   string
	}{
		{"v=spf1 mx ~all", 40, nil, "v=spf1 mx ~all"},
		{"v=spf1 xx ~all", 40, []spf.Span{{Start: 7, End: 9}}, "v=spf1 xx ~all\n       ^^"},
		{"v=spf1 mx ～all", 40, []spf.Span{{Start: 10, End: 13}}, "v=spf1 mx ～all\n          ^^"},
		{"v=spf1 aaaaaa bbbbbb", 14, []spf.Span{{Start: 9, End: 16}}, "v=spf1 aaaaaa\n         ^^^^^\nbbbbbb\n^^"},
		{"v=spf1 \x1b[31m", 40, []spf.Span{{Start: 7, End: 8}}, "v=spf1 \\x1b[31m\n       ^^^^"},
		{"v=spf1 mx", 40, []spf.Span{{Start: 9, End: 9}}, "v=spf1 mx\n         ^"},
		{"", 40, nil, ""},
	} {
		if got := strings.Join(Underline(c.record, c.spans, c.cells, ansi.StringWidth), "\n"); got != c.want {
			t.Errorf("%q: got\n%s\nwant\n%s", c.record, got, c.want)
		}
	}
}

func FuzzUnderline(f *testing.F) {
	f.Add("v=spf1 +ipv4:192.0.2.1 ～all", 20)
	f.Add("\xff\xfe \u202e", 3)
	f.Add("v=spf1 "+strings.Repeat("\xe2", 9000), 18) // one long word took seconds
	f.Fuzz(func(t *testing.T, record string, cells int) {
		cells = 2 + abs(cells)%100
		var spans []spf.Span
		for _, p := range spf.Parse(record).Problems {
			spans = append(spans, p.Span)
		}
		for _, l := range Underline(record, spans, cells, ansi.StringWidth) {
			if strings.ContainsAny(l, "\x1b\n\r\x00") {
				t.Fatalf("%q holds a control character", l)
			}
		}
	})
}

func abs(n int) int {
	if n < 0 {
		return -(n + 1)
	}
	return n
}
