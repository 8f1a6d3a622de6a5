package tui

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"sync"
)

// caret is where the terminal's own cursor belongs, counted from 1; row 0 hides it.
type caret struct {
	mu       sync.Mutex
	row, col int
	bell     string // to write with the next frame
}

// ring sounds the terminal's bell with the next frame; more is a notification, or nothing.
func (c *caret) ring(more string) {
	c.mu.Lock()
	c.bell += "\a" + more
	c.mu.Unlock()
}

// tell writes more to the terminal with the next frame.
func (c *caret) tell(more string) {
	c.mu.Lock()
	c.bell += more
	c.mu.Unlock()
}

// place is what to write after a frame.
func (c *caret) place() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := "\x1b[?25l"
	if c.row > 0 {
		out = fmt.Sprintf("\x1b[%d;%dH\x1b[?25h", c.row, c.col)
	}
	out += c.bell
	c.bell = ""
	return out
}

// take finds the caret's mark in a frame, keeps its place and gives the frame without it.
func (c *caret) take(view string) string {
	before, after, ok := strings.Cut(view, caretMark)
	row, col := 0, 0
	if ok {
		row = strings.Count(before, "\n") + 1
		col = width(before[strings.LastIndex(before, "\n")+1:]) + 1
		view = before + strings.ReplaceAll(after, caretMark, "")
		// The renderer skips a frame that is the same as the last: a caret that moved alone must differ in something.
		view += fmt.Sprintf("\x1b[38;5;%dm\x1b[m", col%256)
	}
	c.mu.Lock()
	c.row, c.col = row, col
	c.mu.Unlock()
	return view
}

// screenFile is the terminal. After every frame it puts the real cursor where the text goes in, which Bubble Tea v1
// cannot do; so an input method's window opens in the right place. Each frame begins at the top left corner, so that
// moving the cursor disturbs nothing.
type screenFile struct {
	*os.File
	at    *caret
	mu    sync.Mutex
	drawn bool // the alternate screen is on
}

const (
	altOn  = "\x1b[?1049h"
	altOff = "\x1b[?1049l"
)

// Write passes a frame on and then places the cursor.
func (s *screenFile) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case bytes.Contains(p, []byte(altOff)):
		s.drawn = false
	case bytes.Contains(p, []byte(altOn)):
		s.drawn = true
	}
	n, err := s.File.Write(p)
	if err == nil && s.drawn {
		_, err = s.File.WriteString(s.at.place())
	}
	return n, err
}

// WriteString is Write: without it io.WriteString would go past it, to the file.
func (s *screenFile) WriteString(text string) (int, error) { return s.Write([]byte(text)) }
