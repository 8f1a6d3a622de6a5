package i18n

import (
	"fmt"
	"regexp/syntax"
	"sort"
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

// closeUp removes such spaces. It is the language's own letters, as pairs of the first and the last of a range; nil
// changes nothing.
type closeUp []rune

// newCloseUp returns the rule for a class of a regular expression such as [\p{Han}]; for "" none.
func newCloseUp(class string) (closeUp, error) {
	if class == "" {
		return nil, nil
	}
	letters, err := syntax.Parse(class, syntax.Perl)
	if err != nil {
		return nil, err
	}
	if letters.Op != syntax.OpCharClass {
		return nil, fmt.Errorf("%s is no class of letters", class)
	}
	return letters.Rune, nil
}

// own reports whether a letter belongs to the language's own script.
func (c closeUp) own(r rune) bool {
	if r < utf8.RuneSelf {
		return false
	}
	i := sort.Search(len(c)/2, func(i int) bool { return r <= c[2*i+1] })
	return 2*i < len(c) && r >= c[2*i]
}

// mark marks the ends of a value that are letters of the language.
func (c closeUp) mark(value any) any {
	s, ok := value.(string)
	if !ok || s == "" || c == nil {
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
	if c == nil || !strings.ContainsAny(text, valueOpens+valueCloses) {
		return text
	}
	var out strings.Builder
	for at := 0; at < len(text); at++ {
		switch rest := text[at:]; {
		case strings.HasPrefix(rest, " "+valueOpens):
			if last, _ := utf8.DecodeLastRuneInString(text[:at]); !c.own(last) {
				out.WriteByte(' ')
			}
			at++
		case strings.HasPrefix(rest, valueCloses+" "):
			if next, _ := utf8.DecodeRuneInString(rest[2:]); c.own(next) {
				at++
			}
		case rest[:1] == valueOpens || rest[:1] == valueCloses:
		default:
			out.WriteByte(text[at])
		}
	}
	return out.String()
}
