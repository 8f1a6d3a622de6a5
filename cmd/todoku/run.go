package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/settings"
	"example.org/todoku/i18n"
)

// app is one run of the program, from the command line to the exit status.
type app struct{ *cli.Program }

// run runs the whole program and returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) cli.Status {
	// --version is answered before anything is loaded, since scripts ask for it often.
	if len(args) == 1 && (args[0] == "--version" || args[0] == "-V") {
		if _, err := fmt.Fprintln(stdout, "todoku", version()); err == nil {
			return cli.StatusOK
		}
	}
	out := &cli.Outlet{Writer: stdout}
	set := settings.Read(os.Getenv, langs())
	a := &app{&cli.Program{In: stdin, Out: out, Err: stderr, Lang: language(args, os.Getenv, set.Get(settings.Language)), Version: version(), Settings: set, Wordless: !speaks(args), Ended: ctx.Done()}}
	root := a.root(args...)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if out.Failed != nil { // later errors follow from this one
		err = cli.NewFault(cli.StatusUnknown, a.Lang.T("cmd.fault.output", i18n.Args{"error": a.Reason(out.Failed)}), "")
	}
	return a.Tell(err)
}
