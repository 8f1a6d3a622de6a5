package i18n

import "strings"

// A name with an addition in brackets, such as "your own server (Postfix etc.)", may be inserted inside the brackets of
// a text. There the addition follows a comma instead, since nested brackets are hard to read. Marks around inserted
// values show where they are.
const (
	nameOpens  = "\x02"
	nameCloses = "\x03"
)

// brackets are the kinds of brackets, each with the comma of the same script.
var brackets = []struct{ open, end, comma string }{{"(", ")", ", "}, {"（", "）", "、"}}

// added splits a name from the addition at its end; ok is false if there is none. Text with an equals sign is a record
// and quoted as it is; text with commas is a list.
func added(s string) (name, comma, addition string, ok bool) {
	for _, b := range brackets {
		if !strings.HasSuffix(s, b.end) || strings.Contains(s, "=") {
			continue
		}
		name, addition, ok = strings.Cut(strings.TrimSuffix(s, b.end), b.open)
		name = strings.TrimRight(name, " ")
		return name, b.comma, addition, ok && name != "" && !strings.ContainsAny(name, "(（),、）") && !strings.ContainsAny(addition, "(（)）")
	}
	return "", "", "", false
}

// nested marks a value that has an addition in brackets.
func nested(value any) any {
	if s, ok := value.(string); ok {
		if _, _, _, ok := added(s); ok {
			return nameOpens + s + nameCloses
		}
	}
	return value
}

// unnest removes the marks, and the brackets of names that are inside brackets.
func unnest(text string) string {
	if !strings.Contains(text, nameOpens) {
		return text
	}
	var out strings.Builder
	depth := 0
	put := func(s string) {
		for _, b := range brackets {
			depth += strings.Count(s, b.open) - strings.Count(s, b.end)
		}
		out.WriteString(s)
	}
	for {
		before, rest, more := strings.Cut(text, nameOpens)
		put(before)
		if !more {
			return out.String()
		}
		whole, after, _ := strings.Cut(rest, nameCloses)
		if name, comma, addition, ok := added(whole); ok && depth > 0 {
			whole = name + comma + addition
		}
		put(whole)
		text = after
	}
}
