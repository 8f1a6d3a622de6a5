package tui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks/snapshot"
)

// caretMark marks the cell in a frame where the terminal's cursor belongs, so that an input method opens its
// window there. The root removes it; it is zero cells wide.
const caretMark = "\x1b[7777z"

// maxPaste bounds how much of a paste is kept, in runes: a mail's attachments are not needed.
const maxPaste = 200_000

// editor is a text field. Pasted line breaks are kept if many is set, else they become spaces.
type editor struct {
	text []rune
	at   int
	many bool
}

func newEditor(s string, many bool) editor {
	e := editor{many: many}
	return e.insert(s)
}

func (e editor) String() string { return string(e.text) }

func (e editor) insert(s string) editor {
	if !e.many && strings.Contains(s, "\n") {
		s = strings.TrimSpace(strings.ReplaceAll(s, "\n", " "))
	}
	in := []rune(s)
	if room := maxPaste - len(e.text); len(in) > room {
		in = in[:max(room, 0)]
	}
	e.text = slices.Insert(slices.Clone(e.text), e.at, in...)
	e.at += len(in)
	return e
}

// key edits the text; used is false where the key means nothing in a field.
func (e editor) key(m tea.KeyMsg) (_ editor, used bool) {
	if s, ok := typed(m); ok {
		if !m.Paste && s == " " {
			e.text = slices.Insert(slices.Clone(e.text), e.at, ' ')
			e.at++
			return e, true
		}
		return e.insert(s), true
	}
	switch m.String() {
	case "left", "ctrl+b":
		e.at = max(0, e.at-1)
	case "right", "ctrl+f":
		e.at = min(len(e.text), e.at+1)
	case "home", "ctrl+a":
		e.at = 0
	case "end", "ctrl+e":
		e.at = len(e.text)
	case "backspace", "ctrl+h":
		if e.at > 0 {
			e.text = slices.Delete(slices.Clone(e.text), e.at-1, e.at)
			e.at--
		}
	case "delete":
		if e.at < len(e.text) {
			e.text = slices.Delete(slices.Clone(e.text), e.at, e.at+1)
		}
	case "ctrl+u":
		e.text, e.at = nil, 0
	case "ctrl+w":
		i := e.at
		for i > 0 && e.text[i-1] == ' ' {
			i--
		}
		for i > 0 && e.text[i-1] != ' ' {
			i--
		}
		e.text, e.at = slices.Delete(slices.Clone(e.text), i, e.at), i
	default:
		return e, false
	}
	return e, true
}

// shown returns a piece of the field as it is drawn. A tab, common in pasted zone lines, is drawn as one space.
func shown(text []rune) string {
	return snapshot.Printable(strings.ReplaceAll(string(text), "\t", " "))
}

// line draws the field in w cells with the caret visible.
func (e editor) line(w int) string {
	before, after := shown(e.text[:e.at]), shown(e.text[e.at:])
	if over := width(before) - (w - 1); over > 0 {
		before = ansi.TruncateLeft(before, over, "")
	}
	return before + caretMark + cut(after, w-1-width(before), "")
}

// lines counts the lines of a paste.
func (e editor) lines() int { return strings.Count(strings.TrimRight(string(e.text), "\n"), "\n") + 1 }

// box draws the last lines of a many-line field, h of them, w cells wide.
func (e editor) box(w, h int) []string {
	all := strings.Split(string(e.text), "\n")
	row := strings.Count(string(e.text[:e.at]), "\n")
	from := max(0, min(row-h+1, len(all)-h))
	out := make([]string, h)
	for i := range out {
		n := from + i
		if n >= len(all) {
			continue
		}
		line := editor{text: []rune(all[n])}
		if n != row {
			out[i] = cut(shown([]rune(all[n])), w-1, "")
			continue
		}
		start := strings.LastIndex(string(e.text[:e.at]), "\n") + 1
		line.at = len([]rune(string(e.text[:e.at])[start:]))
		out[i] = line.line(w)
	}
	return out
}
