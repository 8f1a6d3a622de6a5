package tui

import (
	"bytes"
	"io"
	"os"
	"regexp"
	"sync"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/muesli/cancelreader"
)

// probeWait bounds how long the first frame waits for the terminal's answers. A local terminal answers within
// milliseconds. The answers of a remote one come later, and the frame is then drawn again (see answers); one that never
// answers does not delay the start further.
const probeWait = 20 * time.Millisecond

// terminalQuestion asks for the background colour (xterm's OSC 11), then writes a character of ambiguous width (UAX
// #11) and asks for the cursor's position (ECMA-48 CPR). Every terminal answers the second question, and answers in
// order.
const terminalQuestion = "\x1b]11;?\x1b\\\r\u2460\x1b[6n"

// terminalMsg holds the terminal's answers.
type terminalMsg struct {
	wide bool // characters of ambiguous width take two cells
	on   Background
}

// askTerminal asks the terminal and returns all that it sent within wait. A terminal that has not answered by then
// is taken to draw ambiguous characters one cell wide. asked is false where there is no terminal to ask.
func askTerminal(in io.Reader, out *os.File, wait time.Duration) (came []byte, asked bool) {
	tty, ok := in.(*os.File)
	if !ok || !term.IsTerminal(tty.Fd()) || !term.IsTerminal(out.Fd()) || os.Getenv("TERM") == "dumb" {
		return nil, false
	}
	old, err := term.MakeRaw(tty.Fd())
	if err != nil {
		return nil, false
	}
	defer func() { _ = term.Restore(tty.Fd(), old) }()
	r, err := cancelreader.NewReader(tty)
	if err != nil {
		return nil, false
	}
	defer r.Close()
	if _, err := io.WriteString(out, terminalQuestion); err != nil {
		return nil, false
	}
	defer func() { _, _ = io.WriteString(out, "\r\x1b[K") }()
	return readAnswers(r, wait), true
}

// readAnswers reads until the cursor's position has come or the time is over.
func readAnswers(r cancelreader.CancelReader, wait time.Duration) []byte {
	done := make(chan []byte, 1)
	go func() {
		var got []byte
		buf := make([]byte, 64)
		for len(got) < 256 {
			n, err := r.Read(buf)
			if got = append(got, buf[:n]...); err != nil || cursorReport().Match(got) {
				break
			}
		}
		done <- got
	}()
	select {
	case got := <-done:
		return got
	case <-time.After(wait):
		if r.Cancel() {
			return <-done // wait for the reader to stop, or it would swallow a key
		}
		return nil
	}
}

// The terminal's answers (cursor position, background colour), and the beginning of an answer whose end has not come
// yet.
var (
	cursorReport = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\x1b\[\d+;(\d+)R`) })
	anyAnswer    = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\x1b\]11;[^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[\d+;\d+R`)
	})
	halfAnswer = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\x1b\]11;[^\x07\x1b]*\x1b?$|\x1b\[\d+(?:;\d*)?$`) })
)

// answers filters the terminal's answers out of its input, since late ones would be taken for keys or typed text.
type answers struct {
	read  func([]byte) (int, error)
	told  func(terminalMsg)
	early []byte // what came before the first Read
	said  terminalMsg
	ended bool // the cursor's position, the last answer, has come
}

// ask asks the terminal and returns the answers that come within wait, before the first frame. Keys typed meanwhile are kept for
// Read.
func (a *answers) ask(in io.Reader, out *os.File, wait time.Duration) terminalMsg {
	came, asked := askTerminal(in, out, wait)
	a.ended = !asked
	if halfAnswer().Match(came) { // Read will get the rest
		a.early = came
		return a.said
	}
	a.early = anyAnswer().ReplaceAllFunc(came, a.take)
	return a.said
}

// Read returns what was typed. It may return 0 bytes, where only answers came.
func (a *answers) Read(b []byte) (n int, err error) {
	if len(a.early) > 0 {
		n = copy(b, a.early)
		a.early = a.early[n:]
	} else {
		n, err = a.read(b)
	}
	if a.ended {
		return n, err
	}
	for err == nil && n < len(b) && halfAnswer().Match(b[:n]) {
		var more int
		more, err = a.read(b[n:])
		n += more
	}
	return copy(b, anyAnswer().ReplaceAllFunc(b[:n], a.take)), err
}

// take records one answer and returns nil, its replacement in the input.
func (a *answers) take(answer []byte) []byte {
	if on := backgroundOf(answer); on != "" {
		a.said.on = on
	}
	if m := cursorReport().FindSubmatch(answer); m != nil {
		a.said.wide, a.ended = bytes.Equal(m[1], []byte("3")), true
	}
	if a.told != nil {
		a.told(a.said)
	}
	return nil
}
