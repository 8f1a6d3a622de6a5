package i18n

import (
	"regexp"
	"unicode"
	"unicode/utf8"
)

// Japanese sets a space between its own letters and Latin ones, and none between two of its own. A text is written
// with the spaces that a Latin value needs; where the value begins or ends in a Japanese letter, the space there goes.
const (
	valueOpens  = "\x00"
	valueCloses = "\x01"
)

var (
	letter      = `[\p{Han}\p{Hiragana}\p{Katakana}ー「」『』（）、。・！？：]`
	spaceBefore = regexp.MustCompile(`(` + letter + `) ` + valueOpens)
	spaceAfter  = regexp.MustCompile(valueCloses + ` (` + letter + `)`)
	marks       = regexp.MustCompile(`[` + valueOpens + valueCloses + `]`)
	oneLetter   = regexp.MustCompile(`^` + letter + `$`)
)

func japanese(r rune) bool {
	return r > unicode.MaxLatin1 && oneLetter.MatchString(string(r))
}

// marked notes at which ends a value is Japanese.
func marked(value any) any {
	s, ok := value.(string)
	if !ok || s == "" {
		return value
	}
	if first, _ := utf8.DecodeRuneInString(s); japanese(first) {
		s = valueOpens + s
	}
	if last, _ := utf8.DecodeLastRuneInString(s); japanese(last) {
		s += valueCloses
	}
	return s
}

// spaced takes out the spaces between Japanese letters that a value brought about, and the marks.
func spaced(text string) string {
	text = spaceBefore.ReplaceAllString(text, "$1")
	text = spaceAfter.ReplaceAllString(text, "$1")
	return marks.ReplaceAllString(text, "")
}
