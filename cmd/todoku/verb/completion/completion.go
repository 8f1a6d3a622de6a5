// Package completion writes the script with which a shell completes todoku's commands, flags and values.
package completion

import (
	"io"

	"github.com/spf13/cobra"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/i18n"
)

// Options holds what completion needs.
type Options struct {
	*cli.Program
	Root  *cobra.Command // the command tree to complete
	Shell string
}

// scripts holds the function that writes each shell's script.
var scripts = map[string]func(root *cobra.Command, w io.Writer) error{
	"bash":       func(root *cobra.Command, w io.Writer) error { return root.GenBashCompletionV2(w, true) },
	"zsh":        (*cobra.Command).GenZshCompletion,
	"fish":       func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) },
	"powershell": (*cobra.Command).GenPowerShellCompletionWithDesc,
}

// Command returns the cobra command of completion; it fills in the options and calls run.
func Command(p *cli.Program, run func(*Options) error) *cobra.Command {
	return &cobra.Command{
		Use:         "completion bash|zsh|fish|powershell",
		Annotations: map[string]string{cli.Offline: ""},
		Short:       p.About("cmd.completion.short"),
		Long:        p.About("cmd.completion.long"),
		Example:     p.About("cmd.completion.example"),
		Args:        p.Between(1, 1),
		ValidArgs:   []string{"bash", "zsh", "fish", "powershell"},
		RunE:        func(c *cobra.Command, args []string) error { return run(&Options{p, c.Root(), args[0]}) },
	}
}

// Run writes the script to standard output.
func Run(o *Options) error {
	write, ok := scripts[o.Shell]
	if !ok {
		return cli.Usage(o.Lang.T("cmd.fault.no-shell", i18n.Args{"name": cli.Printable(o.Shell)}), o.SeeHelp("todoku completion"))
	}
	return write(o.Root, o.Out)
}
