package local

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/aymanbagabas/go-osc52/v2"

	"example.org/todoku/checks/snapshot"
)

// A clip puts text on the clipboard in the most reliable way that there is, and always into a file too. Its parts are
// fields, so that a test can imitate every terminal.
type clip struct {
	env  func(string) string
	tmux func(text string) error // tmux load-buffer, since tmux swallows a bare escape sequence
	here func(text string) error // the machine's own clipboard; nil where it has none
	tty  io.Writer               // the terminal, for OSC 52; nil where there is none
	dir  string                  // the folder of the file
}

// newClip returns a clip for this machine.
func newClip(tty io.Writer) clip {
	return clip{env: os.Getenv, tmux: loadBuffer, here: machineClipboard(), tty: tty, dir: StateDir(os.Getenv)}
}

// Copier returns a function that copies text to the clipboard, or through the terminal tty, which may be nil. That
// function returns how the text was copied, and the path of the file that holds it as well.
func Copier(tty *os.File) func(text string) (how, path string, err error) {
	c := newClip(nil)
	if tty != nil { // a nil *os.File in an io.Writer would not be nil
		c.tty = tty
	}
	return c.copy
}

// How a text was copied.
const (
	byClipboard = "copied" // it is on the clipboard
	bySequence  = "sent"   // sent to the terminal, which does not confirm it
	byFile      = "file"   // only in the file
)

// copy copies text. path is the file that holds it as well ("" where none could be written).
func (c clip) copy(text string) (how, path string, err error) {
	text = snapshot.Printable(text)
	path, fileErr := c.file(text)
	remote := c.env("SSH_CONNECTION") != "" || c.env("SSH_TTY") != ""
	if c.env("TMUX") != "" && c.tmux(text) == nil {
		return byClipboard, path, nil
	}
	if !remote && c.here != nil && c.here(text) == nil {
		return byClipboard, path, nil
	}
	if c.tty != nil {
		seq := osc52.New(text)
		if strings.HasPrefix(c.env("TERM"), "screen") {
			seq = seq.Screen()
		}
		if _, err := io.WriteString(c.tty, seq.String()); err == nil {
			return bySequence, path, nil
		}
	}
	return byFile, path, fileErr
}

// file writes the last copied text to a file that only its owner can read, for the case that the clipboard fails.
func (c clip) file(text string) (string, error) {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(c.dir, "copied.txt")
	if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
		return "", err
	}
	return path, nil
}

// loadBuffer gives text to tmux, which passes it on to the outer terminal (-w).
func loadBuffer(text string) error { return feed(text, "tmux", "load-buffer", "-w", "-") }

// feed runs a program with text as its input.
func feed(text string, line ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, line[0], line[1:]...)
	cmd.Stdin = strings.NewReader(text)
	return cmd.Run()
}
