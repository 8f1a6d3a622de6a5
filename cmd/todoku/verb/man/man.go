// Package man writes the manual pages, for packagers.
package man

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/i18n"
)

// Options holds what man needs.
type Options struct {
	*cli.Program
	Root *cobra.Command // the command whose pages are written, with those of its subcommands

	Dirs []string // the folder for one file a page; empty prints one page to standard output
}

// Command returns the cobra command of man; it fills in the options and calls run.
func Command(p *cli.Program, run func(*Options) error) *cobra.Command {
	return &cobra.Command{
		Use:         "man [DIR]",
		Annotations: map[string]string{cli.Offline: ""},
		Short:       p.About("cmd.man.short"),
		Hidden:      true,
		Args:        p.UpTo(1),
		RunE:        func(c *cobra.Command, args []string) error { return run(&Options{p, c.Root(), args}) },
	}
}

// Run writes one page to standard output, or all of them into a folder.
func Run(o *Options) error {
	if len(o.Dirs) == 0 {
		return o.Print(o.page(o.Root))
	}
	dir := o.Dirs[0]
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return o.unwritten(dir, err)
	}
	for _, c := range append([]*cobra.Command{o.Root}, o.Root.Commands()...) {
		if c != o.Root && !c.IsAvailableCommand() {
			continue
		}
		path := filepath.Join(dir, pageName(c)+".1")
		if err := os.WriteFile(path, []byte(o.page(c)), 0o644); err != nil {
			return o.unwritten(path, err)
		}
	}
	return nil
}

func (o *Options) unwritten(path string, err error) error {
	var at *os.PathError
	if errors.As(err, &at) {
		path = at.Path
	}
	return cli.Usage(o.Lang.T("cmd.fault.write", i18n.Args{"file": cli.Printable(path), "error": o.Reason(err)}), "")
}

// pageName returns the name of a command's page: todoku, todoku-check.
func pageName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// page returns the manual page of a command.
func (o *Options) page(c *cobra.Command) string {
	r := &roff{}
	name := pageName(c)
	r.request("TH", strings.ToUpper(name), "1", "", "todoku "+o.Version, "todoku")
	r.request("ad", "l") // no justification: Japanese has no blanks to stretch
	r.section(o.t("name"))
	r.text(name + " - " + c.Short)
	r.section(o.t("synopsis"))
	r.bold(c.UseLine())
	r.section(o.t("about"))
	r.literal(strings.TrimSpace(cmp.Or(c.Long, c.Short)))
	own, answers, common := cli.FlagGroups(c)
	r.flags(o.t("options"), own)
	r.flags(o.t("answers"), answers)
	r.flags(o.t("common"), common)
	if c.Example != "" {
		r.section(o.t("examples"))
		r.literal(strings.TrimSpace(c.Example))
	}
	r.section(o.t("status"))
	r.literal(strings.TrimSpace(o.Lang.T("cmd.help.status")))
	r.section(o.t("environment"))
	for _, k := range o.Settings.Keys() {
		r.item(k.Env, o.Lang.T("cmd.man.variable", i18n.Args{"key": k.Name}))
	}
	r.item("NO_COLOR", o.t("no-color"))
	r.section(o.t("files"))
	r.item("~/.config/todoku/config.toml", o.t("config"))
	r.item("~/.local/state/todoku/", o.t("state"))
	r.section(o.t("see"))
	r.text(o.others(c))
	return r.String()
}

// t returns a text of this command.
func (o *Options) t(id string) string { return o.Lang.T("cmd.man." + id) }

// others returns the names of the other commands' pages.
func (o *Options) others(c *cobra.Command) string {
	var out []string
	for _, other := range append([]*cobra.Command{o.Root}, o.Root.Commands()...) {
		if other != c && (other == o.Root || other.IsAvailableCommand()) {
			out = append(out, pageName(other)+"(1)")
		}
	}
	return strings.Join(out, ", ")
}
