// Package i18n holds every word that a user reads: TOML by language and topic. A folder with a file language.toml is a
// language; apart from the constants here no Go code names one. T never falls back silently: a missing text or value
// is a defect that the tests find, and makes T panic in tests.
package i18n

import (
	"embed"
	"fmt"
	"strings"
	"testing"

	"example.org/todoku/i18n/bylang"
)

// Lang is a language of the program: the name of its folder, which is a BCP 47 tag.
type Lang string

// The languages that the program is written in. These constants are for tests and for Reference; other code must not
// compare a Lang with them.
const (
	JA Lang = "ja"
	EN Lang = "en"
)

// Reference is the language that every other is compared with, and the default.
const Reference Lang = bylang.Fallback

// Args are the values of a text's placeholders.
type Args = map[string]any

//go:embed */*.toml
var files embed.FS

// T returns the text of id in the language, with its placeholders filled from args; "count" also chooses the plural
// form.
func (l Lang) T(id string, args ...Args) string {
	s, err := program().texts(l).say(id, args)
	switch {
	case err == nil:
		return s
	case testing.Testing():
		panic(fmt.Sprintf("i18n %s: %q: %v", l, id, err))
	case l != Reference:
		return Reference.T(id, args...)
	}
	return "[" + id + "]"
}

// say returns a text with its placeholders filled.
func (t *texts) say(id string, args []Args) (string, error) {
	data := Args{}
	for _, a := range args {
		for k, v := range a {
			data[k] = t.closeUp.mark(nested(v))
		}
	}
	filled, err := t.template(id, data["count"])
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if err := filled.fill(&out, data); err != nil {
		return "", err
	}
	return t.closeUp.apply(unnest(out.String())), nil
}

// Has reports whether the text exists.
func (l Lang) Has(id string) bool {
	_, err := program().texts(l).template(id, nil)
	return err == nil
}
