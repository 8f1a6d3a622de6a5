package plain

import (
	"bufio"
	"io"
	"strings"

	"golang.org/x/text/width"

	"todoku/wizard"
)

// lines are read ahead by a goroutine, so that waiting for one can be given up.
type lines struct{ c chan string }

// readLines begins to read; it stops at the end of the input, or when nobody listens any more.
func readLines(in io.Reader, over <-chan struct{}) *lines {
	l := &lines{c: make(chan string)}
	go func() {
		defer close(l.c)
		sc := bufio.NewScanner(in)
		sc.Buffer(make([]byte, 0, 64<<10), wizard.MaxPaste)
		for sc.Scan() {
			select {
			case l.c <- strings.TrimSuffix(sc.Text(), "\r"):
			case <-over:
				return
			}
		}
	}()
	return l
}

// fold makes full-width letters, as an input method writes them, plain; the Japanese full stop is a point.
func fold(s string) string { return strings.ReplaceAll(width.Fold.String(s), "\u3002", ".") }
