package tui

import (
	"cmp"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/wizard/document"
	"example.org/todoku/wizard/words"
)

// formats are the file formats offered, in that order; Enter on the last page writes the first.
var formats = formatNames()

func formatNames() (out []string) {
	for _, f := range document.Formats() {
		out = append(out, f.Name)
	}
	return out
}

// requestFormat is the format for letters to others; one letter may be chosen.
const requestFormat = "request"

// export writes the summary to a file. It opens over any page.
type export struct {
	c       *Case
	at      int
	note    notice
	letters []words.Letter // to choose from, if letters were chosen and there are several
}

func newExport(c *Case) export { return export{c: c} }

type savedMsg struct {
	path string
	err  error
}

// Update chooses a format and writes the file.
func (s export) Update(msg tea.Msg) (Screen, Nav, tea.Cmd) {
	switch m := msg.(type) {
	case savedMsg:
		s.note = notice{how: "saved", path: m.path, err: m.err}
	case tea.KeyMsg:
		switch hotkey(m) {
		case "up", "k":
			s.at = max(0, s.at-1)
		case "down", "j":
			s.at = min(s.rows()-1, s.at+1)
		case "enter":
			return s.taken()
		case "esc":
			if s.letters == nil {
				return s, goClose{}, nil
			}
			s.letters, s.at = nil, slices.Index(formats, requestFormat)
		}
	}
	return s, nil, nil
}

// rows returns how many lines there are to choose from: the formats, or all letters together and each one.
func (s export) rows() int {
	if s.letters != nil {
		return 1 + len(s.letters)
	}
	return len(formats)
}

// taken writes what is chosen, or asks first which of several letters.
func (s export) taken() (Screen, Nav, tea.Cmd) {
	switch {
	case s.letters != nil && s.at > 0:
		data, name, _ := document.Letter(s.c.handover(), s.letters[s.at-1].Code)
		return s, nil, s.c.save(name, data, nil)
	case s.letters != nil:
		return s, nil, s.c.write(requestFormat)
	case formats[s.at] == requestFormat:
		if list := s.c.handover().Letters(); len(list) > 1 {
			s.letters, s.at, s.note = list, 0, notice{}
			return s, nil, nil
		}
	}
	return s, nil, s.c.write(formats[s.at])
}

// choices returns the lines to choose from.
func (s export) choices(f Frame) (out []string) {
	if s.letters == nil {
		for _, name := range formats {
			out = append(out, f.T("export."+name))
		}
		return out
	}
	out = append(out, f.T("export.all-letters"))
	for _, l := range s.letters {
		out = append(out, l.To)
	}
	return out
}

// write writes the summary to a file. The file is named again when the program has ended.
func (c *Case) write(format string) tea.Cmd {
	data, err := document.Write(format, c.handover())
	return c.save(document.FileName(format, c.handover()), data, err)
}

// save writes data to a file; err, if not nil, is why data could not be made.
func (c *Case) save(name string, data []byte, err error) tea.Cmd {
	if err != nil {
		return func() tea.Msg { return savedMsg{err: err} }
	}
	write := c.d.Save
	return func() tea.Msg {
		path, err := write(name, data)
		return savedMsg{path, err}
	}
}

// handover returns the documents' input for this run.
func (c *Case) handover() document.Input {
	in := document.Of(c.Session)
	in.Lang, in.Catalog, in.Now = c.lang, c.d.Catalog, c.d.Now()
	in.Program, in.Practice = cmp.Or(c.d.Program, "todoku"), c.d.Practice(c.lang)
	return in
}

// View draws the list.
func (s export) View(f Frame) string {
	var out []string
	ask := "export.ask"
	if s.letters != nil {
		ask = "export.whom"
	}
	for _, l := range f.para(f.T(ask), 3) {
		out = append(out, f.Styles.Title.Render(l))
	}
	out = append(out, "")
	var list []string
	for i, text := range s.choices(f) {
		head := "   "
		text = cut(text, f.W-4, f.Glyphs.Etc)
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

// Points returns true: the page is a list.
func (s export) Points() bool { return true }

// Point moves to a row.
func (s export) Point(row int) (Screen, string) {
	press := taken(s.at, row)
	s.at = min(row, s.rows()-1)
	return s, press
}

// More returns the keys that work here and are not in the footer.
func (s export) More() []Key {
	return []Key{moveToo}
}

// Keys returns the keys that the footer offers.
func (s export) Keys() []Key {
	return []Key{{"updown", "move"}, {"Enter", "write"}, {"Esc", "close"}}
}

// Title returns the name of the page.
func (s export) Title(f Frame) string { return f.Styles.Dim.Render(f.T("export.title")) }
