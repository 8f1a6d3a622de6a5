package plain

import (
	"context"
	"io"
	"strings"
	"time"

	"example.org/todoku/tui"
	"example.org/todoku/wizard/session"
	"example.org/todoku/wizard/words"
)

// Walk tells a run to out. Whenever a line is wanted, next gives it, after a look at the session; false ends the input.
func Walk(ctx context.Context, out io.Writer, d tui.Deps, next func(*session.Session) (string, bool)) error {
	l := &lines{c: make(chan []line, 1), back: make(chan []line, 1)}
	var s *walk
	give := func() {
		if text, ok := next(s.Session); ok {
			l.c <- []line{{text: text}}
		} else {
			close(l.c)
		}
	}
	d.After = func(time.Duration) <-chan time.Time { // the wait asks for no line, but takes one
		give()
		return nil
	}
	s = newWalk(ctx, prompted{out, give}, d)
	s.lines = l
	return s.run()
}

// prompted calls give at every prompt.
type prompted struct {
	io.Writer
	give func()
}

func (p prompted) Write(b []byte) (int, error) {
	n, err := p.Writer.Write(b)
	if strings.HasPrefix(string(b), "> ") && len(b) == 2 {
		p.give()
	}
	return n, err
}

// Listed are the options that are read out at first.
func Listed(all []words.Option) []words.Option { return opening(all) }
