package catalog

import (
	"slices"
	"testing"
)

func ids[E interface{ Base() Entry }](list []E) (out []string) {
	for _, e := range list {
		out = append(out, e.Base().ID)
	}
	return out
}

// TestFilterSpellings: one word in every way that people and input methods write it finds the same.
func TestFilterSpellings(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []struct {
		words []string
		must  string
	}{
		{[]string{"さくら", "sakura", "サクラ", "ｓａｋｕｒａ", "ｻｸﾗ", "SAKURA", " さ くら "}, "sakura-rs"},
		{[]string{"えっくすさーばー", "エックスサーバー", "エックスサーバ", "ｴｯｸｽｻｰﾊﾞｰ"}, "xserver"},
		{[]string{"おなまえ", "オナマエ", "onamae", "ＯＮＡＭＡＥ"}, "onamae-rs"},
		{[]string{"ぐーぐる", "グーグル", "guguru", "ｇｕｇｕｒｕ"}, "google-workspace"},
	} {
		want := ids(Filter(c.Hosts(), d.words[0]))
		if !slices.Contains(want, d.must) {
			t.Errorf("%q finds %v, not %s", d.words[0], want, d.must)
		}
		for _, w := range d.words[1:] {
			if got := ids(Filter(c.Hosts(), w)); !slices.Equal(got, want) {
				t.Errorf("%q finds %v, %q finds %v", w, got, d.words[0], want)
			}
			if got, want := ids(Filter(c.Panels(), w)), ids(Filter(c.Panels(), d.words[0])); !slices.Equal(got, want) {
				t.Errorf("panels: %q finds %v, %q finds %v", w, got, d.words[0], want)
			}
		}
	}
}

// TestNear: a slip of the finger finds what was meant, and a name that the catalogue lacks finds nothing.
func TestNear(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]string{"sakrua": "sakura-rs", "sakur": "sakura-rs", "xsever": "xserver", "xserverr": "xserver", "gogle": "google-workspace",
		"ぐーぐす": "", "おなまぇ": "onamae-rs", "エックスサーバアア": "xserver", "さ": "", "ねっとしょっぷ": "", "no such company": ""} {
		got := ids(Near(c.Hosts(), typed))
		if want == "" && len(got) > 0 || want != "" && !slices.Contains(got, want) {
			t.Errorf("%q is near %v, want %q", typed, got, want)
		}
	}
}

func TestFilter(t *testing.T) {
	c, err := source()
	if err != nil {
		t.Fatal(err)
	}
	if got := Filter(c.Hosts(), "  "); len(got) != len(c.Hosts()) {
		t.Errorf("an empty word leaves %d of %d", len(got), len(c.Hosts()))
	}
	if got := Filter(c.Hosts(), "no such company"); len(got) != 0 {
		t.Errorf("%v", ids(got))
	}
	if got := ids(Filter(c.Senders(), "お名前.com")); len(got) != 0 {
		t.Errorf("%v", got)
	}
	if got := ids(Filter(c.Hosts(), "お名前com")); !slices.Contains(got, "onamae-rs") {
		t.Errorf("points do matter: %v", got)
	}
	findable(t, c.Hosts())
	findable(t, c.Senders())
	findable(t, c.Panels())
	findable(t, c.Resolvers)
}

// findable: every entry is found by each of its own readings and by its name in either language.
func findable[E interface{ Base() Entry }](t *testing.T, list []E) {
	t.Helper()
	for _, e := range list {
		b := e.Base()
		for _, w := range slices.Concat(b.Reading, b.Aliases, []string{b.ID}, b.Name.All()) {
			if !slices.Contains(ids(Filter(list, w)), b.ID) {
				t.Errorf("%s is not found by %q", b.ID, w)
			}
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"さくら", "ｻｸﾗ", "ＳＡＫＵＲＡ", "ガ", "ｶﾞ", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if once := fold(s); fold(once) != once {
			t.Errorf("%q folds to %q, and again to %q", s, once, fold(once))
		}
	})
}
