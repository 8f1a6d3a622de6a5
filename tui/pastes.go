package tui

import (
	"bytes"
	"os"
	"time"
	"unicode/utf8"
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
	// A terminal without bracketed paste sends a paste as if it were typed. Nobody types a line break and so many more
	// characters between two reads, nor anything within this pause after them.
	burstChars = 12
	burstPause = 250 * time.Millisecond
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
	burst  int       // bytes so far of a paste without marks; 0 outside one
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
		n, err := p.read(b[:len(b)-2*maxKeyBytes]) // leave room for marks
		got := b[:n]
		now := p.now()
		p.marked = p.marked[:0]
		if p.unmarked(got, now.Sub(p.last)) {
			for err == nil && !utf8.FullRune(got[lastRune(got):]) {
				n, err = p.read(b[len(got) : len(got)+1])
				got = b[:len(got)+n]
			}
			if p.last = p.now(); p.mark(got) || err != nil {
				return copy(b, p.marked), err
			}
			continue
		}
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

// unmarked reports whether bytes belong to a paste that the terminal does not mark: they go on behind a line break as
// nobody types, or came at once after others that did.
func (p *pastes) unmarked(got []byte, pause time.Duration) bool {
	was := p.burst
	p.burst = 0
	if p.in || p.match > 0 || len(got) == 0 || bytes.ContainsFunc(got, func(r rune) bool { return r < ' ' && r != '\r' && r != '\n' && r != '\t' || r == 0x7f }) {
		return false
	}
	if was > 0 && pause < burstPause {
		p.burst = was
		return true
	}
	_, after, _ := bytes.Cut(bytes.ReplaceAll(got, []byte("\r"), []byte("\n")), []byte("\n"))
	for line := range bytes.SplitSeq(after, []byte("\n")) {
		if utf8.RuneCount(bytes.TrimSpace(line)) >= burstChars {
			return true
		}
	}
	return false
}

// mark makes a paste of bytes that came without marks, up to the bound; it reports whether any are left.
func (p *pastes) mark(got []byte) bool {
	room := max(0, maxPasteBytes-p.burst)
	if over := p.burst <= maxPasteBytes && p.burst+len(got) > maxPasteBytes; over {
		p.told()
	}
	p.burst += len(got)
	if got = got[:min(len(got), room)]; len(got) == 0 {
		return false
	}
	p.marked = append(append(append(p.marked, pasteBegin...), got...), pasteEnd...)
	return true
}

// lastRune returns where the last rune of b begins.
func lastRune(b []byte) int {
	at := len(b) - 1
	for at > 0 && !utf8.RuneStart(b[at]) {
		at--
	}
	return max(0, at)
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
