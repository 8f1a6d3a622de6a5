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
)

// framesPerSecond is how often the renderer checks whether there is something to draw: often enough for a key press,
// and seldom enough for a wait of days.
const framesPerSecond = 30

// Run draws the screens until the owner leaves or ctx ends, and restores the terminal. The caller handles signals
// and cancels ctx. (Bubble Tea's own signal handler would block for ever on a loop that has ended with ctx.)
func Run(ctx context.Context, d Deps, in io.Reader, out *os.File) error {
	runewidth.DefaultCondition.EastAsianWidth = false
	tty, isFile := in.(*os.File)
	heard := &answers{}
	if isFile {
		heard.read = tty.Read
	}
	asks := d.Background == ""
	said := heard.ask(in, out, probeWait)
	d.ASCII = d.ASCII || said.wide || os.Getenv("RUNEWIDTH_EASTASIAN") == "1"
	if asks {
		d.Background = cmp.Or(said.on, inherited(os.Getenv))
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
	if root.w > 0 {
		screen.first = root.View
	}
	var program *tea.Program
	if isFile && runtime.GOOS != "windows" { // on Windows pastes are not marked, and the console is read key by key
		heard.told = func(m terminalMsg) {
			if !asks {
				m.on = ""
			}
			go program.Send(m)
		}
		in = newPastes(tty, heard.Read, func() { go program.Send(pasteCutMsg{}) })
	}
	opts := []tea.ProgramOption{tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(screen), tea.WithAltScreen(), tea.WithoutSignalHandler(), tea.WithFPS(framesPerSecond)}
	if runtime.GOOS == "windows" {
		b := &bursts{now: time.Now}
		opts = append(opts, tea.WithFilter(b.filter))
	}
	program = tea.NewProgram(root, opts...)
	_, _ = io.WriteString(out, keepWindow)
	_, err := program.Run()
	_, _ = io.WriteString(out, restoreWindow)
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

// bursts detects pastes where the terminal does not mark them (the Windows console sends them key by key): keys
// that follow each other faster than anybody types. In such a burst Enter is a line break, and no letter is a
// hotkey.
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
