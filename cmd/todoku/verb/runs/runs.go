// Package runs lists the waits that are kept on this computer, and deletes them.
package runs

import (
	"errors"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"example.org/todoku/checks/propagation"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/local"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
	kept "example.org/todoku/wizard/session/store"
	"example.org/todoku/wizard/words"
)

// Options holds what runs needs: the program, its flags, and its effects.
type Options struct {
	*cli.Program
	Runs *kept.Store

	Names  []string // a domain or an ID; none for all
	Delete bool
	Old    bool // only those that are probably no longer wanted
}

// Command returns the cobra command of runs; it fills in the options and calls run.
func Command(p *cli.Program, run func(*Options) error) *cobra.Command {
	o := &Options{Program: p, Runs: local.Runs()}
	c := &cobra.Command{
		Use:               "runs [DOMAIN|ID]",
		Annotations:       map[string]string{cli.Offline: ""},
		Short:             p.About("cmd.runs.short"),
		Long:              p.About("cmd.runs.long"),
		Example:           p.About("cmd.runs.example"),
		Args:              p.UpTo(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(_ *cobra.Command, args []string) error {
			o.Names = args
			return run(o)
		},
	}
	c.Flags().BoolVar(&o.Delete, "delete", false, p.About("cmd.flag.delete"))
	c.Flags().BoolVar(&o.Old, "old", false, p.About("cmd.flag.old"))
	return c
}

// Run lists, shows or deletes kept runs.
func Run(o *Options) error {
	all, err := o.Runs.List()
	if err != nil {
		o.warn(err)
	}
	now := o.Runs.Now()
	if o.Old {
		all = slices.DeleteFunc(all, func(r kept.Run) bool { return !r.Old(now) })
	}
	if len(o.Names) == 0 {
		switch {
		case o.Delete && o.Old:
			return o.forget(all)
		case o.Delete:
			return cli.Usage(o.Lang.T("cmd.fault.delete-what"), o.SeeHelp("todoku runs"))
		}
		if n := count(all, func(r kept.Run) bool { return r.Old(now) }); n > 0 && !o.Old && !o.JSON {
			defer o.Note(o.Lang.T("cmd.runs.old", i18n.Args{"count": n, "command": "todoku runs --old --delete"}))
		}
		return o.list(all)
	}
	name := o.Names[0]
	named := o.named(all, name)
	switch {
	case o.Delete:
		if len(named) == 0 && !o.Old && o.Runs.Delete(name) == nil {
			return nil // a file that cannot be read can still be deleted
		}
		if err := o.forget(named); err != nil {
			return err
		}
	case len(named) > 0 && !o.JSON:
		for _, r := range named {
			if err := o.Print(document.KeptPage(words.P{Lang: o.Lang}, o.document(r, now), now)); err != nil {
				return err
			}
		}
	case len(named) > 0:
		return o.list(named)
	}
	if len(named) == 0 {
		return cli.Usage(o.Lang.T("cmd.fault.no-run", i18n.Args{"name": cli.Printable(name)}), o.Lang.T("cmd.fault.see-runs"))
	}
	return nil
}

// forget deletes runs.
func (o *Options) forget(runs []kept.Run) error {
	for _, r := range runs {
		if err := o.Runs.Delete(r.ID); err != nil {
			return o.cannotKeep(err)
		}
		o.Note(o.Lang.T("cmd.runs.deleted", i18n.Args{"id": cli.Printable(r.ID)}))
	}
	return nil
}

func count[T any](list []T, is func(T) bool) (n int) {
	for _, x := range list {
		if is(x) {
			n++
		}
	}
	return n
}

// named returns the runs with an ID, or of a domain.
func (o *Options) named(all []kept.Run, name string) []kept.Run {
	domain := ""
	if in, err := o.Domain(name); err == nil {
		domain = in.Domain
	}
	var out []kept.Run
	for _, r := range all {
		if r.ID == name || domain != "" && r.Domain == domain {
			out = append(out, r)
		}
	}
	return out
}

// warn reports runs that cannot be read; the others are still shown.
func (o *Options) warn(err error) {
	errs := []error{err}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		errs = many.Unwrap()
	}
	for _, e := range errs {
		var name string
		var p *os.PathError
		if errors.As(e, &p) {
			name = p.Path
		}
		o.Note("todoku: " + o.Lang.T("cmd.fault.open", i18n.Args{"file": cli.Printable(name), "error": o.RunReason(e)}))
	}
}

func (o *Options) cannotKeep(err error) error {
	return cli.NewFault(cli.StatusUnknown, o.Lang.T("cmd.runs.unwritable", i18n.Args{"error": o.RunReason(err)}), "")
}

// runLine is a run in the command line's JSON.
type runLine struct {
	Schema  int       `json:"schema"`
	ID      string    `json:"id"`
	Domain  string    `json:"domain"`
	Result  string    `json:"result"`
	Made    time.Time `json:"made"`
	Changed time.Time `json:"changed"`
	Until   string    `json:"until,omitempty"`
	LeftS   int       `json:"left_s"`
	Changes int       `json:"changes"`
	Looks   int       `json:"looks"`
}

func (o *Options) list(all []kept.Run) error {
	now := o.Runs.Now()
	switch {
	case o.JSON:
		for _, r := range all {
			if err := o.WriteLine(lineOf(r, now)); err != nil {
				return err
			}
		}
		return nil
	case len(all) == 0:
		return o.Print(o.Lang.T("cmd.runs.none") + "\n")
	}
	var waits []document.Kept
	for _, r := range all {
		waits = append(waits, o.document(r, now))
	}
	return o.Print(document.KeptList(words.P{Lang: o.Lang}, waits, now))
}

func lineOf(r kept.Run, now time.Time) runLine {
	v := r.Verdict(r.Places, now)
	line := runLine{1, r.ID, r.Domain, v.Result, r.Made, r.Changed, "", 0, len(r.Changes), len(r.Looks(r.Places))}
	if r.Done {
		line.Result = propagation.ResultPublished
	}
	if v.Done.After(now) {
		line.Until, line.LeftS = v.Done.Format(time.RFC3339), cli.Seconds(v.Done.Sub(now))
	}
	return line
}

// document returns the documents' input for a run.
func (o *Options) document(r kept.Run, now time.Time) document.Kept {
	return document.Kept{ID: r.ID, Name: r.Name, Done: r.Done, Dir: o.Runs.Dir,
		Wait: document.Wait{Wants: propagation.Wants(r.Changes, r.DNS), Places: r.Places, Verdict: r.Verdict(r.Places, now)}}
}
