package document

import (
	"regexp"
	"strings"
	"sync"
)

// markdown writes the document as CommonMark with tables. Every text is escaped, so that foreign text cannot
// become a link, a picture, HTML or a heading.
func markdown(doc []block) []byte {
	var b strings.Builder
	for i, x := range doc {
		if i > 0 {
			b.WriteString("\n")
		}
		if x.kind == chart {
			x.kind, x.rows = table, told(x.amounts)
		}
		switch x.kind {
		case heading:
			b.WriteString(strings.Repeat("#", x.level) + " " + inline(x.text) + "\n")
		case paragraph:
			b.WriteString(escape(x.text) + "\n")
		case bullets:
			for _, item := range x.items {
				b.WriteString("- " + escape(item) + "\n")
			}
		case table:
			for i, r := range x.rows {
				value := inline(r[1])
				if i < len(x.code) && x.code[i] {
					value = code(r[1])
				}
				b.WriteString("| " + inline(r[0]) + " | " + value + " |\n")
				if i == 0 { // an empty head would look odd in the source
					b.WriteString("|---|---|\n")
				}
			}
		case verbatim:
			fence := strings.Repeat("`", max(3, longestRun(x.text, '`')+1))
			b.WriteString(fence + "text\n" + x.text + "\n" + fence + "\n")
		}
	}
	return []byte(b.String())
}

// escape is inline for text at the beginning of a line, where "-", "+", "=", "#", ">" and a number with a point have a
// meaning too.
func escape(s string) string {
	rest := strings.TrimLeft(s, " ")
	if rest != "" && strings.ContainsRune("-+=>#", rune(rest[0])) {
		return "\\" + rest[:1] + inline(rest[1:])
	}
	// "1. " would begin a numbered list.
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	if tail := rest[digits:]; digits > 0 && tail != "" && (tail[0] == '.' || tail[0] == ')') && (len(tail) == 1 || tail[1] == ' ') {
		return rest[:digits] + "\\" + tail[:1] + inline(tail[1:])
	}
	return inline(s)
}

// asciiWord matches ASCII words without spaces: a name, a value, a URL.
var asciiWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("[!-~]+") })

// telling matches what Markdown gives a meaning within a line (CommonMark section 2.4, and GitHub's autolinks and
// mathematics). Points and commas have none.
var telling = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("[\\\\`*_\\[\\]<|~$@]|&[A-Za-z#]|://|(?i:www\\.)") })

// inline escapes a text within a line. A name or value that holds a special character becomes a code span, which looks
// the same in the source; where that is not possible, a backslash is put before every special character.
func inline(s string) string {
	if strings.Contains(s, "`") {
		return backslashed(s)
	}
	return asciiWord().ReplaceAllStringFunc(s, func(word string) string {
		if !telling().MatchString(word) {
			return word
		}
		core := strings.Trim(word, `"'(),.;:`)
		if strings.ContainsAny(word, "|\\") || !telling().MatchString(core) {
			return backslashed(word)
		}
		before, after, _ := strings.Cut(word, core)
		return before + code(core) + after
	})
}

// backslashed puts a backslash before every special character.
func backslashed(s string) string {
	var b strings.Builder
	for i, r := range s {
		if strings.ContainsRune("\\`*_[]<|~$@&", r) || r == ':' && strings.HasPrefix(s[i:], "://") || r == '.' && strings.HasSuffix(strings.ToLower(s[:i]), "www") {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// code writes a text as a code span in a table cell: what is to be typed is exact even in the source. Only "|" needs
// a backslash there (GFM, tables).
func code(s string) string {
	fence := strings.Repeat("`", longestRun(s, '`')+1)
	if strings.Contains(s, "`") {
		fence, s = fence+" ", s+" "
	}
	return fence + strings.ReplaceAll(s, "|", "\\|") + strings.TrimSpace(fence)
}

func longestRun(s string, c byte) int {
	best, n := 0, 0
	for i := range len(s) {
		if s[i] != c {
			n = 0
			continue
		}
		n++
		best = max(best, n)
	}
	return best
}

// text writes the document as plain text. Labels are not aligned, since the width of a column depends on the reader's
// font.
func text(doc []block) []byte {
	var b strings.Builder
	for i, x := range doc {
		if i > 0 {
			b.WriteString("\n")
		}
		if x.kind == chart {
			x.kind, x.rows = table, told(x.amounts)
		}
		switch x.kind {
		case heading:
			if x.level == 2 {
				x.text = "[" + x.text + "]"
			}
			b.WriteString(x.text + "\n")
		case paragraph:
			b.WriteString(x.text + "\n")
		case bullets:
			for _, item := range x.items {
				b.WriteString("  - " + item + "\n")
			}
		case table:
			for _, r := range x.rows {
				b.WriteString("  " + r[0] + ": " + r[1] + "\n")
			}
		case verbatim:
			b.WriteString(x.text + "\n")
		}
	}
	return []byte(b.String())
}
