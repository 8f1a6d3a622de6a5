package tui

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/term"

	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// notice is the outcome of a copy or of writing a file.
type notice struct {
	how, path string
	err       error
	what      string // what was copied
}

type copiedMsg notice

// copyOf copies a text to the clipboard; what names it. The text is already free of control characters (package words).
func (c *Case) copyOf(what, text string) tea.Cmd {
	if text == "" { // the field stays empty, so leave the clipboard alone
		return func() tea.Msg { return copiedMsg{how: "empty", what: what} }
	}
	do := c.d.Copy
	return func() tea.Msg {
		how, path, err := do(text)
		return copiedMsg{how, path, err, what}
	}
}

func (n notice) view(f Frame) []string {
	text, style := "", f.Styles.Good
	switch {
	case n.err != nil:
		id := "copy.failed"
		if n.how == "saved" {
			id = "copy.unsaved"
		}
		text, style = f.T(id, i18n.Args{"error": words.P{Lang: f.Lang}.Trouble(n.err)}), f.Styles.Bad
	case n.how == "":
		return nil
	default:
		text = f.T("copy."+n.how, i18n.Args{"path": snapshot.Printable(n.path), "what": n.what})
	}
	out := f.para(text, 3) // not cut: half a path is useless
	for i := range out {
		out[i] = style.Render(out[i])
	}
	return out
}

// bareView leaves the drawn screen and prints name and value as plain lines, so that the terminal itself wraps them
// and the mouse selects them as a whole.
func bareView(ctx context.Context, lang i18n.Lang, name, value string) tea.Cmd {
	return tea.Exec(&bare{ctx: ctx, lang: lang, name: name, value: value}, func(err error) tea.Msg {
		return copiedMsg{err: err}
	})
}

type bare struct {
	ctx         context.Context
	lang        i18n.Lang
	name, value string
	in          io.Reader
	out         io.Writer
}

// Run prints, and waits for Enter or the end of ctx.
func (b *bare) Run() error {
	lines, what := []string{b.name, b.value}, "tui.bare"
	if b.name == "" { // the field stays empty
		lines, what = lines[1:], "tui.bare-value"
	}
	room := MinWidth
	if tty, ok := b.out.(*os.File); ok {
		if w, _, err := term.GetSize(tty.Fd()); err == nil && w > 0 {
			room = min(w, textMost)
		}
	}
	lines = append(lines, strings.Join(wrap(b.lang.T(what), room-1), "\n"), b.lang.T("tui.bare-back"))
	_, err := fmt.Fprintf(b.out, "\n%s ", strings.Join(lines, "\n\n"))
	if err != nil {
		return err
	}
	if tty, ok := b.in.(interface{ Fd() uintptr }); ok && term.IsTerminal(tty.Fd()) { // raw mode, so that Escape comes without Enter
		if old, err := term.MakeRaw(tty.Fd()); err == nil {
			defer func() { _ = term.Restore(tty.Fd(), old) }()
		}
	}
	read := make(chan error, 1)
	go func() { read <- leaves(b.in) }()
	select {
	case <-b.ctx.Done():
		return nil
	case err = <-read:
	}
	end := "\r\n"
	if _, tty := b.out.(*os.File); tty { // the name and value stay to be copied, the key to press does not
		end = "\r\x1b[K"
	}
	_, _ = fmt.Fprint(b.out, end)
	if err == io.EOF {
		return nil
	}
	return err
}

// leaves reads keys until one that goes back: Enter, Escape, q, or Ctrl+C.
func leaves(in io.Reader) error {
	key := make([]byte, 1)
	for {
		n, err := in.Read(key)
		if n > 0 && strings.IndexByte("\r\n\x1bq\x03", key[0]) >= 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// SetStdin is called by Bubble Tea.
func (b *bare) SetStdin(r io.Reader) { b.in = r }

// SetStdout is called by Bubble Tea. It unwraps screenFile, so that the terminal is written to without placing the
// caret.
func (b *bare) SetStdout(w io.Writer) {
	b.out = w
	if s, ok := w.(*screenFile); ok {
		b.out = s.File
	}
}

// SetStderr is called by Bubble Tea.
func (b *bare) SetStderr(io.Writer) {}
