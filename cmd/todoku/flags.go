package main

import (
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"todoku/i18n"
)

// options is what the flags say, as typed.
type options struct {
	json      bool
	lang      string
	resolvers []string
	watch     []string
	private   bool
	timeout   time.Duration
	noColor   bool
	plain     bool
	lab       string
	port      uint16
	notify    bool

	hosts    []string
	senders  []string
	panel    string
	keys     []string
	ips      []string
	reportTo string
	path     string
	list     string
	message  string

	requirements        []string // receivers whose checklist is wanted
	spfDrop, spfFlatten []string
}

// defaultTimeout bounds one question, all tries together: a dead server costs this, once.
const defaultTimeout = 3 * time.Second

// commonFlags are those of every command.
func (a *app) commonFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.BoolVar(&a.opt.json, "json", false, a.lang.T("cmd.flag.json"))
	f.StringVar(&a.opt.lang, "lang", "", a.lang.T("cmd.flag.lang", i18n.Args{"langs": strings.Join(langs(), "|")}))
	f.StringArrayVar(&a.opt.resolvers, "resolver", nil, a.lang.T("cmd.flag.resolver"))
	f.StringArrayVar(&a.opt.watch, "watch", nil, a.lang.T("cmd.flag.watch"))
	f.BoolVar(&a.opt.private, "private", false, a.lang.T("cmd.flag.private"))
	f.DurationVar(&a.opt.timeout, "timeout", defaultTimeout, a.lang.T("cmd.flag.timeout"))
	f.BoolVar(&a.opt.noColor, "no-color", false, a.lang.T("cmd.flag.no-color"))
	f.BoolVar(&a.opt.plain, "plain", false, a.lang.T("cmd.flag.plain"))
	f.StringVar(&a.opt.lab, "lab", "", a.lang.T("cmd.flag.lab"))
	// For tests with authoritative servers on another port than 53.
	f.Uint16Var(&a.opt.port, "port", 0, "")
	_ = f.MarkHidden("port")
	complete(root, "lang", langs()...)
	_ = root.RegisterFlagCompletionFunc("lab", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return a.storyNames(), cobra.ShellCompDirectiveNoFileComp
	})
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error {
		if err := a.checkGiven(c); err != nil {
			return err
		}
		return a.checkCommon()
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
	return usage(a.lang.T("cmd.fault.flag-empty", i18n.Args{"flag": "--" + empty}),
		a.lang.T("cmd.fault.see-help", i18n.Args{"command": c.CommandPath()}))
}

// checkCommon refuses values of common flags that mean nothing.
func (a *app) checkCommon() error {
	if a.opt.lang != "" && !slices.Contains(i18n.Langs(), i18n.Lang(a.opt.lang)) {
		return usage(a.lang.T("cmd.fault.flag-value", i18n.Args{"flag": "--lang", "value": printable(a.opt.lang)}), a.lang.T("cmd.fault.lang", i18n.Args{"langs": strings.Join(langs(), ", ")}))
	}
	if a.opt.timeout <= 0 {
		return usage(a.lang.T("cmd.fault.flag-value", i18n.Args{"flag": "--timeout", "value": a.opt.timeout.String()}), a.lang.T("cmd.fault.duration"))
	}
	return nil
}

// notifyFlag is for the commands that wait.
func (a *app) notifyFlag(c *cobra.Command) {
	c.Flags().BoolVar(&a.opt.notify, "notify", false, a.lang.T("cmd.flag.notify"))
}

// answerFlags are the wizard's questions, answered on the command line.
func (a *app) answerFlags(c *cobra.Command) {
	own := pflag.NewFlagSet(answerGroup, pflag.ContinueOnError)
	own.StringArrayVar(&a.opt.hosts, "mail-host", nil, a.lang.T("cmd.flag.mail-host"))
	own.StringArrayVar(&a.opt.senders, "sender", nil, a.lang.T("cmd.flag.sender"))
	own.StringVar(&a.opt.panel, "dns-panel", "", a.lang.T("cmd.flag.dns-panel"))
	own.StringArrayVar(&a.opt.keys, "dkim", nil, a.lang.T("cmd.flag.dkim"))
	own.StringArrayVar(&a.opt.ips, "ip", nil, a.lang.T("cmd.flag.ip"))
	own.StringVar(&a.opt.reportTo, "report-to", "", a.lang.T("cmd.flag.report-to"))
	own.StringVar(&a.opt.path, "path", "", a.lang.T("cmd.flag.path"))
	own.StringVar(&a.opt.list, "list", "", a.lang.T("cmd.flag.list"))
	own.StringVar(&a.opt.message, "message", "", a.lang.T("cmd.flag.message"))
	own.StringArrayVar(&a.opt.spfDrop, "spf-drop", nil, a.lang.T("cmd.flag.spf-drop"))
	own.StringArrayVar(&a.opt.spfFlatten, "spf-flatten", nil, a.lang.T("cmd.flag.spf-flatten"))
	own.VisitAll(func(f *pflag.Flag) { f.Annotations = map[string][]string{answerGroup: {"yes"}} })
	own.SortFlags = false
	c.Flags().SortFlags = false
	c.Flags().AddFlagSet(own)
	complete(c, "path", "direct", "forward", "list")
	for flag, ids := range map[string]func() []string{"mail-host": a.hostIDs, "sender": a.senderIDs, "dns-panel": a.panelIDs} {
		_ = c.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return ids(), cobra.ShellCompDirectiveNoFileComp
		})
	}
}

// complete offers fixed words for a flag.
func complete(c *cobra.Command, flag string, words ...string) {
	_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}
