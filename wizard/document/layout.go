package document

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks/snapshot"
)

// Layout is how a page of text is set for a reader.
type Layout struct {
	Width int                                   // of the terminal in cells; 0 where there is none, and lines stay whole
	Wrap  func(text string, width int) []string // breaks a text into lines of at most width cells
	Style func(s Style, text string) string     // colours a text; nil where no style is wanted
	// Pass and Fail draw a cell of a bar; "" is # and !. Barless leaves bars out, for who listens: the numbers say the same.
	Pass, Fail string
	Barless    bool
}

// Style is a style of text output.
type Style int

// The few styles.
const (
	Normal Style = iota
	Bold
	Bad
	Good
	Dim
	Part // of a heading
)

// style sets a text in a style, where styles are wanted.
func (l Layout) style(s Style, text string) string {
	if l.Style == nil || text == "" || s == Normal {
		return text
	}
	return l.Style(s, text)
}

// wrap breaks a text for what is left of a terminal's line behind an indent; elsewhere it stays whole.
func (l Layout) wrap(text string, indent int) []string {
	if l.Width < indent+minText {
		return []string{text}
	}
	return l.Wrap(text, l.Width-indent)
}

// minText is how many cells a column of prose needs; below that the terminal breaks lines better.
const minText = 24

// pageWidth is how wide a reference page is, in cells behind its margin.
const pageWidth = 78

// Section is two columns under a heading, measured in cells; a long left column puts the right one below. It begins with
// an empty line, and is empty where there are no rows.
func Section(heading string, rows [][2]string) string {
	if len(rows) == 0 {
		return ""
	}
	const most = 30
	width := 0
	for _, r := range rows {
		if w := ansi.StringWidth(r[0]); w <= most {
			width = max(width, w)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s\n", heading)
	for _, r := range rows {
		if w := ansi.StringWidth(r[0]); w <= width {
			fmt.Fprintf(&b, "  %s%s  %s\n", r[0], strings.Repeat(" ", width-w), r[1])
		} else {
			fmt.Fprintf(&b, "  %s\n  %s  %s\n", r[0], strings.Repeat(" ", width), r[1])
		}
	}
	return b.String()
}

// Indent moves every line of a text two cells to the right.
func Indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ")
}

// printable keeps foreign text from the terminal's control.
func printable(s string) string { return snapshot.Printable(s) }
