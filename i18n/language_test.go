package i18n

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/text/language"
)

// folders is a file system with the folders of ja and en, and that of the reference once more under other names.
func folders(t testing.TB, more map[string]string) fstest.MapFS {
	t.Helper()
	m := fstest.MapFS{}
	var names []string
	for _, l := range []Lang{JA, EN} {
		more, err := fs.Glob(os.DirFS("."), string(l)+"/*.toml")
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, more...)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		m[name] = &fstest.MapFile{Data: raw}
		for l, facts := range more {
			if file, ok := strings.CutPrefix(name, string(Reference)+"/"); ok {
				m[l+"/"+file] = &fstest.MapFile{Data: raw}
				m[l+"/"+factsFile] = &fstest.MapFile{Data: []byte(facts)}
			}
		}
	}
	return m
}

// TestAnotherLanguage: a folder is a language, without any Go code that knows it.
func TestAnotherLanguage(t *testing.T) {
	m := folders(t, map[string]string{"fr": `name = "Français"`, "zh-Hant": "name = \"中文\"\nclose_up = '\\p{Han}'"})
	m["zh-Hant/extra.toml"] = &fstest.MapFile{Data: []byte(`x = "在 {{.a}} 中"`)}
	m["bylang/notes.toml"] = &fstest.MapFile{Data: []byte(`x = "no language"`)}
	b, err := open(m)
	if err != nil {
		t.Fatal(err)
	}
	if want := []Lang{JA, EN, "fr", "zh-Hant"}; !slices.Equal(b.langs, want) {
		t.Fatalf("languages %v, want %v", b.langs, want)
	}
	for locale, want := range map[string]Lang{
		"fr_FR.UTF-8": "fr", "fr": "fr", "fr_CA": "fr", "fr-BE": "fr", "FR": "fr", "fr_FR@euro": "fr",
		"zh_TW.UTF-8": "zh-Hant", "zh_HK": "zh-Hant",
		"ja_JP.UTF-8": JA, "ja_JP.eucJP": JA, "ja": JA,
		"en_US.UTF-8": EN, "C.UTF-8": EN, "C": EN, "POSIX": EN, "": EN, "ko_KR.UTF-8": EN, "jam": EN, "x\x00\xff": EN, "_": EN, ".": EN,
	} {
		if got := b.match(locale); got != want {
			t.Errorf("%q: %s, want %s", locale, got, want)
		}
	}
	at := JA
	for _, want := range []Lang{EN, "fr", "zh-Hant", JA} {
		if at = at.Next(b.langs...); at != want {
			t.Errorf("next: %s, want %s", at, want)
		}
	}
	if got := b.facts["fr"].Name; got != "Français" {
		t.Errorf("name %q", got)
	}
	c := b.texts("zh-Hant").closeUp
	if got := c.apply("在 " + c.mark("中間").(string) + " 中"); got != "在中間中" {
		t.Errorf("closed up: %q", got)
	}
	if got := b.texts("fr").closeUp.apply("a b"); got != "a b" {
		t.Errorf("not closed up: %q", got)
	}
	if b.texts("xx") != b.texts(Reference) {
		t.Error("a language that there is not does not speak the reference")
	}
}

// TestPlainAgrees: what needs no matcher is what the matcher says.
func TestPlainAgrees(t *testing.T) {
	b, err := open(folders(t, map[string]string{"fr": `name = "a"`, "zh": `name = "b"`, "zh-Hant": `name = "c"`, "pt-BR": `name = "d"`}))
	if err != nil {
		t.Fatal(err)
	}
	plain := 0
	for _, l := range []string{"ja", "en", "fr", "zh", "pt", "pt-BR", "de", "", "C", "POSIX", "JA"} {
		for i := range 26 * 26 {
			for _, locale := range []string{l, l + "_" + string(rune('A'+i/26)) + string(rune('A'+i%26))} {
				got, ok := b.plain(locale)
				if !ok {
					continue
				}
				plain++
				want := Reference
				tag, _ := language.Parse(locale)
				if _, at, sure := b.matcher().Match(tag); sure > language.No {
					want = b.langs[at]
				}
				if got != want {
					t.Errorf("%q: %s, want %s", locale, got, want)
				}
			}
		}
	}
	if plain < 4000 {
		t.Errorf("only %d locales are plain", plain)
	}
}

// TestLanguageRefused: a folder that is no language after all says why.
func TestLanguageRefused(t *testing.T) {
	for facts, want := range map[string]string{
		"":                      "fr/language.toml: no name",
		"name = 1":              "fr/language.toml: ",
		"name = \"a\"\nnam = 1": "fr/language.toml: ",
	} {
		if _, err := open(folders(t, map[string]string{"fr": facts})); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", facts, err, want)
		}
	}
	if _, err := open(folders(t, map[string]string{"notes": `name = "a"`})); err == nil || !strings.Contains(err.Error(), "notes/language.toml: the folder's name is no language") {
		t.Errorf("a folder that is no tag: %v", err)
	}
	if _, err := open(fstest.MapFS{"ja/language.toml": {Data: []byte(`name = "a"`)}}); err == nil {
		t.Error("no reference, and no complaint")
	}
	if _, err := load(folders(t, nil), JA, facts{CloseUp: "["}); err == nil {
		t.Error("a class that is none, and no complaint")
	}
	m := folders(t, map[string]string{"fr": `name = "a"`})
	m["fr/cmd.toml"] = &fstest.MapFile{Data: []byte("x = ")}
	broken, err := load(m, "fr", facts{})
	if err != nil {
		t.Fatal(err)
	}
	if err := broken.all(func(string, *entry) {}); err == nil || !strings.HasPrefix(err.Error(), "i18n/fr/cmd.toml: ") {
		t.Errorf("broken texts: %v", err)
	}
}

// BenchmarkLoad is what a start pays for its language.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		book, err := open(files)
		if err != nil {
			b.Fatal(err)
		}
		book.texts(JA)
	}
}
