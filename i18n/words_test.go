package i18n_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.org/todoku/i18n"
)

// rule is a forbidden word: another word is used for the same thing, and a reader should meet only one.
type rule struct {
	bad     *regexp.Regexp
	instead string
	allowed *regexp.Regexp
}

// rules reads the words that no text of a language may hold.
func rules(t *testing.T, name string) []rule {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var out []rule
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) < 2 || len(cells) > 3 {
			t.Fatalf("%s: %q has %d cells", name, line, len(cells))
		}
		r := rule{bad: regexp.MustCompile("(?m)" + cells[0]), instead: cells[1]}
		if len(cells) == 3 {
			r.allowed = regexp.MustCompile(cells[2])
		}
		out = append(out, r)
	}
	return out
}

// in returns the forbidden word that a text contains; "" for none.
func (r rule) in(text string) string {
	if r.allowed != nil {
		text = r.allowed.ReplaceAllString(text, "\x00")
	}
	return r.bad.FindString(text)
}

// TestWords: one word a concept, in every text of every language that has a list of the words to avoid.
func TestWords(t *testing.T) {
	for _, lang := range i18n.Langs() {
		name := "testdata/words." + string(lang) + ".tsv"
		if _, err := os.Stat(name); err != nil {
			continue
		}
		all := texts(t, lang)
		ids := slices.Sorted(maps.Keys(all))
		var joined strings.Builder
		ends := make([]int, len(ids)) // where each text ends
		for i, id := range ids {
			joined.WriteString(all[id] + "\x00\n")
			ends[i] = joined.Len()
		}
		for _, r := range rules(t, name) {
			// All texts are searched at once; a text that a find touches is then looked at alone.
			for _, at := range r.bad.FindAllStringIndex(joined.String(), -1) {
				first, _ := slices.BinarySearch(ends, at[0]+1)
				last, _ := slices.BinarySearch(ends, at[1])
				for _, id := range ids[first : last+1] {
					if word := r.in(all[id]); word != "" {
						t.Errorf("%s: %s says %q where the word is %s:\n\t%s", lang, id, word, r.instead, all[id])
					}
				}
			}
		}
	}
}

// beside are texts that stand in a data file or a scenario, as ja = "…".
var beside = regexp.MustCompile(`\b([a-z]{2,3}) = "((?:[^"\\]|\\.)*)"`)

// texts are all texts of a language: those of this package, those that stand beside the data of the catalogue and the
// lab, and the pages that are written by hand.
func texts(t *testing.T, lang i18n.Lang) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, list := range read(t, os.DirFS("."), lang) {
		for id, m := range list {
			for form, text := range forms(m) {
				out[id+"."+form] = text
			}
		}
	}
	err := filepath.WalkDir("../checks", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".toml") && !strings.HasSuffix(name, ".txtar") {
			return err
		}
		raw, err := os.ReadFile(name)
		for i, line := range strings.Split(string(raw), "\n") {
			for _, m := range beside.FindAllStringSubmatch(line, -1) {
				if m[1] == string(lang) {
					out[fmt.Sprintf("%s:%d", name, i+1)] = m[2]
				}
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range pages[lang] {
		raw, err := os.ReadFile("../" + name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(raw), "\n") {
			out[fmt.Sprintf("%s:%d", name, i+1)] = line
		}
	}
	return out
}

// pages are the documents of a language that no test writes.
var pages = map[i18n.Lang][]string{i18n.JA: {"README.ja.md", "docs/catalogue.ja.md"}}

// TestWordsNoticed: the test above must fail when its rule is broken.
func TestWordsNoticed(t *testing.T) {
	for name, texts := range map[string]map[string]bool{
		"ja": {"確かめてください": true, "置いた覚えがなければ": false, "DNS が覚えている": true, "「ドメインコントロールパネル」を開く": false, "パネルを開く": true, "届かないシナリオ": true, "御社": true, "ファイルに書き出せます": true},
		"en": {"Mend the record.": true, "Recommended": false, "Open the console.": true, "Google Admin console": false, "SPF look-ups": true, "SPF lookups": false,
			"Enter your mail address.": true, "A mail was refused.": false, "Switch signing on.": true, "Turn on signing.": false, "Make one SPF record.": true, "Add one SPF record.": false, "Send a test mail.": true, "Turn on the spam filter.": false, "Switch the spam filter on.": true, "The present value": true},
	} {
		list := rules(t, "testdata/words."+name+".tsv")
		for text, bad := range texts {
			found := ""
			for _, r := range list {
				found += r.in(text)
			}
			if (found != "") != bad {
				t.Errorf("%s: %q: found %q", name, text, found)
			}
		}
	}
}
