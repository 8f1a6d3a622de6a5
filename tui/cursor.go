package tui

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"sync"
)

// caret is the cell where the terminal's cursor belongs, counted from 1; row 0 hides the cursor.
type caret struct {
	mu       sync.Mutex
	row, col int
	bell     string // sequences to write with the next frame
}

// ring rings the terminal's bell with the next frame; more is a notification to send with it, or "".
func (c *caret) ring(more string) {
	c.mu.Lock()
	c.bell += "\a" + more
	c.mu.Unlock()
}

// tell writes a sequence to the terminal with the next frame.
func (c *caret) tell(more string) {
	c.mu.Lock()
	c.bell += more
	c.mu.Unlock()
}

// place returns the sequences to write after a frame.
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

// take removes the caret's mark from a frame and remembers its position.
func (c *caret) take(view string) string {
	before, after, ok := strings.Cut(view, caretMark)
	row, col := 0, 0
	if ok {
		row = strings.Count(before, "\n") + 1
		col = width(before[strings.LastIndex(before, "\n")+1:]) + 1
		view = before + strings.ReplaceAll(after, caretMark, "")
		// The renderer skips a frame that equals the last, so a frame in which only the caret moved must differ in something.
		view += fmt.Sprintf("\x1b[38;5;%dm\x1b[m", col%256)
	}
	c.mu.Lock()
	c.row, c.col = row, col
	c.mu.Unlock()
	return view
}

// screenFile is the terminal. After every frame it moves the real cursor to the text field, which Bubble Tea v1
// cannot do, so that an input method opens its window there. Each frame begins at the top left corner, so moving the
// cursor disturbs nothing.
type screenFile struct {
	*os.File
	at    *caret
	mu    sync.Mutex
	drawn bool // the alternate screen is on
	// first returns the first frame, which is written as soon as the screen is empty: the renderer looks for something to
	// draw only framesPerSecond times a second. Nil once it was written.
	first func() string
}

const (
	altOn  = "\x1b[?1049h"
	altOff = "\x1b[?1049l"
	empty  = "\x1b[2J"
)

// Write writes a frame and then places the cursor.
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
	if err == nil && s.drawn && s.first != nil && bytes.Contains(p, []byte(empty)) {
		_, err = s.File.WriteString("\x1b[H" + strings.ReplaceAll(s.first(), "\n", "\r\n"))
		s.first = nil
	}
	if err == nil && s.drawn {
		_, err = s.File.WriteString(s.at.place())
	}
	return n, err
}

// WriteString calls Write: without it io.WriteString would use the embedded file's method.
func (s *screenFile) WriteString(text string) (int, error) { return s.Write([]byte(text)) }
