package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/words"
)

// field is a question answered by typing (one line) or pasting (many).
type field struct {
	c     *Case
	step  wizard.Step
	in    editor
	wrong *wizard.Misfit
	warn  string       // a warning given once about the text; Enter then accepts it
	got   wizard.Reply // what was read from a paste that is not kept; Enter accepts it
}

func newField(c *Case, s wizard.Step) field {
	q := field{c: c, step: s, in: editor{many: s.Kind == wizard.Paste}}
	r := c.Before()
	switch {
	case r.Extra[wizard.ExtraDigest] != "":
		q.got = r
	case len(r.Values) > 0:
		q.in = q.in.insert(r.Values[0])
	default:
		q.in = q.in.insert(c.Suggestion())
	}
	return q
}

// Update takes typing, a paste, or Enter.
func (q field) Update(msg tea.Msg) (Screen, Nav, tea.Cmd) {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return q, nil, nil
	}
	switch m.String() {
	case "esc":
		return q, goBack{}, nil
	case "enter":
		r := wizard.Reply{Step: q.step.ID, Values: []string{q.in.String()}}
		if q.step.Kind == wizard.Text {
			r.Values[0] = words.Typed(q.step.Check, q.in.String(), q.c.d.Recognise)
		}
		if r.Values[0] == "" {
			r.Values = nil
		}
		if q.step.Digest != "" {
			return q.digest(r)
		}
		if m := q.c.Fits(r); m != nil {
			q.wrong = m
			return q, nil, nil
		}
		if warn := q.c.p().Warn(r, q.c.Answers().Domain); warn != "" && warn != q.warn && r.Values[0] != q.c.Suggestion() {
			q.warn = warn
			return q, nil, nil
		}
		return q, goOn{r}, nil
	}
	if e, used := q.in.key(m); used {
		q.in, q.wrong, q.got, q.warn = e, nil, wizard.Reply{}, ""
	}
	return q, nil, nil
}

// digest reads a paste and drops its text; the next Enter goes on.
func (q field) digest(r wizard.Reply) (Screen, Nav, tea.Cmd) {
	if len(r.Values) == 0 {
		if q.got.Said() {
			r = q.got
		}
		return q, goOn{r}, nil
	}
	r.Values[0] = q.c.d.Opened(r.Values[0])
	got, m := q.c.Digest(r)
	if q.wrong = m; m == nil {
		q.got, q.in = got, editor{many: true}
	}
	return q, nil, nil
}

// View draws the question and its field.
func (q field) View(f Frame) string {
	out := f.question(q.c, q.step.ID)
	if !q.in.many {
		out = append(out, "   "+f.Styles.Key.Render(">")+" "+q.in.line(f.W-6))
		if q.warn != "" {
			out = append(append(out, ""), f.labelled("!", q.warn, 3, 2, f.Styles.Warn)...)
		}
		return strings.Join(append(out, f.misfit(q.wrong)...), "\n")
	}
	h := 1
	if len(q.in.text) > 0 {
		out = append(out, f.para(f.T("pasted", i18n.Args{"count": q.in.lines()}), 3)...)
		h = max(1, min(8, q.in.lines(), f.H-len(out)-2))
	}
	for _, l := range q.in.box(f.W-6, h) {
		out = append(out, "   "+f.Styles.Key.Render(">")+" "+l)
	}
	for i, l := range q.c.p().Digested(q.got, q.c.Answers()) {
		if i == 0 {
			out = append(out, "")
		}
		for _, l := range f.para(l, 3) {
			out = append(out, f.Styles.Good.Render(l))
		}
	}
	return strings.Join(append(out, f.misfit(q.wrong)...), "\n")
}

// Keys returns the keys that the footer offers.
func (q field) Keys() []Key {
	switch {
	case q.got.Said():
		return []Key{{"Enter", "next"}, {"Esc", "back"}, {"?", "words"}, {"Ctrl+L", "language"}}
	case q.step.Digest != "" && len(q.in.text) > 0:
		return []Key{{"Enter", "read"}, {"Esc", "back"}, {"?", "words"}, {"Ctrl+L", "language"}}
	}
	return []Key{{"Enter", "next"}, {"Esc", "back"}, {"?", "words"}, {"Ctrl+L", "language"}}
}

// Title returns the name of the question.
func (q field) Title(f Frame) string { return f.crumb(q.step.ID) }

// Typing returns true: letters are text here.
func (q field) Typing() bool { return true }
