package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/checks/input"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/words"
)

// intakeBox is the first screen: one box that accepts any kind of text.
type intakeBox struct {
	c       *Case
	in      editor
	wrong   *input.Problem
	at      int // 0: the box; else the chosen kept run, from 1
	touched bool
}

func newIntake(c *Case) intakeBox {
	s := intakeBox{c: c, in: newEditor("", true)}
	switch r := c.Before(); {
	case r.Extra[wizard.ExtraMessage] != "":
		s.in = newEditor(r.Extra[wizard.ExtraMessage], true)
	case r.Extra[wizard.ExtraAddress] != "":
		s.in = newEditor(r.Extra[wizard.ExtraAddress], true)
	case len(r.Values) > 0:
		s.in = newEditor(r.Values[0], true)
	case c.d.Lab != nil && c.d.Lab.Notice != "":
		s.in = newEditor(c.d.Lab.Notice, true)
	case c.d.Lab != nil:
		s.in = newEditor(c.d.Lab.Domain, true)
	}
	return s
}

// Update takes typing, a paste, or Enter.
func (s intakeBox) Update(msg tea.Msg) (Screen, Nav, tea.Cmd) {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		if !s.touched && s.in.String() == "" && len(s.c.Offers()) > 0 {
			s.at = 1 // Enter resumes the unfinished run
		}
		return s, nil, nil
	}
	s.touched = true
	switch m.String() {
	case "enter":
		if s.at > 0 && s.at <= len(s.c.Offers()) {
			return s, goResume{s.at - 1}, nil
		}
		return s.enter()
	case "down":
		if s.at < len(s.c.Offers()) && s.in.lines() == 1 {
			s.at++
			return s, nil, nil
		}
	case "up":
		if s.at > 0 {
			s.at--
			return s, nil, nil
		}
	}
	s.at = 0
	if e, used := s.in.key(m); used {
		s.in, s.wrong = e, nil
	}
	return s, nil, nil
}

// enter reads the text. The look-ups start as soon as a domain is known.
func (s intakeBox) enter() (Screen, Nav, tea.Cmd) {
	if guessed(s.wrong) { // Enter again accepts the guess
		s.in = newEditor(s.wrong.Guess, true)
	}
	got, wrong := s.c.d.Recognise(s.in.String())
	if wrong != nil {
		s.wrong = wrong
		return s, nil, nil
	}
	return s, goOn{s.c.d.Placed(words.Intake(got))}, nil
}

// View draws the box.
func (s intakeBox) View(f Frame) string {
	var out []string
	out = append(out, f.para(f.T("intake.what"), 3)...)
	out = append(out, "")
	out = append(out, f.para(f.T("intake.ask"), 3)...)
	out = append(out, f.para(f.T("intake.or"), 3)...)
	out = append(out, "")
	out = append(out, s.field(f)...)
	out = append(out, "")
	out = append(out, f.problem(s.c, s.wrong)...)
	out = append(out, s.kept(f)...)
	if lab := s.c.d.Lab; lab != nil {
		told := f.dim(f.para(f.T("intake.lab", i18n.Args{"story": snapshot.Printable(lab.Story(string(f.Lang)))}), 3))
		if lab.Notice != "" && s.in.String() == lab.Notice {
			told = append(told, f.dim(f.para(f.T("intake.lab-mail", i18n.Args{"who": snapshot.Printable(lab.Domain)}), 3))...)
		}
		if len(out)+len(told) <= f.H {
			out = append(out, told...)
		}
	}
	for len(out) > 0 && out[len(out)-1] == "" { // there is nothing more to mark
		out = out[:len(out)-1]
	}
	return strings.Join(f.fit(out, 0, len(out), f.H), "\n")
}

// problem says why a text cannot be read and what was probably meant; nil where there is no problem.
func (f Frame) problem(c *Case, wrong *input.Problem) []string {
	if wrong == nil {
		return nil
	}
	var out []string
	for _, l := range f.para(c.p().Problem(wrong), 3) {
		out = append(out, f.Styles.Bad.Render(l))
	}
	if guessed(wrong) {
		out = append(out, f.para(f.T("intake.guess", i18n.Args{"guess": snapshot.Printable(wrong.Guess)}), 3)...)
	}
	return append(out, "")
}

// guessed reports whether there is one guess at what was meant, not two.
func guessed(wrong *input.Problem) bool {
	return wrong != nil && wrong.Guess != "" && wrong.Args["other"] == ""
}

// field shows a single line as it is, and a pasted mail by its size and first lines.
func (s intakeBox) field(f Frame) []string {
	n := s.in.lines()
	if n == 1 {
		line := "   " + f.Styles.Key.Render(">") + " " + s.in.line(f.W-6)
		if len(s.in.text) == 0 {
			line += f.Styles.Dim.Render(f.T("intake.example"))
		}
		return []string{line}
	}
	out := f.para(f.T("pasted", i18n.Args{"count": n}), 3)
	most := 4
	if f.H < 18 {
		most = 2
	}
	for _, l := range s.in.box(f.W-8, min(most, n)) {
		out = append(out, "   "+f.Styles.Key.Render(">")+" "+l)
	}
	return out
}

// kept lists the runs that can be resumed.
func (s intakeBox) kept(f Frame) []string {
	var out []string
	for i, k := range s.c.Offers() {
		label := ""
		if i == 0 {
			label = f.T("intake.go-on")
		}
		style, in, mark := f.Styles.Key, 3, ""
		if s.at == i+1 {
			in, mark = 1, f.Styles.Key.Render(f.Glyphs.Pointer)+" "
		}
		line := strings.Repeat(" ", in) + mark + style.Render(fill(label, 11, f.Glyphs.Etc)) + " "
		text := cut(s.c.offer(k), f.W-16, f.Glyphs.Etc)
		if s.at == i+1 {
			text = f.Styles.Pick.Render(text)
		}
		out = append(out, line+text)
	}
	return out
}

// Keys returns the keys that the footer offers.
func (s intakeBox) Keys() []Key {
	switch {
	case s.at > 0 && s.at <= len(s.c.Offers()):
		return []Key{{"Enter", "go-on"}, {"updown", "move"}, {"?", "words"}, {"Ctrl+L", "language"}, {"Ctrl+C", "leave"}}
	case len(s.c.Offers()) > 0:
		return []Key{{"Enter", "next"}, {"updown", "go-on"}, {"?", "words"}, {"Ctrl+L", "language"}, {"Ctrl+C", "leave"}}
	}
	return []Key{{"Enter", "next"}, {"?", "words"}, {"Ctrl+L", "language"}, {"Ctrl+C", "leave"}}
}

// Title returns the program's promise.
func (s intakeBox) Title(f Frame) string { return f.Styles.Dim.Render(f.T("intake.title")) }

// Typing returns true: letters go into the box.
func (s intakeBox) Typing() bool { return true }
