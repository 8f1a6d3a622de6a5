// Package export looks at a domain and writes a summary to a file.
package export

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/local"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

// formatNames returns the names of the formats that export can write.
func formatNames() []string {
	var out []string
	for _, f := range document.Formats() {
		out = append(out, f.Name)
	}
	return out
}

// Options holds what export needs: the program, its flags, and its effects.
type Options struct {
	*cli.Program
	World   func(context.Context) (*world.World, error) // opens the world to ask
	Write   func(path string, data []byte) error        // makes a new file
	Answers *cli.Answers

	Domains []string
	Format  string // "" where none is named
	File    string // "" or "-" for standard output
}

// Command returns the cobra command of export; it fills in the options and calls run.
func Command(p *cli.Program, run func(context.Context, *Options) error) *cobra.Command {
	o := &Options{Program: p, World: world.Opener(p), Write: local.WriteNew, Answers: &cli.Answers{Program: p}}
	var format string
	c := &cobra.Command{
		Use:               "export DOMAIN",
		Short:             p.About("cmd.export.short"),
		Long:              p.About("cmd.export.long"),
		Example:           p.About("cmd.export.example"),
		Args:              p.UpTo(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(c *cobra.Command, args []string) error {
			o.Domains = args
			if c.Flags().Changed("format") {
				o.Format = format
			}
			return run(c.Context(), o)
		},
	}
	c.Flags().StringVar(&format, "format", "md", p.About("cmd.flag.format", i18n.Args{"formats": strings.Join(formatNames(), ", ")}))
	c.Flags().StringVarP(&o.File, "output", "o", "", p.About("cmd.flag.output"))
	cli.Complete(c, "format", formatNames()...)
	o.Answers.Declare(c)
	return c
}

// Run looks, judges and writes the summary, completely or not at all.
func Run(ctx context.Context, o *Options) error {
	format, err := o.format()
	if err != nil {
		return err
	}
	if err := o.free(); err != nil {
		return err
	}
	w, err := o.World(ctx)
	if err != nil {
		return err
	}
	answers, err := o.Answers.Read(w.Catalog)
	if err != nil {
		return err
	}
	names, err := o.DomainsOr(o.Domains, w.StoryDomain(), "todoku export")
	if err != nil {
		return err
	}
	input, err := o.DomainTold(names[0])
	if err != nil {
		return err
	}
	r, err := w.Examine(ctx, input, answers)
	w.Prove(ctx, &r, o.Answers.InHand)
	if ctx.Err() != nil {
		return o.Interrupted()
	}
	if blind := world.BlindnessOf(r.DNS); blind != world.Sighted {
		return blind.Fault(o.Program)
	}
	if err != nil {
		return err
	}
	r.NoteUnfound(o.Answers)
	data, err := document.Write(format, r.Document(o.Program))
	if err != nil {
		return err
	}
	if o.File == "" || o.File == "-" {
		_, err = o.Out.Write(data)
	} else if err = o.Write(o.File, data); err != nil {
		err = o.Unwritten(o.File, err)
	}
	if err != nil {
		return err
	}
	return cli.Exit(r.Status())
}

// free reports a file that cannot be created, before any question is asked.
func (o *Options) free() error {
	if o.File == "" {
		return nil
	}
	folder := filepath.Dir(o.File)
	if !local.Exists(folder) {
		return cli.Usage(o.Lang.T("cmd.fault.no-folder", i18n.Args{"folder": cli.Printable(folder)}), o.Lang.T("cmd.fault.make-folder"))
	}
	if local.Exists(o.File) {
		return o.Unwritten(o.File, fs.ErrExist)
	}
	return nil
}

// format returns the format: the one that is named, else JSON for --json, else by the file name's ending, else
// Markdown.
func (o *Options) format() (string, error) {
	switch {
	case o.Format != "" && o.JSON && o.Format != jsonFormat:
		return "", o.BadValue("--format", o.Format, o.Lang.T("cmd.fault.json-format"))
	case o.Format != "":
		return o.Format, o.knownFormat(o.Format)
	case o.JSON:
		return jsonFormat, nil
	}
	names := document.FormatsOf(o.File)
	switch len(names) {
	case 0:
		return "md", nil
	case 1:
		return names[0], nil
	}
	return "", cli.Usage(o.Lang.T("cmd.fault.format-of-file", i18n.Args{"file": cli.Printable(o.File)}),
		o.Lang.T("cmd.fault.name-format", i18n.Args{"formats": strings.Join(names, ", ")}))
}

// jsonFormat is the format that --json selects.
const jsonFormat = "json"

func (o *Options) knownFormat(format string) error {
	if slices.Contains(formatNames(), format) {
		return nil
	}
	return o.BadValue("--format", format, o.Lang.T("cmd.fault.formats", i18n.Args{"formats": strings.Join(formatNames(), ", ")}))
}
