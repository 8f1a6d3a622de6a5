package tui

import (
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"todoku/checks/plan"
	"todoku/checks/snapshot"
	"todoku/i18n"
	"todoku/wizard"
	"todoku/wizard/words"
)

// records shows the changes one by one, in the words of the panel that they are typed into.
type records struct {
	c    *Case
	at   int
	top  int // first line shown of a record that is higher than the screen
	note notice
	box  keyBox
}

func newRecords(c *Case) records { return records{c: c}.turn(0) }

// turn goes to a record; one whose value must be pasted opens its box.
func (s records) turn(by int) records {
	s.at = min(max(0, s.at+by), max(0, len(s.c.Result().Plan.Changes)-1))
	s.top, s.note, s.box = 0, notice{}, keyBox{}
	if ch, ok := s.change(); ok {
		s.box = newKeyBox(s.c, ch)
	}
	return s
}

func (s records) change() (plan.Change, bool) {
	if s.at >= len(s.c.Result().Plan.Changes) {
		return plan.Change{}, false
	}
	return s.c.Result().Plan.Changes[s.at], true
}

func (s records) words() words.Change {
	return s.c.p().Changes(s.c.Result().Plan, s.c.Panel(), s.c.Zone(), s.c.Answers())[s.at]
}

// Update pages, copies, pastes and goes on.
func (s records) Update(msg tea.Msg) (Screen, Nav, tea.Cmd) {
	switch m := msg.(type) {
	case copiedMsg:
		s.note = notice(m)
	case tea.KeyMsg:
		if _, ok := s.change(); !ok {
			return s, page(wizard.StepRecords), nil
		}
		if s.box.open {
			return s.paste(m)
		}
		return s.press(m)
	}
	return s, nil, nil
}

func (s records) press(m tea.KeyMsg) (Screen, Nav, tea.Cmd) {
	w := s.words()
	switch k := hotkey(m); k {
	case "left", "h":
		return s.turn(-1), nil, nil
	case "right", "l", "tab":
		return s.turn(1), nil, nil
	case "up", "k":
		s.top = max(0, s.top-1)
	case "down", "j", "pgdown":
		s.top++
	case "pgup":
		s.top = max(0, s.top-8)
	case "c":
		return s, nil, s.c.copy(w.Value)
	case "n":
		return s, nil, s.c.copy(w.Host)
	case "a":
		return s, nil, s.c.copy(w.All)
	case "1", "2", "3", "4", "5", "6":
		if i, _ := strconv.Atoi(k); i <= len(w.Fields) && !w.Fields[i-1].Empty {
			return s, nil, s.c.copy(w.Fields[i-1].Value)
		}
	case "v":
		return s, nil, bareView(s.c.ctx, s.c.lang, w.Host, w.Value)
	case "e":
		return s, goOver{newExport(s.c)}, nil
	case "esc":
		return s, goBack{}, nil
	case "enter":
		return s.on()
	default:
		if len(w.Checked) > 0 && s.c.wayKey(k) {
			return s.turn(0), nil, nil
		}
	}
	return s, nil, nil
}

// on goes to the next record, or, after the last, to the wait.
func (s records) on() (Screen, Nav, tea.Cmd) {
	if s.at+1 < len(s.c.Result().Plan.Changes) {
		return s.turn(1), nil, nil
	}
	return s, page(wizard.StepRecords), nil
}

func (s records) paste(m tea.KeyMsg) (Screen, Nav, tea.Cmd) {
	switch m.String() {
	case "esc":
		return s, goBack{}, nil
	case "left", "right":
		if s.box.in.String() == "" {
			return s.turn(map[string]int{"left": -1, "right": 1}[m.String()]), nil, nil
		}
	case "enter":
		if strings.TrimSpace(s.box.in.String()) == "" {
			return s.on()
		}
		was, _ := s.change()
		box, key, ok := s.box.take(s.c, was)
		s.box = box
		if ok {
			s.c.TakeKey(key)
			repaired := box.got.Repaired
			if i := s.c.Find(was); i >= 0 {
				s.at = i
			}
			s = s.turn(0)
			s.box.done = repaired
		}
		return s, nil, nil
	}
	s.box = s.box.key(s.c, m)
	return s, nil, nil
}

// View draws the record.
func (s records) View(f Frame) string {
	if _, ok := s.change(); !ok {
		return strings.Join(f.para(f.T("rec.none"), 3), "\n")
	}
	w := s.words()
	out := s.head(f, w)
	out = append(out, s.fields(f, w)...)
	out = append(out, s.goes(f, w)...)
	if s.box.open {
		out = append(out, s.box.view(f, w.Ask)...)
		return strings.Join(f.fit(out, len(out)-4, len(out), f.H), "\n")
	}
	if w.Ask != "" {
		out = append(out, f.labelled(f.T("rec.ask"), w.Ask, 3, 14, f.Styles.Key)...)
	}
	out = append(out, s.remarks(f, w)...)
	out = append(out, f.ways(w.Ways)...)
	if len(w.Checked) > 0 {
		out = append(out, s.chosen(f)...)
	}
	foot := s.note.view(f)
	room := f.H - len(foot)
	top := min(s.top, max(0, len(out)-room))
	body := f.fit(out, top, top+room, room)
	for len(body) < room {
		body = append(body, "")
	}
	return strings.Join(append(body, foot...), "\n")
}

func (s records) head(f Frame, w words.Change) []string {
	out := []string{"   " + f.Styles.Title.Render(cut(w.Title, f.W-4, f.Glyphs.Etc))}
	menu := w.Panel
	if w.Menu != "" {
		menu = w.Menu
	}
	out = append(out, f.labelled(f.T("rec.where"), menu, 3, 14, f.Styles.Dim)...)
	if w.Soft != "" {
		out = append(out, f.dim(f.para(w.Soft, 17))...)
	}
	return append(out, "")
}

// longest is how many lines a value may take: a key of 400 letters is copied, not read.
const longest = 3

// fields are the panel's own fields. A long value is cut at the edge, not at words: nothing may seem to be added.
func (s records) fields(f Frame, w words.Change) []string {
	col := 8
	for _, x := range w.Fields {
		col = max(col, min(width(x.Label)+2, f.W*2/5))
	}
	var out []string
	for _, x := range w.Fields {
		room := f.W - 5 - col - 1
		lines := chop(x.Value, room)
		if x.Empty { // words, not a value
			lines = wrap(x.Value, room)
		}
		if over := len(lines) - longest; over > 0 {
			rest := width(strings.Join(lines[longest-1:], ""))
			lines = append(lines[:longest-1], f.Styles.Dim.Render(cut(f.T("rec.long", i18n.Args{"count": rest}), room, f.Glyphs.Etc)))
		}
		for i, l := range lines {
			label := strings.Repeat(" ", col)
			if i == 0 {
				label = f.Styles.Dim.Render(fill(x.Label, col-1, f.Glyphs.Etc)) + " "
			}
			if x.Empty {
				l = f.Styles.Dim.Render(l)
			}
			out = append(out, "     "+label+l)
		}
	}
	return append(out, "")
}

// goes shows what is rewritten and what is to be deleted.
func (s records) goes(f Frame, w words.Change) []string {
	var out []string
	if len(w.Diff) > 0 {
		out = append(out, f.labelled(f.T("rec.diff"), "", 3, 14, f.Styles.Dim)...)
		out = append(out, f.diff(w.Diff)...)
		out = append(out, "")
	}
	for i, old := range w.Remove {
		label := f.T("rec.remove")
		if i > 0 {
			label = ""
		}
		out = append(out, f.labelled(label, old, 3, 14, f.Styles.Warn)...)
	}
	if len(w.Remove) > 0 {
		out = append(out, "")
	}
	return out
}

// diff lists what goes out of a value and what comes in. Signs before the terms would be taken for SPF's own + and -.
func (f Frame) diff(parts []words.DiffPart) []string {
	var out []string
	put := func(mark byte, id string, style lipgloss.Style) {
		var terms []string
		for _, p := range parts {
			if text := strings.TrimSpace(snapshot.Printable(p.Text)); p.Mark == mark && text != "" {
				terms = append(terms, cut(text, f.W-20, f.Glyphs.Etc)) // of a key its beginning: the value above is whole
			}
		}
		if len(terms) > 0 {
			out = append(out, f.labelled(f.T(id), strings.Join(terms, " "), 5, 12, style)...)
		}
	}
	put('-', "rec.out", f.Styles.Bad)
	put('+', "rec.in", f.Styles.Good)
	return out
}

func (s records) remarks(f Frame, w words.Change) []string {
	var out []string
	add := func(id string, texts []string) {
		for i, t := range texts {
			label := f.T("rec." + id)
			if i > 0 {
				label = ""
			}
			item := wrap(t, f.W-20)
			for j := range item {
				item[j] = strings.Repeat(" ", 19) + item[j]
			}
			item[0] = "   " + f.Styles.Key.Render(fill(label, 13, f.Glyphs.Etc)) + " " + f.Styles.Dim.Render(f.Glyphs.Dot) + item[0][18:]
			out = append(out, item...)
		}
	}
	var repaired []string
	for _, r := range s.box.done {
		if f.Lang.Has("tui.repaired." + r) {
			repaired = append(repaired, f.T("repaired."+r))
		}
	}
	add("repaired", repaired)
	add("checked", w.Checked)
	add("beware", w.Beware)
	add("notes", w.Notes)
	if w.Made != "" {
		add("made", []string{w.Made})
	}
	if w.Gate != "" {
		add("gate", []string{w.Gate})
	}
	return out
}

// Keys are what the footer offers.
func (s records) Keys() []Key {
	on := Key{"Enter", "saved-wait"}
	if s.at+1 < len(s.c.Result().Plan.Changes) {
		on = Key{"Enter", "saved-next"}
	}
	if s.box.open {
		keys := []Key{{"Enter", "check-key"}}
		if strings.TrimSpace(s.box.in.String()) == "" {
			keys = []Key{{"Enter", "later"}}
		}
		if s.box.lab != "" {
			keys = append(keys, Key{"Tab", "lab-key"})
		}
		return append(keys, Key{"Esc", "back"}, Key{"?", "words"})
	}
	var ways []Key
	if len(s.words().Checked) > 0 {
		ways = s.c.wayKeys()
	}
	keys := append([]Key{on}, ways...)
	if !s.words().Switch { // nothing is typed
		keys = append(keys, Key{"c", "copy-value"}, Key{"n", "copy-name"}, Key{"a", "copy-all"})
	}
	if n := len(s.words().Fields); n > 1 { // where a record is one line, c copies it
		keys = append(keys, Key{"1-" + strconv.Itoa(n), "copy-field"})
	}
	return append(keys, Key{"v", "bare"}, Key{"sides", "records"}, Key{"updown", "scroll"}, Key{"Esc", "back"})
}

// Title says which record this is.
func (s records) Title(f Frame) string {
	return f.Styles.Dim.Render(f.T("rec.title", i18n.Args{"at": s.at + 1, "all": len(s.c.Result().Plan.Changes)}))
}

// Typing is so while a key is pasted.
func (s records) Typing() bool { return s.box.open }
