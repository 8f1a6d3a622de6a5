// Package dkim explains a DKIM key record tag by tag.
package dkim

import (
	"context"

	"github.com/spf13/cobra"

	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/cmd/todoku/internal/aloud"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/wizard/words"
)

// Options holds what dkim needs: the program, its argument and flag, and its effects.
type Options struct {
	*cli.Program
	World func(context.Context) (*world.World, error) // opens the world to ask

	Given    []string // a domain or a record; at most one
	Selector string
}

// Command returns the cobra command of dkim; it fills in the options and calls run.
func Command(p *cli.Program, run func(context.Context, *Options) error) *cobra.Command {
	o := &Options{Program: p, World: world.Opener(p)}
	c := &cobra.Command{
		Use:               "dkim [DOMAIN|RECORD] --selector S",
		Short:             p.About("cmd.dkim.short"),
		Long:              p.About("cmd.dkim.long"),
		Example:           p.About("cmd.dkim.example"),
		Args:              p.UpTo(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(c *cobra.Command, args []string) error {
			o.Given = args
			return run(c.Context(), o)
		},
	}
	c.Flags().StringVar(&o.Selector, "selector", "", p.About("cmd.flag.selector"))
	return c
}

// Run explains the record that is given, or the one at the selector of the domain. A private key is not printed.
func Run(ctx context.Context, o *Options) error {
	say := words.P{Lang: o.Lang}
	if len(o.Given) == 1 && aloud.IsRecord(o.Given[0]) {
		r := dkim.Parse(o.Given[0])
		return aloud.Tell(o.Program, "", r.Raw, say.AloudDKIM(r))
	}
	if len(o.Given) == 0 && o.Lab == "" {
		_, err := o.DomainsOr(nil, "", "todoku dkim")
		return err
	}
	if o.Selector == "" {
		return cli.Usage(o.Lang.T("cmd.fault.no-selector"), o.SeeHelp("todoku dkim"))
	}
	selector, ok := dkim.CleanSelector(o.Selector)
	if !ok {
		return o.BadValue("--selector", o.Selector, o.Lang.T("cmd.fault.selector"))
	}
	w, err := o.World(ctx)
	if err != nil {
		return err
	}
	domain, err := aloud.Domain(o.Program, w, o.Given, "todoku dkim")
	if err != nil {
		return err
	}
	name, record, err := aloud.Find(ctx, o.Program, w, []string{dnsname.Key(selector, domain)}, dkim.Is)
	if err != nil {
		return err
	}
	r := dkim.Parse(record)
	return aloud.Tell(o.Program, name, r.Raw, say.AloudDKIM(r))
}
