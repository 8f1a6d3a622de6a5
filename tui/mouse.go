package tui

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// pointed is a screen with a list in which a click selects a row. The program takes the mouse only on such a screen:
// elsewhere it selects text, as in any terminal, and its right button pastes.
type pointed interface {
	// Points reports whether the list is shown now.
	Points() bool
	// Point selects a row. If the row was selected already, press is the key that the click stands for.
	Point(row int) (s Screen, press string)
}

// A spot is what a click hits: a row of the list, and whether the click is on the row's check box. Lines are marked
// with their spots where they are drawn, so that wrapping and scrolling move the marks along.
type spot struct {
	row int
	box bool
}

// A spot's mark precedes the cells that belong to it, which end at the next mark or the end of the line. spotEnd says
// that the following cells belong to none. Marks are zero cells wide, and the root removes them.
const (
	spotMark = "\x1b[7778;"
	spotEnd  = spotMark + "0;0z"
)

func (s spot) mark() string {
	box := 0
	if s.box {
		box = 1
	}
	return fmt.Sprintf("%s%d;%dz", spotMark, s.row+1, box)
}

// spots marks the lines of a row; its check box may have a mark of its own.
func spots(row int, lines []string) []string {
	for i, l := range lines {
		lines[i] = spot{row: row}.mark() + l
	}
	return lines
}

// spotted cuts a line at its next mark. s is what the mark says, nil for spotEnd; more is false where no mark is left.
func spotted(line string) (before string, s *spot, after string, more bool) {
	before, after, more = strings.Cut(line, spotMark)
	if !more {
		return line, nil, "", false
	}
	code, after, _ := strings.Cut(after, "z")
	var row, box int
	if _, err := fmt.Sscanf(code, "%d;%d", &row, &box); err == nil && row > 0 {
		s = &spot{row - 1, box == 1}
	}
	return before, s, after, true
}

// unspotted returns a frame without its marks.
func unspotted(view string) string {
	if !strings.Contains(view, spotMark) {
		return view
	}
	var b strings.Builder
	for more := true; more; {
		var before string
		before, _, view, more = spotted(view)
		b.WriteString(before)
	}
	return b.String()
}

// hit returns the spot at a cell of a frame, counted from 0; false where there is nothing to click.
func hit(view string, x, y int) (spot, bool) {
	lines := strings.Split(view, "\n")
	if y < 0 || y >= len(lines) {
		return spot{}, false
	}
	var at *spot
	rest, col := lines[y], 0
	for {
		before, next, after, more := spotted(rest)
		if col += width(before); x < col || !more {
			break
		}
		at, rest = next, after
	}
	if at == nil {
		return spot{}, false
	}
	return *at, true
}

// clicks reports whether the program takes the mouse now, which it does only where there is a list to click in.
func (r *Root) clicks() bool {
	p, ok := r.top().(pointed)
	return ok && !r.c.d.NoMouse && r.w >= MinWidth && r.h >= MinHeight && p.Points()
}

// mice switches the terminal's mouse reports on or off, as the page now needs.
func (r *Root) mice() tea.Cmd {
	want := r.clicks()
	if want == r.moused {
		return nil
	}
	r.moused = want
	if want {
		return tea.EnableMouseCellMotion
	}
	return tea.DisableMouse
}

// mouse handles the mouse. The wheel acts as the arrow keys. A click selects a row; on the selected row it acts as a
// key, most often Enter, and on a row's check box as the space bar.
func (r *Root) mouse(m tea.MouseMsg) tea.Cmd {
	if !r.clicks() || m.Action != tea.MouseActionPress {
		return nil
	}
	switch m.Button {
	case tea.MouseButtonWheelUp:
		return r.key(tea.KeyMsg{Type: tea.KeyUp})
	case tea.MouseButtonWheelDown:
		return r.key(tea.KeyMsg{Type: tea.KeyDown})
	case tea.MouseButtonLeft:
	default:
		return nil
	}
	at, ok := hit(r.draw(), m.X, m.Y)
	if !ok {
		return nil
	}
	s, press := r.top().(pointed).Point(at.row)
	r.put(s)
	switch {
	case at.box:
		return r.key(tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}})
	case press == "enter":
		return r.key(tea.KeyMsg{Type: tea.KeyEnter})
	case press != "":
		return r.key(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(press)})
	}
	return nil
}

// taken returns the key for a click on a row: Enter if the row was selected already.
func taken(at, row int) string {
	if at == row {
		return "enter"
	}
	return ""
}

// mouseKeys lists what the mouse does on a page with a list.
func (s help) mouseKeys() []Key {
	p, ok := s.under.(pointed)
	if !ok || s.c.d.NoMouse || !p.Points() {
		return nil
	}
	return []Key{{"click", "click"}, {"wheel", "move"}, {"shift-drag", "select"}}
}
