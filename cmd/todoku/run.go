package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/charmbracelet/x/term"

	"todoku/i18n"
)

// Exit statuses of the command line contract.
const (
	statusOK      = 0 // nothing to fix
	statusFix     = 1 // something blocks or harms
	statusUsage   = 2 // wrong usage or unreadable input
	statusUnknown = 3 // could not be checked
)

// gravity orders exit statuses, the gravest first: for several domains the gravest one counts.
var gravity = []int{statusUsage, statusUnknown, statusFix, statusOK}

// graver gives the graver of two exit statuses.
func graver(a, b int) int {
	for _, s := range gravity {
		if a == s || b == s {
			return s
		}
	}
	return a
}

// A fault ends a command: what to tell, what to do about it ("" where that is clear), and the exit status.
type fault struct {
	status     int
	text, hint string
}

// Error is the text without the hint.
func (f *fault) Error() string { return f.text }

// usage is a fault of the command line itself.
func usage(text, hint string) error { return &fault{statusUsage, text, hint} }

// app is one run of the program: its streams, its language and what the flags say.
type app struct {
	in       io.Reader
	out, err io.Writer
	lang     i18n.Lang
	opt      options
	status   int // of the command that ran to its end
}

// run is the whole program; it returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	// Before anything is loaded: a script asks for the version often.
	if len(args) == 1 && (args[0] == "--version" || args[0] == "-V") {
		if _, err := fmt.Fprintln(stdout, "todoku", version()); err == nil {
			return statusOK
		}
	}
	out := &outlet{Writer: stdout}
	a := &app{in: stdin, out: out, err: stderr, lang: language(args, os.Getenv)}
	root := a.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	switch {
	case out.failed != nil: // what follows from it says less
		return a.tell(&fault{statusUnknown, a.lang.T("cmd.fault.output", i18n.Args{"error": a.reason(out.failed)}), ""})
	case err == nil:
		return a.status
	}
	return a.tell(err)
}

// outlet is standard output; it keeps the first error of writing, so that no command has to look for one.
type outlet struct {
	io.Writer
	failed error
}

// Write passes on.
func (o *outlet) Write(b []byte) (int, error) {
	n, err := o.Writer.Write(b)
	if err != nil && o.failed == nil {
		o.failed = err
	}
	return n, err
}

// tell prints an error for people and gives its exit status.
func (a *app) tell(err error) int {
	var f *fault
	if !errors.As(err, &f) {
		f = &fault{statusUnknown, a.lang.T("cmd.fault.internal", i18n.Args{"error": printable(err.Error())}), ""}
	}
	_, _ = fmt.Fprintln(a.err, "todoku: "+f.text)
	if f.hint != "" {
		_, _ = fmt.Fprintln(a.err, f.hint)
	}
	return f.status
}

// terminal reports whether a stream is one, and gives its file.
func terminal(stream any) (*os.File, bool) {
	if o, ok := stream.(*outlet); ok {
		stream = o.Writer
	}
	if f, ok := stream.(*os.File); ok && term.IsTerminal(f.Fd()) {
		return f, true
	}
	return nil, false
}

// width is the terminal's width in cells; 0 where output goes elsewhere.
func (a *app) width() int {
	f, tty := terminal(a.out)
	if !tty {
		return 0
	}
	w, _, err := term.GetSize(f.Fd())
	if err != nil {
		return 0
	}
	return w
}

// colours reports whether output may be coloured: only on a terminal, and never against the reader's wish
// (NO_COLOR, --no-color, TERM=dumb).
func (a *app) colours() bool {
	_, tty := terminal(a.out)
	return tty && !a.noColour()
}

func (a *app) noColour() bool {
	return a.opt.noColor || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb"
}
