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

// lines reads ahead in a goroutine, so that waiting for a line can be given up.
type lines struct {
	c      chan line
	failed error // why no more come, nil at the end of the input; read it only after c was closed
}

// readAhead is how many lines are read in advance, so that a long paste is not passed on line by line.
const readAhead = 128

// line is one line without its end. A line over wizard.MaxPaste bytes is marked long and has no text.
type line struct {
	text string
	long bool
}

// readLines starts reading. It stops at the end of the input, or when over is closed.
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
