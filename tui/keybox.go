package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"todoku/checks/dkim"
	"todoku/checks/owner"
	"todoku/checks/plan"
	"todoku/i18n"
)

// keyBox takes the DKIM key that only a console can give, repairs it, and checks it before it is offered.
type keyBox struct {
	open bool
	in   editor
	lab  string // what the story's console would show
	got  dkim.Paste
	done []string // codes of the repairs, once taken
}

func newKeyBox(c *Case, ch plan.Change) keyBox {
	b := keyBox{open: ch.AsksKey(), in: editor{many: true}}
	if c.d.Lab != nil {
		b.lab = c.d.Lab.Key(ch.Ask, ch.Name)
	}
	return b
}

func (b keyBox) key(c *Case, m tea.KeyMsg) keyBox {
	if m.String() == "tab" && b.lab != "" {
		b.in = editor{many: true}.insert(b.lab)
		return b
	}
	if e, used := b.in.key(m); used {
		b.in, b.got = e, dkim.Paste{}
	}
	return b
}

// take reads the paste; ok is false where it is not usable, and got says why.
func (b keyBox) take(c *Case, ch plan.Change) (_ keyBox, k owner.Key, ok bool) {
	k, b.got = c.ReadKey(ch, b.in.String())
	if b.got.Problem == dkim.PrivateKey {
		b.in = editor{many: true} // it stays neither on the screen nor in memory
	}
	return b, k, b.got.Problem == ""
}

func (b keyBox) view(f Frame, ask string) []string {
	out := f.labelled(f.T("rec.ask"), ask, 3, 14, f.Styles.Key)
	if b.got.Problem != "" {
		id := "tui.key-problem." + b.got.Problem
		if !f.Lang.Has(id) {
			id = "tui.key-problem." + dkim.NotDKIM
		}
		out = append(out, "")
		for _, l := range f.para(f.Lang.T(id), 3) {
			out = append(out, f.Styles.Bad.Render(l))
		}
	}
	out = append(out, "")
	if n := b.in.lines(); n > 1 {
		out = append(out, f.para(f.T("pasted", i18n.Args{"count": n}), 3)...)
	}
	for _, l := range b.in.box(f.W-6, min(3, b.in.lines())) {
		out = append(out, "   "+f.Styles.Key.Render(">")+" "+l)
	}
	return out
}
