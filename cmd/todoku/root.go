package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/verb/check"
	"example.org/todoku/cmd/todoku/verb/completion"
	"example.org/todoku/cmd/todoku/verb/config"
	"example.org/todoku/cmd/todoku/verb/dkim"
	"example.org/todoku/cmd/todoku/verb/dmarc"
	"example.org/todoku/cmd/todoku/verb/explain"
	"example.org/todoku/cmd/todoku/verb/export"
	"example.org/todoku/cmd/todoku/verb/findings"
	"example.org/todoku/cmd/todoku/verb/guard"
	"example.org/todoku/cmd/todoku/verb/guide"
	"example.org/todoku/cmd/todoku/verb/help"
	"example.org/todoku/cmd/todoku/verb/lab"
	"example.org/todoku/cmd/todoku/verb/man"
	"example.org/todoku/cmd/todoku/verb/providers"
	"example.org/todoku/cmd/todoku/verb/report"
	"example.org/todoku/cmd/todoku/verb/runs"
	"example.org/todoku/cmd/todoku/verb/spf"
	"example.org/todoku/cmd/todoku/verb/wait"
	"example.org/todoku/i18n"
)

// root builds the command tree, with the texts about it in the run's language. To add a command, write a package under
// verb with Options, Command and Run, its test and its scripts (testdata/script), and add a line in verbs. Its texts
// begin with "cmd.NAME." in every language, and a test asks for its row in the READMEs. args is the command line, which
// may need one command alone.
func (a *app) root(args ...string) *cobra.Command {
	p := a.Program
	root := guide.Command(p, guide.Run)
	root.SilenceErrors = true // Tell prints them, in the user's language
	root.SilenceUsage = true
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetIn(p.In)
	root.SetOut(p.Out)
	root.SetErr(p.Err)
	page := func(c *cobra.Command) error { return p.Print(help.Page(p.Lang, a.worded(c, args))) }
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { _ = page(c) })
	root.SetUsageFunc(page)
	root.SetFlagErrorFunc(a.flagError)
	root.SetHelpCommand(help.Command(p, help.Run))
	a.commonFlags(root)
	a.verbs(root, args)
	for _, c := range append(root.Commands(), root) {
		c.DisableFlagsInUseLine = true
	}
	return root
}

// speaks reports whether a command line asks for what is made of the texts about commands. A help page that --help asks
// for is made by worded.
func speaks(args []string) bool {
	return slices.ContainsFunc(args, func(arg string) bool {
		return slices.Contains(about, arg) || arg == "help" || arg == cobra.ShellCompRequestCmd || arg == cobra.ShellCompNoDescRequestCmd
	})
}

// worded returns a command of a wordless program with the texts about it.
func (a *app) worded(c *cobra.Command, args []string) *cobra.Command {
	if !a.Wordless {
		return c
	}
	p := *a.Program
	p.Wordless = false
	found, _, err := (&app{&p}).root(args...).Find(strings.Fields(c.CommandPath())[1:])
	if err != nil {
		return c
	}
	return found
}

// verbs adds the commands to root, or only those that args need: to make them all takes time that would pass before the
// first screen, and that a script would pay at each call.
func (a *app) verbs(root *cobra.Command, args []string) {
	if len(args) == 0 {
		return
	}
	p := a.Program
	all := []verb{
		{"check", func() *cobra.Command { return check.Command(p, check.Run) }},
		{"wait", func() *cobra.Command { return wait.Command(p, wait.Run) }},
		{"runs", func() *cobra.Command { return runs.Command(p, runs.Run) }},
		{"guard", func() *cobra.Command { return guard.Command(p, guard.Run) }},
		{"spf", func() *cobra.Command { return spf.Command(p, spf.Run) }},
		{"dkim", func() *cobra.Command { return dkim.Command(p, dkim.Run) }},
		{"dmarc", func() *cobra.Command { return dmarc.Command(p, dmarc.Run) }},
		{"explain", func() *cobra.Command { return explain.Command(p, explain.Run) }},
		{"report", func() *cobra.Command { return report.Command(p, report.Run) }},
		{"export", func() *cobra.Command { return export.Command(p, export.Run) }},
		{"providers", func() *cobra.Command { return providers.Command(p, providers.Run) }},
		{"findings", func() *cobra.Command { return findings.Command(p, findings.Run) }},
		{"lab", func() *cobra.Command {
			return lab.Command(p, lab.Run, func(ctx context.Context) error { return guide.Run(ctx, guide.New(p)) },
				func(ctx context.Context, folder string) error { return guide.Pictures(ctx, guide.New(p), folder) })
		}},
		{"config", func() *cobra.Command { return config.Command(p, config.Run) }},
		{"completion", func() *cobra.Command { return completion.Command(p, completion.Run) }},
		{"man", func() *cobra.Command { return man.Command(p, man.Run) }},
	}
	called := func(v verb) bool { return v.name == args[0] && !slices.Contains(about, v.name) }
	if i := slices.IndexFunc(all, called); i >= 0 {
		all = all[i : i+1]
	}
	for _, v := range all {
		root.AddCommand(v.make())
	}
}

// verb is a command that is made where it is needed.
type verb struct {
	name string
	make func() *cobra.Command
}

// about holds the commands that speak of all the others.
var about = []string{"completion", "man"}

// flagError words a mistake in the flags.
func (a *app) flagError(c *cobra.Command, err error) error {
	hint := a.SeeHelp(c.CommandPath())
	var (
		none   *pflag.NotExistError
		empty  *pflag.ValueRequiredError
		value  *pflag.InvalidValueError
		syntax *pflag.InvalidSyntaxError
	)
	switch {
	case errors.As(err, &none):
		name := "--" + none.GetSpecifiedName()
		if none.GetSpecifiedShortnames() != "" {
			name = "-" + none.GetSpecifiedName()
		}
		return cli.Usage(a.Lang.T("cmd.fault.no-flag", i18n.Args{"flag": cli.Printable(name)}), hint)
	case errors.As(err, &empty):
		return cli.Usage(a.Lang.T("cmd.fault.flag-empty", i18n.Args{"flag": "--" + empty.GetFlag().Name}), hint)
	case errors.As(err, &value):
		return cli.Usage(a.Lang.T("cmd.fault.flag-value",
			i18n.Args{"flag": "--" + value.GetFlag().Name, "value": cli.Printable(value.GetValue())}), a.flagHint(value.GetFlag(), hint))
	case errors.As(err, &syntax):
		return cli.Usage(a.Lang.T("cmd.fault.no-flag", i18n.Args{"flag": cli.Printable(syntax.GetSpecifiedFlag())}), hint)
	}
	return cli.Usage(cli.Printable(err.Error()), hint)
}

// flagHint says what values a flag takes; otherwise is the hint where that is not known.
func (a *app) flagHint(f *pflag.Flag, otherwise string) string {
	if f.Value.Type() == "duration" {
		return a.Lang.T("cmd.fault.duration")
	}
	return otherwise
}
