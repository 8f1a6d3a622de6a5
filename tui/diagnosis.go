package tui

import (
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"example.org/todoku/checks"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
)

// diagnosis shows where the mail's route breaks, the causes, and what follows from them.
type diagnosis struct {
	c    *Case
	at   int
	open bool // show only the chosen finding, with all its evidence and symptoms
	top  int  // the first line of it that is shown
}

func newDiagnosis(c *Case) diagnosis { return diagnosis{c: c} }

// Update moves through the findings.
func (s diagnosis) Update(msg tea.Msg) (Screen, Nav, tea.Cmd) {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return s, nil, nil
	}
	k := hotkey(m)
	if s.open {
		if x := s.rows()[min(s.at, len(s.rows())-1)]; aboutSPF(x) && s.c.wayKey(k) {
			return s.same(x.Code), nil, nil
		}
		return s.inDetail(k), nil, nil
	}
	switch k {
	case "up", "k":
		s.at = max(0, s.at-1)
	case "down", "j":
		s.at = min(max(0, len(s.rows())-1), s.at+1)
	case "d":
		s.open, s.top = len(s.rows()) > 0, 0
	case "e":
		return s, goOver{newExport(s.c)}, nil
	case "f":
		return s, goOver{newProspects(s.c)}, nil
	case "esc":
		return s, goBack{}, nil
	case "enter":
		return s, page(wizard.StepDiagnosis), nil
	}
	return s, nil, nil
}

// inDetail handles a key while one finding is shown in detail.
func (s diagnosis) inDetail(k string) diagnosis {
	switch k {
	case "d", "esc", "enter":
		s.open = false
	default:
		s.top = scrolled(s.top, k)
	}
	return s
}

// same moves to the finding with a code, after a new plan was made.
func (s diagnosis) same(code checks.Code) diagnosis {
	i := slices.IndexFunc(s.rows(), func(f checks.Finding) bool { return f.Code == code })
	s.at = max(0, i)
	return s
}

// rows returns the findings that are causes, gravest first.
func (s diagnosis) rows() []checks.Finding {
	return slices.DeleteFunc(slices.Clone(s.c.Result().Findings), func(f checks.Finding) bool { return f.Under != "" })
}

// under returns the symptoms of a cause, including symptoms of symptoms.
func (s diagnosis) under(cause checks.Finding) []checks.Finding {
	var out []checks.Finding
	for _, f := range checks.Symptoms(s.c.Result().Findings, cause) {
		out = append(out, f)
		if f.Code != cause.Code {
			out = append(out, s.under(f)...)
		}
	}
	return out
}

// mostEvidence is how many lines of evidence the list shows; the detail page shows all.
const mostEvidence = 2

// roomy is the least number of lines for the findings for which blank lines are drawn around them.
const roomy = 8

// View draws the picture, the forecast and the findings. What to do must be visible without scrolling.
func (s diagnosis) View(f Frame) string {
	if s.open {
		return strings.Join(f.window(s.detail(f), s.top, f.H), "\n")
	}
	out, tail, told := s.picture(f), s.summary(f), s.forecast(f.column(), false)
	gap := []string{""}
	if f.H-len(out)-len(told)-len(tail)-2 < roomy {
		gap = nil
	}
	if f.H-len(out)-len(told)-len(tail) < roomy/2 {
		told = s.forecast(f.column(), true)
	}
	out = append(append(append(out, gap...), told...), gap...)
	room := f.H - len(out) - len(tail)
	if f.W >= paneFrom && len(s.rows()) > 0 {
		out = append(out, s.beside(f, room)...)
		return strings.Join(append(out, tail...), "\n")
	}
	list, from, to := s.list(f, 0)
	if s.at == 0 && from > 0 && to > room-1 {
		// That nothing is wrong is read first, if what is advised fits below it.
		if short, a, b := s.list(f, max(2, room-from-1)); b <= room-1 {
			list, from, to = short, a, b
		}
	}
	if to-from > room {
		list, from, to = s.list(f, max(2, room))
	}
	out = append(out, f.fit(list, from, to, room)...)
	for len(out) < f.H-len(tail) {
		out = append(out, "")
	}
	return strings.Join(append(out, tail...), "\n")
}

// summary counts what is not shown: the other findings, folded symptoms, and what could not be checked.
func (s diagnosis) summary(f Frame) []string {
	folded, unknown := 0, 0
	for _, x := range s.c.Result().Findings {
		if x.Under != "" {
			folded++
		}
		if x.Severity == checks.Unknown {
			unknown++
		}
	}
	var left []string
	if n := len(s.rows()) - 1; n > 0 {
		left = append(left, f.T("diag.others", i18n.Args{"count": n}))
	}
	right := f.T("diag.unknown-none")
	if unknown > 0 {
		right = f.T("diag.unknown", i18n.Args{"count": unknown})
	}
	if folded > 0 {
		more := append(slices.Clone(left), f.T("diag.folded", i18n.Args{"count": folded}))
		if width(strings.Join(more, "   "))+1+width(right) <= f.W-5 { // a count that is cut off says nothing
			left = more
		}
	}
	return []string{"   " + f.Styles.Dim.Render(sides(strings.Join(left, "   "), right, f.W-5, f.Glyphs.Etc))}
}

// beside draws the list of findings, and next to it the chosen one with all its evidence.
func (s diagnosis) beside(f Frame, room int) []string {
	lines := s.fine(f)
	told := s.advice(f.column())
	if len(told) > 0 {
		told = append(told[1:], "")
	}
	lines = append(lines, told...)
	left, right := f.panes()
	list, from, to := s.column(left)
	whole := s
	whole.open = true
	x := s.rows()[min(s.at, len(s.rows())-1)]
	page := append(whole.finding(right, x), s.hint(right, x)...)
	if under := s.under(s.rows()[s.at]); len(under) > 0 {
		page = append(page, "", "   "+f.T("diag.symptoms"))
		for _, u := range under {
			page = append(page, right.labelled(f.Glyphs.Dot, s.c.p().Finding(u).What, 3, 2, f.Styles.Dim)...)
		}
	}
	rest := room - len(lines)
	lines = append(lines, beside(left.fit(list, from, to, rest), right.window(page, 0, rest), left.W)...)
	for len(lines) < room {
		lines = append(lines, "")
	}
	return lines
}

// column draws the findings as a narrow list; from..to are the lines of the chosen one.
func (s diagnosis) column(f Frame) (out []string, from, to int) {
	for i, x := range s.rows() {
		mark, _, style := f.severity(x.Severity)
		head, look := "   ", f.Styles.Plain
		if i == s.at {
			from, head, look = len(out), " "+f.Styles.Key.Render(f.Glyphs.Pointer)+" ", f.Styles.Pick
		}
		lines := wrap(s.c.p().Finding(x).What, f.W-7)
		for j, l := range lines {
			lines[j] = head + style.Render(mark) + " " + look.Render(l)
			head, mark = "   ", " "
		}
		if out = append(out, spots(i, lines)...); i == s.at {
			to = len(out)
		}
	}
	return out, from, to
}

// fine says that nothing is wrong, where that is so.
func (s diagnosis) fine(f Frame) (out []string) {
	if _, refused := checks.Refusal(s.c.Result().Findings); !refused && checks.VerdictOf(s.c.Result().Findings) == checks.VerdictOK {
		for _, l := range f.para(f.T("diag.fine"), 1) {
			out = append(out, f.Styles.Good.Render(l))
		}
		out = append(out, "")
	}
	return out
}

// list draws the findings, the chosen one in full or, where room is short, only what is wrong and what to do; from..to
// are its lines.
func (s diagnosis) list(f Frame, room int) (out []string, from, to int) {
	out = s.fine(f)
	told := s.advice(f)
	if checks.VerdictOf(s.c.Result().Findings) != checks.VerdictFix {
		out, told = append(out, told...), nil
	}
	for i, x := range s.rows() {
		if i == s.at {
			from = len(out)
			if room > 0 {
				out = append(out, s.brief(f, x, room)...)
			} else {
				out = append(out, s.finding(f, x)...)
			}
			to = len(out)
			spots(i, out[from:to])
			continue
		}
		mark, _, style := f.severity(x.Severity)
		out = append(out, spots(i, []string{cut(" "+style.Render(mark)+" "+s.c.p().Finding(x).What, f.W-1, f.Glyphs.Etc)})...)
	}
	return append(out, told...), from, to
}

// brief draws what is wrong and what to do in room lines. Where both do not fit, the first is cut; the detail page
// shows all of it.
func (s diagnosis) brief(f Frame, x checks.Finding, room int) []string {
	words := s.c.p().Finding(x)
	mark, label, style := f.severity(x.Severity)
	fix := f.labelled(f.T("diag.fix"), words.Fix, 3, 9, f.Styles.Dim)
	if more := s.hint(f, x); room-len(fix)-len(more) >= 2 {
		fix = append(fix, more...)
	}
	return append(f.clipped(f.block(mark, label, words.What, style), max(2, room-len(fix))), fix...)
}

// hint says that the detail page lists the ways out of a forward's or a list's refusal, in order.
func (s diagnosis) hint(f Frame, x checks.Finding) []string {
	if !aboutRoute(x) || len(s.c.Result().Plan.Detours) == 0 {
		return nil
	}
	return f.labelled("d", f.T("diag.detours"), 3, 9, f.Styles.Key)
}

// clipped returns at most so many lines; the last one says that something was left out.
func (f Frame) clipped(lines []string, most int) []string {
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] = cut(lines[most-1], f.W-1-width(f.Glyphs.Etc), "") + f.Glyphs.Etc
	}
	return lines
}

// advice says what to do about the symptom that the owner described, besides the findings.
func (s diagnosis) advice(f Frame) []string {
	text := s.c.p().Advice(s.c.Answers())
	if text == "" {
		return nil
	}
	if len(s.c.p().Attempts(s.c.Answers())) > 0 {
		text += f.T("diag.attempts")
	}
	return append([]string{""}, f.labelled(f.Lang.T("wizard.symptom.crumb"), text, 3, 9, f.Styles.Key)...)
}

// attempts lists what to try where DNS does not explain the symptom.
func (s diagnosis) attempts(f Frame) []string {
	list := s.c.p().Attempts(s.c.Answers())
	if len(list) == 0 {
		return nil
	}
	out := []string{"", " " + f.Lang.T("words.attempts.title")}
	for i, text := range list {
		out = append(out, f.labelled(strconv.Itoa(i+1)+".", text, 3, 4, f.Styles.Dim)...)
	}
	return out
}

// finding draws one finding: what is wrong, why it matters, what to do, and the evidence.
func (s diagnosis) finding(f Frame, x checks.Finding) []string {
	words := s.c.p().Finding(x)
	mark, label, style := f.severity(x.Severity)
	out := f.block(mark, label, words.What, style)
	if x.Severity != checks.Fine || s.open {
		out = append(out, f.labelled(f.T("diag.why"), words.Why, 3, 9, f.Styles.Dim)...)
		out = append(out, f.labelled(f.T("diag.fix"), words.Fix, 3, 9, f.Styles.Dim)...)
	}
	if !s.open {
		out = append(out, s.hint(f, x)...)
	}
	for i, e := range words.Evidence {
		label := f.T("diag.evidence")
		if i > 0 {
			label = ""
		}
		switch {
		case s.open:
			out = append(out, f.labelled(label, e, 3, 9, f.Styles.Dim)...)
		case i == 0:
			if len(wrap(e, f.W-13)) > mostEvidence {
				e = s.c.p().HeardOf(x.Code, x.Evidence[0], x.Name)
			}
			out = append(out, f.clipped(f.labelled(label, e, 3, 9, f.Styles.Dim), mostEvidence)...)
		case i == 1:
			out = append(out, f.dim(f.para(f.T("diag.more", i18n.Args{"count": len(words.Evidence) - 1}), 12))...)
		}
	}
	if s.open {
		out = append(out, s.marked(f, x)...)
	}
	return out
}

// Bound keeps the detail page scrolled within its text.
func (s diagnosis) Bound(f Frame) Screen {
	if s.open {
		s.top = within(s.top, s.detail, f)
	}
	return s
}

// Scrolls reports whether the detail page is higher than its room.
func (s diagnosis) Scrolls(f Frame) bool { return s.open && len(s.detail(f)) > f.H }

// detail draws the chosen finding with what follows from it.
func (s diagnosis) detail(f Frame) []string {
	rows := s.rows()
	x := rows[min(s.at, len(rows)-1)]
	out := s.finding(f, x)
	if under := s.under(x); len(under) > 0 {
		out = append(out, "", " "+f.T("diag.symptoms"))
		for _, u := range under {
			out = append(out, "")
			out = append(out, s.finding(f, u)...)
		}
	}
	if aboutRoute(x) {
		out = append(out, f.detours(s.c.p().Detours(s.c.Result().Plan))...)
	}
	if aboutSPF(x) { // what w would do comes before the long explanation of the record
		out = append(out, s.tried(f)...)
		out = append(out, f.ways(s.c.p().Ways(s.c.Result().Plan))...)
	}
	return append(append(out, s.aloud(f, x)...), s.attempts(f)...)
}

// block draws the first line of a finding: mark, label and sentence.
func (f Frame) block(mark, label, text string, style lipgloss.Style) []string {
	lines := f.labelled(label, text, 3, 9, style)
	lines[0] = " " + style.Render(mark) + lines[0][2:]
	return lines
}

func (f Frame) severity(s checks.Severity) (mark, word string, style lipgloss.Style) {
	word = f.T("severity." + string(s))
	switch s {
	case checks.Blocks:
		return f.Glyphs.Cross, word, f.Styles.Bad
	case checks.Harms:
		return "!", word, f.Styles.Warn
	case checks.Unknown:
		return f.Glyphs.Ask, word, f.Styles.Warn
	case checks.Fine:
		return f.Glyphs.Check, word, f.Styles.Good
	}
	return f.Glyphs.Dot, word, f.Styles.Key
}

// Points reports whether the list of findings is shown.
func (s diagnosis) Points() bool { return !s.open && len(s.rows()) > 0 }

// Point moves to a finding; a second click shows it in detail.
func (s diagnosis) Point(row int) (Screen, string) {
	if row == s.at {
		return s, "d"
	}
	s.at = min(row, len(s.rows())-1)
	return s, ""
}

// More returns the keys that work here and are not in the footer.
func (s diagnosis) More() []Key {
	if s.open {
		return append(slices.Clone(scrollToo), Key{"Enter d", "close"})
	}
	return []Key{{"j k", "findings"}}
}

// Keys returns the keys that the footer offers.
func (s diagnosis) Keys() []Key {
	if s.open {
		keys := []Key{{"?", "words"}, {"Esc", "close"}}
		if x := s.rows()[min(s.at, len(s.rows())-1)]; aboutSPF(x) {
			keys = append(s.c.wayKeys(), keys...)
		}
		return keys
	}
	next := Key{"Enter", "fix"}
	if len(s.c.Result().Plan.Changes) == 0 {
		next = Key{"Enter", "next"}
	}
	keys := []Key{next}
	if len(s.rows()) > 1 {
		keys = append(keys, Key{"updown", "findings"})
	}
	return append(keys, []Key{{"d", "details"}, {"f", "receivers"}, {"e", "save"}, {"Esc", "back"}, {"?", "words"}}...)
}

// Title returns the name of the page.
func (s diagnosis) Title(f Frame) string { return f.Styles.Dim.Render(f.T("diag.title")) }
