package cli

import (
	"io"
	"os"

	"github.com/charmbracelet/x/term"

	"example.org/todoku/tui"
	"example.org/todoku/wizard/document"
)

// Outlet is standard output. It keeps the first write error, so that no command has to check for one.
type Outlet struct {
	io.Writer
	Failed error
}

// Write implements io.Writer. After an error it writes no more, since what came then would have a hole in it.
func (o *Outlet) Write(b []byte) (int, error) {
	if o.Failed != nil {
		return 0, o.Failed
	}
	n, err := o.Writer.Write(b)
	o.Failed = err
	return n, err
}

// Terminal returns a stream's file and whether it is a terminal.
func Terminal(stream any) (*os.File, bool) {
	if o, ok := stream.(*Outlet); ok {
		stream = o.Writer
	}
	if f, ok := stream.(*os.File); ok && term.IsTerminal(f.Fd()) {
		return f, true
	}
	return nil, false
}

// width returns the terminal's width in cells; 0 where output does not go to a terminal.
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

// Colourless reports whether the user wants no colour (NO_COLOR, --no-color, TERM=dumb).
func (p *Program) Colourless() bool {
	return p.NoColor || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb"
}

// sgr maps the styles of text output to terminal escape parameters (SGR, ECMA-48 section 8.3.117).
var sgr = map[document.Style]string{
	document.Bold: "1", document.Bad: "1;31", document.Good: "1;32", document.Dim: "2", document.Part: "1;36",
}

// Layout returns the page layout for standard output: coloured only on a terminal, and never where the user wants no
// colour.
func (p *Program) Layout() document.Layout {
	l := document.Layout{Width: p.width(), Wrap: tui.Wrap}
	if _, tty := Terminal(p.Out); tty && !p.Colourless() {
		l.Style = func(s document.Style, text string) string { return "\x1b[" + sgr[s] + "m" + text + "\x1b[0m" }
	}
	return l
}
