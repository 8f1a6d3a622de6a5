package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/session"
)

// keyBox takes the DKIM key that only a service's console can show, repairs it, and checks it. Where the key came
// without its selector, which the record's name needs, it asks for that next.
type keyBox struct {
	open  bool
	in    editor
	lab   string // what the story's console would show
	got   dkim.Paste
	named *owner.Key // the key whose selector is asked for; nil while the key is asked for
	bad   bool       // what was typed is not a selector
	done  []string   // codes of the repairs made to an accepted key
}

func newKeyBox(c *Case, ch plan.Change) keyBox {
	b := keyBox{open: true, in: editor{many: true}}
	if c.d.Lab != nil && ch.Ask != "" {
		b.lab = c.d.Lab.Key(ch.Ask, ch.Name)
	}
	return b
}

// naming reports whether the selector is asked for.
func (b keyBox) naming() bool { return b.named != nil }

func (b keyBox) key(c *Case, m tea.KeyMsg) keyBox {
	if m.String() == "tab" && b.lab != "" && !b.naming() {
		b.in = editor{many: true}.insert(b.lab)
		return b
	}
	if e, used := b.in.key(m); used {
		b.in, b.bad = e, false
		if !b.naming() {
			b.got = dkim.Paste{}
		}
	}
	return b
}

// take reads the paste. ok is false where it cannot be used yet: b.got says why, or the selector is asked for.
func (b keyBox) take(c *Case, ch plan.Change) (_ keyBox, k owner.Key, ok bool) {
	if b.naming() {
		k, ok = c.NameKey(*b.named, b.in.String())
		b.bad = !ok
		return b, k, ok
	}
	k, b.got = c.ReadKey(ch, b.in.String())
	switch b.got.Problem {
	case dkim.PrivateKey:
		b.in = editor{many: true} // keep the private key neither on the screen nor in memory
	case session.NoSelector:
		b.named, b.in = &k, newEditor(session.SelectorOf(ch), true)
	}
	return b, k, b.got.Problem == ""
}

// keys returns the keys that the footer offers; later says that the key may be left for later.
func (b keyBox) keys(later bool) []Key {
	empty := strings.TrimSpace(b.in.String()) == ""
	var keys []Key
	switch {
	case b.naming():
		keys = []Key{{"Enter", "check-name"}}
	case !empty:
		keys = []Key{{"Enter", "check-key"}}
	case later:
		keys = []Key{{"Enter", "later"}}
	}
	if b.lab != "" && !b.naming() && b.in.String() != b.lab {
		keys = append(keys, Key{"Tab", "lab-key"})
	}
	if empty && later && !b.naming() {
		keys = append(keys, Key{"sides", "records"})
	}
	return append(keys, Key{"Esc", "back"}, Key{"?", "words"})
}

// asking draws the page of a record whose value only a console can show, as three steps: get the key there, paste it
// here, enter the record in the panel. The box ends at line caret.
func (s records) asking(f Frame) (out []string, caret int) {
	w := s.words()
	out = append(s.head(f, w), "")
	step := func(n, text string) {
		out = append(out, f.labelled(n, text, 3, 4, f.Styles.Key)...)
	}
	if !s.box.naming() {
		step("1", w.Get.Text)
		if w.Get.Menu != "" {
			out = append(out, f.para(w.Get.Menu, 7)...)
		}
		for _, l := range w.Get.Beware {
			out = append(out, f.labelled("!", l, 7, 2, f.Styles.Warn)...)
		}
		step("2", f.T("rec.paste"))
	} else {
		step("2", f.T("rec.name-key", i18n.Args{"service": w.Get.Service, "example": w.Get.Selector}))
	}
	out = append(out, s.box.problem(f)...)
	out = append(out, s.box.field(f)...)
	caret = len(out)
	out = append(out, "")
	step("3", f.T("rec.then", i18n.Args{"panel": w.Panel}))
	return out, caret
}

func (b keyBox) problem(f Frame) []string {
	id := ""
	switch {
	case b.bad:
		id = "tui.key-problem.bad-selector"
	case !b.naming() && b.got.Problem != "":
		if id = "tui.key-problem." + b.got.Problem; !f.Lang.Has(id) {
			id = "tui.key-problem." + dkim.NotDKIM
		}
	default:
		return nil
	}
	out := f.para(f.Lang.T(id), 7)
	for i, l := range out {
		out[i] = f.Styles.Bad.Render(l)
	}
	return out
}

func (b keyBox) field(f Frame) []string {
	var out []string
	if n := b.in.lines(); n > 1 {
		out = append(out, f.para(f.T("pasted", i18n.Args{"count": n}), 7)...)
	}
	for _, l := range b.in.box(f.W-10, min(3, b.in.lines())) {
		out = append(out, "       "+f.Styles.Key.Render(">")+" "+l)
	}
	return out
}
