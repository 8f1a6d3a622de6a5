package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"todoku/checks/snapshot"
	"todoku/i18n"
)

// root builds the command tree with every text in the run's language.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:     "todoku [DOMAIN]",
		Short:   a.lang.T("cmd.root.short"),
		Long:    a.lang.T("cmd.root.long"),
		Example: a.lang.T("cmd.root.example"),
		Args:    a.upTo(1),
		RunE:    a.open,
		Version: version(),
		// Errors are told by tell, in the reader's language.
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	root.SetVersionTemplate("todoku {{.Version}}\n")
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { a.help(c) })
	root.SetUsageFunc(func(c *cobra.Command) error { a.help(c); return nil })
	root.SetFlagErrorFunc(a.flagError)
	root.SetHelpCommand(a.helpCommand())
	root.PersistentFlags().BoolP("help", "h", false, a.lang.T("cmd.flag.help"))
	root.Flags().BoolP("version", "V", false, a.lang.T("cmd.flag.version"))
	root.PersistentFlags().SortFlags = false
	a.commonFlags(root)
	a.notifyFlag(root)
	a.answerFlags(root)
	root.AddCommand(a.checkCommand(), a.waitCommand(), a.runsCommand(), a.spfCommand(), a.exportCommand(), a.providersCommand(), a.findingsCommand(), a.labCommand(),
		a.completionCommand(), a.manCommand())
	for _, c := range append(root.Commands(), root) {
		c.DisableFlagsInUseLine = true
	}
	return root
}

// upTo allows at most n arguments.
func (a *app) upTo(n int) cobra.PositionalArgs { return a.between(0, n) }

// between allows from..to arguments; to < 0 means any number.
func (a *app) between(from, to int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		hint := a.lang.T("cmd.fault.see-help", i18n.Args{"command": c.CommandPath()})
		switch {
		case len(args) < from:
			return usage(a.lang.T("cmd.fault.too-few", i18n.Args{"usage": c.UseLine()}), hint)
		case to < 0 || len(args) <= to:
			return nil
		case c.HasSubCommands() && len(args) > 1:
			return usage(a.lang.T("cmd.fault.no-command", i18n.Args{"name": printable(args[0])}), a.suggest(c, args[0], hint))
		}
		return usage(a.lang.T("cmd.fault.too-many", i18n.Args{"extra": printable(args[to]), "usage": c.UseLine()}), hint)
	}
}

// suggest names the commands that a mistyped word may have meant; otherwise gives the other hint.
func (a *app) suggest(c *cobra.Command, typed, otherwise string) string {
	c.SuggestionsMinimumDistance = 2
	var near []string
	for _, name := range c.SuggestionsFor(typed) {
		near = append(near, "todoku "+name)
	}
	if len(near) == 0 {
		return otherwise
	}
	return a.lang.T("cmd.fault.meant", i18n.Args{"commands": strings.Join(near, ", ")})
}

// flagError words a mistake in the flags.
func (a *app) flagError(c *cobra.Command, err error) error {
	hint := a.lang.T("cmd.fault.see-help", i18n.Args{"command": c.CommandPath()})
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
		return usage(a.lang.T("cmd.fault.no-flag", i18n.Args{"flag": printable(name)}), hint)
	case errors.As(err, &empty):
		return usage(a.lang.T("cmd.fault.flag-empty", i18n.Args{"flag": "--" + empty.GetFlag().Name}), hint)
	case errors.As(err, &value):
		return usage(a.lang.T("cmd.fault.flag-value",
			i18n.Args{"flag": "--" + value.GetFlag().Name, "value": printable(value.GetValue())}), a.flagHint(value.GetFlag(), hint))
	case errors.As(err, &syntax):
		return usage(a.lang.T("cmd.fault.no-flag", i18n.Args{"flag": printable(syntax.GetSpecifiedFlag())}), hint)
	}
	return usage(printable(err.Error()), hint)
}

// flagHint says what a flag takes.
func (a *app) flagHint(f *pflag.Flag, otherwise string) string {
	if f.Value.Type() == "duration" {
		return a.lang.T("cmd.fault.duration")
	}
	return otherwise
}

// printable keeps foreign text from the terminal's control.
func printable(s string) string { return snapshot.Printable(s) }
