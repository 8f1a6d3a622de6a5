package tui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/term"
	"github.com/mattn/go-runewidth"
	"github.com/muesli/cancelreader"
)

// framesPerSecond is how often the renderer wakes up to see whether there is something to draw: often enough for a key
// press, and seldom enough for a wait of days.
const framesPerSecond = 30

// Run draws the screens until the owner leaves or ctx ends. The terminal is given back as it was. Signals are the
// caller's: they end ctx. (Bubble Tea's own handler would wait for ever to tell a loop that has ended with ctx.)
func Run(ctx context.Context, d Deps, in io.Reader, out *os.File) error {
	runewidth.DefaultCondition.EastAsianWidth = false
	wide, background := askTerminal(in, out)
	d.ASCII = d.ASCII || wide
	if d.Background == "" {
		d.Background = cmp.Or(background, inherited(os.Getenv))
	}
	if d.Colors == 0 {
		d.Colors = colours(os.Getenv)
	}
	d.Progress = d.Progress || progresses(os.Getenv)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	root := newRoot(ctx, d)
	if w, h, err := term.GetSize(out.Fd()); err == nil && w > 0 && h > 0 {
		root.w, root.h = w, h
	}
	screen := &screenFile{File: out, at: root.caret}
	var program *tea.Program
	if tty, ok := in.(*os.File); ok && runtime.GOOS != "windows" { // there pastes are not marked, and the console is read by key
		in = newPastes(tty, func() { go program.Send(pasteCutMsg{}) })
	}
	opts := []tea.ProgramOption{tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(screen), tea.WithAltScreen(), tea.WithoutSignalHandler(), tea.WithFPS(framesPerSecond)}
	if runtime.GOOS == "windows" {
		b := &bursts{now: time.Now}
		opts = append(opts, tea.WithFilter(b.filter))
	}
	program = tea.NewProgram(root, opts...)
	_, _ = io.WriteString(out, keepTitle)
	_, err := program.Run()
	_, _ = io.WriteString(out, restoreTitle)
	if d.Progress {
		_, _ = io.WriteString(out, clearProgress)
	}
	root.c.settle()
	if said := root.Farewell(); said != "" {
		_, _ = fmt.Fprintln(out, said)
	}
	if errors.Is(err, tea.ErrInterrupted) || errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		return nil
	}
	return err
}

// bursts finds pastes where the terminal does not mark them (the Windows console sends them key by key): keys that
// follow each other faster than anybody types. In such a burst Enter is a line break, and no letter is a hotkey.
type bursts struct {
	now  func() time.Time
	last time.Time
}

const burstGap = 5 * time.Millisecond

func (b *bursts) filter(_ tea.Model, msg tea.Msg) tea.Msg {
	m, ok := msg.(tea.KeyMsg)
	if !ok || m.Type != tea.KeyRunes && m.Type != tea.KeySpace && m.Type != tea.KeyEnter {
		return msg
	}
	now := b.now()
	fast := now.Sub(b.last) < burstGap
	b.last = now
	switch {
	case !fast:
		return msg
	case m.Type == tea.KeyEnter:
		return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{'\n'}, Paste: true}
	}
	m.Paste = m.Type == tea.KeyRunes
	return m
}

// probeWait bounds the question to the terminal; one that answers does so in a few milliseconds.
const probeWait = 300 * time.Millisecond

// askTerminal asks the terminal what its background is, and how many cells it gives a letter of ambiguous width (Unicode UAX
// 11), by writing one and reading where the cursor went. The second is answered by every terminal, and after the first, so
// that nobody waits for one that has no answer to it. A terminal that does not answer is taken for narrow.
func askTerminal(in io.Reader, out *os.File) (wide bool, on Background) {
	wide = os.Getenv("RUNEWIDTH_EASTASIAN") == "1"
	tty, ok := in.(*os.File)
	if !ok || !term.IsTerminal(tty.Fd()) || !term.IsTerminal(out.Fd()) || os.Getenv("TERM") == "dumb" {
		return wide, ""
	}
	old, err := term.MakeRaw(tty.Fd())
	if err != nil {
		return wide, ""
	}
	defer func() { _ = term.Restore(tty.Fd(), old) }()
	r, err := cancelreader.NewReader(tty)
	if err != nil {
		return wide, ""
	}
	defer r.Close()
	if _, err := io.WriteString(out, "\x1b]11;?\x1b\\\r\u2460\x1b[6n"); err != nil {
		return wide, ""
	}
	defer func() { _, _ = io.WriteString(out, "\r\x1b[K") }()
	col, answer := readColumn(r)
	return wide || col == 3, backgroundOf(answer)
}

// readColumn waits for the terminal's cursor report (ESC [ row ; column R) and gives the column, 0 where none came, and all
// that came up to then.
func readColumn(r cancelreader.CancelReader) (col int, answer []byte) {
	type report struct {
		col int
		got []byte
	}
	done := make(chan report, 1)
	go func() {
		var got []byte
		buf := make([]byte, 32)
		for len(got) < 256 {
			n, err := r.Read(buf)
			got = append(got, buf[:n]...)
			if c, ok := cursorReport(got); ok || err != nil {
				done <- report{c, got}
				return
			}
		}
		done <- report{}
	}()
	select {
	case x := <-done:
		return x.col, x.got
	case <-time.After(probeWait):
		if r.Cancel() {
			<-done // nobody reads the terminal any more when this returns: a late reader would take a key
		}
		return 0, nil
	}
}

func cursorReport(got []byte) (col int, ok bool) {
	for i := range got {
		var row int
		if got[i] != 0x1b {
			continue
		}
		var end byte
		if n, _ := fmt.Sscanf(string(got[i:]), "\x1b[%d;%d%c", &row, &col, &end); n == 3 && end == 'R' {
			return col, true
		}
	}
	return 0, false
}
