package tui

import (
	"maps"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/words"
)

// question is a step answered from a list; see field for those that are typed.
type question struct {
	c       *Case
	step    wizard.Step
	all     []words.Option
	lang    i18n.Lang
	filter  editor
	at      int // row of the filtered list; nowhere before one is chosen, where nothing suggests one
	ticked  []string
	extra   map[string]string
	touched bool // the owner chose: later answers from DNS change nothing
	asked   bool // Enter was pressed where nothing was pointed at
	moved   bool // the pointer or the search was used: Enter takes the row that is pointed at
	spaced  bool // a box was ticked by hand: Enter takes the ticked ones
	finding bool // how to find out is shown, in place of the list
	asking  []string
	value   editor // the value that asking[0] needs
	wrong   *wizard.Misfit
}

func newQuestion(c *Case, s wizard.Step) Screen {
	if s.Kind == wizard.Text || s.Kind == wizard.Paste {
		return newField(c, s)
	}
	q := question{c: c, step: s, extra: map[string]string{}}
	r := c.Before()
	if len(r.Values) > 0 {
		q.ticked, q.touched = slices.Clone(r.Values), true
		maps.Copy(q.extra, r.Extra)
	}
	return q.fresh(true)
}

// fresh lists the options again, since DNS has shown more or the language has changed.
func (q question) fresh(start bool) question {
	if !start && q.lang != q.c.lang || q.all == nil || !q.touched || q.step.Options != "" {
		q.all = q.c.p().Options(q.step, q.c.Answers(), q.c.Seen())
		q.lang = q.c.lang
	}
	if q.touched {
		if start && len(q.ticked) > 0 {
			q.at = max(0, slices.IndexFunc(q.all, func(o words.Option) bool { return o.ID == q.ticked[0] }))
		}
		return q
	}
	q.ticked = nil
	for _, o := range q.all {
		if o.Chosen {
			q.ticked = append(q.ticked, o.ID)
		}
	}
	q.at = q.opening()
	return q
}

// nowhere means that no row is selected: Enter must not give an answer that neither the owner nor DNS has given.
const nowhere = -1

// opening returns the row selected when the list opens: the first ticked one, else the best that DNS suggests, else the
// session's guess.
func (q question) opening() int {
	at := slices.IndexFunc(q.all, func(o words.Option) bool { return slices.Contains(q.ticked, o.ID) })
	if at < 0 {
		at = slices.IndexFunc(q.all, func(o words.Option) bool { return o.Because != "" })
	}
	if guess := q.c.Guess(q.step); at < 0 && guess.Said() {
		at = slices.IndexFunc(q.all, func(o words.Option) bool { return o.ID == guess.Values[0] })
	}
	return max(at, nowhere)
}

func (q question) shown() []words.Option {
	if t := q.filter.String(); t != "" {
		return words.Filter(q.all, t)
	}
	return q.all
}

// hit reports whether the search, if there is one, finds anything.
func (q question) hit() bool {
	t := q.filter.String()
	return t == "" || slices.ContainsFunc(q.shown(), func(o words.Option) bool { return o.Hit(t) })
}

// Update moves, filters, ticks, and answers.
func (q question) Update(msg tea.Msg) (Screen, Nav, tea.Cmd) {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		_, lang := msg.(langMsg)
		if m, ok := msg.(worldMsg); lang || ok && m.more == nil && len(q.asking) == 0 {
			return q.fresh(false), nil, nil
		}
		return q, nil, nil
	}
	switch {
	case len(q.asking) > 0:
		return q.ask(m)
	case q.finding:
		return q.find(m)
	}
	return q.choose(m)
}

// find handles the keys of the page that says how to find out: back to the list, or on without an answer.
func (q question) find(m tea.KeyMsg) (Screen, Nav, tea.Cmd) {
	switch m.String() {
	case "esc":
		q.finding = false
		q.ticked, q.moved = nil, true
	case "enter":
		return q.done()
	}
	return q, nil, nil
}

func (q question) choose(m tea.KeyMsg) (Screen, Nav, tea.Cmd) {
	rows := q.shown()
	switch m.String() {
	case "up", "ctrl+p":
		return q.move(-1, rows), nil, nil
	case "down", "ctrl+n", "tab":
		return q.move(1, rows), nil, nil
	case "pgup":
		return q.move(-8, rows), nil, nil
	case "pgdown":
		return q.move(8, rows), nil, nil
	case "esc":
		if q.filter.String() != "" {
			q.filter, q.at, q.wrong = editor{}, q.opening(), nil
			return q, nil, nil
		}
		return q, goBack{}, nil
	case "enter":
		return q.enter(rows)
	default:
		if q.step.Kind == wizard.Pick && folded(m.String()) == " " {
			return q.tick(rows), nil, nil
		}
		if e, used := q.filter.key(m); used {
			q.filter, q.at, q.wrong = e, 0, nil
			q.moved, q.touched = true, true
			if e.String() == "" {
				q.at = q.opening()
			}
		}
	}
	return q, nil, nil
}

// tick adds or removes the row; "none" and "do not know" exclude all others.
func (q question) tick(rows []words.Option) question {
	if q.at < 0 || q.at >= len(rows) {
		return q
	}
	id := rows[q.at].ID
	q.touched, q.wrong, q.spaced, q.moved = true, nil, true, false
	if i := slices.Index(q.ticked, id); i >= 0 {
		q.ticked = slices.Delete(slices.Clone(q.ticked), i, i+1)
		return q
	}
	q.ticked = slices.DeleteFunc(slices.Clone(q.ticked), func(o string) bool { return standsAlone(o) || standsAlone(id) })
	q.ticked = append(q.ticked, id)
	return q
}

// move selects another row.
func (q question) move(by int, rows []words.Option) question {
	q.at, q.wrong, q.asked = min(max(0, q.at+by), max(0, len(rows)-1)), nil, false
	q.moved, q.touched = true, true
	return q
}

// taken returns the options that Enter takes: those ticked by hand and the one that was searched for; else the selected
// row; else the options chosen at the start.
func (q question) taken(rows []words.Option) []string {
	here := ""
	if len(rows) > 0 && q.at >= 0 {
		here = rows[min(q.at, len(rows)-1)].ID
	}
	switch {
	case q.spaced && len(q.ticked) > 0 && q.filter.String() != "" && len(rows) > 0 && !standsAlone(here) && !slices.Contains(q.ticked, here):
		return append(slices.Clone(q.ticked), here)
	case q.spaced && (len(q.ticked) > 0 || !q.moved):
		return q.ticked
	case here != "" && (q.step.Kind == wizard.Choose || q.moved || len(q.ticked) == 0):
		return []string{here}
	}
	return q.ticked
}

// standsAlone reports whether an option excludes all others ("none", "do not know"). A search never finds such an
// option.
func standsAlone(id string) bool { return id == owner.None || id == owner.Unknown }

// enter accepts the taken options. For "do not know" it first shows how to find out.
func (q question) enter(rows []words.Option) (Screen, Nav, tea.Cmd) {
	if !q.hit() {
		return q, nil, nil // the page says that the search finds nothing
	}
	took := q.taken(rows)
	if len(took) == 0 && q.explains() {
		took = []string{owner.Unknown} // whom nothing was pointed out to
	}
	if len(took) == 0 {
		q.asked, q.at = true, slices.IndexFunc(rows, func(o words.Option) bool { return o.ID == owner.Unknown })
		return q, nil, nil
	}
	q.ticked = took
	if len(took) == 1 && took[0] == owner.Unknown && q.explains() {
		q.finding = true
		return q, nil, nil
	}
	for _, id := range q.ticked {
		o := q.option(id)
		if o.Extra != "" && q.extra[id] == "" {
			q.extra[id] = o.Extra
		}
		if o.NeedsText != "" && q.extra[id] == "" {
			q.asking = append(q.asking, id)
		}
	}
	if len(q.asking) > 0 {
		q.value = editor{}
		return q, nil, nil
	}
	return q.done()
}

// explains reports whether there is a page that says how to find the answer.
func (q question) explains() bool { return q.c.lang.Has("wizard." + string(q.step.ID) + ".find") }

func (q question) option(id string) words.Option {
	i := slices.IndexFunc(q.all, func(o words.Option) bool { return o.ID == id })
	if i < 0 {
		return words.Option{ID: id}
	}
	return q.all[i]
}

// ask reads the value that a choice needs, such as the server's name; it may stay empty.
func (q question) ask(m tea.KeyMsg) (Screen, Nav, tea.Cmd) {
	switch m.String() {
	case "esc":
		q.asking = nil
		return q, nil, nil
	case "enter":
		v := words.Typed(q.step.Check, q.value.String(), q.c.d.Recognise)
		r := wizard.Reply{Step: q.step.ID, Values: []string{q.asking[0]}, Extra: map[string]string{q.asking[0]: v}}
		if m := q.step.Fits(r); m != nil {
			q.wrong = m
			return q, nil, nil
		}
		q.extra[q.asking[0]] = v
		q.asking, q.value = q.asking[1:], editor{}
		if len(q.asking) == 0 {
			return q.done()
		}
	default:
		if e, used := q.value.key(m); used {
			q.value, q.wrong = e, nil
		}
	}
	return q, nil, nil
}

func (q question) done() (Screen, Nav, tea.Cmd) {
	r := wizard.Reply{Step: q.step.ID, Values: q.ticked}
	for _, id := range q.ticked {
		if v := q.extra[id]; v != "" {
			if r.Extra == nil {
				r.Extra = map[string]string{}
			}
			r.Extra[id] = v
		}
	}
	if m := q.step.Fits(r); m != nil {
		q.wrong = m
		return q, nil, nil
	}
	return q, goOn{r}, nil
}

// View draws the question, or the value that a choice needs.
func (q question) View(f Frame) string {
	out := f.question(q.c, q.step.ID)
	if len(q.asking) > 0 {
		o := q.option(q.asking[0])
		out = []string{f.Styles.Pick.Render("   " + o.Label), ""}
		out = append(out, f.para(o.NeedsText, 3)...)
		out = append(out, f.dim(f.para(f.T("question.blank"), 3))...)
		out = append(out, "", "   "+f.Styles.Key.Render(">")+" "+q.value.line(f.W-6))
		return strings.Join(append(out, f.misfit(q.wrong)...), "\n")
	}
	if q.step.ID == wizard.StepWhose {
		out = append(append(out, f.labelled(f.T("found.mail"), q.c.p().InHand(q.c.Answers().Mail), 3, foundLabel, f.Styles.Key)...), "")
	}
	if q.finding {
		if how := q.howToFind(f); len(out)+len(how) <= f.H {
			out = append(out, how...)
		} else { // the explanation is longer than the help, and replaces it
			title, _ := q.c.p().Asked(q.step.ID, q.c.Answers())
			out = append(append(f.heading(title), ""), how...)
		}
		return strings.Join(out, "\n")
	}
	if q.c.Looking().Busy && q.step.Options != "" && !q.touched {
		out = append(out, f.dim(f.para(f.T("question.looking"), 3))...)
	}
	if q.step.Options != "" || q.filter.String() != "" { // of a long list always visible, so that an input method opens in its place
		out = append(out, "   "+f.Styles.Key.Render(f.T("question.find"))+" "+q.filter.line(f.W-20))
	}
	out = append(out, f.misfit(q.wrong)...)
	switch {
	case !q.hit():
		out = append(out, f.para(f.T("question.nothing"), 3)...)
		if q.option(owner.Unknown).Label != "" {
			out = append(out, f.para(f.T("question.not-listed"), 3)...)
		}
	case q.asked && q.at < 0:
		out = append(out, f.para(f.T("question.choose"), 3)...)
	case q.asked:
		out = append(out, f.para(f.T("question.choose-or-not"), 3)...)
	}
	list, from, to := q.rows(f)
	if q.asked && len(out)+1+len(list) <= f.H {
		out = append(out, "")
	}
	return strings.Join(append(out, f.fit(list, from, to, f.H-len(out))...), "\n")
}

// howToFind says how to find the answer, with what DNS has shown about it.
func (q question) howToFind(f Frame) []string {
	var out []string
	for _, text := range q.c.p().Find(q.step.ID, q.c.Names) {
		out = append(append(out, f.para(text, 3)...), "")
	}
	return append(out, f.para(f.T("question.found-out"), 3)...)
}

// question returns the words that open a question: what is asked, and why or how.
func (f Frame) question(c *Case, id wizard.StepID) []string {
	title, help := c.p().Asked(id, c.Answers())
	return append(append(f.heading(title), f.dim(f.para(help, 3))...), "")
}

// heading draws a text as the title of a page.
func (f Frame) heading(text string) []string {
	out := f.para(text, 3)
	for i, l := range out {
		out[i] = f.Styles.Title.Render(l)
	}
	return out
}

func (f Frame) misfit(m *wizard.Misfit) []string {
	if m == nil {
		return nil
	}
	out := []string{""}
	for _, l := range f.para(f.Lang.T("wizard.misfit."+m.Code, i18n.Args{"value": snapshot.Printable(m.Value)}), 3) {
		out = append(out, f.Styles.Bad.Render(l))
	}
	return out
}

// rows draws the list; from..to are the lines of the selected row.
func (q question) rows(f Frame) (list []string, from, to int) {
	rows := q.shown()
	for i, o := range rows {
		here := i == min(q.at, len(rows)-1)
		if here {
			from = len(list)
		}
		list = append(list, spots(i, q.row(f, o, here, i))...)
		if o.Because != "" && (here || slices.Contains(q.ticked, o.ID)) {
			list = append(list, f.dim(f.para(o.Because, 7))...)
		}
		if here {
			to = len(list)
		}
	}
	return list, from, to
}

// row draws an option. A name that is too long for the line is cut, except on the selected row.
func (q question) row(f Frame, o words.Option, here bool, i int) []string {
	head := "   "
	if here {
		head = " " + f.Styles.Key.Render(f.Glyphs.Pointer) + " "
	}
	if q.step.Kind == wizard.Pick {
		box := f.Glyphs.Box
		if slices.Contains(q.ticked, o.ID) && (q.spaced || !q.moved) {
			box = f.Glyphs.Tick
		}
		head += spot{i, true}.mark() + box + spot{row: i}.mark() + " "
	}
	label := snapshot.Printable(o.Label)
	if v := q.extra[o.ID]; v != "" {
		label += "  " + snapshot.Printable(v)
	} else if o.Extra != "" {
		label += "  " + snapshot.Printable(o.Extra)
	}
	tag := ""
	if o.Because != "" {
		tag = f.Styles.Good.Render(f.T("question.found"))
	}
	room := f.W - width(head) - 1
	if !here {
		return []string{head + sides(label, tag, room, f.Glyphs.Etc)}
	}
	lines := []string{label}
	if width(label)+width(tag)+1 > room {
		lines = wrap(label, room-width(tag)-1)
	}
	for i, l := range lines {
		if l = f.Styles.Pick.Render(l); i == 0 {
			lines[i] = head + sides(l, tag, room, f.Glyphs.Etc)
			continue
		}
		lines[i] = strings.Repeat(" ", width(head)) + l
	}
	return lines
}

// Points reports whether the list is shown.
func (q question) Points() bool { return len(q.asking) == 0 && !q.finding }

// Point selects a row of the filtered list.
func (q question) Point(row int) (Screen, string) {
	return q.move(row-q.at, q.shown()), taken(q.at, row)
}

// More returns the keys that work here and are not in the footer.
func (q question) More() []Key {
	if len(q.asking) > 0 || q.finding {
		return nil
	}
	return []Key{{"PgUp PgDn Tab", "move"}}
}

// Keys returns the keys that the footer offers.
func (q question) Keys() []Key {
	if len(q.asking) > 0 {
		return []Key{{"Enter", "next"}, {"Esc", "back"}, {"Ctrl+L", "language"}}
	}
	if q.finding {
		return []Key{{"Enter", "unknown"}, {"Esc", "list"}, {"?", "words"}}
	}
	keys := []Key{{"updown", "move"}}
	if q.step.Kind == wizard.Pick {
		keys = append(keys, Key{"space", "tick"})
	}
	return append(keys, Key{"letters", "find"}, Key{"Enter", "choose"}, Key{"Esc", "back"}, Key{"?", "words"})
}

// Title returns the name of the question.
func (q question) Title(f Frame) string { return f.crumb(q.step.ID) }

// Typing returns true: letters filter the list.
func (q question) Typing() bool { return true }

// crumb returns a question's name in one word.
func (f Frame) crumb(at wizard.StepID) string {
	return f.Styles.Title.Render(f.Lang.T("wizard." + string(at) + ".crumb"))
}
