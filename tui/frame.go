package tui

import (
	"strings"

	"github.com/charmbracelet/lipgloss"

	"example.org/todoku/i18n"
)

// The smallest terminal that todoku works in, in cells.
const (
	MinWidth  = 60
	MinHeight = 20
)

// Frame is all that a screen knows when it draws: the room for its body in cells, language, colours and glyphs.
type Frame struct {
	W, H   int
	Lang   i18n.Lang
	Langs  []i18n.Lang // languages that Ctrl+L cycles through; empty means all
	Styles Styles
	Glyphs Glyphs
}

// Styles are the colours and attributes. No information is given by colour alone.
type Styles struct {
	Title, Dim, Good, Bad, Warn, Key, Pick lipgloss.Style
	// Plain has no attributes. Value is for text to be typed exactly; Wrong for characters that must not be there.
	Plain, Value, Wrong lipgloss.Style
}

// Glyphs are the characters that some terminals draw two cells wide. Such characters are used only through this table.
type Glyphs struct {
	Rule, Arrow, Break, Doubt, Cross, Check, Ask, Dot, Pointer, More, Less, Etc, On, Off, UpDown, Sides, Box, Tick, Sep string

	Gap     string    // one cell wide; marks an omission where columns must stay aligned
	Corners [4]string // of a frame: top left and right, bottom left and right
	Side    string
}

// glyphs returns box characters, or ASCII for terminals that draw those two cells wide.
func glyphs(ascii bool) Glyphs {
	if ascii {
		return Glyphs{
			Rule: "-", Arrow: "-->", Break: "--x-->", Doubt: "--?-->", Cross: "x", Check: "o", Ask: "?", Dot: "*", Pointer: ">", More: "v",
			Less: "^", Etc: "...", On: "#", Off: ".", UpDown: "Up/Down", Sides: "Left/Right", Box: "[ ]", Tick: "[x]", Sep: ">",
			Gap: ".", Corners: [4]string{"+", "+", "+", "+"}, Side: "|",
		}
	}
	return Glyphs{
		Rule: "─", Arrow: "──▶", Break: "──✕──▶", Doubt: "──?──▶", Cross: "✕", Check: "✓", Ask: "?", Dot: "•", Pointer: "▸", More: "▼",
		Less: "▲", Etc: "…", On: "█", Off: "░", UpDown: "↑↓", Sides: "←→", Box: "[ ]", Tick: "[✓]", Sep: "›",
		Gap: "…", Corners: [4]string{"┌", "┐", "└", "┘"}, Side: "│",
	}
}

// T returns a text of this package.
func (f Frame) T(id string, args ...i18n.Args) string { return f.Lang.T("tui."+id, args...) }

// para wraps a plain text into the body, indented by in cells.
func (f Frame) para(text string, in int) []string {
	lines := wrap(text, f.W-in-1)
	for i := range lines {
		lines[i] = strings.Repeat(" ", in) + lines[i]
	}
	return lines
}

// labelled puts a text beside a label; its further lines hang under the text. style colours the label.
func (f Frame) labelled(label, text string, in, col int, style lipgloss.Style) []string {
	lines := wrap(text, f.W-in-col-1)
	for i := range lines {
		head := strings.Repeat(" ", col)
		if i == 0 {
			head = style.Render(fill(label, col-1, f.Glyphs.Etc)) + " "
		}
		lines[i] = strings.Repeat(" ", in) + head + lines[i]
	}
	return lines
}

// dim draws every line faint.
func (f Frame) dim(lines []string) []string {
	for i, l := range lines {
		lines[i] = f.Styles.Dim.Render(l)
	}
	return lines
}

// bar returns a bar n cells long that shows how much of a wait is over.
func (f Frame) bar(share float64, n int) string {
	on := min(n, max(0, int(share*float64(n)+0.5)))
	return strings.Repeat(f.Glyphs.On, on) + strings.Repeat(f.Glyphs.Off, n-on)
}

// first returns the first of n lines to show so that from..to (half open) is visible in h lines.
func first(n, from, to, h int) int {
	top := 0
	if to > h-1 {
		top = min(to-h+1, from)
	}
	return max(0, min(top, n-h))
}

// fit shows h of the lines so that from..to (half open) is visible, and marks where there is more.
func (f Frame) fit(lines []string, from, to, h int) []string {
	return f.window(lines, first(len(lines), from, to, h), h)
}

// window shows h lines from line top on, and marks where there is more.
func (f Frame) window(lines []string, top, h int) []string {
	if len(lines) <= h || h < 1 {
		return lines
	}
	top = max(0, min(top, len(lines)-h))
	out := append([]string(nil), lines[top:top+h]...)
	if top > 0 {
		out[0] = f.edge(out[0], f.Glyphs.Less)
	}
	if top+h < len(lines) {
		out[h-1] = f.edge(out[h-1], f.Glyphs.More)
	}
	return out
}

func (f Frame) edge(line, mark string) string {
	if width(line) > f.W-2-width(mark) { // better close to the edge than without its last word
		return fill(line, f.W-width(mark), f.Glyphs.Etc) + f.Styles.Dim.Render(mark)
	}
	return fill(line, f.W-2-width(mark), f.Glyphs.Etc) + " " + f.Styles.Dim.Render(mark)
}
