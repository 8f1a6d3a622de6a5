package document

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks/snapshot"
)

// Layout says how a page of text is laid out.
type Layout struct {
	Width int                                   // of the terminal in cells; 0 for no terminal: lines are not wrapped
	Wrap  func(text string, width int) []string // breaks a text into lines of at most width cells
	Style func(s Style, text string) string     // colours a text; nil for no styles
	// Pass and Fail draw one cell of a bar; "" means # and !. Barless leaves bars out, for screen readers: the numbers say
	// the same.
	Pass, Fail string
	Barless    bool
}

// Style is a style of text output.
type Style int

// The styles.
const (
	Normal Style = iota
	Bold
	Bad
	Good
	Dim
	Part // of a heading
)

// style applies a style, if the layout has styles.
func (l Layout) style(s Style, text string) string {
	if l.Style == nil || text == "" || s == Normal {
		return text
	}
	return l.Style(s, text)
}

// wrap breaks a text to fit the terminal behind an indent; without a terminal it returns one line.
func (l Layout) wrap(text string, indent int) []string {
	if l.Width < indent+minText {
		return []string{text}
	}
	return l.Wrap(text, l.Width-indent)
}

// minText is the narrowest column of prose in cells; below that a terminal's own wrapping is better.
const minText = 24

// pageWidth is the width of a reference page in cells, without its margin.
const pageWidth = 78

// Section returns two columns under a heading, measured in cells; text beside a long left column goes below it. It
// begins with an empty line, and is empty where there are no rows.
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

// Indent indents every line by two cells.
func Indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ")
}

// printable escapes control characters in foreign text.
func printable(s string) string { return snapshot.Printable(s) }
