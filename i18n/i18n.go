// Package i18n holds every word that a user reads: TOML by language and topic, ja and en alike. T never falls back
// silently: a missing text or value is a defect that the tests find, and panics there.
package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"sync"
	"testing"

	"github.com/BurntSushi/toml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Lang is a language of the program.
type Lang string

// The languages.
const (
	JA Lang = "ja"
	EN Lang = "en"
)

// Langs lists the languages, first the one that todoku is written for.
func Langs() []Lang { return []Lang{JA, EN} }

// Args are the values that a text's placeholders need.
type Args = map[string]any

//go:embed ja/*.toml en/*.toml
var files embed.FS

var loaded = map[Lang]func() *goi18n.Localizer{}

func init() {
	for _, l := range Langs() {
		loaded[l] = sync.OnceValue(func() *goi18n.Localizer { return load(l) })
	}
}

func load(l Lang) *goi18n.Localizer {
	b := goi18n.NewBundle(language.Make(string(l)))
	b.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	names, err := fs.Glob(files, string(l)+"/*.toml")
	if err != nil || len(names) == 0 {
		panic(fmt.Sprintf("i18n: no texts for %s: %v", l, err))
	}
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		// go-i18n takes the language from the file's name.
		if _, err := b.ParseMessageFileBytes(spaced(l, raw), string(l)+".toml"); err != nil {
			panic(fmt.Sprintf("i18n/%s: %v", name, err))
		}
	}
	return goi18n.NewLocalizer(b, string(l))
}

// T gives the text of id in the language. Args fill its placeholders; "count" also chooses the plural form.
func (l Lang) T(id string, args ...Args) string {
	data := Args{}
	for _, a := range args {
		for k, v := range a {
			data[k] = v
		}
	}
	cfg := &goi18n.LocalizeConfig{MessageID: id, TemplateData: data, Funcs: spacing}
	if n, ok := data["count"]; ok {
		cfg.PluralCount = n
	}
	s, err := loaded[l]().Localize(cfg)
	if err != nil && cfg.PluralCount != nil {
		cfg.PluralCount = nil // a text without plural forms says the same for every count
		s, err = loaded[l]().Localize(cfg)
	}
	if err != nil {
		if testing.Testing() {
			panic(fmt.Sprintf("i18n %s: %q: %v", l, id, err))
		}
		return "[" + id + "]"
	}
	return s
}

// Has reports whether the text exists.
func (l Lang) Has(id string) bool {
	_, err := loaded[l]().Localize(&goi18n.LocalizeConfig{MessageID: id, PluralCount: 2, TemplateData: Args{"count": 2}, Funcs: spacing})
	return err == nil
}
