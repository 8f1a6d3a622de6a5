package i18n

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Some languages set a space between their own letters and Latin ones, and none between two of their own. A text is
// written with the spaces that a Latin value needs; where the value begins or ends in one of the language's letters, the
// space there goes. Marks around the values show where.
const (
	valueOpens  = "\x00"
	valueCloses = "\x01"
)

// closeUp takes such spaces out; the zero value leaves texts as they are.
type closeUp struct {
	letter, before, after, marks *regexp.Regexp
}

// newCloseUp makes the rule for the letters of a class such as [\p{Han}]; "" makes none.
func newCloseUp(class string) (c closeUp, err error) {
	if class == "" {
		return closeUp{}, nil
	}
	for _, r := range []struct {
		into **regexp.Regexp
		text string
	}{
		{&c.letter, `^` + class + `$`},
		{&c.before, `(` + class + `) ` + valueOpens},
		{&c.after, valueCloses + ` (` + class + `)`},
		{&c.marks, `[` + valueOpens + valueCloses + `]`},
	} {
		if *r.into, err = regexp.Compile(r.text); err != nil {
			return closeUp{}, err
		}
	}
	return c, nil
}

// own reports whether a letter is one of the language's.
func (c closeUp) own(r rune) bool { return r >= utf8.RuneSelf && c.letter.MatchString(string(r)) }

// mark notes at which ends a value is of the language's letters.
func (c closeUp) mark(value any) any {
	s, ok := value.(string)
	if !ok || s == "" || c.letter == nil {
		return value
	}
	bare := strings.Trim(s, nameOpens+nameCloses)
	if first, _ := utf8.DecodeRuneInString(bare); c.own(first) {
		s = valueOpens + s
	}
	if last, _ := utf8.DecodeLastRuneInString(bare); c.own(last) {
		s += valueCloses
	}
	return s
}

// apply takes the spaces out of a text that its values brought about, and the marks.
func (c closeUp) apply(text string) string {
	if c.letter == nil || !strings.ContainsAny(text, valueOpens+valueCloses) {
		return text
	}
	text = c.before.ReplaceAllString(text, "$1")
	text = c.after.ReplaceAllString(text, "$1")
	return c.marks.ReplaceAllString(text, "")
}
