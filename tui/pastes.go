package tui

import (
	"bytes"
	"os"
	"time"
)

// Bounds of one paste. Bubble Tea scans the whole paste again with every 256 bytes that come, so a long one would block
// the program. The head of a mail, which is what counts, is well below the bound, and a paste of this size fits into an
// editor.
const (
	maxPasteBytes = 192 << 10
	// A terminal sends a paste in one go. If a paste has not been ended, a key that comes after this pause is a key again.
	pastePause = time.Second
	// The most bytes that one key sends.
	maxKeyBytes = 16
)

const (
	pasteBegin = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
	interrupt  = 0x03 // Ctrl+C in raw mode
)

// pasteCutMsg says that the end of a paste was dropped.
type pasteCutMsg struct{}

// pastes reads a terminal and bounds its pastes (bracketed paste): what exceeds maxPasteBytes is dropped up to the end
// mark, and a paste without an end mark ends with the next key. It embeds the *os.File so that raw mode and cancelling
// still work; therefore it may keep no bytes back for a later Read.
type pastes struct {
	*os.File
	read func([]byte) (int, error)
	now  func() time.Time
	told func() // called when a paste was cut

	in     bool      // inside a paste
	size   int       // bytes of the paste so far
	cut    bool      // the rest of the paste is dropped
	match  int       // how many bytes of the next mark have been seen
	last   time.Time // when bytes last came
	marked []byte    // one Read's output
}

func newPastes(tty *os.File, read func([]byte) (int, error), told func()) *pastes {
	return &pastes{File: tty, read: read, now: time.Now, told: told}
}

// Read reads until there are bytes to return: after an empty read Bubble Tea would scan all that it has again.
func (p *pastes) Read(b []byte) (int, error) {
	if len(b) <= 2*maxKeyBytes {
		return p.read(b)
	}
	for {
		room := len(b)
		if p.in { // leave room for an end mark
			room -= maxKeyBytes
		}
		n, err := p.read(b[:room])
		got := b[:n]
		now := p.now()
		p.marked = p.marked[:0]
		if p.in && n > 0 && p.match == 0 && p.isKey(got, now.Sub(p.last)) {
			p.marked = append(p.marked, pasteEnd...)
			p.end()
		}
		p.last = now
		for _, c := range got {
			p.take(c)
		}
		if len(p.marked) > 0 || err != nil || n == 0 {
			return copy(b, p.marked), err
		}
	}
}

// isKey reports whether bytes that came inside an open paste are a key: Ctrl+C alone, or a few bytes after a pause.
func (p *pastes) isKey(got []byte, pause time.Duration) bool {
	if bytes.HasPrefix(got, []byte(pasteEnd[:1])) && bytes.HasPrefix([]byte(pasteEnd), got[:min(len(got), len(pasteEnd))]) {
		return len(got) == 1 && pause >= pastePause // Escape, not the beginning of the end mark
	}
	return len(got) == 1 && got[0] == interrupt || len(got) <= maxKeyBytes && pause >= pastePause
}

// take handles one byte.
func (p *pastes) take(c byte) {
	mark := pasteBegin
	if p.in {
		mark = pasteEnd
	}
	switch {
	case c == mark[p.match]:
		p.match++
	case c == mark[0]:
		p.match = 1
	default:
		p.match = 0
	}
	whole := p.match == len(mark)
	switch {
	case p.cut && whole:
		p.marked = append(p.marked, pasteEnd...)
	case !p.cut:
		p.marked = append(p.marked, c)
	}
	switch {
	case whole && p.in:
		p.end()
	case whole:
		p.in, p.match, p.size = true, 0, 0
	case p.in:
		p.size++
		p.cut = p.cut || p.size >= maxPasteBytes && p.match == 0
	}
}

// end closes a paste.
func (p *pastes) end() {
	if p.cut {
		p.told()
	}
	p.in, p.cut, p.match, p.size = false, false, 0, 0
}
