// Package providers prints what the catalogue knows of mail hosts, services that send, and DNS panels.
package providers

import (
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

// Options holds what providers needs: the program, its flags, and its effects.
type Options struct {
	*cli.Program
	Now func() time.Time // the time that the age of facts counts to

	Names []string // an ID or a company's name, at most one; none for all
}

// Command returns the cobra command of providers; it fills in the options and calls run.
func Command(p *cli.Program, run func(*Options) error) *cobra.Command {
	o := &Options{Program: p, Now: time.Now}
	return &cobra.Command{
		Use:         "providers [ID]",
		Annotations: map[string]string{cli.Offline: ""},
		Short:       p.About("cmd.providers.short"),
		Long:        p.About("cmd.providers.long"),
		Args:        p.UpTo(1),
		ValidArgsFunction: cli.Offering(func() []string {
			return slices.Concat(p.HostIDs(), p.SenderIDs(), p.PanelIDs())
		}),
		RunE: func(_ *cobra.Command, args []string) error {
			o.Names = args
			return run(o)
		},
	}
}

// line is an entry of the catalogue in the command line's JSON.
type line struct {
	Schema int               `json:"schema"`
	Kind   document.Kind     `json:"kind"`
	Entry  document.Provider `json:"entry"`
}

// known lists the whole catalogue: hosts, senders, panels.
func known(cat *catalog.Catalog) []document.Provider {
	var all []document.Provider
	for _, e := range cat.Hosts() {
		all = append(all, e)
	}
	for _, e := range cat.Senders() {
		all = append(all, e)
	}
	for _, e := range cat.Panels() {
		all = append(all, e)
	}
	return all
}

// Run prints what the catalogue knows.
func Run(o *Options) error {
	cat, err := catalog.Load()
	if err != nil {
		return err
	}
	all := known(cat)
	if len(o.Names) == 1 {
		id := o.Names[0]
		named := slices.DeleteFunc(slices.Clone(all), func(p document.Provider) bool {
			return p.Base().ID != id && !slices.Contains(p.Base().Aliases, id)
		})
		if len(named) == 0 { // the name of a company, as in the wizard
			named = catalog.Filter(all, id)
		}
		if all = named; len(all) == 0 {
			return cli.Usage(o.Lang.T("cmd.fault.no-provider", i18n.Args{"name": cli.Printable(id)}), o.Lang.T("cmd.fault.no-entry"))
		}
	}
	if o.JSON {
		for _, p := range all {
			if err := o.WriteLine(line{1, document.KindOf(p), p}); err != nil {
				return err
			}
		}
		return nil
	}
	if len(o.Names) == 0 || len(all) > pagesAtOnce {
		return o.Print(document.ProviderList(o.Lang, all))
	}
	var pages []string
	for _, p := range all {
		pages = append(pages, document.ProviderPage(o.Lang, p, o.Now(), o.Layout()))
	}
	return o.Print(strings.Join(pages, "\n"))
}

// pagesAtOnce is the largest number of entries shown in full: an ID can name one entry of each of three kinds. More are
// listed.
const pagesAtOnce = 3
