// Package man makes the manual pages, for packagers.
package man

import (
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/i18n"
)

// Options are what man needs.
type Options struct {
	*cli.Program
	Root *cobra.Command // whose pages are made, with those of every command

	Dirs []string // where each page goes into a file; none for one page to standard output
}

// Command is the command line of man; run is what it starts.
func Command(p *cli.Program, run func(*Options) error) *cobra.Command {
	return &cobra.Command{
		Use:    "man [DIR]",
		Short:  p.Lang.T("cmd.man.short"),
		Hidden: true,
		Args:   p.UpTo(1),
		RunE:   func(c *cobra.Command, args []string) error { return run(&Options{p, c.Root(), args}) },
	}
}

// Run writes one page to standard output, or all of them into a folder.
func Run(o *Options) error {
	o.Root.DisableAutoGenTag = true
	header := &doc.GenManHeader{Title: "TODOKU", Section: "1", Source: "todoku " + o.Version, Manual: "todoku"}
	if len(o.Dirs) == 0 {
		return doc.GenMan(o.Root, header, o.Out)
	}
	dir := o.Dirs[0]
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return o.unwritten(dir, err)
	}
	err := doc.GenManTree(o.Root, header, dir)
	var path *fs.PathError
	if errors.As(err, &path) {
		return o.unwritten(path.Path, err)
	}
	return err
}

func (o *Options) unwritten(path string, err error) error {
	return cli.Usage(o.Lang.T("cmd.fault.write", i18n.Args{"file": cli.Printable(path), "error": o.Reason(err)}), "")
}
