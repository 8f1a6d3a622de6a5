// Package i18n holds every word that a user reads: TOML by language and topic. A folder with a file language.toml is a
// language; no Go code names one but the constants here. T never falls back silently: a missing text or value is a
// defect that the tests find, and panics there.
package i18n

import (
	"embed"
	"fmt"
	"testing"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"

	"example.org/todoku/i18n/bylang"
)

// Lang is a language of the program: the name of its folder, which is its tag after BCP 47.
type Lang string

// The languages that the program is written in. The rest of the code takes a Lang as it comes and does not compare it
// with these; they are for tests and for Reference.
const (
	JA Lang = "ja"
	EN Lang = "en"
)

// Reference is the language that every other is compared with, and that speaks where no other is wanted or none fits.
const Reference Lang = bylang.Fallback

// Args are the values that a text's placeholders need.
type Args = map[string]any

//go:embed */*.toml
var files embed.FS

// T returns the text of id in the language. Args fill its placeholders; "count" also chooses the plural form.
func (l Lang) T(id string, args ...Args) string {
	t := program().texts(l)
	data := Args{}
	for _, a := range args {
		for k, v := range a {
			data[k] = t.closeUp.mark(nested(v))
		}
	}
	cfg := &goi18n.LocalizeConfig{MessageID: id, TemplateData: data}
	if n, ok := data["count"]; ok {
		cfg.PluralCount = n
	}
	s, err := t.Localize(cfg)
	if err != nil && cfg.PluralCount != nil {
		cfg.PluralCount = nil // a text without plural forms says the same for every count
		s, err = t.Localize(cfg)
	}
	switch {
	case err == nil:
		return t.closeUp.apply(unnest(s))
	case testing.Testing():
		panic(fmt.Sprintf("i18n %s: %q: %v", l, id, err))
	case l != Reference:
		return Reference.T(id, args...)
	}
	return "[" + id + "]"
}

// Has reports whether the text exists.
func (l Lang) Has(id string) bool {
	_, err := program().texts(l).Localize(&goi18n.LocalizeConfig{MessageID: id, PluralCount: 2, TemplateData: Args{"count": 2}})
	return err == nil
}
