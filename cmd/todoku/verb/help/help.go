package main

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"todoku/i18n"
)

// answerGroup marks the flags that answer the wizard's questions.
const answerGroup = "answers"

func (a *app) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "help [COMMAND]",
		Short:  a.lang.T("cmd.help.short"),
		Hidden: true,
		RunE: func(c *cobra.Command, args []string) error {
			found, rest, err := c.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return usage(a.lang.T("cmd.fault.no-command", i18n.Args{"name": printable(strings.Join(args, " "))}),
					a.suggest(c.Root(), args[0], a.lang.T("cmd.fault.see-help", i18n.Args{"command": "todoku"})))
			}
			a.help(found)
			return nil
		},
	}
}

// help prints the page of a command: what it does, how it is called, examples, commands, flags.
func (a *app) help(c *cobra.Command) {
	var b strings.Builder
	text := c.Long
	if text == "" {
		text = c.Short
	}
	fmt.Fprintf(&b, "%s\n\n%s\n  %s\n", strings.TrimSpace(text), a.lang.T("cmd.help.usage"), c.UseLine())
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  todoku %s\n", a.lang.T("cmd.help.command-line"))
	}
	if c.Example != "" {
		fmt.Fprintf(&b, "\n%s\n%s\n", a.lang.T("cmd.help.examples"), indent(c.Example))
	}
	var rows [][2]string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			rows = append(rows, [2]string{strings.TrimPrefix(sub.UseLine(), "todoku "), sub.Short})
		}
	}
	section(&b, a.lang.T("cmd.help.commands"), rows)
	var own, answers, common [][2]string
	local := c.LocalFlags()
	c.Flags().VisitAll(func(f *pflag.Flag) {
		switch {
		case f.Hidden:
		case len(f.Annotations[answerGroup]) > 0:
			answers = append(answers, flagRow(f))
		case local.Lookup(f.Name) != nil && c.HasParent():
			own = append(own, flagRow(f))
		default:
			common = append(common, flagRow(f))
		}
	})
	if c.HasParent() {
		c.InheritedFlags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				common = append(common, flagRow(f))
			}
		})
	}
	section(&b, a.lang.T("cmd.help.flags"), unique(own))
	section(&b, a.lang.T("cmd.help.answers"), unique(answers))
	section(&b, a.lang.T("cmd.help.common"), unique(common))
	if !c.HasParent() {
		fmt.Fprintf(&b, "\n%s\n", strings.TrimSpace(a.lang.T("cmd.help.status")))
	}
	_, _ = fmt.Fprint(a.out, b.String())
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

// unique drops the flags that cobra lists both as a command's and as inherited.
func unique(rows [][2]string) [][2]string {
	seen := map[string]bool{}
	var out [][2]string
	for _, r := range rows {
		if !seen[r[0]] {
			seen[r[0]] = true
			out = append(out, r)
		}
	}
	return out
}

// section prints two columns under a heading, measured in cells; a long left column puts the right one below.
func section(b *strings.Builder, heading string, rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	const most = 30
	width := 0
	for _, r := range rows {
		if w := ansi.StringWidth(r[0]); w <= most {
			width = max(width, w)
		}
	}
	fmt.Fprintf(b, "\n%s\n", heading)
	for _, r := range rows {
		if w := ansi.StringWidth(r[0]); w <= width {
			fmt.Fprintf(b, "  %s%s  %s\n", r[0], strings.Repeat(" ", width-w), r[1])
		} else {
			fmt.Fprintf(b, "  %s\n  %s  %s\n", r[0], strings.Repeat(" ", width), r[1])
		}
	}
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ")
}
