// Command todoku takes a person who is no mail expert from "Gmail does not accept mail from my own domain" to "it
// arrives, and I have seen the proof". This package is the edge: flags, wiring, exit status, and every effect on the
// world outside; one file a command.
package main

import (
	"context"
	"os"
	"os/signal"

	"todoku/cmd/todoku/earlyinit"
)

func main() {
	earlyinit.End()
	// The only owner of signals: every front end ends with ctx, and so gives the terminal back.
	ctx, stop := signal.NotifyContext(context.Background(), endings()...)
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}
