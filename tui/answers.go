package tui

import (
	"bytes"
	"io"
	"os"
	"regexp"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/muesli/cancelreader"
)

// probeWait bounds how long the first frame waits for the terminal's answers. One at hand answers in a few milliseconds; one
// that is far away answers later, and is then drawn anew (see answers); one that is mute holds nobody up.
const probeWait = 60 * time.Millisecond

// terminalQuestion asks what the background is (xterm's OSC 11), then writes a letter of ambiguous width (Unicode UAX 11) and asks
// where the cursor went (ECMA-48, CPR). Every terminal answers the second, and in this order.
const terminalQuestion = "\x1b]11;?\x1b\\\r\u2460\x1b[6n"

// terminalMsg is what the terminal answered.
type terminalMsg struct {
	wide bool // letters of ambiguous width have two cells
	on   Background
}

// askTerminal asks the terminal and waits for a moment. It gives all that came: a terminal that has not answered by then is taken
// for narrow. asked is false where there is nothing to ask.
func askTerminal(in io.Reader, out *os.File) (came []byte, asked bool) {
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
	return readAnswers(r), true
}

// readAnswers reads until the terminal has said where its cursor is, or the time is over.
func readAnswers(r cancelreader.CancelReader) []byte {
	done := make(chan []byte, 1)
	go func() {
		var got []byte
		buf := make([]byte, 64)
		for len(got) < 256 {
			n, err := r.Read(buf)
			if got = append(got, buf[:n]...); err != nil || cursorReport.Match(got) {
				break
			}
		}
		done <- got
	}()
	select {
	case got := <-done:
		return got
	case <-time.After(probeWait):
		if r.Cancel() {
			return <-done // nobody reads the terminal any more when this returns: a late reader would take a key
		}
		return nil
	}
}

// What a terminal answers: where its cursor is, and what its background is; and how an answer looks of which the end has not
// come yet.
var (
	cursorReport = regexp.MustCompile(`\x1b\[\d+;(\d+)R`)
	anyAnswer    = regexp.MustCompile(`\x1b\]11;[^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[\d+;\d+R`)
	halfAnswer   = regexp.MustCompile(`\x1b\]11;[^\x07\x1b]*\x1b?$|\x1b\[\d+(?:;\d*)?$`)
)

// answers takes the terminal's answers out of what is typed: those that come late would be letters in a box, and keys.
type answers struct {
	read  func([]byte) (int, error)
	told  func(terminalMsg)
	early []byte // came before anybody read
	said  terminalMsg
	ended bool // the cursor's place has come, which is the last
}

// ask asks the terminal, and hears what it says before the first frame. What was typed meanwhile is read first.
func (a *answers) ask(in io.Reader, out *os.File) terminalMsg {
	came, asked := askTerminal(in, out)
	a.ended = !asked
	if halfAnswer.Match(came) { // the rest of it is yet to come
		a.early = came
		return a.said
	}
	a.early = anyAnswer.ReplaceAllFunc(came, a.take)
	return a.said
}

// Read gives what was typed. It may be nothing, where only answers came.
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
	for err == nil && n < len(b) && halfAnswer.Match(b[:n]) {
		var more int
		more, err = a.read(b[n:])
		n += more
	}
	return copy(b, anyAnswer.ReplaceAllFunc(b[:n], a.take)), err
}

// take reads one answer, which leaves nothing in its place.
func (a *answers) take(answer []byte) []byte {
	if on := backgroundOf(answer); on != "" {
		a.said.on = on
	}
	if m := cursorReport.FindSubmatch(answer); m != nil {
		a.said.wide, a.ended = bytes.Equal(m[1], []byte("3")), true
	}
	if a.told != nil {
		a.told(a.said)
	}
	return nil
}
