package i18n

import (
	"io/fs"
	"maps"
	"path"
	"strings"
	"testing"
	texttemplate "text/template"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
)

// What is read of a file table by table is what go-i18n reads of the whole, and every text says what text/template makes of it.
func TestTheStoreReadsWhatIsThere(t *testing.T) {
	for _, l := range Langs() {
		s, err := newStore(files, l)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]bool{}
		for _, m := range messages(t, l) {
			want[m.ID] = true
			forms := map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other}
			maps.DeleteFunc(forms, func(_, text string) bool { return text == "" })
			e, err := s.find(m.ID)
			if err != nil || !maps.Equal(e.texts(), forms) {
				t.Errorf("%s %s: %v, %+v, want %q", l, m.ID, err, e, forms)
				continue
			}
			for _, text := range forms {
				sameAsTheirs(t, l, m.ID, text)
			}
		}
		if err := s.all(func(id string, _ *entry) {
			if !want[id] {
				t.Errorf("%s: %s is none of go-i18n's", l, id)
			}
		}); err != nil {
			t.Error(err)
		}
	}
}

// texts returns the forms of a text.
func (e *entry) texts() map[string]string {
	out := map[string]string{other: e.text}
	for name, f := range e.plurals {
		out[name] = f.text
	}
	return out
}

func messages(t *testing.T, l Lang) (out []*goi18n.Message) {
	t.Helper()
	names, err := fs.Glob(files, string(l)+"/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if path.Base(name) == factsFile {
			continue
		}
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := goi18n.ParseMessageFileBytes(raw, string(l)+".toml", map[string]goi18n.UnmarshalFunc{"toml": toml.Unmarshal})
		if err != nil {
			t.Fatal(name, err)
		}
		out = append(out, f.Messages...)
	}
	return out
}

// sameAsTheirs fills a text with each value that it asks about, and with one that it does not.
func sameAsTheirs(t *testing.T, l Lang, id, text string) {
	t.Helper()
	ours, err := parse(text)
	if err != nil {
		t.Errorf("%s %s: %v", l, id, err)
		return
	}
	if !strings.Contains(text, "{{") {
		return
	}
	theirs := texttemplate.Must(texttemplate.New("").Option("missingkey=error").Parse(text))
	values := []string{"x"}
	for _, part := range strings.Split(text, `"`) {
		if len(part) < 20 {
			values = append(values, part)
		}
	}
	for _, v := range values {
		args := Args{}
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("{} ", r) }) {
			if name, ok := field(word); ok {
				args[name] = v
			}
		}
		var got, want strings.Builder
		if err := ours.fill(&got, args); err != nil {
			t.Errorf("%s %s: %v", l, id, err)
		}
		if err := theirs.Execute(&want, args); err != nil || got.String() != want.String() {
			t.Errorf("%s %s with %q: %v\n%s\nwant\n%s", l, id, v, err, got.String(), want.String())
		}
	}
}

func TestTemplateRefuses(t *testing.T) {
	for _, text := range []string{"{{", "{{.a", "{{a}}", "{{.a.b}}", "{{if .a}}x{{end}}", `{{if eq .a "b"}}x`, "x{{end}}", "x{{else}}", `{{.a | printf "x"}}`, `{{if eq .a b}}x{{end}}`} {
		if got, err := parse(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
	missing, err := parse("a {{.b}}")
	if err != nil {
		t.Fatal(err)
	}
	if err := missing.fill(new(strings.Builder), Args{}); err == nil {
		t.Error("a value that is missing")
	}
}

// A text is found whatever way its table and its key are written, and told once.
func TestWaysToWrite(t *testing.T) {
	s := cut(`x.a = "1"
[x]
"b" = '2'
c.d = { one = "3", other = "4" }
[x.e] # [x.k]
one = "5"
other = "6"
f = """
[x.e.f]
7""" # [x.l]
"g.h" = "\u0038"
[x.i.j]
`)
	for id, want := range map[string]string{"x.a": "1", "x.b": "2", "x.c.d": "4", "x.e": "6", "x.e.f": "[x.e.f]\n7", "x.e.g.h": "8"} {
		if e, err := s.find(id); err != nil || e.text != want {
			t.Errorf("%s: %+v, %v, want %q", id, e, err, want)
		}
	}
	for _, id := range []string{"", "x", "a", "x.i.j", "x.a.b", "x.e.one", "y.a"} {
		if e, err := s.find(id); err == nil {
			t.Errorf("%s: %+v", id, e)
		}
	}
	for _, text := range []string{"x.a = \"1\"\nx.a = \"2\"", "[x]\na = \"1\"\n[x.a]\nother = \"2\"", "[x]\na = 1", "[x]\na = { one = \"1\", one = \"2\" }", "[x\na = \"1\"", "[ x . y ]\na = \"1\""} {
		if err := cut(text).all(func(string, *entry) {}); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// cut is a store with one file, whose texts begin with x.
func cut(text string) *store {
	t := &topic{}
	if err := t.add(source{"x.toml", strings.NewReader(text)}, &cutter{piece: make([]byte, 8)}); err != nil {
		panic(err)
	}
	return &store{topics: map[string]*topic{"x": t}}
}
