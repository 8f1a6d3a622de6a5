package main

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"todoku/i18n"
	"todoku/wizard/document"
)

// laterFormats are planned, and named only when asked for.
var laterFormats = []string{"html", "csv", "zone", "dnscontrol", "octodns", "terraform", "request"}

// formatNames lists the formats that can be written now.
func formatNames() []string {
	var out []string
	for _, f := range document.Formats() {
		out = append(out, f.Name)
	}
	return out
}

func (a *app) exportCommand() *cobra.Command {
	var format, file string
	c := &cobra.Command{
		Use:               "export DOMAIN",
		Short:             a.lang.T("cmd.export.short"),
		Long:              a.lang.T("cmd.export.long"),
		Example:           a.lang.T("cmd.export.example"),
		Args:              a.upTo(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(c *cobra.Command, args []string) error {
			if !c.Flags().Changed("format") {
				format = a.formatFor(file)
			} else if a.opt.json && format != "json" {
				return a.badValue("--format", format, a.lang.T("cmd.fault.json-format"))
			}
			if err := a.knownFormat(format); err != nil {
				return err
			}
			return a.export(c.Context(), args, format, file)
		},
	}
	c.Flags().StringVar(&format, "format", "md", a.lang.T("cmd.flag.format"))
	c.Flags().StringVarP(&file, "output", "o", "", a.lang.T("cmd.flag.output"))
	complete(c, "format", formatNames()...)
	a.answerFlags(c)
	return c
}

// formatFor is the format where none is named: JSON for --json, else what the file's name ends in, else Markdown.
func (a *app) formatFor(file string) string {
	if a.opt.json {
		return "json"
	}
	for _, f := range document.Formats() {
		if strings.EqualFold(filepath.Ext(file), f.Ext) {
			return f.Name
		}
	}
	return "md"
}

func (a *app) knownFormat(format string) error {
	switch {
	case slices.Contains(formatNames(), format):
		return nil
	case slices.Contains(laterFormats, format):
		return usage(a.lang.T("cmd.fault.later-format", i18n.Args{"format": format}),
			a.lang.T("cmd.fault.formats", i18n.Args{"formats": strings.Join(formatNames(), ", ")}))
	}
	return a.badValue("--format", format, a.lang.T("cmd.fault.formats", i18n.Args{"formats": strings.Join(formatNames(), ", ")}))
}

// export looks, judges and writes the summary: whole, or not at all.
func (a *app) export(ctx context.Context, args []string, format, file string) error {
	if file != "" && !exists(filepath.Dir(file)) {
		return usage(a.lang.T("cmd.fault.no-folder", i18n.Args{"folder": printable(filepath.Dir(file))}), a.lang.T("cmd.fault.make-folder"))
	}
	if file != "" && exists(file) {
		return usage(a.lang.T("cmd.fault.taken", i18n.Args{"file": printable(file)}), a.lang.T("cmd.fault.other-name"))
	}
	w, err := a.world(ctx)
	if err != nil {
		return err
	}
	answers, err := a.answers(w.cat)
	if err != nil {
		return err
	}
	names, err := a.domains(w, checkFlags{}, args, "todoku export")
	if err != nil {
		return err
	}
	input, err := a.domain(names[0])
	if err != nil {
		return err
	}
	r, err := w.examine(ctx, input, answers)
	if ctx.Err() != nil {
		return &fault{statusUnknown, a.lang.T("cmd.fault.interrupted"), ""}
	}
	if kind := blindness(r.in.DNS); kind != "" {
		return &fault{statusUnknown, a.blind(kind), a.lang.T("cmd.blind.lab")}
	}
	if err != nil {
		return err
	}
	a.unfound(r)
	data, err := a.summary(r, format)
	if err != nil {
		return err
	}
	a.status = r.status()
	if file == "" || file == "-" {
		_, err = a.out.Write(data)
		return err
	}
	return a.writeAsked(file, data)
}
