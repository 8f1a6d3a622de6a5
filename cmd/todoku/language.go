package main

import (
	"strings"

	"example.org/todoku/cmd/todoku/internal/settings"
	"example.org/todoku/i18n"
)

// language chooses the program's language before any text is made: --lang, else the setting, else the environment as
// POSIX orders it (LC_ALL, LC_MESSAGES, LANG; the first that is set counts), else the language of the system's menus.
func language(args []string, env func(string) string, set settings.Value) i18n.Lang {
	for i, arg := range args {
		value, ok := strings.CutPrefix(arg, "--lang=")
		if arg == "--lang" && i+1 < len(args) {
			value, ok = args[i+1], true
		}
		if arg == "--" {
			break
		}
		if ok {
			return i18n.Match(value)
		}
	}
	if v := set.One(); v != "" {
		return i18n.Match(v)
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := env(name); v != "" {
			return i18n.Match(v)
		}
	}
	return i18n.Match(systemLanguage())
}

// langs returns the languages that --lang takes.
func langs() (out []string) {
	for _, l := range i18n.Langs() {
		out = append(out, string(l))
	}
	return out
}
