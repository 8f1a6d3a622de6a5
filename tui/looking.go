package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
)

// lookingPage shows the look-ups as they come, in plain words. Once all are done the diagnosis replaces it.
type lookingPage struct{ c *Case }

// Update looks again where the look got no answers.
func (s lookingPage) Update(msg tea.Msg) (Screen, Nav, tea.Cmd) {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return s, nil, nil
	}
	switch hotkey(m) {
	case "esc":
		return s, goBack{}, nil
	case "r":
		if !s.c.Looking().Busy {
			return s, nil, s.c.do(s.c.LookAgain())
		}
	}
	return s, nil, nil
}

func (s lookingPage) done() bool { return s.c.Looking().Whole && !s.c.Looking().Busy }

// View draws a line for each group of look-ups, and what to do next.
func (s lookingPage) View(f Frame) string {
	var out []string
	head := "look.busy"
	if s.done() && s.c.Blind() {
		head = "look.blind"
	}
	for _, l := range f.para(f.T(head), 3) {
		out = append(out, f.Styles.Title.Render(l))
	}
	out = append(out, "")
	if s.done() && s.c.Blind() {
		return strings.Join(append(out, f.para(f.T("look.lab"), 3)...), "\n")
	}
	out = append(out, f.lookRows(s.c)...)
	out = append(out, "")
	out = append(out, f.asked(s.c)...)
	return strings.Join(out, "\n")
}

// asked says how many questions were asked, and how many got no answer.
func (f Frame) asked(c *Case) []string {
	text, n := f.T("look.count", i18n.Args{"count": len(c.Looking().Came)}), 0
	for _, a := range c.Looking().Came {
		if a.Status == snapshot.Failed && a.Reason != snapshot.Delegated {
			n++
		}
	}
	if n > 0 {
		text += f.T("look.failed", i18n.Args{"count": n})
	}
	return f.dim(f.para(text, 3))
}

// Keys returns the keys that the footer offers.
func (s lookingPage) Keys() []Key {
	keys := []Key{{"Esc", "back"}, {"?", "words"}, {"q", "leave"}}
	if s.done() && s.c.Blind() {
		return append([]Key{{"r", "again"}}, keys...)
	}
	return keys
}

// Title returns the name of the page.
func (s lookingPage) Title(f Frame) string { return f.Styles.Dim.Render(f.T("look.title")) }
