package tui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// View draws the record: first its values in a frame, then what to beware of, where to click, and what was proved;
// beside it the list of all records where there is room.
func (s records) View(f Frame) string {
	if _, ok := s.change(); !ok {
		return strings.Join(f.para(f.T("rec.none"), 3), "\n")
	}
	return f.inPanes(s.list, s.shown)
}

// Scrolls reports whether the record is higher than the screen.
func (s records) Scrolls(f Frame) bool {
	if _, ok := s.change(); !ok {
		return false
	}
	_, f = f.panes()
	if s.box.open {
		out, _ := s.asking(f)
		return len(out) > f.H
	}
	return len(s.page(f)) > f.H-len(s.note.view(f))
}

// Bound keeps the page scrolled within its text. With an open box, top counts from the position in which the box is
// visible, up and down.
func (s records) Bound(f Frame) Screen {
	if _, ok := s.change(); !ok || s.top == 0 {
		return s
	}
	_, f = f.panes()
	if s.box.open {
		out, caret := s.asking(f)
		base := first(len(out), max(0, caret-1), caret, f.H)
		s.top = min(max(s.top, -base), max(0, len(out)-f.H)-base)
		return s
	}
	s.top = min(max(0, s.top), max(0, len(s.page(f))-(f.H-len(s.note.view(f)))))
	return s
}

// shown returns the visible part of the record's page, with the outcome of the last copy below it.
func (s records) shown(f Frame) []string {
	if s.box.open {
		out, caret := s.asking(f)
		return f.window(out, first(len(out), max(0, caret-1), caret, f.H)+s.top, f.H)
	}
	out, foot := s.page(f), s.note.view(f)
	room := f.H - len(foot)
	body := f.window(out, s.top, room)
	for len(body) < room {
		body = append(body, "")
	}
	return append(body, foot...)
}

// page returns the record's whole page.
func (s records) page(f Frame) []string {
	w := s.words()
	out := s.head(f, w)
	if amend := s.amend(); amend != "" {
		for _, l := range f.para(amend, 3) {
			out = append(out, f.Styles.Bad.Render(l))
		}
	} else if w.First != "" {
		out = append(out, f.para(w.First, 3)...)
	}
	if w.Was != "" {
		out = append(out, s.opened(f, w)...)
	}
	out = append(out, s.framed(f, w)...)
	var repaired []string
	for _, r := range s.box.done {
		if f.Lang.Has("tui.repaired." + r) {
			repaired = append(repaired, f.T("repaired."+r))
		}
	}
	out = append(out, s.remarks(f, "repaired", repaired)...)
	first := min(1, len(w.Beware))
	out = append(out, s.remarks(f, "beware", w.Beware[:first])...) // the most common mistake
	if w.Ask != "" {
		out = append(out, f.labelled(f.T("rec.ask"), w.Ask, 3, 14, f.Styles.Key)...)
	}
	out = append(out, s.where(f, w)...)
	out = append(out, s.remarks(f, "beside", w.Beware[first:])...)
	out = append(out, s.goes(f, w)...)
	out = append(out, s.remarks(f, "checked", w.Checked)...)
	out = append(out, s.remarks(f, "notes", w.Notes)...)
	out = append(out, s.remarks(f, "made", only(w.Made))...)
	if w.Help != "" {
		out = append(out, linked(f.labelled(f.T("rec.help"), w.Help, 3, 14, f.Styles.Plain), w.Help)...)
	}
	out = append(out, s.remarks(f, "gate", only(w.Gate))...)
	out = append(out, f.ways(w.Ways)...)
	if len(w.Checked) > 0 {
		out = append(out, s.chosen(f)...)
	}
	return out
}

// amend says how to correct the record, where the wait found it wrong.
func (s records) amend() string {
	x, ok := s.c.FaultAt(s.at)
	if !ok {
		return ""
	}
	return s.c.p().Amend(x.Sight)
}

func only(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// head names the record and, on the right or below, the panel that it is typed into.
func (s records) head(f Frame, w words.Change) []string {
	ch, _ := s.change()
	saved, panel := "", f.Styles.Key.Render(w.Panel)
	if s.c.IsSaved(ch) {
		saved = " " + f.Styles.Good.Render(f.Glyphs.Check+" "+f.T("rec.is-saved"))
	}
	if strings.Contains(w.Title, w.Panel) { // the title names it already
		panel = ""
	}
	room := f.W - 5
	if width(w.Title)+width(saved)+1+width(panel) <= room {
		return []string{"   " + sides(f.Styles.Title.Render(w.Title)+saved, panel, room, f.Glyphs.Etc)}
	}
	lines := wrap(w.Title, room-width(saved))
	for i, l := range lines {
		lines[i] = "   " + f.Styles.Title.Render(l)
	}
	lines[len(lines)-1] += saved
	if panel != "" {
		lines = append(lines, "   "+sides("", panel, room, f.Glyphs.Etc))
	}
	return lines
}

// opened quotes the existing record, which is the line to open in the panel.
func (s records) opened(f Frame, w words.Change) []string {
	lines, most := wrap(w.Was, f.W-18), 2
	if slices.ContainsFunc(strings.Fields(w.Was), func(s string) bool { return width(s) > f.W-18 }) { // as a key
		lines = chop(w.Was, f.W-18)
	}
	if f.H < 16 { // keep the values below visible
		most = 1
	}
	if len(lines) > most {
		lines[most-1] = cut(lines[most-1], f.W-22, "") + f.Glyphs.Etc
		lines = lines[:most]
	}
	for i, l := range lines {
		label := ""
		if i == 0 {
			label = f.T("rec.open")
		}
		lines[i] = "   " + fill(label, 13, f.Glyphs.Etc) + " " + l
	}
	return lines
}

// longest is how many lines a value may take: a key of 400 characters is copied, not read.
const longest = 3

// framed draws the panel's own fields in a frame. A long value is cut at the edge, not between words, so that nothing
// seems to be added.
func (s records) framed(f Frame, w words.Change) []string {
	col := 8
	for _, x := range w.Fields {
		col = max(col, min(width(x.Label)+2, f.W*2/5))
	}
	room := f.W - 9 - col
	var in []string
	for _, x := range w.Fields {
		lines := chop(x.Value, room)
		if x.Empty { // words, not a value
			lines = wrap(x.Value, room)
		}
		if over := len(lines) - longest; over > 0 {
			rest := width(strings.Join(lines[longest-1:], ""))
			lines = append(lines[:longest-1], wrap(f.T("rec.long", i18n.Args{"count": rest}), room)...)
		}
		labels := named(x.Label, col-2)
		for i := range max(len(lines), len(labels)) {
			label, l := strings.Repeat(" ", col), ""
			if i < len(labels) {
				label = fill(labels[i], col, f.Glyphs.Etc)
			}
			if i < len(lines) {
				l = lines[i]
			}
			if !x.Empty && l != "" && (i < longest-1 || width(x.Value) <= longest*room) {
				l = f.Styles.Value.Render(l)
			}
			in = append(in, label+l)
		}
	}
	if len(in) == 0 {
		return []string{""}
	}
	return f.frame(in, 3)
}

// named returns a field's label in lines of w cells, uncut, since it is what is looked for in the panel. A label in
// another language, in brackets, gets a line of its own.
func named(label string, w int) []string {
	if at := strings.LastIndex(label, " ("); at > 0 && width(label) > w {
		return append(wrap(label[:at], w), wrap(label[at+1:], w)...)
	}
	return wrap(label, w)
}

// frame draws lines in a frame, indented by so many cells.
func (f Frame) frame(in []string, indent int) []string {
	g, room := f.Glyphs, f.W-indent-6
	pad := strings.Repeat(" ", indent)
	line := strings.Repeat(g.Rule, room+2)
	out := []string{pad + f.Styles.Key.Render(g.Corners[0]+line+g.Corners[1])}
	for _, l := range in {
		out = append(out, pad+f.Styles.Key.Render(g.Side)+" "+fill(l, room, g.Etc)+" "+f.Styles.Key.Render(g.Side))
	}
	return append(out, pad+f.Styles.Key.Render(g.Corners[2]+line+g.Corners[3]))
}

// where says how to get to the panel's form.
func (s records) where(f Frame, w words.Change) []string {
	if w.Menu == "" {
		return nil
	}
	out := f.labelled(f.T("rec.where"), w.Menu, 3, 14, f.Styles.Plain)
	if w.Soft != "" {
		out = append(out, f.dim(f.para(w.Soft, 17))...)
	}
	return out
}

// goes shows what is rewritten and what is to be deleted.
func (s records) goes(f Frame, w words.Change) []string {
	var out []string
	if len(w.Diff) > 0 {
		out = append(out, f.labelled(f.T("rec.diff"), "", 3, 14, f.Styles.Plain)...)
		out = append(out, f.diff(w)...)
	}
	for i, old := range w.Remove {
		label := f.T("rec.remove")
		if i > 0 {
			label = ""
		}
		out = append(out, f.labelled(label, old, 3, 14, f.Styles.Bad)...)
	}
	return out
}

// diff lists which terms leave a value and which enter it. It puts no signs before the terms, since they would be taken
// for SPF's qualifiers + and -. Of two long terms that begin alike, as keys do, it shows the place where they begin to
// differ.
func (f Frame) diff(w words.Change) []string {
	if w.CutOff != "" {
		out := f.para(w.CutOff, 5)
		for i := range out {
			out[i] = f.Styles.Bad.Render(out[i])
		}
		return out
	}
	out, in := w.Gone(), w.Come()
	if len(out) == 1 && len(in) == 1 && width(out[0]) > f.W-20 && width(in[0]) > f.W-20 {
		if c, ok := words.Compare(&propagation.Diff{Right: in[0], Now: out[0]}, f.W-20); ok {
			out, in = []string{c.Now}, []string{c.Right}
		}
	}
	var lines []string
	for _, x := range []struct {
		id    string
		terms []string
		style lipgloss.Style
	}{{"rec.out", out, f.Styles.Bad}, {"rec.in", in, f.Styles.Good}} {
		for i, t := range x.terms {
			x.terms[i] = cut(t, f.W-20, f.Glyphs.Etc) // a key's beginning is enough: the value above is complete
		}
		if len(x.terms) > 0 {
			lines = append(lines, f.labelled(f.T(x.id), strings.Join(x.terms, " "), 5, 12, x.style)...)
		}
	}
	return lines
}

// remarks draws a list of points under a label.
func (s records) remarks(f Frame, id string, texts []string) []string {
	style := f.Styles.Plain
	if id == "beware" {
		style = f.Styles.Warn
	}
	var out []string
	for i, t := range texts {
		label := f.T("rec." + id)
		if i > 0 {
			label = ""
		}
		item := wrap(t, f.W-20)
		for j := range item {
			item[j] = strings.Repeat(" ", 19) + item[j]
		}
		item[0] = "   " + style.Render(fill(label, 13, f.Glyphs.Etc)) + " " + f.Styles.Dim.Render(f.Glyphs.Dot) + item[0][18:]
		out = append(out, item...)
	}
	return out
}

// list draws all records with their ticks, and a pointer at the one that is shown.
func (s records) list(f Frame) []string {
	var out []string
	for i, w := range s.all() {
		ch := s.c.Result().Plan.Changes[i]
		head, style := "  ", f.Styles.Plain
		if i == s.at {
			head, style = f.Styles.Key.Render(f.Glyphs.Pointer)+" ", f.Styles.Pick
		}
		mark := f.Glyphs.Box
		switch {
		case s.c.IsSaved(ch):
			mark = f.Styles.Good.Render(f.Glyphs.Tick)
		case ch.AsksKey():
			mark = "[" + f.Glyphs.Ask + "]"
		}
		for j, l := range wrap(w.Title, f.W-8) {
			if j > 0 {
				head, mark = "  ", "   "
			}
			out = append(out, " "+head+mark+" "+style.Render(l))
		}
		if name := s.placed(ch); name != "" {
			out = append(out, "       "+f.Styles.Dim.Render(cut(name, f.W-8, f.Glyphs.Etc)))
		}
	}
	return out
}

// placed returns the record's name relative to the domain.
func (s records) placed(ch plan.Change) string {
	name, below := strings.CutSuffix(ch.Name, "."+s.c.Answers().Domain)
	if !below || ch.Nameless() { // no selector, so no record's name
		return ""
	}
	return snapshot.Printable(name)
}
