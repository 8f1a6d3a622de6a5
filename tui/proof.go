package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/checks/plan"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/words"
)

// proof is the page of the test mail: first signing is switched on, one service at a time; then a mail is sent, and its
// source or bounce is pasted or opened; last the page shows what it proves.
type proof struct {
	c  *Case
	in editor
	at int // the first line shown of what stands above the box
}

func newProof(c *Case) proof { return proof{c: c, in: newEditor("", true)} }

// signing returns the service to switch on now; false where there is none.
func (s proof) signing() (plan.Change, bool) {
	if todo := s.c.Signing(); len(todo) > 0 {
		return todo[0], true
	}
	return plan.Change{}, false
}

// Update handles the keys of the part that is shown.
func (s proof) Update(msg tea.Msg) (Screen, Nav, tea.Cmd) {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return s, nil, nil
	}
	if ch, ok := s.signing(); ok {
		return s.sign(m, ch)
	}
	switch m.String() {
	case "esc":
		if s.c.Proof() != nil || s.c.ProofErr() != nil {
			s.c.AskAgain()
			s.at = 0
			return s, nil, nil
		}
		return s, goBack{}, nil
	case "enter":
		return s.enter()
	case "up", "down":
		s.at += map[string]int{"up": -1, "down": 1}[m.String()]
		return s, nil, nil
	case "tab":
		if s.practice() && s.c.Proof() == nil {
			return s, nil, s.c.do(s.c.Practice(string(s.c.lang)))
		}
	}
	if e, used := s.in.key(m); used {
		if s.c.Proof() != nil {
			s.c.AskAgain()
		}
		s.in, s.at = e, 0
	}
	return s, nil, nil
}

// sign handles the keys of the signing step.
func (s proof) sign(m tea.KeyMsg, ch plan.Change) (Screen, Nav, tea.Cmd) {
	switch hotkey(m) {
	case "enter":
		return s, nil, s.c.do(s.c.SwitchedOn(ch.Service))
	case "n":
		s.c.SignLater(ch.Service)
	case "esc":
		return s, goBack{}, nil
	}
	return s, nil, nil
}

// enter reads what was pasted; with an empty box it goes on. The box is emptied, and what was pasted is not kept.
func (s proof) enter() (Screen, Nav, tea.Cmd) {
	text := s.in.String()
	switch {
	case s.c.Reading():
		return s, nil, nil
	case strings.TrimSpace(text) == "":
		return s, page(wizard.StepProof), nil
	}
	s.in, s.at = newEditor("", true), 0
	return s, nil, s.c.do(s.c.ReadProof(text))
}

// practice reports whether the lab can send the mail now.
func (s proof) practice() bool { return s.c.d.Lab != nil && s.c.d.Lab.Mail != nil && !s.c.Reading() }

// View shows the current part.
func (s proof) View(f Frame) string {
	if ch, ok := s.signing(); ok {
		return strings.Join(s.signPage(f, ch), "\n")
	}
	out, box := s.page(f)
	room := f.H - len(box)
	body := f.window(out, s.at, room)
	for len(box) > 0 && len(body) < min(room, len(out)) {
		body = append(body, "")
	}
	return strings.Join(append(body, box...), "\n")
}

// page returns what the mail shows, or what to do and the box for the mail, which stays below it, so that the page can be
// read from its beginning.
func (s proof) page(f Frame) (out, box []string) {
	if s.c.Proof() != nil {
		return s.shown(f), nil
	}
	return s.asked(f), s.boxed(f)
}

// Scrolls reports whether the page is higher than its room.
func (s proof) Scrolls(f Frame) bool {
	if _, ok := s.signing(); ok {
		return false
	}
	out, box := s.page(f)
	return len(out)+len(box) > f.H
}

// Bound keeps the page scrolled within its text.
func (s proof) Bound(f Frame) Screen {
	if s.at != 0 {
		out, box := s.page(f)
		s.at = min(max(0, s.at), max(0, len(out)+len(box)-f.H))
	}
	return s
}

// signPage says where to switch on signing.
func (s proof) signPage(f Frame, ch plan.Change) []string {
	name, start := s.c.starts(ch.Service, string(f.Lang))
	var out []string
	for _, l := range f.para(f.T("proof.sign", i18n.Args{"service": name}), 3) {
		out = append(out, f.Styles.Title.Render(l))
	}
	out = append(out, "")
	text := f.T("proof.sign-plain", i18n.Args{"service": name})
	if start != "" {
		text = start
	}
	out = append(out, f.labelled(f.T("proof.sign-where"), text, 3, 10, f.Styles.Key)...)
	out = append(out, "")
	return append(out, f.para(f.T("proof.sign-then"), 3)...)
}

// asked says what to send and where to find its source.
func (s proof) asked(f Frame) []string {
	var out []string
	for _, l := range f.para(f.T("proof.why"), 3) {
		out = append(out, f.Styles.Title.Render(l))
	}
	if s.c.TooEarly() {
		out = append(out, f.labelled("!", f.T("proof.unpublished"), 3, 4, f.Styles.Warn)...)
	}
	out = append(out, "")
	for i, text := range []string{s.c.p().TestMail(s.c.Answers()), f.T("proof.open"), f.T("proof.paste")} {
		out = append(out, f.labelled(string(rune('1'+i))+".", text, 3, 4, f.Styles.Key)...)
	}
	for _, ch := range s.c.Unseen() {
		name, _ := s.c.starts(ch.Service, string(f.Lang))
		out = append(out, f.labelled("!", f.T("proof.unseen", i18n.Args{"service": name}), 3, 4, f.Styles.Warn)...)
	}
	if s.practice() {
		out = append(out, f.labelled("Tab", f.T("proof.practice"), 3, 4, f.Styles.Key)...)
	}
	if private := f.dim(f.para(f.T("proof.private"), 3)); len(out)+len(private)+4 <= f.H {
		out = append(append(out, ""), private...)
	}
	return out
}

// boxed draws the box for the mail, and above it why the last text could not be read.
func (s proof) boxed(f Frame) []string {
	out := []string{""}
	switch err := s.c.ProofErr(); {
	case s.c.Reading():
		return append(out, f.para(f.T("proof.reading"), 3)...)
	case err != nil:
		for _, l := range f.para(s.c.p().ProofError(err), 3) {
			out = append(out, f.Styles.Bad.Render(l))
		}
	}
	if n := s.in.lines(); n > 1 {
		out = append(out, f.para(f.T("pasted", i18n.Args{"count": n}), 3)...)
	}
	for _, l := range s.in.box(f.W-6, max(1, min(3, s.in.lines()))) {
		out = append(out, "   "+f.Styles.Key.Render(">")+" "+l)
	}
	return out
}

// shown draws what the mail shows.
func (s proof) shown(f Frame) []string {
	w := s.c.p().Proof(*s.c.Proof(), s.c.Name())
	style := map[words.Mark]func(...string) string{words.MarkGood: f.Styles.Good.Render, words.MarkBad: f.Styles.Bad.Render, words.MarkNone: f.Styles.Warn.Render}
	glyph := map[words.Mark]string{words.MarkGood: f.Glyphs.Check, words.MarkBad: f.Glyphs.Cross, words.MarkNone: " "}
	var out []string
	for _, l := range f.labelled(glyph[w.Mark], w.Head, 3, 2, f.Styles.Title) {
		out = append(out, style[w.Mark](l))
	}
	out = append(out, "")
	for _, r := range w.Rows {
		label := glyph[r.Mark] + " " + r.Label
		look := f.Styles.Dim
		switch r.Mark {
		case words.MarkGood:
			look = f.Styles.Good
		case words.MarkBad:
			look = f.Styles.Bad
		}
		out = append(out, f.labelled(label, r.Text, 3, 14, look)...)
	}
	if len(w.Rows) > 0 {
		out = append(out, "")
	}
	for i, d := range w.Do {
		label := ""
		if i == 0 {
			label = f.T("proof.do")
		}
		out = append(out, f.labelled(label, d, 3, 14, f.Styles.Key)...)
	}
	return out
}

// Keys returns the keys that the footer offers.
func (s proof) Keys() []Key {
	if _, ok := s.signing(); ok {
		return []Key{{"Enter", "signed"}, {"n", "sign-later"}, {"Esc", "back"}, {"?", "words"}}
	}
	if s.c.Reading() {
		return []Key{{"Esc", "back"}, {"?", "words"}}
	}
	on := Key{"Enter", "later"}
	switch p := s.c.Proof(); {
	case strings.TrimSpace(s.in.String()) != "":
		on = Key{"Enter", "read"}
	case p != nil && p.Arrived():
		return []Key{{"Enter", "next"}, {"Esc", "another"}, {"?", "words"}, {"Ctrl+C", "leave"}}
	case p != nil:
		return []Key{{"Esc", "another"}, {"Enter", "later"}, {"?", "words"}, {"Ctrl+C", "leave"}}
	}
	out := []Key{on, {"Esc", "back"}}
	if s.practice() {
		out = append(out, Key{"Tab", "send"})
	}
	return append(out, Key{"?", "words"}, Key{"Ctrl+C", "leave"})
}

// Title returns the name of the page.
func (s proof) Title(f Frame) string { return f.Styles.Dim.Render(f.Lang.T("wizard.proof.title")) }

// Typing reports whether the box is shown.
func (s proof) Typing() bool {
	_, ok := s.signing()
	return !ok
}
