package i18n

import (
	"fmt"
	"regexp"
	"text/template"
	"unicode"
	"unicode/utf8"
)

// Japanese sets a space between its own letters and Latin ones, and none between two of its own. The texts have the
// space beside their placeholders; whether it is kept depends on the value.
var (
	behind  = regexp.MustCompile(`(\{\{\.(\w+)\}\}) ([\p{Han}\p{Hiragana}\p{Katakana}])`)
	before  = regexp.MustCompile(`([\p{Han}\p{Hiragana}\p{Katakana}ー]) (\{\{\.(\w+)\}\})`)
	spacing = template.FuncMap{"behind": spaceBehind, "before": spaceBefore}
)

// spaced makes the spaces beside the placeholders of a language's texts depend on the values.
func spaced(l Lang, texts []byte) []byte {
	if l != JA {
		return texts
	}
	texts = behind.ReplaceAll(texts, []byte("${1}{{behind .${2}}}${3}"))
	return before.ReplaceAll(texts, []byte("${1}{{before .${3}}}${2}"))
}

func spaceBehind(value any) string {
	r, _ := utf8.DecodeLastRuneInString(fmt.Sprint(value))
	return space(r)
}

func spaceBefore(value any) string {
	r, _ := utf8.DecodeRuneInString(fmt.Sprint(value))
	return space(r)
}

func space(r rune) string {
	if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r == 'ー' {
		return ""
	}
	return " "
}
