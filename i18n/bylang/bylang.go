// Package bylang holds texts that are stored beside the data they belong to, in as many languages as somebody
// wrote: the names and notes of the catalogue, the titles of the scenarios. What the program itself says is in
// package i18n.
package bylang

import (
	"maps"
	"slices"
)

// Fallback is the language used where a text does not exist in the wanted one. Every text has it.
const Fallback = "en"

// Text is one text by language, as {"en": "Host name", "de": "Hostname"}. A language may be missing.
type Text map[string]string

// In returns the text in the language, else in Fallback, else in the first language (by code) that has it; "" only if
// no language has it. So a translator can begin with the most important texts.
func (t Text) In(lang string) string {
	for _, l := range []string{lang, Fallback} {
		if s := t[l]; s != "" {
			return s
		}
	}
	for _, s := range t.All() {
		if s != "" {
			return s
		}
	}
	return ""
}

// Given reports whether any language has the text.
func (t Text) Given() bool {
	for _, s := range t {
		if s != "" {
			return true
		}
	}
	return false
}

// All returns the text in every language that has it, in the order of the languages' codes.
func (t Text) All() []string {
	out := make([]string, 0, len(t))
	for _, l := range slices.Sorted(maps.Keys(t)) {
		if t[l] != "" {
			out = append(out, t[l])
		}
	}
	return out
}

// Missing returns which of the languages a text lacks; none if no language has it, since then there is nothing to
// translate.
func (t Text) Missing(langs ...string) []string {
	if !t.Given() {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(langs), func(l string) bool { return t[l] != "" })
}
