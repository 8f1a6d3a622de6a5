package i18n_test

import (
	"go/parser"
	"os"
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks/spf"
	"example.org/todoku/i18n"
)

// Every mistake that the SPF parser knows has its words, and no other has.
func TestEverySPFProblemIsWorded(t *testing.T) {
	for _, code := range spf.Codes() {
		for _, l := range i18n.Langs() {
			if !l.Has("spf.problem." + string(code)) {
				t.Errorf("%s has no text for %s", l, code)
			}
		}
	}
	for id := range ids(t) {
		if code, ok := strings.CutPrefix(id, "spf.problem."); ok && !slices.Contains(spf.Codes(), spf.Code(code)) {
			t.Errorf("%s words a mistake that the parser does not know", id)
		}
	}
}

// ids are all texts, by ID; the languages have the same, as another test wants.
func ids(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, list := range read(t, os.DirFS("."), i18n.Reference) {
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
	src.template("x.html", []byte(`{{.T "here"}} {{$.T "nowhere"}} {{.Word "x.page"}}`))
	known := map[string]bool{"document.here": true, "x.page": true, "x.there": true, "x.dyn.one": true, "x.listed": true, "x.orphan": true}
	var got []string
	got = append(got, src.unknown(known)...)
	got = append(got, src.unused(known)...)
	want := []string{"x.html: no text document.nowhere", "x.go:4:22: no text gone", "x.go:4:51: no text x.lost", "x.go:4:90: no text begins with y.", "x.orphan is used nowhere"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}
