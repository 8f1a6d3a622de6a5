// Package check looks at domains and reports what is wrong with them.
package check

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/forecast"
	"example.org/todoku/checks/inhand"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/message"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/local"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
	"example.org/todoku/wizard/session"
)

// Options holds what check needs: the program, its flags, and its effects.
type Options struct {
	*cli.Program
	World   func(context.Context) (*world.World, error) // opens the world to ask
	Write   func(path string, data []byte) error        // makes a new file
	Folder  func(path string) error                     // makes a new folder, or takes an empty one
	Answers *cli.Answers

	Domains          []string
	File, From, Save string
	Requirements     []string // receivers whose checklist is shown
	Jobs             int      // how many domains are looked at at the same time
	Form             string   // output format; "" is text, or JSON with --json
	HTML             string   // folder for a page of each domain and an index; "" for none

	pages *folder
	lines map[string]int // the line of the file on which each domain stands first
}

// The largest files that are read, in bytes.
const (
	maxList     = 4 << 20
	maxSnapshot = 32 << 20
)

// Command returns the cobra command of check; it fills in the options and calls run.
func Command(p *cli.Program, run func(context.Context, *Options) error) *cobra.Command {
	o := &Options{Program: p, World: world.Opener(p), Write: local.WriteNew, Folder: local.FreshFolder, Answers: &cli.Answers{Program: p}}
	c := &cobra.Command{
		Use:               "check DOMAIN...",
		Short:             p.About("cmd.check.short"),
		Long:              p.About("cmd.check.long"),
		Example:           p.About("cmd.check.example"),
		Args:              p.Between(0, -1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(c *cobra.Command, args []string) error {
			o.Domains = args
			return run(c.Context(), o)
		},
	}
	c.Flags().StringVarP(&o.File, "file", "f", "", p.About("cmd.flag.file"))
	c.Flags().IntVar(&o.Jobs, "jobs", usualJobs, p.About("cmd.flag.jobs", i18n.Args{"jobs": usualJobs}))
	c.Flags().StringVar(&o.From, "from", "", p.About("cmd.flag.from"))
	c.Flags().StringVar(&o.Save, "save-snapshot", "", p.About("cmd.flag.save-snapshot"))
	cli.Several(c.Flags(), &o.Requirements, "requirements", p.About("cmd.flag.requirements"))
	cli.Complete(c, "requirements", forecast.Listed()...)
	c.Flags().StringVar(&o.Form, "format", "", p.About("cmd.flag.check-format"))
	cli.Complete(c, "format", cli.Forms()...)
	c.Flags().StringVar(&o.HTML, "html", "", p.About("cmd.flag.html"))
	o.Answers.Declare(c)
	return c
}

// Run looks at every domain and prints each result as it is done.
func Run(ctx context.Context, o *Options) error {
	if err := cmp.Or(o.knownForm(), o.knownReceivers(), o.knownJobs()); err != nil {
		return err
	}
	if o.From != "" && o.HTML != "" {
		return cli.Usage(o.Lang.T("cmd.fault.from-alone"), "")
	}
	if o.From != "" {
		return o.replay()
	}
	w, err := o.World(ctx)
	if err != nil {
		return err
	}
	answers, err := o.Answers.Read(w.Catalog)
	if err != nil {
		return err
	}
	names, err := o.names(w)
	if err != nil {
		return err
	}
	if o.Save == "-" { // standard output already holds the report
		return cli.Usage(o.Lang.T("cmd.fault.save-stdout"), "")
	}
	if o.Save != "" && len(names) > 1 {
		return cli.Usage(o.Lang.T("cmd.fault.save-one"), "")
	}
	if o.pages, err = o.open(); err != nil {
		return err
	}
	if len(names) > 1 {
		err = o.many(ctx, w, names, answers)
	} else if input, bad := o.Domain(names[0]); bad != nil {
		o.pages.unnamed(names[0], o.Reason(bad))
		err = o.bad(names[0], bad)
	} else {
		err = o.one(ctx, w, input, answers)
	}
	if failed := o.pages.finish(w.Now()); failed != nil {
		return failed
	}
	return err
}

func (o *Options) one(ctx context.Context, w *world.World, input input.Input, answers owner.Answers) error {
	o.Told(input)
	r, err := w.Examine(ctx, input, answers)
	w.Prove(ctx, &r, o.Answers.InHand)
	if ctx.Err() == nil {
		o.pages.page(r)
	}
	if o.Save != "" && ctx.Err() != nil {
		return cli.NewFault(cli.StatusUnknown, o.Lang.T("cmd.fault.interrupted"),
			o.Lang.T("cmd.fault.not-saved", i18n.Args{"file": cli.Printable(o.Save)}))
	}
	if o.Save != "" {
		data, err := json.MarshalIndent(r.DNS, "", " ")
		if err != nil {
			return err
		}
		if err := o.Write(o.Save, append(data, '\n')); err != nil {
			return o.Unwritten(o.Save, err)
		}
	}
	return o.told(r, err, o.conclude(ctx, r, err))
}

// conclude prints one result and returns an error with its exit status. A run that could ask nobody, or was
// interrupted, says so.
func (o *Options) conclude(ctx context.Context, r world.Result, runErr error) error {
	if ctx.Err() != nil {
		return o.Interrupted()
	}
	blind := world.BlindnessOf(r.DNS)
	if blind == world.Sighted || o.Form == cli.FormJSON || o.Form == cli.FormGitHub {
		if err := o.report(r); err != nil {
			return err
		}
	}
	if blind != world.Sighted {
		return blind.Fault(o.Program)
	}
	if runErr != nil {
		return runErr
	}
	return cli.Exit(r.Status())
}

// report writes one result to standard output.
func (o *Options) report(r world.Result) error {
	r.NoteUnfound(o.Answers)
	in := o.document(r)
	switch {
	case o.Form == cli.FormJSON:
		return o.WriteLine(document.Contract(in))
	case o.Form == cli.FormGitHub:
		return o.Print(document.Annotations(o.seen(r, nil).suite))
	case o.Form == cli.FormJUnit:
		return nil
	case len(o.Requirements) > 0:
		return o.Print(document.RequirementsPage(in, o.Layout()))
	}
	return o.Print(document.Page(in, o.Layout()))
}

// document returns the input of the documents for a result, with only the checklists that were asked for, in that
// order.
func (o *Options) document(r world.Result) document.Input {
	in := r.Document(o.Program)
	var asked []forecast.Checklist
	for _, id := range o.Requirements {
		for _, c := range in.Forecast.Lists {
			if c.Receiver == id {
				asked = append(asked, c)
			}
		}
	}
	in.Forecast.Lists = asked
	return in
}

// many looks at several domains at the same time and prints each result as it is done; the gravest exit status counts.
// Questions that the domains have in common are asked once.
func (o *Options) many(ctx context.Context, w *world.World, names []string, answers owner.Answers) error {
	var (
		group  sync.WaitGroup
		tell   sync.Mutex
		slots  = make(chan struct{}, max(1, o.Jobs))
		first  = true
		status = cli.StatusOK
		all    = make([]seen, o.rows(len(names)))
		way    = o.progress(len(names))
	)
	local.AllProcessors()
	w.Client = w.Client.Sharing()
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(listMemory))
	for i, name := range names {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			input, err := o.Domain(name)
			var r world.Result
			if err == nil && ctx.Err() == nil {
				r, err = w.Examine(ctx, input, answers)
				w.Prove(ctx, &r, o.Answers.InHand)
			}
			if input.Domain != "" && ctx.Err() == nil {
				o.pages.page(r)
			}
			tell.Lock()
			defer tell.Unlock()
			way.hide()
			defer way.step()
			if input.Domain == "" {
				o.tellBad(name, err)
				failed := o.unseen(name, err)
				o.pages.unnamed(name, failed.line.First)
				if i < len(all) {
					all[i] = failed
				}
				status = cli.Graver(status, o.Tell(err))
				return
			}
			if ctx.Err() != nil {
				return // reported once, for all that are left
			}
			o.Told(input)
			if i < len(all) {
				all[i] = o.seen(r, err)
			}
			if o.Form == cli.FormText && world.BlindnessOf(r.DNS) == world.Sighted {
				if !first {
					_, _ = fmt.Fprintln(o.Out)
				}
				first = false
			}
			status = cli.Graver(status, o.Tell(o.concludeOneOf(ctx, r, err)))
		})
	}
	group.Wait()
	way.hide()
	if ctx.Err() != nil {
		return o.Interrupted()
	}
	if err := o.finish(all); err != nil {
		return err
	}
	return cli.Exit(status)
}

// concludeOneOf is conclude with the domain's name in front of the text of a fault.
func (o *Options) concludeOneOf(ctx context.Context, r world.Result, err error) error {
	err = o.conclude(ctx, r, err)
	var f *cli.Fault
	if errors.As(err, &f) && f.Text != "" && r.Input.Unicode != "" {
		f.Text, f.Hint = r.Input.Unicode+": "+f.Text, ""
	}
	return err
}

// badLine is the JSON line for a name that is not a domain.
func badLine(name string, err error) map[string]any {
	return map[string]any{"schema": 1, "domain": document.UTF8(name), "verdict": checks.VerdictUnknown, "error": err.Error()}
}

// names returns the domains to look at, each once: arguments, then the lines of -f; in the lab the story's own where none is
// given.
func (o *Options) names(w *world.World) ([]string, error) {
	names := o.Domains
	if o.File != "" {
		text, err := o.ReadInput(o.File, maxList)
		if err != nil {
			return nil, err
		}
		o.lines = map[string]int{}
		number := 0
		for line := range strings.Lines(text) {
			line, _, _ = strings.Cut(line, "#")
			number++
			for _, name := range strings.Fields(line) {
				names = append(names, name)
				if o.lines[name] == 0 {
					o.lines[name] = number
				}
			}
		}
		if len(names) == 0 {
			return nil, cli.Usage(o.Lang.T("cmd.fault.empty-list", i18n.Args{"file": o.FileName(o.File)}), "")
		}
	}
	names, again := o.Once(names)
	if len(again) > 0 {
		o.Note(o.Lang.T("cmd.check.again", i18n.Args{"names": cli.Printable(strings.Join(again, ", "))}))
	}
	return o.DomainsOr(names, w.StoryDomain(), "todoku check")
}

// replay judges a saved snapshot again, without asking DNS.
func (o *Options) replay() error {
	if o.File != "" || o.Save != "" || len(o.Domains) > 1 {
		return cli.Usage(o.Lang.T("cmd.fault.from-alone"), "")
	}
	cat, err := catalog.Load()
	if err != nil {
		return err
	}
	answers, err := o.Answers.Read(cat)
	if err != nil {
		return err
	}
	text, err := o.ReadInput(o.From, maxSnapshot)
	if err != nil {
		return err
	}
	var snap snapshot.Snapshot
	if err := json.Unmarshal([]byte(text), &snap); err != nil || snap.Schema != 1 {
		return cli.Usage(o.Lang.T("cmd.fault.no-snapshot", i18n.Args{"file": o.FileName(o.From)}), o.Lang.T("cmd.fault.make-snapshot"))
	}
	input, err := o.Domain(snap.Domain)
	if err != nil {
		return cli.Usage(o.Lang.T("cmd.fault.no-snapshot", i18n.Args{"file": o.FileName(o.From)}), o.Lang.T("cmd.fault.make-snapshot"))
	}
	if len(o.Domains) == 1 {
		asked, err := o.Domain(o.Domains[0])
		if err != nil {
			return err
		}
		if asked.Domain != input.Domain {
			return cli.Usage(o.Lang.T("cmd.fault.other-snapshot",
				i18n.Args{"file": cli.Printable(o.From), "domain": input.Unicode, "asked": asked.Unicode}), "")
		}
	}
	answers.Domain = input.Domain
	r := world.Result{Result: session.Judge(inhand.Teach(answers), &snap, cat), Input: input}
	r.Prove(o.Answers.InHand, snap.Taken, func(m *message.Message) message.Report { return m.Verify(context.Background(), reading.SPF(&snap)) })
	if world.BlindnessOf(&snap) != world.Sighted {
		if o.Form == cli.FormJSON || o.Form == cli.FormGitHub {
			if err := o.report(r); err != nil {
				return err
			}
		}
		return o.told(r, nil, cli.NewFault(cli.StatusUnknown, o.Lang.T("cmd.blind.saved", i18n.Args{"file": o.FileName(o.From)}),
			o.Lang.T("cmd.fault.make-snapshot")))
	}
	if err := o.report(r); err != nil {
		return err
	}
	return o.told(r, nil, cli.Exit(r.Status()))
}

// knownReceivers refuses a receiver in --requirements that has no checklist.
func (o *Options) knownReceivers() error {
	for _, id := range o.Requirements {
		if !slices.Contains(forecast.Listed(), id) {
			return o.BadValue("--requirements", id, o.Lang.T("cmd.fault.receiver", i18n.Args{"known": strings.Join(forecast.Listed(), ", ")}))
		}
	}
	return nil
}
