// Command todoku takes a person who is no mail expert from "Gmail does not accept mail from my own domain" to "it
// arrives, and I have seen the proof". This package is wiring: the commands, the flags that all of them have, the
// language, and the exit status. Each command is a package below verb.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"

	"example.org/todoku/cmd/todoku/earlyinit"
	"example.org/todoku/cmd/todoku/internal/settings"
)

// rarely is how much the heap may grow before it is looked through, in percent of what is in use (GOGC): a look at one domain
// is over before that pays, and one at a thousand keeps little.
const rarely = 400

// enough is from how much memory on, in bytes, that no longer holds: a mail or a paste may be large.
const enough = 32 << 20

func main() {
	earlyinit.End()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(rarely)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(enough)
	}
	// The only owner of signals: every front end ends with ctx, and so gives the terminal back.
	ctx, stop := signal.NotifyContext(context.Background(), endings()...)
	own, closing := openWindow()
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	hold(own, status, language(os.Args[1:], os.Getenv, settings.Value{}), os.Stdin, os.Stderr)
	closing()
	os.Exit(int(status))
}
