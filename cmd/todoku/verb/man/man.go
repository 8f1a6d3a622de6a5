package main

import (
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"todoku/i18n"
)

// manCommand makes the manual pages, for packagers: one page to standard output, or all of them into a folder.
func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "man [DIR]",
		Short:  a.lang.T("cmd.man.short"),
		Hidden: true,
		Args:   a.upTo(1),
		RunE: func(c *cobra.Command, args []string) error {
			root := c.Root()
			root.DisableAutoGenTag = true
			header := &doc.GenManHeader{Title: "TODOKU", Section: "1", Source: "todoku " + version(), Manual: "todoku"}
			if len(args) == 0 {
				return doc.GenMan(root, header, a.out)
			}
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return usage(a.lang.T("cmd.fault.write", i18n.Args{"file": printable(args[0]), "error": a.reason(err)}), "")
			}
			err := doc.GenManTree(root, header, args[0])
			var path *fs.PathError
			if errors.As(err, &path) {
				return usage(a.lang.T("cmd.fault.write", i18n.Args{"file": printable(path.Path), "error": a.reason(err)}), "")
			}
			return err
		},
	}
}
