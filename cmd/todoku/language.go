package main

import (
	"strings"

	"todoku/i18n"
)

// language chooses the program's language before any text is made: --lang, else the environment as POSIX orders it
// (LC_ALL, LC_MESSAGES, LANG; the first that is set counts), else what the system shows its menus in.
func language(args []string, env func(string) string) i18n.Lang {
	for i, arg := range args {
		value, ok := strings.CutPrefix(arg, "--lang=")
		if arg == "--lang" && i+1 < len(args) {
			value, ok = args[i+1], true
		}
		if arg == "--" {
			break
		}
		if ok {
			return named(value)
		}
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := env(name); v != "" {
			return named(v)
		}
	}
	return named(systemLanguage())
}

// named: ja, ja_JP.UTF-8 and ja-JP are Japanese, everything else is English.
func named(locale string) i18n.Lang {
	tag := strings.FieldsFunc(strings.ToLower(locale), func(r rune) bool { return r == '_' || r == '-' || r == '.' || r == '@' })
	if len(tag) > 0 && tag[0] == string(i18n.JA) {
		return i18n.JA
	}
	return i18n.EN
}
