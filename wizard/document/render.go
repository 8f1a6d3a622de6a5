package document

import (
	"strings"
)

// markdown writes the document as CommonMark with tables. Every text is escaped, so that nothing foreign becomes a
// link, a picture, HTML or a heading.
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
			b.WriteString(strings.Repeat("#", x.level) + " " + escape(x.text) + "\n")
		case paragraph:
			b.WriteString(escape(x.text) + "\n")
		case bullets:
			for _, item := range x.items {
				b.WriteString("- " + escape(item) + "\n")
			}
		case table:
			b.WriteString("| | |\n|---|---|\n")
			for i, r := range x.rows {
				value := escape(r[1])
				if i < len(x.code) && x.code[i] {
					value = code(r[1])
				}
				b.WriteString("| " + escape(r[0]) + " | " + value + " |\n")
			}
		case verbatim:
			fence := strings.Repeat("`", max(3, longestRun(x.text, '`')+1))
			b.WriteString(fence + "text\n" + x.text + "\n" + fence + "\n")
		}
	}
	return []byte(b.String())
}

// escape puts a backslash before every ASCII letter that Markdown could read as a sign (CommonMark section 2.4).
// Points, commas and the like mean nothing inside a line; at its beginning a digit's point and a dash could.
func escape(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case strings.ContainsRune("\\`*_{}[]<>#|~!&$^", r),
			strings.ContainsRune("-+=", r) && strings.TrimSpace(s[:i]) == "",
			// Addresses would become links of their own accord (GitHub's autolinks).
			r == '@', r == ':' && strings.HasPrefix(s[i:], "://"):
			b.WriteByte('\\')
		}
		// "1. " would begin a numbered list.
		if (r == '.' || r == ')') && i > 0 && strings.Trim(s[:i], "0123456789") == "" && (i+1 == len(s) || s[i+1] == ' ') {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// code writes a text as a code span in a table's cell: what is to be typed stays as it is even in the raw file. Only
// a bar needs its backslash there (GFM, tables).
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

// text writes the document as plain text; labels are not aligned, since a table's width depends on the reader's letters.
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
