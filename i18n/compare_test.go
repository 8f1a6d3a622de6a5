package i18n_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"unicode"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/width"

	_ "example.org/todoku/checks/lab/sample" // memory for time
	"example.org/todoku/i18n"
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

// read reads a language's folder: file → texts.
func read(t testing.TB, fsys fs.FS, l i18n.Lang) map[string]topic {
	t.Helper()
	names, err := fs.Glob(fsys, string(l)+"/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]topic{}
	for _, name := range names {
		if path.Base(name) == "language.toml" {
			continue
		}
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			t.Fatal(err)
		}
		list, err := parse(l, string(raw))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[path.Base(name)] = list
	}
	return out
}

// written is a file's text and the language that it is in.
type written struct {
	lang i18n.Lang
	text string
}

var parsed sync.Map // written → topic

// parse parses a file, each one once for all tests, which only read it.
func parse(l i18n.Lang, text string) (topic, error) {
	if list, ok := parsed.Load(written{l, text}); ok {
		return list.(topic), nil
	}
	f, err := goi18n.ParseMessageFileBytes([]byte(text), string(l)+".toml", map[string]goi18n.UnmarshalFunc{"toml": toml.Unmarshal})
	if err != nil {
		return nil, err
	}
	list := topic{}
	for _, m := range f.Messages {
		list[m.ID] = m
	}
	parsed.Store(written{l, text}, list)
	return list, nil
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

// alwaysMany are texts shown only for two or more, so that English needs one form.
var alwaysMany = []string{"finding.spf-multiple", "finding.dmarc-multiple", "finding.dkim-multiple", "finding.spf-too-many-lookups",
	"finding.spf-void-lookups"}

// needed returns the plural forms that a text must have in a language: those that whole numbers use there (CLDR), from
// 2 if the text is only shown for several; only "other" if nothing is counted. ref is the text in the reference
// language.
func needed(l i18n.Lang, id string, ref *goi18n.Message) []string {
	from := 0
	switch counted := slices.Contains(placeholders(ref), ".count"); {
	case slices.ContainsFunc(alwaysMany, func(p string) bool { return strings.HasPrefix(id, p+".") }):
		from = 2
	case !counted && len(forms(ref)) < 2:
		return []string{"other"}
	}
	names := map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}
	tag := language.Make(string(l))
	out := map[string]bool{"other": true} // stands for fractions too, and where a form is not known
	for n := from; n <= 200; n++ {
		if name, ok := names[plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)]; ok {
			out[name] = true
		}
	}
	return slices.Sorted(maps.Keys(out))
}

// compare returns what is wrong with a language compared with the reference: each complaint names language, file and
// ID.
func compare(t testing.TB, fsys fs.FS, l i18n.Lang) []string {
	t.Helper()
	var out []string
	have, want := read(t, fsys, l), read(t, fsys, i18n.Reference)
	facts, _ := fs.ReadFile(fsys, string(l)+"/language.toml")
	letters := strings.Contains(string(facts), "\nambiguous_letters = true")
	for _, file := range slices.Sorted(maps.Keys(want)) {
		if have[file] == nil {
			ids := slices.Sorted(maps.Keys(want[file]))
			out = append(out, fmt.Sprintf("%s/%s: the file is missing, with %s", l, file, strings.Join(ids, ", ")))
			continue
		}
		for id, ref := range want[file] {
			m := have[file][id]
			if m == nil {
				out = append(out, fmt.Sprintf("%s/%s: %s: missing", l, file, id))
				continue
			}
			for _, what := range slices.Concat(differ(l, id, m, ref), odd(m, letters)) {
				out = append(out, fmt.Sprintf("%s/%s: %s: %s", l, file, id, what))
			}
		}
	}
	for file, list := range have {
		for id := range list {
			if want[file][id] == nil {
				out = append(out, fmt.Sprintf("%s/%s: %s: %s has no such text in this file", l, file, id, i18n.Reference))
			}
		}
	}
	slices.Sort(out)
	return out
}

// differ returns what a text lacks compared with the reference.
func differ(l i18n.Lang, id string, m, ref *goi18n.Message) (out []string) {
	if len(forms(m)) == 0 {
		return []string{"empty"}
	}
	if a, b := placeholders(m), placeholders(ref); !slices.Equal(a, b) {
		out = append(out, fmt.Sprintf("placeholders %v, %s has %v", a, i18n.Reference, b))
	}
	if a, b := slices.Sorted(maps.Keys(forms(m))), needed(l, id, ref); !slices.Equal(a, b) {
		out = append(out, fmt.Sprintf("plural forms %v, needed are %v", a, b))
	}
	return out
}

// odd returns what is wrong with a text by itself; letters says that its language may have letters of ambiguous width.
func odd(m *goi18n.Message, letters bool) (out []string) {
	for _, text := range forms(m) {
		if strings.HasPrefix(text, "'") {
			out = append(out, "begins in a quotation mark of its file")
		}
		for _, p := range placeholder.FindAllString(text, -1) {
			if !soundAction.MatchString(p) {
				out = append(out, "odd placeholder "+p)
			}
		}
		for _, r := range text {
			if width.LookupRune(r).Kind() == width.EastAsianAmbiguous && !(letters && unicode.IsLetter(r)) {
				out = append(out, strconv.QuoteRune(r)+" is one or two cells wide, depending on the terminal")
			}
		}
	}
	return out
}

// TestLanguagesAreWhole compares every language with the reference, and the reference with what it must be itself.
func TestLanguagesAreWhole(t *testing.T) {
	here := os.DirFS(".")
	folders, err := fs.Glob(here, "*/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range folders {
		if _, err := fs.Stat(here, path.Dir(name)+"/language.toml"); err != nil {
			t.Errorf("%s: a folder without language.toml is no language", name)
		}
	}
	for _, l := range i18n.Langs() {
		for _, d := range compare(t, here, l) {
			t.Error(d)
		}
	}
}

// stub is a file system with the languages' folders, and that of the reference once more as l.
func stub(t *testing.T, l i18n.Lang) fstest.MapFS {
	t.Helper()
	m := fstest.MapFS{}
	for _, from := range []i18n.Lang{i18n.JA, i18n.EN} {
		names, err := fs.Glob(os.DirFS("."), string(from)+"/*.toml")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			m[name] = &fstest.MapFile{Data: raw}
			if from == i18n.Reference {
				m[string(l)+"/"+path.Base(name)] = &fstest.MapFile{Data: raw}
			}
		}
	}
	return m
}

// TestLanguagesNoticed: a copy of the reference is a whole language where the plural forms are the same; every way to
// spoil it is named with language, file and ID.
func TestLanguagesNoticed(t *testing.T) {
	if got := compare(t, stub(t, "nl"), "nl"); len(got) > 0 {
		t.Fatalf("a whole copy: %q", got)
	}
	const facts = "# of nl\nname = \"Nederlands\"\n"
	for name, c := range map[string]struct {
		file, old, now string // "" for the whole file; now "" removes it
		want           string // how the only complaint begins
	}{
		"a file":          {"wizard.toml", "", "", "nl/wizard.toml: the file is missing, with wizard.bounce.crumb, wizard.bounce.help, "},
		"a text":          {"cmd.toml", "interrupted = \"interrupted; there is no result.\"\n", "", "nl/cmd.toml: cmd.fault.interrupted: missing"},
		"a text too many": {"cmd.toml", "interrupted = ", "surplus = \"x\"\ninterrupted = ", "nl/cmd.toml: cmd.fault.surplus: en has no such text in this file"},
		"a placeholder":   {"cmd.toml", "see-help = \"See: {{.command}}", "see-help = \"See: {{.comand}}", "nl/cmd.toml: cmd.fault.see-help: placeholders [.comand], en has [.command]"},
		"a lost value":    {"cmd.toml", "see-help = \"See: {{.command}}", "see-help = \"See: {{.command}} {{.more}}", "nl/cmd.toml: cmd.fault.see-help: placeholders [.command .more], en has [.command]"},
		"a plural form":   {"tui.toml", "one = \"Pasted: {{.count}} line\"\n", "", "nl/tui.toml: tui.pasted: plural forms [other], needed are [one other]"},
		"a form too many": {"tui.toml", "one = \"Pasted: {{.count}} line\"\n", "one = \"Pasted: {{.count}} line\"\nfew = \"{{.count}}\"\n", "nl/tui.toml: tui.pasted: plural forms [few one other], needed are [one other]"},
		"an empty text":   {"cmd.toml", "interrupted = \"interrupted; there is no result.\"", "interrupted = \"\"", "nl/cmd.toml: cmd.fault.interrupted: empty"},
		"a wide letter":   {"cmd.toml", "\"interrupted; ", "\"é; ", "nl/cmd.toml: cmd.fault.interrupted: 'é' is one or two cells wide"},
		"a wide sign":     {"cmd.toml", "\"interrupted; ", "\"…; ", "nl/cmd.toml: cmd.fault.interrupted: '…' is one or two cells wide"},
		"a quotation":     {"cmd.toml", "\"interrupted; ", "\"'interrupted; ", "nl/cmd.toml: cmd.fault.interrupted: begins in a quotation mark"},
		"an action":       {"cmd.toml", "See: {{.command}}", "See: {{.command | html}}", "nl/cmd.toml: cmd.fault.see-help: odd placeholder {{.command | html}}"},
	} {
		t.Run(name, func(t *testing.T) {
			m := stub(t, "nl")
			m["nl/language.toml"] = &fstest.MapFile{Data: []byte(facts)}
			at := "nl/" + c.file
			if text := string(m[at].Data); c.old == "" {
				delete(m, at)
			} else if now := strings.Replace(text, c.old, c.now, 1); now == text {
				t.Fatalf("%s has no %q", at, c.old)
			} else {
				m[at] = &fstest.MapFile{Data: []byte(now)}
			}
			if got := compare(t, m, "nl"); len(got) != 1 || !strings.HasPrefix(got[0], c.want) {
				t.Errorf("got %q\nwant %q", got, c.want)
			}
			if c.old != "" {
				return
			}
			if other := compare(t, m, i18n.JA); len(other) > 0 {
				t.Errorf("of ja: %q", other)
			}
		})
	}
}

// TestLanguagesLetters: a language that is not shown beside East Asian letters may have its own, but no such signs.
func TestLanguagesLetters(t *testing.T) {
	m := stub(t, "nl")
	m["nl/language.toml"] = &fstest.MapFile{Data: []byte("name = \"Nederlands\"\nambiguous_letters = true\n")}
	m["nl/cmd.toml"] = &fstest.MapFile{Data: []byte(strings.Replace(string(m["nl/cmd.toml"].Data), "\"interrupted; ", "\"é; … ", 1))}
	if got := compare(t, m, "nl"); len(got) != 1 || !strings.Contains(got[0], "'…'") {
		t.Errorf("got %q", got)
	}
}

// TestPluralForms: which forms a text needs follows the language.
func TestPluralForms(t *testing.T) {
	counted := &goi18n.Message{One: "{{.count}} thing", Other: "{{.count}} things"}
	for _, c := range []struct {
		lang i18n.Lang
		id   string
		ref  *goi18n.Message
		want string
	}{
		{"en", "a", counted, "one other"},
		{"ja", "a", counted, "other"},
		{"fr", "a", counted, "one other"},
		{"pl", "a", counted, "few many one other"},
		{"ar", "a", counted, "few many one other two zero"},
		{"pl", "a", &goi18n.Message{One: "a thing", Other: "things"}, "few many one other"},
		{"pl", "a", &goi18n.Message{Other: "things"}, "other"},
		{"en", "a", &goi18n.Message{Other: "{{.count}} things"}, "one other"},
		{"en", "finding.spf-multiple.what", &goi18n.Message{Other: "{{.count}} things"}, "other"},
		{"pl", "finding.spf-multiple.what", &goi18n.Message{Other: "{{.count}} things"}, "few many other"},
	} {
		if got := strings.Join(needed(c.lang, c.id, c.ref), " "); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.lang, c.id, got, c.want)
		}
	}
}
