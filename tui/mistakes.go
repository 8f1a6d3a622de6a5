package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// mistakes lists the mistakes with which the lab can publish the records. It opens over the wait.
type mistakes struct {
	c  *Case
	at int
}

func newMistakes(c *Case) mistakes { return mistakes{c: c} }

// Update chooses, publishes and closes.
func (s mistakes) Update(msg tea.Msg) (Screen, Nav, tea.Cmd) {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return s, nil, nil
	}
	lab := s.c.d.Lab
	switch hotkey(m) {
	case "up", "k":
		s.at = max(0, s.at-1)
	case "down", "j":
		s.at = min(len(lab.Mistakes)-1, s.at+1)
	case "enter":
		how, edits := lab.Mistakes[s.at], s.c.Result().Plan.Edits()
		return s, goClose{}, func() tea.Msg { return publishedMsg{lab.PublishWrong(how, edits)} }
	case "esc":
		return s, goClose{}, nil
	}
	return s, nil, nil
}

// View draws the list.
func (s mistakes) View(f Frame) string {
	var out []string
	for _, l := range f.para(f.T("mistake.ask"), 3) {
		out = append(out, f.Styles.Title.Render(l))
	}
	out = append(out, "")
	for i, name := range s.c.d.Lab.Mistakes {
		head, style := "   ", f.Styles.Plain
		if i == s.at {
			head, style = " "+f.Styles.Key.Render(f.Glyphs.Pointer)+" ", f.Styles.Pick
		}
		lines := wrap(f.T("mistake."+name), f.W-4)
		for j, l := range lines {
			lines[j], head = head+style.Render(l), "   "
		}
		out = append(out, spots(i, lines)...)
	}
	out = append(out, "")
	return strings.Join(append(out, f.dim(f.para(f.T("mistake.note"), 3))...), "\n")
}

// Points returns true: the page is a list.
func (s mistakes) Points() bool { return true }

// Point moves to a row.
func (s mistakes) Point(row int) (Screen, string) {
	press := taken(s.at, row)
	s.at = min(row, len(s.c.d.Lab.Mistakes)-1)
	return s, press
}

// More returns the keys that work here and are not in the footer.
func (s mistakes) More() []Key {
	return []Key{moveToo}
}

// Keys returns the keys that the footer offers.
func (s mistakes) Keys() []Key {
	return []Key{{"updown", "move"}, {"Enter", "publish"}, {"Esc", "close"}}
}

// Title returns the name of the page.
func (s mistakes) Title(f Frame) string { return f.Styles.Dim.Render(f.T("key.mistake")) }

// jump moves the lab's clock to the next moment at which something can have changed, and looks.
func (c *Case) jump() tea.Cmd {
	lab, next := c.d.Lab, c.Wait().Verdict.Next
	if lab.Advance == nil || next.IsZero() || c.Asking() {
		return nil
	}
	lab.Advance(next.Sub(c.d.Now()))
	return c.do(c.Due())
}
