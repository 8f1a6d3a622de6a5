package i18n

import (
	"regexp"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
)

var placeholder = regexp.MustCompile(`{{[^}]*?\.([a-z][a-z0-9_]*)`)

// Generic gives a text with the names of its placeholders in angle brackets in place of values: for a reference that
// speaks of all cases alike. A text that does not exist is given as T gives it.
func (l Lang) Generic(id string) string {
	cfg := goi18n.LocalizeConfig{MessageID: id, TemplateParser: template.IdentityParser{}}
	raw, err := loaded[l]().Localize(&cfg)
	if err != nil {
		cfg.PluralCount = 2
		raw, _ = loaded[l]().Localize(&cfg)
	}
	args := Args{}
	for _, m := range placeholder.FindAllStringSubmatch(raw, -1) {
		args[m[1]] = "<" + m[1] + ">"
	}
	if cfg.PluralCount == nil {
		return l.T(id, args)
	}
	s, err := loaded[l]().Localize(&goi18n.LocalizeConfig{MessageID: id, TemplateData: args, PluralCount: 2, Funcs: spacing})
	if err != nil {
		return l.T(id, args)
	}
	return s
}
