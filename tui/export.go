package tui

import (
	"cmp"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/wizard/document"
)

// formats are the files that can be written, in the order offered; the first is what Enter on the last page writes.
var formats = formatNames()

func formatNames() (out []string) {
	for _, f := range document.Formats() {
		out = append(out, f.Name)
	}
	return out
}

// export writes the summary to a file, over whatever page one is at.
type export struct {
	c    *Case
	at   int
	note notice
}

func newExport(c *Case) export { return export{c: c} }

type savedMsg struct {
	path string
	err  error
}

// Update chooses a format and writes.
func (s export) Update(msg tea.Msg) (Screen, Nav, tea.Cmd) {
	switch m := msg.(type) {
	case savedMsg:
		s.note = notice{how: "saved", path: m.path, err: m.err}
	case tea.KeyMsg:
		switch hotkey(m) {
		case "up", "k":
			s.at = max(0, s.at-1)
		case "down", "j":
			s.at = min(len(formats)-1, s.at+1)
		case "enter":
			return s, nil, s.c.write(formats[s.at])
		case "esc":
			return s, goClose{}, nil
		}
	}
	return s, nil, nil
}

// write writes the summary to a file, which is named when the program has ended.
func (c *Case) write(format string) tea.Cmd {
	data, err := document.Write(format, c.handover())
	if err != nil {
		return func() tea.Msg { return savedMsg{err: err} }
	}
	name, write := document.FileName(format, c.handover()), c.d.Save
	return func() tea.Msg {
		path, err := write(name, data)
		return savedMsg{path, err}
	}
}

// handover is everything that the summary tells of.
func (c *Case) handover() document.Input {
	in := document.Of(c.Session)
	in.Lang, in.Catalog, in.Now = c.lang, c.d.Catalog, c.d.Now()
	in.Program, in.Practice = cmp.Or(c.d.Program, "todoku"), c.d.Practice()
	return in
}

// View draws the list.
func (s export) View(f Frame) string {
	var out []string
	for _, l := range f.para(f.T("export.ask"), 3) {
		out = append(out, f.Styles.Title.Render(l))
	}
	out = append(out, "")
	var list []string
	for i, name := range formats {
		head := "   "
		text := cut(f.T("export."+name), f.W-4, f.Glyphs.Etc)
		if i == s.at {
			head = " " + f.Styles.Key.Render(f.Glyphs.Pointer) + " "
			text = f.Styles.Pick.Render(text)
		}
		list = append(list, spots(i, []string{head + text})...)
	}
	tail := append([]string{""}, f.dim(f.para(f.T("export.note"), 3))...)
	tail = append(append(tail, ""), s.note.view(f)...)
	out = append(out, f.fit(list, s.at, s.at+1, max(3, f.H-len(out)-len(tail)))...)
	return strings.Join(append(out, tail...), "\n")
}

// Points is always so: there is nothing but the list.
func (s export) Points() bool { return true }

// Point moves to a row.
func (s export) Point(row int) (Screen, string) {
	press := taken(s.at, row)
	s.at = min(row, len(formats)-1)
	return s, press
}

// More are the keys that work without a place in the footer.
func (s export) More() []Key {
	return []Key{moveToo}
}

// Keys are what the footer offers.
func (s export) Keys() []Key {
	return []Key{{"updown", "move"}, {"Enter", "write"}, {"Esc", "close"}}
}

// Title says where one is.
func (s export) Title(f Frame) string { return f.Styles.Dim.Render(f.T("export.title")) }
