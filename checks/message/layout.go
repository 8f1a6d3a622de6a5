package message

import (
	"bytes"
	"strings"

	"example.org/todoku/checks/snapshot"
)

// layout is the format of the text: what comes before the header and before each line.
type layout struct {
	form    Form
	view    string
	summary Summary
	skip    int    // bytes before the header
	prefix  []byte // at the beginning of every line
	rows    bool   // names are separated from their values
	lost    bool   // continuation lines have lost their leading blanks
	spaced  bool   // an empty line after every line
	mends   []Mend
	ignored []string
}

// near is how many lines are searched for the proof that a header begins.
const near = 14

// maxIgnored is how many lines that were not understood are kept.
const maxIgnored = 5

// lay finds the header at the beginning of the text; ok is false if there is none.
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

// told records the repairs that the text before the header and the prefix imply.
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

// envelopeLine reports whether a line begins an entry of an mbox file (RFC 4155).
func envelopeLine(line string) bool {
	rest, ok := strings.CutPrefix(line, "From ")
	return ok && strings.Contains(rest, ":") && len(strings.Fields(rest)) >= 5 || ok && strings.HasPrefix(rest, "- ")
}

// begins reports whether a header begins at the first line, with which prefix, and whether it is a table of names and
// values. One known field is not enough: "From: me" may be in any text.
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

// startsHeader is begins for the lines of a page.
func startsHeader(lines []string) bool {
	_, _, ok := begins(lines)
	return ok
}

// counts reports whether enough fields are found: one that nobody types, or three others.
func counts(lines []string, prefix []byte, rows bool) bool {
	if n := min(len(lines), near); !rows && len(strings.Join(lines[:n], "")) > 100<<10 {
		return true // a field longer than any other that could be checked
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

// shape detects lost folding, and empty lines between all others.
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
			break // the empty line that ends the header
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
