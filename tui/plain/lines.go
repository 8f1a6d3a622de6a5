package plain

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/width"

	"example.org/todoku/wizard"
)

// lines are read ahead by a goroutine, so that waiting for one can be given up.
type lines struct {
	c      chan line
	failed error // why no more come, where it is not the end of the input; to be read after c was closed
}

// readAhead is how many lines are read before somebody wants them, so that a long paste is not handed over one by one.
const readAhead = 128

// line is one line without its end. One over wizard.MaxPaste bytes is long, and has no text.
type line struct {
	text string
	long bool
}

// readLines begins to read; it stops at the end of the input, or when nobody listens any more.
func readLines(in io.Reader, over <-chan struct{}) *lines {
	l := &lines{c: make(chan line, readAhead)}
	go func() {
		defer close(l.c)
		r := bufio.NewReaderSize(in, 64<<10)
		for {
			next, err := readLine(r)
			if err == nil || next.text != "" || next.long {
				select {
				case l.c <- next:
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

// readLine reads to the end of a line or of the input.
func readLine(r *bufio.Reader) (line, error) {
	var text []byte
	var next line
	for {
		part, err := r.ReadSlice('\n')
		if text == nil && !next.long && !errors.Is(err, bufio.ErrBufferFull) { // a whole line, as nearly all are
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

// fold makes full-width letters, as an input method writes them, plain; the Japanese full stop is a point.
func fold(s string) string { return strings.ReplaceAll(width.Fold.String(s), "\u3002", ".") }
