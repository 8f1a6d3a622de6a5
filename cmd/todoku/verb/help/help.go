// Package help prints the help page of a command.
package help

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

// Options holds what help needs.
type Options struct {
	*cli.Program
	Root *cobra.Command
	Path []string // the command's words after "todoku"; none for todoku itself
}

// Command returns the cobra command of help; it fills in the options and calls run.
func Command(p *cli.Program, run func(*Options) error) *cobra.Command {
	return &cobra.Command{
		Use:         "help [COMMAND]",
		Annotations: map[string]string{cli.Offline: ""},
		Short:       p.About("cmd.help.short"),
		Hidden:      true,
		RunE:        func(c *cobra.Command, args []string) error { return run(&Options{p, c.Root(), args}) },
	}
}

// Run prints the page of the command that is named.
func Run(o *Options) error {
	found, rest, err := o.Root.Find(o.Path)
	if err != nil || len(rest) > 0 {
		return cli.Usage(o.Lang.T("cmd.fault.no-command", i18n.Args{"name": cli.Printable(strings.Join(o.Path, " "))}),
			o.Suggest(o.Root, o.Path[0], o.SeeHelp("todoku")))
	}
	return o.Print(Page(o.Lang, found))
}

// Page returns the help page of a command: what it does, usage, examples, commands, flags.
func Page(lang i18n.Lang, c *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s\n  %s\n", strings.TrimSpace(cmp.Or(c.Long, c.Short)), lang.T("cmd.help.usage"), c.UseLine())
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  todoku %s\n", lang.T("cmd.help.command-line"))
	}
	if c.Example != "" {
		fmt.Fprintf(&b, "\n%s\n%s\n", lang.T("cmd.help.examples"), document.Indent(c.Example))
	}
	var commands [][2]string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			commands = append(commands, [2]string{strings.TrimPrefix(sub.UseLine(), "todoku "), sub.Short})
		}
	}
	b.WriteString(document.Section(lang.T("cmd.help.commands"), commands))
	own, answers, common := cli.FlagGroups(c)
	b.WriteString(document.Section(lang.T("cmd.help.flags"), rows(own)))
	b.WriteString(document.Section(lang.T("cmd.help.answers"), rows(answers)))
	b.WriteString(document.Section(lang.T("cmd.help.common"), rows(common)))
	if !c.HasParent() {
		fmt.Fprintf(&b, "\n%s\n", strings.TrimSpace(lang.T("cmd.help.status")))
	}
	return b.String()
}

// rows returns flags with their descriptions.
func rows(list []*pflag.Flag) (out [][2]string) {
	for _, f := range list {
		out = append(out, flagRow(f))
	}
	return out
}

func flagRow(f *pflag.Flag) [2]string {
	name, what := pflag.UnquoteUsage(f)
	left := "    --" + f.Name
	if f.Shorthand != "" {
		left = "-" + f.Shorthand + ", --" + f.Name
	}
	if f.Value.Type() != "bool" {
		left += " " + name
	}
	return [2]string{left, what}
}
