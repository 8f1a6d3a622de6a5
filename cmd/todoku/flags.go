package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/settings"
	"example.org/todoku/i18n"
)

// commonFlags are those of every command.
func (a *app) commonFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.SortFlags = false
	f.BoolP("help", "h", false, a.Lang.T("cmd.flag.help"))
	f.BoolVar(&a.JSON, "json", false, a.Lang.T("cmd.flag.json"))
	f.StringVar(&a.Language, "lang", "", a.Lang.T("cmd.flag.lang", i18n.Args{"langs": strings.Join(langs(), "|")}))
	f.StringArrayVar(&a.Resolvers, "resolver", nil, a.Lang.T("cmd.flag.resolver"))
	f.StringArrayVar(&a.Watch, "watch", nil, a.Lang.T("cmd.flag.watch"))
	f.BoolVar(&a.Private, "private", false, a.Lang.T("cmd.flag.private"))
	f.DurationVar(&a.Timeout, "timeout", cli.DefaultTimeout, a.Lang.T("cmd.flag.timeout"))
	f.BoolVar(&a.NoColor, "no-color", false, a.Lang.T("cmd.flag.no-color"))
	f.BoolVar(&a.Plain, "plain", false, a.Lang.T("cmd.flag.plain"))
	f.StringVar(&a.Lab, "lab", "", a.Lang.T("cmd.flag.lab"))
	// For tests with authoritative servers on another port than 53.
	f.Uint16Var(&a.Port, "port", 0, "")
	_ = f.MarkHidden("port")
	cli.Complete(root, "lang", langs()...)
	_ = root.RegisterFlagCompletionFunc("lab", cli.Offering(a.StoryNames))
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error {
		if err := a.checkGiven(c); err != nil {
			return err
		}
		if err := a.checkCommon(); err != nil {
			return err
		}
		return a.settle(c)
	}
}

// checkGiven refuses a flag that was given without a value: a script's empty variable must not mean "as if not given",
// least of all for --lab, where that would ask the real network.
func (a *app) checkGiven(c *cobra.Command) error {
	var empty string
	c.Flags().Visit(func(f *pflag.Flag) {
		if f.Name == "mail-from" || f.Name == "helo" {
			return // empty means something there: the null sender of a bounce (RFC 5321 section 4.5.5)
		}
		values := []string{f.Value.String()}
		if many, ok := f.Value.(pflag.SliceValue); ok {
			values = many.GetSlice()
		}
		if slices.ContainsFunc(values, func(v string) bool { return strings.TrimSpace(v) == "" }) {
			empty = f.Name
		}
	})
	if empty == "" {
		return nil
	}
	return cli.Usage(a.Lang.T("cmd.fault.flag-empty", i18n.Args{"flag": "--" + empty}), a.SeeHelp(c.CommandPath()))
}

// checkCommon refuses values of common flags that mean nothing.
func (a *app) checkCommon() error {
	if a.Language != "" && !slices.Contains(i18n.Langs(), i18n.Lang(a.Language)) {
		return cli.Usage(a.Lang.T("cmd.fault.flag-value", i18n.Args{"flag": "--lang", "value": cli.Printable(a.Language)}), a.Lang.T("cmd.fault.lang", i18n.Args{"langs": strings.Join(langs(), ", ")}))
	}
	if a.Timeout <= 0 {
		return cli.Usage(a.Lang.T("cmd.fault.flag-value", i18n.Args{"flag": "--timeout", "value": a.Timeout.String()}), a.Lang.T("cmd.fault.duration"))
	}
	return nil
}

// unsettled are the commands that ask nothing of the settings, so that they work where these are broken.
var unsettled = []string{"config", "help", "completion", "man", cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd}

// settle gives a command's flags that were not given what the settings say. In the lab those about the real internet are
// left out: its stories have answers of their own.
func (a *app) settle(c *cobra.Command) error {
	for _, k := range a.Settings.Keys() {
		f := c.Flags().Lookup(k.Flag)
		if f == nil || k.Flag == "" {
			continue
		}
		if f.Changed {
			values := []string{f.Value.String()}
			if many, ok := f.Value.(pflag.SliceValue); ok {
				values = many.GetSlice()
			}
			a.Settings.Override(k.Name, values)
		}
	}
	if slices.Contains(unsettled, c.Name()) {
		return nil
	}
	for _, k := range a.Settings.Keys() {
		f, v := c.Flags().Lookup(k.Flag), a.Settings.Get(k.Name)
		if f == nil || f.Changed || k.World && a.Lab != "" || k.Name == settings.Language || c.Name() == "lab" {
			continue
		}
		for _, text := range v.Values {
			a.CheckSetting(k, v, text)
			if err := f.Value.Set(text); err != nil {
				return err
			}
		}
	}
	if len(a.Settings.Problems) > 0 {
		return cli.Usage(a.SettingProblem(a.Settings.Problems[0]), a.Lang.T("config.see"))
	}
	return nil
}
