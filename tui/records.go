package tui

import (
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/checks/plan"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/words"
)

// records shows the changes one by one, in the words of the panel that they are typed into. A record is ticked once its
// owner says that it was saved.
type records struct {
	c     *Case
	at    int
	top   int // the first line shown of a record that is higher than the screen
	note  notice
	box   keyBox
	mends bool // the wait led here, and Enter leads back to it
}

func newRecords(c *Case) records { return records{c: c}.turn(0) }

// mend opens the record that the wait found wrong; Enter leads back to the wait.
func mend(c *Case, at int) records {
	s := records{c: c, mends: true}.turn(at)
	s.box = keyBox{}
	return s
}

// turn moves by so many records. One whose value must be pasted opens its box.
func (s records) turn(by int) records {
	s.at = min(max(0, s.at+by), max(0, len(s.c.Result().Plan.Changes)-1))
	s.top, s.note, s.box = 0, notice{}, keyBox{}
	if ch, ok := s.change(); ok && ch.AsksKey() {
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

func (s records) words() words.Change { return s.all()[s.at] }

func (s records) all() []words.Change { return s.c.changes() }

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
	ch, _ := s.change()
	k := hotkey(m)
	if w.Switch && strings.Contains("cnav", k) || len(w.Fields) == 1 && strings.Contains("na1", k) || ch.Lacks() && strings.Contains("cna v123456", k) { // nothing is typed, or not yet
		return s, nil, nil
	}
	switch k {
	case "left", "h":
		return s.turn(-1), nil, nil
	case "right", "l", "tab":
		return s.turn(1), nil, nil
	case "up":
		s.top = max(0, s.top-1)
	case "down":
		s.top++
	case "pgdown":
		s.top += 8
	case "pgup":
		s.top = max(0, s.top-8)
	case "c":
		return s, nil, s.c.copyOf(s.valueLabel(w), w.Value)
	case "n":
		return s, nil, s.c.copyOf(s.hostLabel(w), w.Host)
	case "a":
		return s, nil, s.c.copyOf(s.c.lang.T("tui.copy.whole"), w.All)
	case "1", "2", "3", "4", "5", "6":
		if i, _ := strconv.Atoi(k); i <= len(w.Fields) {
			x := w.Fields[i-1]
			if x.Empty {
				x.Value = ""
			}
			return s, nil, s.c.copyOf(x.Label, x.Value)
		}
	case "v":
		return s, nil, bareView(s.c.ctx, s.c.lang, w.Host, w.Value)
	case "k":
		if s.c.Pasted(ch) {
			s.box = newKeyBox(s.c, ch)
		}
	case " ":
		return s, nil, s.c.do(s.c.SetSaved(ch, !s.c.IsSaved(ch)))
	case "e":
		return s, goOver{newExport(s.c)}, nil
	case "esc":
		return s, goBack{}, nil
	case "enter":
		kept := s.c.do(s.c.SetSaved(ch, true))
		next, nav, cmd := s.on()
		return next, nav, tea.Batch(kept, cmd)
	default:
		if len(w.Checked) > 0 && s.c.wayKey(k) {
			return s.turn(0), nil, nil
		}
	}
	return s, nil, nil
}

// valueLabel and hostLabel return the panel's words for the fields that c and n copy.
func (s records) valueLabel(w words.Change) string {
	for _, x := range w.Fields {
		if x.Value == w.Value && !x.Empty {
			return x.Label
		}
	}
	return s.c.lang.T("words.field.value")
}

func (s records) hostLabel(w words.Change) string {
	if len(w.Fields) > 1 {
		return w.Fields[0].Label
	}
	return s.c.lang.T("words.field.host")
}

// on goes to the next record, or after the last one to the wait; at once to the wait if that led here.
func (s records) on() (Screen, Nav, tea.Cmd) {
	if s.at+1 < len(s.c.Result().Plan.Changes) && !s.mends {
		return s.turn(1), nil, nil
	}
	return s, page(wizard.StepRecords), nil
}

func (s records) paste(m tea.KeyMsg) (Screen, Nav, tea.Cmd) {
	ch, _ := s.change()
	empty := strings.TrimSpace(s.box.in.String()) == ""
	switch m.String() {
	case "esc":
		switch {
		case s.box.naming():
			s.box = newKeyBox(s.c, ch)
			return s, nil, nil
		case !ch.AsksKey(): // a pasted key is kept
			s.box = keyBox{}
			return s, nil, nil
		}
		return s, goBack{}, nil
	case "up", "down":
		s.top += map[string]int{"up": -1, "down": 1}[m.String()]
		return s, nil, nil
	case "left", "right":
		if empty && !s.box.naming() {
			return s.turn(map[string]int{"left": -1, "right": 1}[m.String()]), nil, nil
		}
	case "enter":
		switch {
		case empty && s.box.naming():
			s.box.bad = true
			return s, nil, nil
		case empty && !ch.AsksKey():
			s.box = keyBox{}
			return s, nil, nil
		case empty:
			return s.on()
		}
		s.top = 0
		return s.take(ch), nil, nil
	}
	s.box, s.top = s.box.key(s.c, m), 0 // scroll back to the box
	return s, nil, nil
}

// take reads what was pasted. Once its key is accepted, a record shows its values, even if its place in the plan has
// changed.
func (s records) take(was plan.Change) records {
	box, key, ok := s.box.take(s.c, was)
	s.box = box
	if !ok {
		return s
	}
	s.c.TakeKey(key)
	if i := s.c.Find(was); i >= 0 {
		s.at = i
	}
	repaired := box.got.Repaired
	s = s.turn(0)
	s.box.done = repaired
	return s
}

// More returns the keys that work here and are not in the footer.
func (s records) More() []Key {
	if s.box.open || len(s.c.Result().Plan.Changes) == 0 {
		return nil
	}
	keys := []Key{{"e", "save"}}
	if len(s.c.Result().Plan.Changes) > 1 {
		keys = append(keys, Key{"h l Tab", "records"})
	}
	return append(keys, Key{"PgUp PgDn", "scroll"})
}

// Keys returns the keys that the footer offers.
func (s records) Keys() []Key {
	ch, _ := s.change()
	if s.box.open {
		return s.box.keys(ch.AsksKey())
	}
	on := Key{"Enter", "saved-wait"}
	switch {
	case ch.Lacks():
		on = Key{"Enter", "later"}
	case s.at+1 < len(s.c.Result().Plan.Changes) && !s.mends:
		on = Key{"Enter", "saved-next"}
	}
	if s.words().Switch && !ch.Lacks() {
		on.Does = strings.Replace(on.Does, "saved", "switched", 1)
	}
	keys := []Key{on}
	if len(s.words().Checked) > 0 {
		keys = append(keys, s.c.wayKeys()...)
	}
	if !ch.Lacks() { // else nothing can be typed yet
		keys = append(keys, s.typed(ch)...)
	}
	if len(s.c.Result().Plan.Changes) > 1 {
		keys = append(keys, Key{"sides", "records"})
	}
	return append(keys, Key{"Esc", "back"})
}

// typed returns the keys of a record that can be typed as it is.
func (s records) typed(ch plan.Change) []Key {
	w := s.words()
	var keys []Key
	if !w.Switch { // nothing to type
		keys = append(keys, Key{"c", "copy-value"})
		if n := len(w.Fields); n != 1 { // where the record is a single line, c copies it
			keys = append(keys, Key{"n", "copy-name"}, Key{"a", "copy-all"})
			if n > 1 {
				keys = append(keys, Key{"1-" + strconv.Itoa(n), "copy-field"})
			}
		}
	}
	if !w.Switch {
		keys = append(keys, Key{"v", "bare"})
	}
	if s.c.Pasted(ch) {
		keys = append(keys, Key{"k", "other-key"})
	}
	tick := "tick-saved"
	if s.c.IsSaved(ch) {
		tick = "untick-saved"
	}
	return append(keys, Key{"space", tick})
}

// Title says which record this is, and how many are saved.
func (s records) Title(f Frame) string {
	list := s.c.Result().Plan.Changes
	saved := 0
	for _, ch := range list {
		if s.c.IsSaved(ch) {
			saved++
		}
	}
	text := f.T("rec.title", i18n.Args{"at": s.at + 1, "all": len(list)})
	if saved > 0 && f.W >= 80 { // else the domain's name has the room; a saved record says so itself
		text += f.T("rec.saved", i18n.Args{"count": saved})
	}
	return f.Styles.Dim.Render(text)
}

// Typing reports whether a key is being pasted.
func (s records) Typing() bool { return s.box.open }
