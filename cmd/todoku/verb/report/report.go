// Package report reads the DMARC aggregate reports that receivers send, and says who sent what in a domain's name and
// whether a stricter policy is safe.
package report

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/report"
	"example.org/todoku/checks/report/reported"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/local"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
	"example.org/todoku/wizard/session"
	"example.org/todoku/wizard/words"
)

// Options holds what report needs: the program, its flags, and its effects.
type Options struct {
	*cli.Program
	World   func(context.Context) (*world.World, error) // opens the world to ask
	Now     func() time.Time
	Answers *cli.Answers

	Files  []string // files, folders, and "-" for standard input
	Domain string   // "" for all domains in the reports
	DNS    bool     // ask DNS too
	CSV    bool
	HTML   bool
	Ramp   bool // raise pct step by step, as before RFC 9989
}

// Command returns the cobra command of report; it fills in the options and calls run.
func Command(p *cli.Program, run func(context.Context, *Options) error) *cobra.Command {
	o := &Options{Program: p, World: world.Opener(p), Now: local.WallClock, Answers: &cli.Answers{Program: p}}
	c := &cobra.Command{
		Use:     "report FILE...",
		Short:   p.About("cmd.report.short"),
		Long:    p.About("cmd.report.long"),
		Example: p.About("cmd.report.example"),
		Args:    p.Between(1, -1),
		RunE: func(c *cobra.Command, args []string) error {
			o.Files = args
			return run(c.Context(), o)
		},
	}
	c.Flags().SortFlags = false
	c.Flags().StringVar(&o.Domain, "domain", "", p.About("cmd.flag.report-domain"))
	c.Flags().BoolVar(&o.CSV, "csv", false, p.About("cmd.flag.csv"))
	c.Flags().BoolVar(&o.HTML, "html", false, p.About("cmd.flag.report-html"))
	c.Flags().BoolVar(&o.DNS, "dns", false, p.About("cmd.flag.report-dns"))
	c.Flags().BoolVar(&o.Ramp, "ramp", false, p.About("cmd.flag.ramp"))
	o.Answers.DeclareServices(c)
	o.Answers.DeclarePanel(c)
	return c
}

// Run reads the reports and prints what they say, of one domain or of each.
func Run(ctx context.Context, o *Options) error {
	switch {
	case o.CSV && o.JSON, o.HTML && (o.CSV || o.JSON):
		return cli.Usage(o.Lang.T("cmd.report.csv-json"), o.SeeHelp("todoku report"))
	case o.DNS && o.Domain == "":
		return cli.Usage(o.Lang.T("cmd.report.dns-domain"), o.SeeHelp("todoku report"))
	}
	cat, err := catalog.Load()
	if err != nil {
		return err
	}
	if _, err := o.Answers.Read(cat); err != nil {
		return err
	}
	if o.Domain != "" {
		input, err := o.Program.DomainTold(o.Domain)
		if err != nil {
			return err
		}
		o.Domain = input.Domain
	}
	all := o.read(ctx)
	if o.Domain != "" {
		all.Domains = slices.DeleteFunc(all.Domains, func(t *report.Tally) bool { return t.Domain != o.Domain })
	}
	list, err := o.judge(ctx, cat, all)
	if err != nil {
		return err
	}
	if err := o.tell(words.P{Lang: o.Lang, Catalog: cat, Now: o.Now()}, list, all); err != nil {
		return err
	}
	if all.Stopped {
		return cli.NewFault(cli.StatusUnknown, o.Lang.T("cmd.report.stopped", i18n.Args{"done": all.Files}), "")
	}
	return cli.Exit(o.status(list, all))
}

// read reads all files, and shows its progress on a terminal.
func (o *Options) read(ctx context.Context) *report.Reading {
	_, tty := cli.Terminal(o.Err)
	tty = tty && !o.Plain
	begun, drawn := time.Now(), false
	all := local.ReadFiles(ctx, o.files(), func(at session.Share) {
		if tty && time.Since(begun) > patience {
			drawn = true
			_, _ = fmt.Fprint(o.Err, "\r"+bar(at)+" "+o.Lang.T("cmd.report.progress", i18n.Args{"done": at.FilesRead, "all": at.Files})+wipe)
		}
	})
	if drawn {
		_, _ = fmt.Fprint(o.Err, "\r"+wipe)
	}
	return all
}

// bar returns a bar for the share of bytes read.
func bar(at session.Share) string {
	const cells = 20
	done := int(at.BytesRead * cells / max(at.Bytes, 1))
	return "[" + strings.Repeat("#", done) + strings.Repeat(".", cells-done) + "]"
}

// patience is how long reading may take before progress is shown; wipe clears the rest of a line (ECMA-48 EL).
const (
	patience = 300 * time.Millisecond
	wipe     = "\x1b[K"
)

// files returns what the arguments name: files, all files of a folder, and standard input.
func (o *Options) files() []report.File {
	var out []report.File
	for _, name := range o.Files {
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			out = append(out, local.ReportFiles([]string{name})...)
			continue
		}
		out = append(out, report.File{Name: name, Open: func() (io.ReadCloser, error) { return o.Source(name) }})
	}
	return out
}

// judge decides whose each source is, from the catalogue, the owner's answers and DNS.
func (o *Options) judge(ctx context.Context, cat *catalog.Catalog, all *report.Reading) ([]reported.Domain, error) {
	var out []reported.Domain
	for _, t := range all.Domains {
		known := reported.Known{Catalog: cat, Now: o.Now(), Senders: o.senders(cat), Ramp: o.Ramp}
		if o.DNS && !all.Stopped {
			var err error
			if known.DNS, err = o.ask(ctx, t); err != nil {
				return nil, err
			}
		}
		out = append(out, reported.Of(t, known))
	}
	return out, nil
}

// ask looks up who sends a domain's mail; nil where DNS cannot be reached, which is reported.
func (o *Options) ask(ctx context.Context, t *report.Tally) (*snapshot.Snapshot, error) {
	w, err := o.World(ctx)
	if err != nil {
		return nil, err
	}
	dns, blind, err := w.AskSenders(ctx, t.Domain, reported.Addresses(t), nil)
	if err != nil {
		return nil, o.Interrupted()
	}
	if blind != world.Sighted {
		o.Note(o.Lang.T("cmd.blind." + string(blind)))
		return nil, nil
	}
	return dns, nil
}

// senders returns the services that the owner named.
func (o *Options) senders(cat *catalog.Catalog) []string {
	a, err := o.Answers.Read(cat)
	if err != nil {
		return nil
	}
	return append(a.HostIDs(), a.Senders...)
}

// tell prints what was found.
func (o *Options) tell(w words.P, list []reported.Domain, all *report.Reading) error {
	switch {
	case o.CSV:
		text, err := document.ReportCSV(list)
		if err != nil {
			return err
		}
		o.noteErrors(w, all)
		return o.Print(text)
	case o.HTML:
		w.Panel = o.Answers.Panel
		data, err := document.ReportHTML(w, list, all, "todoku "+o.Version)
		if err != nil {
			return err
		}
		return o.Print(string(data))
	case o.JSON:
		for _, r := range list {
			if err := o.WriteLine(document.ReportJSON(w, r, all)); err != nil {
				return err
			}
		}
		if len(list) == 0 {
			return o.WriteLine(document.ReportEmpty(w, o.Domain, all))
		}
		return nil
	}
	text := ""
	for i, r := range list {
		if i > 0 {
			text += "\n\n"
		}
		text += document.ReportPage(w, r, o.form(r), o.layout())
	}
	if len(list) == 0 {
		text = document.ReportNone(w, o.Domain)
	}
	if rest := document.ReportRest(w, all, o.Layout()); rest != "" {
		text += "\n" + rest
	}
	return o.Print(text)
}

// form says where the record of the next stage is typed.
func (o *Options) form(r reported.Domain) document.ReportForm {
	return document.ReportForm{Panel: o.Answers.Panel, Zone: input.Registrable(r.Tally.Domain)}
}

// layout returns the page layout; with --plain there are no bars, which a screen reader cannot read.
func (o *Options) layout() document.Layout {
	l := o.Layout()
	l.Barless = o.Plain
	return l
}

// noteErrors prints to standard error what a table on standard output leaves out.
func (o *Options) noteErrors(w words.P, all *report.Reading) {
	if rest := document.ReportRest(w, all, document.Layout{}); rest != "" {
		_, _ = io.WriteString(o.Err, rest)
	}
}

// status returns the exit status: 2 where a named file could not be read at all, 3 where nothing can be said of a
// domain, 1 where the owner's own mail fails.
func (o *Options) status(list []reported.Domain, all *report.Reading) cli.Status {
	status := cli.StatusOK
	for _, r := range list {
		switch {
		case len(r.Failing()) > 0:
			status = cli.Graver(status, cli.StatusFix)
		case r.Tally.Messages == 0:
			status = cli.Graver(status, cli.StatusUnknown)
		}
	}
	if len(list) == 0 {
		status = cli.StatusUnknown
	}
	named := slices.ContainsFunc(all.Barren, func(f string) bool { return slices.Contains(o.Files, f) })
	nothing := all.Files > 0 && len(all.Barren) == all.Files
	if named || nothing {
		status = cli.StatusUsage
	}
	return status
}
