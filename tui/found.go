package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/checks/input"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session"
	"example.org/todoku/wizard/words"
)

// found is the page on which one Enter accepts what DNS shows. While DNS is asked it shows the look-ups; for an
// unregistered domain it asks for the name again.
type found struct {
	c     *Case
	at    int    // 0: accept all; else a line, from 1
	in    editor // the name typed again, where the domain is not registered
	wrong *input.Problem
}

func newFound(c *Case) found { return found{c: c, in: newEditor(c.Name(), false)} }

// Update moves, accepts all, opens a line, or looks again.
func (s found) Update(msg tea.Msg) (Screen, Nav, tea.Cmd) {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return s, nil, nil
	}
	if s.c.Missing() {
		return s.retype(m)
	}
	k := hotkey(m)
	switch {
	case k == "esc":
		return s, goBack{}, nil
	case s.c.Looking().Busy:
		return s, nil, nil
	case k == "r":
		return s, nil, s.c.do(s.c.LookAgain())
	case s.c.Blind():
		return s, nil, nil
	}
	lines := s.c.Lines()
	switch k {
	case "up", "k":
		s.at = max(0, s.at-1)
	case "down", "j", "tab":
		s.at = min(len(lines), s.at+1)
	case "enter":
		if s.at == 0 {
			return s, page(wizard.StepFound), nil
		}
		return s, goOpen{lines[s.at-1].Step}, nil
	}
	return s, nil, nil
}

// retype reads the domain's name again.
func (s found) retype(m tea.KeyMsg) (Screen, Nav, tea.Cmd) {
	switch m.String() {
	case "esc":
		return s, goBack{}, nil
	case "enter":
		got, wrong := s.c.d.Recognise(s.in.String())
		if s.wrong = wrong; wrong != nil {
			return s, nil, nil
		}
		return s, goRetype{words.Intake(got)}, nil
	}
	if e, used := s.in.key(m); used {
		s.in, s.wrong = e, nil
	}
	return s, nil, nil
}

// View draws the look-ups, what they show, or what is wrong with the name.
func (s found) View(f Frame) string {
	var out []string
	head := func(id string) {
		for _, l := range f.para(f.T(id), 3) {
			out = append(out, f.Styles.Title.Render(l))
		}
		out = append(out, "")
	}
	switch look := s.c.Looking(); {
	case look.Busy:
		head("look.busy")
		out = append(out, f.lookRows(s.c)...)
	case s.c.Blind():
		head("look.blind")
		out = append(out, f.para(f.T("look.lab"), 3)...)
	case s.c.Missing():
		return s.missing(f)
	default:
		return s.lines(f)
	}
	return strings.Join(f.fit(out, 0, 1, f.H), "\n")
}

// missing says that the domain is not registered, and asks for its name again.
func (s found) missing(f Frame) string {
	var out []string
	for _, l := range f.para(f.T("found.missing", i18n.Args{"domain": snapshot.Printable(s.c.Name())}), 3) {
		out = append(out, f.Styles.Bad.Render(l))
	}
	out = append(out, "")
	out = append(out, f.para(f.T("found.retype"), 3)...)
	out = append(out, "", "   "+f.Styles.Key.Render(">")+" "+s.in.line(f.W-6), "")
	return strings.Join(append(out, f.problem(s.c, s.wrong)...), "\n")
}

// lines draws what was found, one line a question with its evidence, and below it the look-ups, where there is room.
func (s found) lines(f Frame) string {
	var top []string
	for _, l := range f.para(f.T("found.ask"), 3) {
		top = append(top, f.Styles.Title.Render(l))
	}
	for _, n := range s.c.notes() {
		top = append(top, f.para(n, 3)...)
	}
	if told := s.c.p().InHand(s.c.Answers().Mail); told != "" {
		top = append(top, f.labelled(f.T("found.mail"), told, 3, foundLabel, f.Styles.Key)...)
	}
	top = append(top, "")
	list, from, to := s.rows(f)
	rest := append(append([]string{""}, f.lookRows(s.c)...), f.asked(s.c)...)
	if len(top)+len(list)+len(rest) <= f.H {
		list = append(list, rest...)
	}
	return strings.Join(append(top, f.fit(list, from, to, f.H-len(top))...), "\n")
}

// foundLabel is the width of the labels, in cells.
const foundLabel = 18

// rows draws the lines; from..to are those of the selected one.
func (s found) rows(f Frame) (list []string, from, to int) {
	pointer := func(i int) string {
		if s.at != i {
			return "   "
		}
		return " " + f.Styles.Key.Render(f.Glyphs.Pointer) + " "
	}
	take := f.T("found.go")
	if s.at == 0 {
		take = f.Styles.Pick.Render(take)
	}
	list = append(append(list, spots(0, []string{pointer(0) + take})...), "")
	to = 1
	for i, l := range s.c.Lines() {
		if s.at == i+1 {
			from = len(list)
		}
		list = append(list, spots(i+1, s.row(f, pointer(i+1), l, s.at == i+1))...)
		if s.at == i+1 {
			to = len(list)
		}
	}
	return list, from, to
}

// row draws a line: what it is about, the value, and how that is known.
func (s found) row(f Frame, head string, l session.Line, here bool) []string {
	t := s.c.p().Line(l.Step, l.Reply, l.Clues, l.Said)
	value, style := t.Value, f.Styles.Title
	mark := "  "
	if !l.Known() && l.Step != wizard.StepSymptom {
		mark, style = f.Styles.Warn.Render(f.Glyphs.Ask)+" ", f.Styles.Dim
	}
	room := f.W - 3 - foundLabel - 2 - 1
	lines := wrap(value, room)
	for i, x := range lines {
		label := strings.Repeat(" ", foundLabel)
		if i == 0 {
			label = fill(f.Lang.T("wizard."+string(l.Step)+".crumb"), foundLabel, f.Glyphs.Etc)
		}
		if i > 0 {
			head, mark = "   ", "  "
		}
		if here {
			label = f.Styles.Pick.Render(label)
		}
		lines[i] = head + label + mark + style.Render(x)
	}
	if t.Why != "" {
		for _, x := range wrap(t.Why, room) {
			lines = append(lines, strings.Repeat(" ", 3+foundLabel+2)+f.Styles.Dim.Render(x))
		}
	}
	return lines
}

// Points reports whether what was found is shown.
func (s found) Points() bool { return !s.c.Missing() && !s.c.Looking().Busy && !s.c.Blind() }

// Point moves to a line, or to "accept all".
func (s found) Point(row int) (Screen, string) {
	press := taken(s.at, row)
	s.at = min(row, len(s.c.Lines()))
	return s, press
}

// notes say what was read from the text in the first box.
func (c *Case) notes() []string {
	var out []string
	if text := c.Typed(); text != "" {
		if got, bad := c.d.Recognise(text); bad == nil {
			for _, n := range got.Notes() {
				out = append(out, c.p().Note(n))
			}
		}
	}
	return out
}

// More returns the keys that work here and are not in the footer.
func (s found) More() []Key {
	if s.c.Missing() || s.c.Looking().Busy || s.c.Blind() {
		return nil
	}
	return []Key{{"j k Tab", "move"}}
}

// Keys returns the keys that the footer offers.
func (s found) Keys() []Key {
	switch {
	case s.c.Missing():
		return []Key{{"Enter", "again"}, {"Esc", "back"}, {"Ctrl+L", "language"}, {"Ctrl+C", "leave"}}
	case s.c.Looking().Busy:
		return []Key{{"Esc", "back"}, {"?", "words"}, {"q", "leave"}}
	case s.c.Blind():
		return []Key{{"r", "again"}, {"Esc", "back"}, {"?", "words"}, {"q", "leave"}}
	}
	enter := Key{"Enter", "diagnose"}
	if s.at > 0 {
		enter = Key{"Enter", "change"}
	}
	return []Key{enter, {"updown", "move"}, {"r", "again"}, {"Esc", "back"}, {"?", "words"}, {"q", "leave"}}
}

// Title returns the name of the page.
func (s found) Title(f Frame) string {
	id := "found.title"
	switch {
	case s.c.Missing():
		id = "found.title-missing"
	case s.c.Looking().Busy, s.c.Blind():
		id = "look.title"
	}
	return f.Styles.Dim.Render(f.T(id))
}

// Typing reports whether the name is asked for again.
func (s found) Typing() bool { return s.c.Missing() }
