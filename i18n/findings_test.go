package i18n_test

import (
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/i18n"
)

var argument = regexp.MustCompile(`{{\.([a-z][a-z0-9_]*)}}`)

// slots are the texts that every finding has.
var slots = []string{"what", "why", "fix"}

// TestFindingsAreWorded: in every language, each slot of each rule has the words of its code, or words for every state of
// an aspect, and none for a state that no rule declares. The words show no argument that the rule does not give, and
// every argument is shown by some, but those marked as not for words.
func TestFindingsAreWorded(t *testing.T) {
	for _, lang := range i18n.Langs() {
		texts := map[string]string{}
		for id, m := range read(t, os.DirFS("."), lang)["findings.toml"] {
			for _, text := range forms(m) {
				texts[id] += text
			}
		}
		all := maps.Clone(texts)
		for _, r := range checks.Rules() {
			shown := checkRule(t, lang, r, texts)
			for _, name := range fieldsForWords(r.Args) {
				if !slices.Contains(shown, name) && !shownElsewhere(r, name, all) {
					t.Errorf("%s: no words of %s show %q", lang, r.Code, name)
				}
			}
		}
		for id := range texts {
			t.Errorf("%s: %s words nothing that a rule declares", lang, id)
		}
	}
}

// checkRule checks one rule's texts, takes them out of texts, and gives the arguments that they show.
func checkRule(t *testing.T, lang i18n.Lang, r checks.Rule, texts map[string]string) (shown []string) {
	prefix := "finding." + string(r.Code) + "."
	given := append(fields(r.Args), "name")
	take := func(id string) (string, bool) {
		text, ok := texts[id]
		delete(texts, id)
		for _, m := range argument.FindAllStringSubmatch(text, -1) {
			shown = append(shown, m[1])
			if !slices.Contains(given, m[1]) {
				t.Errorf("%s: %s shows %q, which the rule does not give", lang, id, m[1])
			}
		}
		if strings.Contains(text, "{{if") {
			t.Errorf("%s: %s chooses its words; a state does that", lang, id)
		}
		return text, ok
	}
	names := map[string]bool{}
	for _, s := range r.States() {
		if names[s.String()] || slices.Contains(slots, s.String()) {
			t.Errorf("%s: two states, or a state and a slot, are called %q", r.Code, s)
		}
		names[s.String()] = true
	}
	for _, slot := range slots {
		_, said := take(prefix + slot)
		for _, aspect := range r.Aspects {
			var without []string
			for _, s := range aspect {
				if _, ok := take(prefix + s.String() + "." + slot); !ok {
					without = append(without, s.String())
				}
			}
			if len(without) > 0 && len(without) < len(aspect) {
				t.Errorf("%s: %s has words in %q for some states, but not for %q", lang, r.Code, slot, without)
			}
			said = said || len(without) == 0
		}
		for _, s := range r.Remarks {
			take(prefix + s.String() + "." + slot)
		}
		if !said {
			t.Errorf("%s: %s has no words in %q", lang, r.Code, slot)
		}
	}
	return shown
}

func fields(args any) (out []string) {
	for _, a := range checks.Arguments(args) {
		out = append(out, a.Name)
	}
	return out
}

// fieldsForWords are the arguments that are meant for people.
func fieldsForWords(args any) (out []string) {
	if args == nil {
		return nil
	}
	v := reflect.TypeOf(args)
	for i := range v.NumField() {
		// A count need not be shown: it chooses the plural form.
		if v.Field(i).Tag.Get("words") != "-" && v.Field(i).Type != reflect.TypeFor[checks.Count]() {
			out = append(out, strings.ToLower(v.Field(i).Name))
		}
	}
	return out
}

// shownElsewhere reports whether the words of another rule with the same arguments show one.
func shownElsewhere(r checks.Rule, name string, texts map[string]string) bool {
	return slices.ContainsFunc(checks.Rules(), func(o checks.Rule) bool {
		if o.Code == r.Code || reflect.TypeOf(o.Args) != reflect.TypeOf(r.Args) {
			return false
		}
		for id, text := range texts {
			if strings.HasPrefix(id, "finding."+string(o.Code)+".") && strings.Contains(text, "{{."+name+"}}") {
				return true
			}
		}
		return false
	})
}
