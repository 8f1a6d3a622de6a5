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

// commonFlags adds the flags that every command has.
func (a *app) commonFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.SortFlags = false
	f.BoolP("help", "h", false, a.About("cmd.flag.help"))
	f.BoolVar(&a.JSON, "json", false, a.About("cmd.flag.json"))
	f.StringVar(&a.Language, "lang", "", a.About("cmd.flag.lang", i18n.Args{"langs": strings.Join(langs(), "|")}))
	cli.Several(f, &a.Resolvers, "resolver", a.About("cmd.flag.resolver"))
	cli.Several(f, &a.Watch, "watch", a.About("cmd.flag.watch"))
	f.BoolVar(&a.Private, "private", false, a.About("cmd.flag.private"))
	f.DurationVar(&a.Timeout, "timeout", cli.DefaultTimeout, a.About("cmd.flag.timeout"))
	f.BoolVar(&a.NoColor, "no-color", false, a.About("cmd.flag.no-color"))
	f.BoolVar(&a.Plain, "plain", false, a.About("cmd.flag.plain"))
	f.StringVar(&a.Lab, "lab", "", a.About("cmd.flag.lab"))
	// For tests whose authoritative servers listen on a port other than 53.
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

// checkGiven refuses a flag whose value is empty: an empty variable in a script must not act like a flag that is not
// there, least of all for --lab, where todoku would ask the real network.
func (a *app) checkGiven(c *cobra.Command) error {
	var empty string
	c.Flags().Visit(func(f *pflag.Flag) {
		if f.Name == "mail-from" || f.Name == "helo" {
			return // the empty value is the null sender of a bounce (RFC 5321 section 4.5.5)
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

// checkCommon refuses values of the common flags that cannot be used.
func (a *app) checkCommon() error {
	if a.Language != "" && !slices.Contains(i18n.Langs(), i18n.Lang(a.Language)) {
		return cli.Usage(a.Lang.T("cmd.fault.flag-value", i18n.Args{"flag": "--lang", "value": cli.Printable(a.Language)}), a.Lang.T("cmd.fault.lang", i18n.Args{"langs": strings.Join(langs(), ", ")}))
	}
	if a.Timeout <= 0 {
		return cli.Usage(a.Lang.T("cmd.fault.flag-value", i18n.Args{"flag": "--timeout", "value": a.Timeout.String()}), a.Lang.T("cmd.fault.duration"))
	}
	return nil
}

// unsettled lists the commands that do not read the settings, so that they work even where the settings are broken.
var unsettled = []string{"config", "help", "completion", "man", cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd}

// settle fills in, from the settings, the flags that were not given. In the lab it leaves out settings about the real
// internet, since a story brings its own answers.
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
