package cli

import (
	"io"
	"os"

	"github.com/charmbracelet/x/term"

	"example.org/todoku/tui"
	"example.org/todoku/wizard/document"
)

// Outlet is standard output; it keeps the first error of writing, so that no command has to look for one.
type Outlet struct {
	io.Writer
	Failed error
}

// Write passes on.
func (o *Outlet) Write(b []byte) (int, error) {
	n, err := o.Writer.Write(b)
	if err != nil && o.Failed == nil {
		o.Failed = err
	}
	return n, err
}

// Terminal reports whether a stream is one, and gives its file.
func Terminal(stream any) (*os.File, bool) {
	if o, ok := stream.(*Outlet); ok {
		stream = o.Writer
	}
	if f, ok := stream.(*os.File); ok && term.IsTerminal(f.Fd()) {
		return f, true
	}
	return nil, false
}

// width is the terminal's width in cells; 0 where output goes elsewhere.
func (p *Program) width() int {
	f, tty := Terminal(p.Out)
	if !tty {
		return 0
	}
	w, _, err := term.GetSize(f.Fd())
	if err != nil {
		return 0
	}
	return w
}

// Colourless reports whether the reader wants no colour (NO_COLOR, --no-color, TERM=dumb).
func (p *Program) Colourless() bool {
	return p.NoColor || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb"
}

// sgr are the styles of text output as a terminal takes them (ECMA-48 section 8.3.117).
var sgr = map[document.Style]string{
	document.Bold: "1", document.Bad: "1;31", document.Good: "1;32", document.Dim: "2", document.Part: "1;36",
}

// Layout sets pages for standard output: coloured on a terminal alone, and never against the reader's wish.
func (p *Program) Layout() document.Layout {
	l := document.Layout{Width: p.width(), Wrap: tui.Wrap}
	if _, tty := Terminal(p.Out); tty && !p.Colourless() {
		l.Style = func(s document.Style, text string) string { return "\x1b[" + sgr[s] + "m" + text + "\x1b[0m" }
	}
	return l
}
