package i18n

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Some languages put a space between their own letters and Latin ones, but none between two of their own. A text is
// written with the spaces that a Latin value needs; where an inserted value begins or ends with one of the language's
// own letters, that space is removed. Marks around the values show where they are.
const (
	valueOpens  = "\x00"
	valueCloses = "\x01"
)

// closeUp removes such spaces; the zero value changes nothing.
type closeUp struct {
	letter, before, after, marks *regexp.Regexp
}

// newCloseUp returns the rule for a character class such as [\p{Han}]; for "" the zero value.
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

// own reports whether a letter belongs to the language's own script.
func (c closeUp) own(r rune) bool { return r >= utf8.RuneSelf && c.letter.MatchString(string(r)) }

// mark marks the ends of a value that are letters of the language.
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

// apply removes the marks, and the spaces that inserted values made superfluous.
func (c closeUp) apply(text string) string {
	if c.letter == nil || !strings.ContainsAny(text, valueOpens+valueCloses) {
		return text
	}
	text = c.before.ReplaceAllString(text, "$1")
	text = c.after.ReplaceAllString(text, "$1")
	return c.marks.ReplaceAllString(text, "")
}
