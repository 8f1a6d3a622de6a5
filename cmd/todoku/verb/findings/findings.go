// Package findings prints the reference of finding codes.
package findings

import (
	"slices"

	"github.com/spf13/cobra"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
	"example.org/todoku/wizard/words"
)

// Options holds what findings needs.
type Options struct {
	*cli.Program
	Codes []string // at most one; empty for all
}

// Command returns the cobra command of findings; it fills in the options and calls run.
func Command(p *cli.Program, run func(*Options) error) *cobra.Command {
	return &cobra.Command{
		Use:               "findings [CODE]",
		Annotations:       map[string]string{cli.Offline: ""},
		Short:             p.About("cmd.findings.short"),
		Long:              p.About("cmd.findings.long"),
		Args:              p.UpTo(1),
		ValidArgsFunction: cli.Offering(codes),
		RunE:              func(_ *cobra.Command, args []string) error { return run(&Options{p, args}) },
	}
}

func codes() []string {
	var out []string
	for _, r := range checks.Rules() {
		out = append(out, string(r.Code))
	}
	return out
}

// Run prints the reference, each finding with the words of its example.
func Run(o *Options) error {
	rules := checks.Rules()
	if len(o.Codes) == 1 {
		rules = slices.DeleteFunc(slices.Clone(rules), func(r checks.Rule) bool { return string(r.Code) != o.Codes[0] })
		if len(rules) == 0 {
			return cli.Usage(o.Lang.T("cmd.fault.no-finding", i18n.Args{"name": cli.Printable(o.Codes[0])}), o.Lang.T("cmd.fault.see-findings"))
		}
	}
	for i, r := range rules {
		ref, err := reference(o.Lang, r)
		switch {
		case err != nil:
		case o.JSON:
			err = o.WriteLine(ref)
		default:
			err = o.Print(o.page(ref, i == 0))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// page returns the text of one finding, in full if it is the only one. All but the first begin with an empty line.
func (o *Options) page(ref document.Reference, first bool) string {
	text := document.ReferenceEntry(o.Lang, ref)
	if len(o.Codes) == 1 {
		text = document.ReferencePage(o.Lang, ref, o.Layout())
	}
	if !first {
		text = "\n" + text
	}
	return text
}

// reference returns what the reference says of a rule.
func reference(lang i18n.Lang, r checks.Rule) (document.Reference, error) {
	all, err := examples()
	if err != nil {
		return document.Reference{}, err
	}
	cat, err := catalog.Load()
	if err != nil {
		return document.Reference{}, err
	}
	return document.ReferenceOf(words.P{Lang: lang, Catalog: cat}, r, all[r.Code])
}
