//go:build !windows

package tui

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"example.org/todoku/i18n"
)

// terminal plays a terminal on the other end of a pty: it answers where the cursor is, and keeps what was written.
type terminal struct {
	mu  sync.Mutex
	got bytes.Buffer
}

func playTerminal(t *testing.T, column string) (*terminal, *os.File, *os.File) {
	t.Helper()
	t.Setenv("TERM", "xterm-256color")
	t.Setenv("RUNEWIDTH_EASTASIAN", "")
	master, tty, err := pty.Open()
	if err != nil {
		t.Skip("no pty: ", err)
	}
	must(t, pty.Setsize(master, &pty.Winsize{Rows: 24, Cols: 80}))
	term := &terminal{}
	done := make(chan struct{})
	t.Cleanup(func() { tty.Close(); master.Close(); <-done })
	go func() {
		defer close(done)
		buf := make([]byte, 4096)
		for {
			n, err := master.Read(buf)
			if err != nil {
				return
			}
			term.mu.Lock()
			term.got.Write(buf[:n])
			term.mu.Unlock()
			if column != "" && bytes.Contains(buf[:n], []byte("\x1b[6n")) {
				_, _ = io.WriteString(master, "\x1b]11;rgb:ffff/ffff/f5f5\x1b\\\x1b[1;"+column+"R")
			}
		}
	}()
	return term, master, tty
}

func (term *terminal) shows(t *testing.T, text string) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		term.mu.Lock()
		got := term.got.String()
		term.mu.Unlock()
		if strings.Contains(got, text) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the terminal never got %q: %q", text, got)
		}
	}
}

func TestAmbiguousWidthIsMeasured(t *testing.T) {
	for column, want := range map[string]bool{"2": false, "3": true, "": false} {
		_, _, tty := playTerminal(t, column)
		if got, on := askTerminal(tty, tty); got != want || column != "" && on != Light {
			t.Errorf("cursor in column %q: wide is %v, on %q", column, got, on)
		}
	}
	if wide, on := askTerminal(strings.NewReader(""), os.Stdout); wide || on != "" {
		t.Error("what is no terminal is not asked")
	}
}

// TestRun: the program on a real pty, with wide box letters: ASCII is drawn, the cursor stands in the field, and the
// terminal is given back.
func TestRun(t *testing.T) {
	term, master, tty := playTerminal(t, "3")
	d := &driver{t: t, saved: map[string]string{}}
	deps := d.deps("s1", i18n.JA)
	ended := make(chan error, 1)
	go func() { ended <- Run(context.Background(), deps, tty, tty) }()
	term.shows(t, " ------")
	term.shows(t, ";22H\x1b[?25h") // after "   > hanazono.example"
	_, err := io.WriteString(master, "\x03")
	must(t, err)
	select {
	case err := <-ended:
		must(t, err)
	case <-time.After(10 * time.Second):
		t.Fatal("Ctrl+C does not end the program")
	}
	term.shows(t, altOff)
}
