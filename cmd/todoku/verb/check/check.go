package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"todoku/checks"
	"todoku/checks/catalog"
	"todoku/checks/forecast"
	"todoku/checks/input"
	"todoku/checks/owner"
	"todoku/checks/reading"
	"todoku/checks/snapshot"
	"todoku/checks/spf"
	"todoku/i18n"
	"todoku/wizard/document"
)

// checkFlags are the flags of check alone.
type checkFlags struct {
	file, from, save string
}

// domainsAtOnce bounds how many domains are looked at together; each asks many questions in parallel by itself.
const domainsAtOnce = 4

func (a *app) checkCommand() *cobra.Command {
	var f checkFlags
	c := &cobra.Command{
		Use:               "check DOMAIN...",
		Short:             a.lang.T("cmd.check.short"),
		Long:              a.lang.T("cmd.check.long"),
		Example:           a.lang.T("cmd.check.example"),
		Args:              a.between(0, -1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(c *cobra.Command, args []string) error {
			if err := a.knownReceivers(); err != nil {
				return err
			}
			if f.from != "" {
				return a.replay(f, args)
			}
			return a.check(c.Context(), f, args)
		},
	}
	c.Flags().StringVarP(&f.file, "file", "f", "", a.lang.T("cmd.flag.file"))
	c.Flags().StringVar(&f.from, "from", "", a.lang.T("cmd.flag.from"))
	c.Flags().StringVar(&f.save, "save-snapshot", "", a.lang.T("cmd.flag.save-snapshot"))
	c.Flags().StringArrayVar(&a.opt.requirements, "requirements", nil, a.lang.T("cmd.flag.requirements"))
	complete(c, "requirements", forecast.Listed()...)
	a.answerFlags(c)
	return c
}

// check looks at every domain and tells each as it is done.
func (a *app) check(ctx context.Context, f checkFlags, args []string) error {
	w, err := a.world(ctx)
	if err != nil {
		return err
	}
	answers, err := a.answers(w.cat)
	if err != nil {
		return err
	}
	names, err := a.domains(w, f, args, "todoku check")
	if err != nil {
		return err
	}
	if f.save == "-" { // standard output is the report's
		return usage(a.lang.T("cmd.fault.save-stdout"), "")
	}
	if f.save != "" && len(names) > 1 {
		return usage(a.lang.T("cmd.fault.save-one"), "")
	}
	if len(names) == 1 {
		input, err := a.domain(names[0])
		if err != nil {
			if a.opt.json {
				a.tellBad(names[0], err)
			}
			return err
		}
		return a.checkOne(ctx, w, input, answers, f.save)
	}
	return a.checkMany(ctx, w, names, answers)
}

func (a *app) checkOne(ctx context.Context, w *world, input input.Input, answers owner.Answers, save string) error {
	r, err := w.examine(ctx, input, answers)
	if save != "" && ctx.Err() != nil {
		return &fault{statusUnknown, a.lang.T("cmd.fault.interrupted"), a.lang.T("cmd.fault.not-saved", i18n.Args{"file": printable(save)})}
	}
	if save != "" {
		data, err := json.MarshalIndent(r.in.DNS, "", " ")
		if err != nil {
			return err
		}
		if err := a.writeAsked(save, append(data, '\n')); err != nil {
			return err
		}
	}
	return a.conclude(ctx, r, err)
}

// conclude tells one result and sets the exit status; a run that saw nothing, or was cut off, says so.
func (a *app) conclude(ctx context.Context, r result, runErr error) error {
	if ctx.Err() != nil {
		return &fault{statusUnknown, a.lang.T("cmd.fault.interrupted"), ""}
	}
	blind := blindness(r.in.DNS)
	if blind == "" || a.opt.json {
		if err := a.report(r); err != nil {
			return err
		}
	}
	if blind != "" {
		return &fault{statusUnknown, a.blind(blind), a.lang.T("cmd.blind.lab")}
	}
	if runErr != nil {
		return runErr
	}
	a.status = r.status()
	return nil
}

// report writes one result to standard output.
func (a *app) report(r result) error {
	a.unfound(r)
	if a.opt.json {
		return a.writeJSON(r)
	}
	text := a.page(r)
	if len(a.opt.requirements) > 0 {
		text = a.requirementsPage(r)
	}
	_, err := fmt.Fprint(a.out, text)
	return err
}

// unfound notes the terms of --spf-drop and --spf-flatten that the SPF record does not hold: they change nothing.
func (a *app) unfound(r result) {
	records, known := reading.SPFRecords(r.in.DNS, r.input.Domain)
	if !known {
		return
	}
	var held []string
	for _, record := range records {
		for _, t := range spf.Parse(record).Terms {
			held = append(held, t.Text)
		}
	}
	for _, t := range checks.Terms(r.in) { // the plan adds those that lack, and they may be what is to be written out
		held = append(held, t.Text)
	}
	for _, term := range slices.Concat(a.opt.spfDrop, a.opt.spfFlatten) {
		if !slices.ContainsFunc(held, func(h string) bool { return strings.EqualFold(h, term) }) {
			a.note(a.lang.T("cmd.fault.spf-unfound", i18n.Args{"term": printable(term), "domain": printable(r.input.Domain)}))
		}
	}
}

// checkMany looks at a few domains at a time and streams the results; the gravest decides the status.
func (a *app) checkMany(ctx context.Context, w *world, names []string, answers owner.Answers) error {
	var (
		group sync.WaitGroup
		tell  sync.Mutex
		slots = make(chan struct{}, domainsAtOnce)
		first = true
	)
	for _, name := range names {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			input, err := a.domain(name)
			var r result
			if err == nil && ctx.Err() == nil {
				r, err = w.examine(ctx, input, answers)
			}
			tell.Lock()
			defer tell.Unlock()
			if input.Domain == "" {
				a.tellBad(name, err)
				a.status = graver(a.status, a.tell(err))
				return
			}
			if ctx.Err() != nil {
				return // told once, for all that are left
			}
			if !a.opt.json && blindness(r.in.DNS) == "" {
				if !first {
					_, _ = fmt.Fprintln(a.out)
				}
				first = false
			}
			status := a.status
			a.status = statusOK
			if err := a.concludeOneOf(ctx, r, err); err != nil {
				a.status = a.tell(err)
			}
			a.status = graver(status, a.status)
		})
	}
	group.Wait()
	if ctx.Err() != nil {
		return &fault{statusUnknown, a.lang.T("cmd.fault.interrupted"), ""}
	}
	return nil
}

// concludeOneOf is conclude with the domain's name before what could not be checked.
func (a *app) concludeOneOf(ctx context.Context, r result, err error) error {
	err = a.conclude(ctx, r, err)
	if f, ok := err.(*fault); ok && r.input.Unicode != "" {
		f.text, f.hint = r.input.Unicode+": "+f.text, ""
	}
	return err
}

// tellBad gives a machine that reads many lines one for the name that is no domain.
func (a *app) tellBad(name string, err error) {
	if !a.opt.json {
		return
	}
	_ = a.writeLine(map[string]any{"schema": 1, "domain": document.UTF8(name), "verdict": checks.VerdictUnknown, "error": err.Error()})
}

// domains are the names to look at: arguments, then the lines of -f; in the lab the story's own where none is given.
func (a *app) domains(w *world, f checkFlags, args []string, command string) ([]string, error) {
	names := args
	if f.file != "" {
		text, err := a.readInput(f.file, maxList)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(text) {
			line, _, _ = strings.Cut(line, "#")
			names = append(names, strings.Fields(line)...)
		}
		if len(names) == 0 {
			return nil, usage(a.lang.T("cmd.fault.empty-list", i18n.Args{"file": printable(f.file)}), "")
		}
	}
	if len(names) == 0 && w.story != nil {
		names = []string{w.story.Answers.Domain}
	}
	if len(names) == 0 {
		return nil, usage(a.lang.T("cmd.fault.no-domain"), a.lang.T("cmd.fault.see-help", i18n.Args{"command": command}))
	}
	return names, nil
}

// replay judges a saved snapshot again; nobody is asked.
func (a *app) replay(f checkFlags, args []string) error {
	if f.file != "" || f.save != "" || len(args) > 1 {
		return usage(a.lang.T("cmd.fault.from-alone"), "")
	}
	cat, err := catalog.Load()
	if err != nil {
		return err
	}
	answers, err := a.answers(cat)
	if err != nil {
		return err
	}
	text, err := a.readInput(f.from, maxSnapshot)
	if err != nil {
		return err
	}
	var snap snapshot.Snapshot
	if err := json.Unmarshal([]byte(text), &snap); err != nil || snap.Schema != 1 {
		return usage(a.lang.T("cmd.fault.no-snapshot", i18n.Args{"file": printable(f.from)}), a.lang.T("cmd.fault.make-snapshot"))
	}
	input, err := a.domain(snap.Domain)
	if err != nil {
		return usage(a.lang.T("cmd.fault.no-snapshot", i18n.Args{"file": printable(f.from)}), a.lang.T("cmd.fault.make-snapshot"))
	}
	if len(args) == 1 {
		asked, err := a.domain(args[0])
		if err != nil {
			return err
		}
		if asked.Domain != input.Domain {
			return usage(a.lang.T("cmd.fault.other-snapshot",
				i18n.Args{"file": printable(f.from), "domain": input.Unicode, "asked": asked.Unicode}), "")
		}
	}
	answers.Domain = input.Domain
	r := judge(cat, input, answers, &snap)
	if blindness(&snap) != "" {
		if a.opt.json {
			if err := a.writeJSON(r); err != nil {
				return err
			}
		}
		return &fault{statusUnknown, a.lang.T("cmd.blind.saved", i18n.Args{"file": printable(f.from)}), a.lang.T("cmd.fault.make-snapshot")}
	}
	if err := a.report(r); err != nil {
		return err
	}
	a.status = r.status()
	return nil
}
