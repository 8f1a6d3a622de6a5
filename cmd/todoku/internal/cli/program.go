// Package cli holds what the commands of todoku share: the streams and the language of a run, the flags that every
// command has, the answers given on the command line, and errors with an exit status and a hint.
package cli

import (
	"fmt"
	"io"
	"time"

	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/settings"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

// Program is one run of the program: its streams, its language and what the common flags say.
type Program struct {
	In       io.Reader
	Out, Err io.Writer
	Lang     i18n.Lang
	Version  string
	Settings settings.Set
	// Wordless leaves out what About returns, for a run that shows no help page.
	Wordless bool
	Ended    <-chan struct{} // closed when the run was interrupted; nil where that cannot happen
	Common
}

// About returns a text about a command or a flag, which only help pages show.
func (p *Program) About(id string, args ...i18n.Args) string {
	if p.Wordless {
		return ""
	}
	return p.Lang.T(id, args...)
}

// Common holds the flags that every command has, as typed.
type Common struct {
	JSON      bool
	Language  string
	Resolvers []string
	Watch     []string
	Private   bool
	Timeout   time.Duration
	NoColor   bool
	Plain     bool
	Lab       string
	Port      uint16
}

// DefaultTimeout bounds one DNS question with all its tries. A dead server costs it only once.
const DefaultTimeout = 3 * time.Second

// WriteLine writes one JSON object on a line of its own to standard output.
func (p *Program) WriteLine(v any) error {
	line, err := document.Encode(v, "")
	if err != nil {
		return err
	}
	_, err = p.Out.Write(line)
	return err
}

// Print writes a text to standard output.
func (p *Program) Print(text string) error {
	_, err := io.WriteString(p.Out, text)
	return err
}

// Note writes a line for people to standard error, beside the output.
func (p *Program) Note(text string) { _, _ = fmt.Fprintln(p.Err, text) }

// Printable escapes control characters in foreign text, so that it cannot control the terminal.
func Printable(s string) string { return snapshot.Printable(s) }
