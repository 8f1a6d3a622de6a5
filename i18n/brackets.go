package i18n

import (
	"regexp"
	"strings"
)

// A name with an addition in brackets, such as "your own server (Postfix etc.)", may come into the brackets of a text. There
// the addition follows a comma: two pairs of brackets, one in the other, are hard to read. Marks around such values show where.
const (
	nameOpens  = "\x02"
	nameCloses = "\x03"
)

// A name with an addition at its end. What has an equals sign is a record, which is quoted as it is; a list has commas already.
var addition = regexp.MustCompile(`^([^()（）=,、]*[^()（）=,、 ]) ?([(（])([^()（）=]+)[)）]$`)

// nested marks a value that has an addition in brackets.
func nested(value any) any {
	if s, ok := value.(string); ok && addition.MatchString(s) {
		return nameOpens + s + nameCloses
	}
	return value
}

// unnest takes the marks out, and the brackets of the names that stand in brackets.
func unnest(text string) string {
	if !strings.Contains(text, nameOpens) {
		return text
	}
	var out strings.Builder
	depth := 0
	put := func(s string) {
		depth += strings.Count(s, "(") + strings.Count(s, "（") - strings.Count(s, ")") - strings.Count(s, "）")
		out.WriteString(s)
	}
	for {
		before, rest, more := strings.Cut(text, nameOpens)
		put(before)
		if !more {
			return out.String()
		}
		name, after, _ := strings.Cut(rest, nameCloses)
		if m := addition.FindStringSubmatch(name); depth > 0 && m != nil {
			name = m[1] + map[string]string{"(": ", ", "（": "、"}[m[2]] + m[3]
		}
		put(name)
		text = after
	}
}
