package plain

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/width"

	"example.org/todoku/wizard"
)

// lines reads ahead in a goroutine, so that waiting for a line can be given up. It passes lines on in blocks, since a long
// paste has millions.
type lines struct {
	c      chan []line
	back   chan []line // the lines of a block that were not used yet
	failed error       // why no more come, nil at the end of the input; read it only after c was closed
}

// line is one line without its end. A line over wizard.MaxPaste bytes is marked long and has no text.
type line struct {
	text string
	long bool
}

// readLines starts reading. It stops at the end of the input, or when over is closed.
func readLines(in io.Reader, over <-chan struct{}) *lines {
	l := &lines{c: make(chan []line, 1), back: make(chan []line, 1)}
	go func() {
		defer close(l.c)
		r := bufio.NewReaderSize(in, 64<<10)
		for {
			next, err := readLine(r)
			var block []line
			if err == nil || next.text != "" || next.long {
				block = append(block, next)
			}
			if err == nil {
				block = readAhead(r, block)
			}
			if len(block) > 0 {
				select {
				case l.c <- block:
				case <-over:
					return
				}
			}
			if err != nil {
				if !errors.Is(err, io.EOF) {
					l.failed = err
				}
				return
			}
		}
	}()
	return l
}

// readAhead appends the complete lines that are already buffered.
func readAhead(r *bufio.Reader, block []line) []line {
	held, _ := r.Peek(r.Buffered())
	whole := string(held[:bytes.LastIndexByte(held, '\n')+1])
	_, _ = r.Discard(len(whole)) // cannot fail: the bytes are buffered
	block = slices.Grow(block, strings.Count(whole, "\n"))
	for text := range strings.Lines(whole) {
		block = append(block, line{text: strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")})
	}
	return block
}

// ready returns the channel of the next lines; it is closed at the end of the input.
func (l *lines) ready() <-chan []line {
	if len(l.back) > 0 {
		return l.back
	}
	return l.c
}

// first returns the first line of a block from ready, which is never empty, and keeps the others for later.
func (l *lines) first(block []line) line {
	l.leave(block[1:])
	return block[0]
}

func (l *lines) leave(rest []line) {
	if len(rest) > 0 {
		l.back <- rest // cannot block: the channel is empty when this is called
	}
}

// readLine reads to the end of a line or of the input.
func readLine(r *bufio.Reader) (line, error) {
	var text []byte
	var next line
	for {
		part, err := r.ReadSlice('\n')
		if text == nil && !next.long && !errors.Is(err, bufio.ErrBufferFull) { // the usual case: a whole line at once
			next.text = string(bytes.TrimSuffix(bytes.TrimSuffix(part, []byte("\n")), []byte("\r")))
			return next, err
		}
		if next.long = next.long || len(text)+len(part) > wizard.MaxPaste; !next.long {
			text = append(text, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if !next.long {
			next.text = strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
		}
		return next, err
	}
}

// fold converts full-width letters, as an input method writes them, to plain ones, and the Japanese full stop to a
// point.
func fold(s string) string { return strings.ReplaceAll(width.Fold.String(s), "\u3002", ".") }
