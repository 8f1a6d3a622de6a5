package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"todoku/checks/input"
	"todoku/checks/snapshot"
	"todoku/i18n"
	"todoku/wizard"
)

// proof asks for one mail to Gmail and keeps its pasted source as evidence.
type proof struct {
	c     *Case
	in    editor
	got   input.Kind
	about string // domain that the paste names
	wrong bool
}

func newProof(c *Case) proof { return proof{c: c, in: newEditor(c.Proof(), true)} }

// Update takes the paste; Enter recognises it, and goes on once it was recognised or where there is none.
func (s proof) Update(msg tea.Msg) (Screen, Nav, tea.Cmd) {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return s, nil, nil
	}
	switch m.String() {
	case "esc":
		return s, goBack{}, nil
	case "enter":
		if strings.TrimSpace(s.in.String()) == "" || s.got != "" {
			return s, page(wizard.StepProof), nil
		}
		return s.read(), nil, nil
	}
	if e, used := s.in.key(m); used {
		s.in, s.got, s.wrong = e, "", false
	}
	return s, nil, nil
}

// read says what the paste is, and keeps it with the answers.
func (s proof) read() proof {
	got, bad := s.c.d.Recognise(s.in.String())
	if bad != nil || (got.Kind != input.Header && got.Kind != input.Message && got.Kind != input.Bounce) {
		s.wrong = true
		return s
	}
	s.got, s.about = got.Kind, got.Unicode
	s.c.Prove(got.Raw)
	return s
}

// View explains what to send, where its source is, and what came of the paste.
func (s proof) View(f Frame) string {
	var out []string
	for _, l := range f.para(f.T("proof.why"), 3) {
		out = append(out, f.Styles.Title.Render(l))
	}
	out = append(out, "")
	for i, id := range []string{"proof.send", "proof.open", "proof.paste"} {
		out = append(out, f.labelled(string(rune('1'+i))+".", f.T(id), 3, 4, f.Styles.Key)...)
	}
	out = append(out, "")
	if n := s.in.lines(); n > 1 {
		out = append(out, f.para(f.T("pasted", i18n.Args{"count": n}), 3)...)
	}
	for _, l := range s.in.box(f.W-6, max(1, min(3, s.in.lines()))) {
		out = append(out, "   "+f.Styles.Key.Render(">")+" "+l)
	}
	out = append(out, "")
	switch {
	case s.wrong:
		for _, l := range f.para(f.T("proof.not"), 3) {
			out = append(out, f.Styles.Bad.Render(l))
		}
	case s.got != "":
		domain := snapshot.Printable(s.about)
		if domain == "" {
			domain = s.c.Name()
		}
		for _, l := range f.para(f.T("proof.got-"+string(s.got), i18n.Args{"domain": domain}), 3) {
			out = append(out, f.Styles.Good.Render(l))
		}
		out = append(out, f.dim(f.para(f.T("proof.read"), 3))...)
	}
	return strings.Join(f.fit(out, len(out)-1, len(out), f.H), "\n")
}

// Keys are what the footer offers.
func (s proof) Keys() []Key {
	on := Key{"Enter", "later"}
	switch {
	case s.got != "":
		on = Key{"Enter", "next"}
	case strings.TrimSpace(s.in.String()) != "":
		on = Key{"Enter", "read"}
	}
	return []Key{on, {"Esc", "back"}, {"?", "words"}, {"Ctrl+C", "leave"}}
}

// Title says where one is.
func (s proof) Title(f Frame) string { return f.Styles.Dim.Render(f.Lang.T("wizard.proof.title")) }

// Typing is always so.
func (s proof) Typing() bool { return true }
