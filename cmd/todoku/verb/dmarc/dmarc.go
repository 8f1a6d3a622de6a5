// Package dmarc explains a DMARC record tag by tag.
package dmarc

import (
	"context"

	"github.com/spf13/cobra"

	"example.org/todoku/checks/dmarc"
	"example.org/todoku/cmd/todoku/internal/aloud"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/wizard/words"
)

// Options holds what dmarc needs: the program, its argument, and its effects.
type Options struct {
	*cli.Program
	World func(context.Context) (*world.World, error) // opens the world to ask

	Given []string // a domain or a record; at most one
}

// Command returns the cobra command of dmarc; it fills in the options and calls run.
func Command(p *cli.Program, run func(context.Context, *Options) error) *cobra.Command {
	o := &Options{Program: p, World: world.Opener(p)}
	return &cobra.Command{
		Use:               "dmarc [DOMAIN|RECORD]",
		Short:             p.About("cmd.dmarc.short"),
		Long:              p.About("cmd.dmarc.long"),
		Example:           p.About("cmd.dmarc.example"),
		Args:              p.UpTo(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(c *cobra.Command, args []string) error {
			o.Given = args
			return run(c.Context(), o)
		},
	}
}

// Run explains the record that is given, or the one that applies to the domain: its own, or that of a domain above
// it (RFC 9989 section 4.10).
func Run(ctx context.Context, o *Options) error {
	say := words.P{Lang: o.Lang}
	if len(o.Given) == 1 && aloud.IsRecord(o.Given[0]) {
		return aloud.Tell(o.Program, "", o.Given[0], say.AloudDMARC(dmarc.Parse(o.Given[0])))
	}
	w, err := o.World(ctx)
	if err != nil {
		return err
	}
	domain, err := aloud.Domain(o.Program, w, o.Given, "todoku dmarc")
	if err != nil {
		return err
	}
	name, record, err := aloud.Find(ctx, o.Program, w, dmarc.Walk(domain), func(s string) bool { return dmarc.Is(s) || dmarc.Resembles(s) })
	if err != nil {
		return err
	}
	return aloud.Tell(o.Program, name, record, say.AloudDMARC(dmarc.Parse(record)))
}
