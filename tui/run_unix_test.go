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

func (term *terminal) text() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	return term.got.String()
}

func (term *terminal) shows(t *testing.T, text string) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		got := term.text()
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
		wait := 10 * time.Second // a busy machine answers late
		if column == "" {
			wait = probeWait
		}
		if got := new(answers).ask(tty, tty, wait); got.wide != want || column != "" && got.on != Light {
			t.Errorf("cursor in column %q: %+v", column, got)
		}
	}
	if _, asked := askTerminal(strings.NewReader(""), os.Stdout, probeWait); asked {
		t.Error("what is no terminal is asked")
	}
}

// A terminal that is mute, or far away, holds nothing up; what it answers late is no text in the box, and changes the frame.
func TestLateAnswers(t *testing.T) {
	term, master, tty := playTerminal(t, "")
	d := &driver{t: t, saved: map[string]string{}}
	deps := d.deps("s1", i18n.JA)
	ended := make(chan error, 1)
	began := time.Now()
	go func() { ended <- Run(t.Context(), deps, tty, tty) }()
	term.shows(t, " ──")
	t.Logf("the first frame after %v", time.Since(began))
	_, err := io.WriteString(master, "\x15late.example\x1b]11;rgb:0000/00")
	must(t, err)
	time.Sleep(time.Millisecond) // a piece is read by itself
	_, err = io.WriteString(master, "00/0000\x1b\\\x1b[1;3R")
	must(t, err)
	term.shows(t, " ------")
	_, err = io.WriteString(master, "\x1b[1;3R\r") // once it is known, such a key is one again
	must(t, err)
	term.shows(t, "late.example")
	_, err = io.WriteString(master, "\x03")
	must(t, err)
	select {
	case err := <-ended:
		must(t, err)
	case <-time.After(10 * time.Second):
		t.Fatal("Ctrl+C does not end the program")
	}
	if strings.Contains(term.text(), "rgb:") || strings.Contains(term.text(), "1;3R") {
		t.Errorf("an answer is taken for text: %q", term.text())
	}
}

// Answers are taken out of what is typed, in whatever pieces they come; all else passes.
func TestAnswersAreTakenOut(t *testing.T) {
	const said = "\x1b]11;rgb:ffff/ffff/f5f5\x1b\\\x1b[1;3R"
	for at := range said {
		if strings.HasSuffix(said[:at], "\x1b") || strings.HasSuffix(said[:at], "\x1b[") || at > 0 && at < 5 {
			continue // a piece that is a key by itself; terminals write an answer at once
		}
		f := &keyboard{chunks: []chunk{{text: "a" + said[:at]}, {text: said[at:] + "\x1b[A"}, {text: "\x1b"}, {text: "\x1b[1;2R"}}}
		var got terminalMsg
		a := answers{read: f.Read, told: func(m terminalMsg) { got = m }}
		var out strings.Builder
		for buf := make([]byte, 64); ; {
			n, err := a.Read(buf)
			out.Write(buf[:n])
			if err != nil {
				break
			}
		}
		if out.String() != "a\x1b[A\x1b\x1b[1;2R" || got != (terminalMsg{true, Light}) {
			t.Errorf("parted at %d: %q, %+v", at, out.String(), got)
		}
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
