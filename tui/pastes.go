package tui

import (
	"bytes"
	"os"
	"time"
)

// Bounds of one paste. Bubble Tea looks through all of a paste again with every 256 bytes that come, so that a long one
// would hold the program up; the head of a mail, which is what counts, is well below; and all of it fits into an editor.
const (
	maxPasteBytes = 192 << 10
	// A terminal sends a paste in one go. Where it has not been ended, a key after this pause is a key again.
	pastePause = time.Second
	// The longest that one key sends.
	maxKeyBytes = 16
)

const (
	pasteBegin = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
	interrupt  = 0x03 // Ctrl+C in raw mode
)

// pasteCutMsg says that the end of a paste was dropped.
type pasteCutMsg struct{}

// pastes reads a terminal and bounds what it marks as pasted (bracketed paste): what is over maxPasteBytes is dropped up
// to the end mark, and a paste without an end mark ends with the next key. It stays an *os.File for everything else, so
// that raw mode and cancelling work as before; so it may keep no bytes back for a later Read.
type pastes struct {
	*os.File
	read func([]byte) (int, error)
	now  func() time.Time
	told func() // a paste was cut

	in     bool      // inside a paste
	size   int       // bytes of the paste so far
	cut    bool      // the rest is dropped
	match  int       // how much of the next mark has been seen
	last   time.Time // when bytes came last
	marked []byte    // one Read's output
}

func newPastes(tty *os.File, read func([]byte) (int, error), told func()) *pastes {
	return &pastes{File: tty, read: read, now: time.Now, told: told}
}

// Read reads on until there is something to give: an empty answer would make Bubble Tea look at all it has again.
func (p *pastes) Read(b []byte) (int, error) {
	if len(b) <= 2*maxKeyBytes {
		return p.read(b)
	}
	for {
		room := len(b)
		if p.in { // an end mark may have to be put in
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

// isKey reports whether what came inside an open paste is a key: Ctrl+C alone, or a little after a pause.
func (p *pastes) isKey(got []byte, pause time.Duration) bool {
	if bytes.HasPrefix(got, []byte(pasteEnd[:1])) && bytes.HasPrefix([]byte(pasteEnd), got[:min(len(got), len(pasteEnd))]) {
		return len(got) == 1 && pause >= pastePause // Escape, or the beginning of the mark
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
