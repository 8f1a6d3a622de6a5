// Command todoku takes a person who is no mail expert from "Gmail does not accept mail from my own domain" to "it
// arrives, and I have seen the proof". This package is wiring: the commands, the flags that all of them have, the
// language, and the exit status. Each command is a package under verb.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"

	"github.com/spf13/cobra"

	"example.org/todoku/cmd/todoku/earlyinit"
	"example.org/todoku/cmd/todoku/internal/settings"
	"example.org/todoku/i18n"
)

// gcPercent is GOGC for a short process: a look at one domain ends before collecting garbage would pay, and a look at a
// thousand keeps little in memory.
const gcPercent = 400

// memoryLimit is the memory in bytes from which the collector runs more often after all (GOMEMLIMIT), since a mail or a
// pasted text may be large.
const memoryLimit = 32 << 20

func main() {
	earlyinit.End()
	cobra.MousetrapHelpText = "" // a double click on Windows starts the guide
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	// Only here are signals handled: they cancel ctx, and every front end then restores the terminal and returns.
	ctx, stop := signal.NotifyContext(context.Background(), exitSignals()...)
	own, closing := openWindow()
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	if own { // while the window is held open, a signal ends the program; else a second one must not change its exit status
		stop()
	}
	hold(own, status, func() i18n.Lang { return language(os.Args[1:], os.Getenv, settings.Value{}) }, os.Stdin, os.Stderr)
	closing()
	os.Exit(int(status))
}
