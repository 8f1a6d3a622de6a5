package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"todoku/checks"
	"todoku/checks/catalog"
	"todoku/i18n"
)

func (a *app) providersCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "providers [ID]",
		Short: a.lang.T("cmd.providers.short"),
		Long:  a.lang.T("cmd.providers.long"),
		Args:  a.upTo(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return slices.Concat(a.hostIDs()[1:], a.senderIDs()[1:], a.panelIDs()), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.providers(args) },
	}
}

// provider is an entry of the catalogue as the command shows it.
type provider struct {
	Schema int    `json:"schema"`
	Kind   string `json:"kind"` // host, sender or panel
	Entry  any    `json:"entry"`
	base   catalog.Entry
	label  string
}

// Base lets the catalogue's filter find it.
func (p provider) Base() catalog.Entry { return p.base }

// known lists the whole catalogue: hosts, senders, panels.
func (a *app) known(cat *catalog.Catalog) []provider {
	var all []provider
	for _, e := range cat.Hosts {
		all = append(all, provider{1, "host", e, e.Base(), a.lang.T("cmd.providers.host")})
	}
	for _, e := range cat.Senders {
		all = append(all, provider{1, "sender", e, e.Base(), a.lang.T("cmd.providers.sender")})
	}
	for _, e := range cat.Panels {
		all = append(all, provider{1, "panel", e, e.Base(), a.lang.T("cmd.providers.panel")})
	}
	return all
}

func (a *app) providers(args []string) error {
	cat, err := catalog.Load()
	if err != nil {
		return err
	}
	all := a.known(cat)
	if len(args) == 1 {
		id := args[0]
		named := slices.DeleteFunc(slices.Clone(all), func(p provider) bool { return p.base.ID != id && !slices.Contains(p.base.Aliases, id) })
		if len(named) == 0 { // the name of a company, as in the wizard
			named = catalog.Filter(all, id)
		}
		if all = named; len(all) == 0 {
			return usage(a.lang.T("cmd.fault.no-provider", i18n.Args{"name": printable(id)}), a.lang.T("cmd.fault.no-entry"))
		}
	}
	if a.opt.json {
		for _, p := range all {
			if err := a.writeLine(p); err != nil {
				return err
			}
		}
		return nil
	}
	if len(args) == 1 && len(all) <= pagesAtOnce {
		for i, p := range all {
			if i > 0 {
				_, _ = fmt.Fprintln(a.out)
			}
			_, _ = fmt.Fprint(a.out, a.providerPage(p, time.Now()))
		}
		return nil
	}
	a.providerList(all)
	return nil
}

// pagesAtOnce is how many entries are shown whole: the one of a kind that an ID names, in three kinds. More are listed.
const pagesAtOnce = 3

// providerList prints one line an entry, by kind.
func (a *app) providerList(all []provider) {
	width, label := 0, ""
	for _, p := range all {
		width = max(width, ansi.StringWidth(p.base.ID))
	}
	for _, p := range all {
		if p.label != label {
			if label != "" {
				_, _ = fmt.Fprintln(a.out)
			}
			label = p.label
			_, _ = fmt.Fprintln(a.out, label)
		}
		_, _ = fmt.Fprintf(a.out, "  %-*s  %s\n", width, p.base.ID, p.base.Name.In(string(a.lang)))
	}
}

func (a *app) findingsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "findings [CODE]",
		Short: a.lang.T("cmd.findings.short"),
		Long:  a.lang.T("cmd.findings.long"),
		Args:  a.upTo(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var out []string
			for _, r := range checks.Rules() {
				out = append(out, string(r.Code))
			}
			return out, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.findings(args) },
	}
}

// findings prints the reference of finding codes, worded as in the example of each.
func (a *app) findings(args []string) error {
	rules := checks.Rules()
	if len(args) == 1 {
		rules = slices.DeleteFunc(slices.Clone(rules), func(r checks.Rule) bool { return string(r.Code) != args[0] })
		if len(rules) == 0 {
			return usage(a.lang.T("cmd.fault.no-finding", i18n.Args{"name": printable(args[0])}),
				a.lang.T("cmd.fault.see-findings"))
		}
	}
	for i, r := range rules {
		ref, err := a.reference(r)
		if err != nil {
			return err
		}
		if a.opt.json {
			if err := a.writeLine(ref); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			_, _ = fmt.Fprintln(a.out)
		}
		if len(args) == 1 {
			_, _ = fmt.Fprint(a.out, a.findingPage(r, ref))
			continue
		}
		rows := [][2]string{{a.lang.T("cmd.page.what"), ref.What}, {a.lang.T("cmd.page.why"), ref.Why},
			{a.lang.T("cmd.page.fix"), ref.Fix}, {a.lang.T("cmd.page.source"), r.Source}}
		var b strings.Builder
		section(&b, string(r.Code)+" ("+a.severity(ref.Severity)+")", rows)
		_, _ = fmt.Fprintln(a.out, strings.TrimSpace(b.String()))
	}
	return nil
}

// severity words how grave a finding is.
func (a *app) severity(s checks.Severity) string { return a.lang.T("cmd.severity." + string(s)) }
