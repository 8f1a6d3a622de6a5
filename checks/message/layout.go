package message

import (
	"bytes"
	"strings"

	"example.org/todoku/checks/snapshot"
)

// layout is how the text came: what stands before the header and before each line.
type layout struct {
	form    Form
	view    string
	summary Summary
	skip    int    // bytes before the header
	prefix  []byte // before every line
	rows    bool   // names stand apart from their values
	lost    bool   // continued lines have lost their blanks
	spaced  bool   // an empty line stands between all lines
	mends   []Mend
	ignored []string
}

// near is how many lines are looked at for a header's beginning to be believed.
const near = 14

// maxIgnored is how many lines that were not understood are kept to be shown.
const maxIgnored = 5

// lay finds the header in the beginning of the text. ok is false where there is none.
func lay(head []byte) (l layout, ok bool) {
	lines := strings.SplitAfterN(string(clip(head, 128<<10)), "\n", 3000)
	l.form = File
	from := 0
	l.view, from, l.summary = look(lines)
	if l.view != "" {
		l.form = Page
	}
	start := -1
	for i := from; i < len(lines) && i < from+400; i++ {
		if prefix, rows, found := begins(lines[i:]); found {
			start, l.prefix, l.rows = i, prefix, rows
			break
		}
	}
	if start < 0 {
		return layout{form: Nothing}, false
	}
	for i, line := range lines[:start] {
		l.skip += len(line)
		if l.form == File && i == start-1 && envelopeLine(line) {
			l.form = Mbox
			continue
		}
		if text := strings.TrimSpace(line); text != "" && i >= from {
			l.ignored = append(l.ignored, snapshot.Printable(clip(text, 200)))
		}
	}
	l.told()
	l.shape(lines[start:])
	return l, true
}

// told notes the mends that the text in front and the prefix show.
func (l *layout) told() {
	if len(l.ignored) > 0 {
		l.mends = append(l.mends, MendLeading)
	}
	if len(l.ignored) > maxIgnored {
		l.ignored = l.ignored[:maxIgnored]
	}
	switch {
	case bytes.IndexByte(l.prefix, '>') >= 0:
		l.mends = append(l.mends, MendQuoted)
	case len(l.prefix) > 0:
		l.mends = append(l.mends, MendIndented)
	}
	if l.rows {
		l.mends = append(l.mends, MendSplit)
	}
}

// envelopeLine is the line that begins an entry of an mbox file (RFC 4155).
func envelopeLine(line string) bool {
	rest, ok := strings.CutPrefix(line, "From ")
	return ok && strings.Contains(rest, ":") && len(strings.Fields(rest)) >= 5 || ok && strings.HasPrefix(rest, "- ")
}

// begins reports whether a header begins at the first line, behind which prefix, and whether it is a table of names and
// values. One well-known field is not enough: "From: me" may stand in any text.
func begins(lines []string) (prefix []byte, rows, ok bool) {
	first := lines[0]
	n := len(first) - len(strings.TrimLeft(first, "> \t"))
	prefix = []byte(first[:n])
	if name, _, found := fieldName([]byte(first[n:])); found && isKnown(strings.ToLower(name)) {
		return prefix, false, counts(lines, prefix, false)
	}
	if _, _, found := rowName([]byte(first[n:])); found {
		return prefix, true, counts(lines, prefix, true)
	}
	return nil, false, false
}

// startsHeader is begins for a page's lines.
func startsHeader(lines []string) bool {
	_, _, ok := begins(lines)
	return ok
}

// counts reports whether enough fields stand at the beginning of lines: one that nobody types, or three others.
func counts(lines []string, prefix []byte, rows bool) bool {
	if n := min(len(lines), near); !rows && len(strings.Join(lines[:n], "")) > 100<<10 {
		return true // a field longer than any that could prove more
	}
	known, proof := 0, 0
	for _, line := range lines[:min(len(lines), near)] {
		text := unprefix([]byte(line), prefix)
		name, _, found := fieldName(text)
		if !found && rows {
			name, _, found = rowName(text)
		}
		key := strings.ToLower(name)
		if !found || !isKnown(key) {
			continue
		}
		known++
		if isProof(key) {
			proof++
		}
	}
	if rows {
		return known >= 3 && proof > 0
	}
	return proof > 0 || known >= 3
}

// shape finds out whether folding was lost, and whether empty lines stand between all others.
func (l *layout) shape(lines []string) {
	gaps, text := 0, 0
	seen := lines[:min(len(lines), 60)]
	for i, line := range seen {
		body := unprefix([]byte(line), l.prefix)
		if len(bytes.TrimSpace(body)) == 0 {
			if i > 0 && (i+1 == len(seen) || len(strings.TrimSpace(seen[i-1])) == 0) {
				break
			}
			gaps++
			continue
		}
		text++
		if gaps > 0 && gaps < text-1 {
			break // an empty line that ends the header
		}
		_, _, field := fieldName(body)
		if !field && body[0] != ' ' && body[0] != '\t' && gaps == 0 && !l.rows {
			l.lost = true
		}
	}
	l.spaced = text >= 4 && gaps >= text-1
	if l.spaced {
		l.mends = append(l.mends, MendSpaced)
	}
}
