package i18n_test

import (
	"go/parser"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/width"

	"todoku/checks"
	"todoku/checks/spf"
	"todoku/i18n"
)

// topic is the texts of one file, by ID.
type topic map[string]*goi18n.Message

// forms are a text's plural forms by name; a text without plurals has "other" alone.
func forms(m *goi18n.Message) map[string]string {
	out := map[string]string{}
	for name, text := range map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other} {
		if text != "" {
			out[name] = text
		}
	}
	return out
}

func parse(t *testing.T, file string, text []byte) topic {
	t.Helper()
	f, err := goi18n.ParseMessageFileBytes(text, file, map[string]goi18n.UnmarshalFunc{"toml": toml.Unmarshal})
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	out := topic{}
	for _, m := range f.Messages {
		out[m.ID] = m
	}
	return out
}

// catalogues reads every file: language → topic → texts.
func catalogues(t *testing.T) map[i18n.Lang]map[string]topic {
	t.Helper()
	out := map[i18n.Lang]map[string]topic{}
	for _, l := range i18n.Langs() {
		out[l] = map[string]topic{}
		names, err := filepath.Glob(filepath.Join(string(l), "*.toml"))
		if err != nil || len(names) == 0 {
			t.Fatalf("no texts for %s: %v", l, err)
		}
		for _, name := range names {
			out[l][filepath.Base(name)] = parse(t, string(l)+".toml", read(t, name))
		}
	}
	return out
}

var (
	placeholder = regexp.MustCompile(`{{[^}]*}}`)
	field       = regexp.MustCompile(`\.[a-z][a-z0-9_]*`)
	// A text shows a value, or chooses its words by one.
	soundAction = regexp.MustCompile(`^{{(\.[a-z][a-z0-9_]*|(else )?if eq \.[a-z][a-z0-9_]* "[a-z0-9-]*"|else|end)}}$`)
)

// placeholders lists the values that a text needs, in all its forms.
func placeholders(m *goi18n.Message) []string {
	var out []string
	for _, text := range forms(m) {
		for _, p := range placeholder.FindAllString(text, -1) {
			if f := field.FindString(p); f != "" && !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	slices.Sort(out)
	return out
}

// alwaysMany are texts that are shown for two or more only, so that English needs one form.
var alwaysMany = []string{"finding.spf-multiple", "finding.dmarc-multiple", "finding.dkim-multiple", "finding.spf-too-many-lookups",
	"finding.spf-void-lookups"}

// differences lists what is wrong between the two languages of one topic.
func differences(name string, ja, en topic) []string {
	var out []string
	add := func(id, what string) { out = append(out, name+": "+id+": "+what) }
	for id := range ja {
		if en[id] == nil {
			add(id, "missing in en")
		}
	}
	for id, e := range en {
		j := ja[id]
		if j == nil {
			add(id, "missing in ja")
			continue
		}
		if a, b := placeholders(j), placeholders(e); !slices.Equal(a, b) {
			add(id, "placeholders differ: ja "+strings.Join(a, " ")+", en "+strings.Join(b, " "))
		}
		if e.One != "" && j.One != "" {
			add(id, "Japanese has no form for one")
		}
		counted := slices.Contains(placeholders(e), ".count")
		many := slices.ContainsFunc(alwaysMany, func(p string) bool { return strings.HasPrefix(id, p+".") })
		if counted && !many && e.One == "" {
			add(id, "shows a count, but en has no form for one")
		}
	}
	for lang, list := range map[string]topic{"ja": ja, "en": en} {
		for id, m := range list {
			for form, text := range forms(m) {
				if !slices.Contains([]string{"one", "other"}, form) {
					add(id, lang+" has the form "+form)
				}
				if strings.HasPrefix(text, "'") {
					add(id, lang+" begins in a quotation mark of its file")
				}
				for _, p := range placeholder.FindAllString(text, -1) {
					if !soundAction.MatchString(p) {
						add(id, lang+" has the odd placeholder "+p)
					}
				}
				for _, r := range text {
					if width.LookupRune(r).Kind() == width.EastAsianAmbiguous {
						add(id, lang+" has "+strconv.QuoteRune(r)+", which is one or two cells wide by the terminal's mood")
					}
				}
			}
			if len(forms(m)) == 0 || m.Other == "" {
				add(id, lang+" is empty")
			}
		}
	}
	slices.Sort(out)
	return out
}

func TestLanguagesSayTheSame(t *testing.T) {
	all := catalogues(t)
	ja, en := all[i18n.JA], all[i18n.EN]
	for name := range ja {
		if en[name] == nil {
			t.Errorf("%s is missing in en", name)
		}
	}
	for name, e := range en {
		if ja[name] == nil {
			t.Errorf("%s is missing in ja", name)
			continue
		}
		for _, d := range differences(name, ja[name], e) {
			t.Error(d)
		}
	}
}

// The test above must fail when its rule is broken.
func TestLanguagesNoticed(t *testing.T) {
	for name, c := range map[string]struct{ ja, en, want string }{
		"missing":      {"a = \"あ\"\nb = \"い\"", "a = \"a\"", "x: b: missing in en"},
		"placeholders": {"a = \"{{.n}} あ\"", "a = \"{{.m}} a\"", "x: a: placeholders differ: ja .n, en .m"},
		"plural":       {"a = \"{{.count}} 件\"", "a = \"{{.count}} things\"", "x: a: shows a count, but en has no form for one"},
		"ambiguous":    {"a = \"あ…\"", "a = \"a\"", "x: a: ja has '…', which is one or two cells wide by the terminal's mood"},
		"quotation":    {"a = \"あ\"", "a = \"'a'\"", "x: a: en begins in a quotation mark of its file"},
		"empty":        {"a = \"\"", "a = \"a\"", "x: a: ja is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			got := differences("x", parse(t, "ja.toml", []byte(c.ja)), parse(t, "en.toml", []byte(c.en)))
			if len(got) != 1 || got[0] != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestEveryFindingIsWorded(t *testing.T) {
	for _, r := range checks.Rules() {
		for _, l := range i18n.Langs() {
			for _, slot := range []string{"what", "why", "fix"} {
				if id := "finding." + string(r.Code) + "." + slot; !l.Has(id) {
					t.Errorf("%s has no text %s", l, id)
				}
			}
		}
	}
}

// Every mistake that the SPF parser knows has its words, and no other has.
func TestEverySPFProblemIsWorded(t *testing.T) {
	for _, code := range spf.Codes() {
		for _, l := range i18n.Langs() {
			if !l.Has("spf.problem." + code) {
				t.Errorf("%s has no text for %s", l, code)
			}
		}
	}
	for id := range ids(t) {
		if code, ok := strings.CutPrefix(id, "spf.problem."); ok && !slices.Contains(spf.Codes(), code) {
			t.Errorf("%s words a mistake that the parser does not know", id)
		}
	}
}

// ids are all texts of one language, by ID.
func ids(t *testing.T) map[string]bool {
	out := map[string]bool{}
	for _, list := range catalogues(t)[i18n.EN] {
		for id := range list {
			out[id] = true
		}
	}
	return out
}

func TestCodeAndTextsMeet(t *testing.T) {
	src := sources(t, "..")
	known := ids(t)
	for _, m := range src.unknown(known) {
		t.Error(m)
	}
	for _, m := range src.unused(known) {
		t.Error(m)
	}
}

// The test above must fail when its rule is broken.
func TestCodeAndTextsNoticed(t *testing.T) {
	src := newSource()
	f, err := parser.ParseFile(src.fset, "x.go", `package x
		func (p P) t(id string) string { return p.Lang.T("x."+id, nil) }
		func f(p P, l Lang, code string) {
			p.t("there"); p.t("gone"); l.T("x.there"); l.T("x.lost"); l.Has("x.dyn." + code); l.T("y." + code)
			_ = []string{"x.listed"}
		}`, 0)
	if err != nil {
		t.Fatal(err)
	}
	src.add("x", f)
	known := map[string]bool{"x.there": true, "x.dyn.one": true, "x.listed": true, "x.orphan": true}
	var got []string
	got = append(got, src.unknown(known)...)
	got = append(got, src.unused(known)...)
	want := []string{"x.go:4:22: no text gone", "x.go:4:51: no text x.lost", "x.go:4:90: no text begins with y.", "x.orphan is used nowhere"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}
