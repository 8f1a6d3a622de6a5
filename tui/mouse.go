package tui

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// pointed is a screen with a list in which a click points at a row. The mouse is the program's on such a screen alone:
// anywhere else it selects text, as in any terminal, and its right button pastes.
type pointed interface {
	// Points reports whether the list is in sight now.
	Points() bool
	// Point moves the pointer to a row. Where it was at that row already, press is the key that the click stands for.
	Point(row int) (s Screen, press string)
}

// A spot is what a click hits: a row of the list, and whether it is the row's box. Lines are marked with their spots where
// they are drawn, so that whatever wraps, scrolls or moves them takes the marks along.
type spot struct {
	row int
	box bool
}

// A spot's mark stands before the cells that belong to it: those up to the next mark, or to the end of the line. spotEnd says
// that none belong to the next cells. Marks are zero cells wide, and the root takes them out.
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

// spots marks the lines of a row, whose box may have a mark of its own.
func spots(row int, lines []string) []string {
	for i, l := range lines {
		lines[i] = spot{row: row}.mark() + l
	}
	return lines
}

// spotted parts a line at its next mark. What the mark says is nil at the end of a spot, and more is false where no mark is
// left.
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

// unspotted is a frame without its marks.
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

// hit is what stands at a cell of a frame, counted from 0; false where that is nothing to click.
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

// clicks reports whether the mouse is the program's now: where there is a list to click in, and nowhere else.
func (r *Root) clicks() bool {
	p, ok := r.top().(pointed)
	return ok && !r.c.d.NoMouse && r.w >= MinWidth && r.h >= MinHeight && p.Points()
}

// mice has the terminal tell of the mouse, or leaves the mouse to it, as the page now wants.
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

// mouse takes the wheel for the arrow keys. A click points at a row; on the row that is pointed at it is a key, most often
// Enter, and on a row's box it is the space bar.
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

// taken is the key of a click on a row: Enter where the pointer was at it.
func taken(at, row int) string {
	if at == row {
		return "enter"
	}
	return ""
}

// mouseKeys are what the mouse does on a page with a list.
func (s help) mouseKeys() []Key {
	p, ok := s.under.(pointed)
	if !ok || s.c.d.NoMouse || !p.Points() {
		return nil
	}
	return []Key{{"click", "click"}, {"wheel", "move"}, {"shift-drag", "select"}}
}
