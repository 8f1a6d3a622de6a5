package tui

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"todoku/checks/snapshot"
	"todoku/i18n"
)

// notice is what became of a copy or a file.
type notice struct {
	how, path string
	err       error
	what      string // was copied
}

type copiedMsg notice

// copyOf sends a text to the clipboard; what names it. It is free of control characters already (package words).
func (c *Case) copyOf(what, text string) tea.Cmd {
	if text == "" { // a field that stays empty: the clipboard keeps what it has
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
		text, style = f.T("copy.failed", i18n.Args{"error": snapshot.Printable(n.err.Error())}), f.Styles.Bad
	case n.how == "":
		return nil
	default:
		text = f.T("copy."+n.how, i18n.Args{"path": snapshot.Printable(n.path), "what": n.what})
	}
	out := f.para(text, 3) // whole: half a path is no path
	for i := range out {
		out[i] = style.Render(out[i])
	}
	return out
}

// bareView leaves the drawn screen and prints name and value as plain lines, so that the terminal itself breaks them
// and the mouse selects them whole.
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

// Run prints and waits for Enter, or for the end of the program.
func (b *bare) Run() error {
	lines, what := []string{b.name, b.value}, "tui.bare"
	if b.name == "" { // the field stays empty
		lines, what = lines[1:], "tui.bare-value"
	}
	lines = append(lines, strings.Join(wrap(b.lang.T(what), MinWidth-1), "\n"), b.lang.T("tui.bare-back"))
	_, err := fmt.Fprintf(b.out, "\n%s ", strings.Join(lines, "\n\n"))
	if err != nil {
		return err
	}
	read := make(chan error, 1)
	go func() {
		_, err := bufio.NewReader(b.in).ReadString('\n')
		read <- err
	}()
	select {
	case <-b.ctx.Done():
		return nil
	case err = <-read:
	}
	if err == io.EOF {
		return nil
	}
	return err
}

// SetStdin is called by Bubble Tea.
func (b *bare) SetStdin(r io.Reader) { b.in = r }

// SetStdout is called by Bubble Tea; the terminal is written to as it is, without the caret's place.
func (b *bare) SetStdout(w io.Writer) {
	b.out = w
	if s, ok := w.(*screenFile); ok {
		b.out = s.File
	}
}

// SetStderr is called by Bubble Tea.
func (b *bare) SetStderr(io.Writer) {}
