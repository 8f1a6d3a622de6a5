package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"todoku/checks/propagation"
	"todoku/i18n"
	kept "todoku/wizard/session/store"
	"todoku/wizard/words"
)

// runs is the folder of runs on this machine.
func runs() *kept.Store {
	return &kept.Store{Dir: filepath.Join(stateDir(os.Getenv), "runs"), Now: wallClock}
}

func (a *app) runsCommand() *cobra.Command {
	var forget, old bool
	c := &cobra.Command{
		Use:               "runs [DOMAIN|ID]",
		Short:             a.lang.T("cmd.runs.short"),
		Long:              a.lang.T("cmd.runs.long"),
		Example:           a.lang.T("cmd.runs.example"),
		Args:              a.upTo(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(_ *cobra.Command, args []string) error { return a.runs(args, forget, old) },
	}
	c.Flags().BoolVar(&forget, "delete", false, a.lang.T("cmd.flag.delete"))
	c.Flags().BoolVar(&old, "old", false, a.lang.T("cmd.flag.old"))
	return c
}

// runs lists, shows or deletes kept runs; with old only those that nobody is likely to want any more.
func (a *app) runs(args []string, forget, old bool) error {
	store := runs()
	all, err := store.List()
	if err != nil {
		a.warnRuns(err)
	}
	now := store.Now()
	if old {
		all = slices.DeleteFunc(all, func(r kept.Run) bool { return !r.Old(now) })
	}
	if len(args) == 0 {
		switch {
		case forget && old:
			return a.forget(store, all)
		case forget:
			return usage(a.lang.T("cmd.fault.delete-what"), a.lang.T("cmd.fault.see-help", i18n.Args{"command": "todoku runs"}))
		}
		if n := count(all, func(r kept.Run) bool { return r.Old(now) }); n > 0 && !old && !a.opt.json {
			defer a.note(a.lang.T("cmd.runs.old", i18n.Args{"count": n, "command": "todoku runs --old --delete"}))
		}
		return a.listRuns(all)
	}
	named := a.named(all, args[0])
	switch {
	case forget:
		if len(named) == 0 && !old && store.Delete(args[0]) == nil {
			return nil // a file that cannot be read can still be deleted
		}
		if err := a.forget(store, named); err != nil {
			return err
		}
	case len(named) > 0 && !a.opt.json:
		for _, r := range named {
			if err := a.showRun(r); err != nil {
				return err
			}
		}
	case len(named) > 0:
		return a.listRuns(named)
	}
	if len(named) == 0 {
		return usage(a.lang.T("cmd.fault.no-run", i18n.Args{"name": printable(args[0])}), a.lang.T("cmd.fault.see-runs"))
	}
	return nil
}

// forget deletes runs.
func (a *app) forget(store *kept.Store, runs []kept.Run) error {
	for _, r := range runs {
		if err := store.Delete(r.ID); err != nil {
			return a.cannotKeep(err)
		}
		a.note(a.lang.T("cmd.runs.deleted", i18n.Args{"id": printable(r.ID)}))
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

// named are the runs of an ID, or of a domain.
func (a *app) named(all []kept.Run, name string) []kept.Run {
	domain := ""
	if in, err := a.domain(name); err == nil {
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

// warnRuns tells of runs that cannot be read; the others are shown all the same.
func (a *app) warnRuns(err error) {
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
		a.note("todoku: " + a.lang.T("cmd.fault.open", i18n.Args{"file": printable(name), "error": a.runReason(e)}))
	}
}

// runReason words why a run cannot be read or written.
func (a *app) runReason(err error) string {
	switch {
	case errors.Is(err, kept.ErrNewer):
		return a.lang.T("cmd.runs.newer")
	case errors.Is(err, kept.ErrEmpty), errors.Is(err, kept.ErrSize):
		return a.lang.T("cmd.runs.damaged")
	}
	return a.reason(err)
}

func (a *app) cannotKeep(err error) error {
	return &fault{statusUnknown, a.lang.T("cmd.runs.unwritable", i18n.Args{"error": a.runReason(err)}), ""}
}

// note writes a line for people beside the output.
func (a *app) note(text string) { _, _ = fmt.Fprintln(a.err, text) }

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

func (a *app) listRuns(all []kept.Run) error {
	now := time.Now()
	if len(all) == 0 && !a.opt.json {
		_, err := fmt.Fprintln(a.out, a.lang.T("cmd.runs.none"))
		return err
	}
	var rows [][2]string
	for _, r := range all {
		v := r.Verdict(r.Places, now)
		if a.opt.json {
			line := runLine{1, r.ID, r.Domain, v.Result, r.Made, r.Changed, "", 0, len(r.Changes), len(r.Looks(r.Places))}
			if r.Done {
				line.Result = propagation.ResultPublished
			}
			if v.Done.After(now) {
				line.Until, line.LeftS = v.Done.Format(time.RFC3339), seconds(v.Done.Sub(now))
			}
			if err := a.writeLine(line); err != nil {
				return err
			}
			continue
		}
		rows = append(rows, [2]string{printable(r.Name), a.standing(r, v, now) + "  " + printable(r.ID)})
	}
	if a.opt.json {
		return nil
	}
	var b strings.Builder
	section(&b, a.lang.T("cmd.runs.title"), rows)
	_, err := fmt.Fprint(a.out, strings.TrimPrefix(b.String(), "\n"))
	return err
}

// standing is a run's state in a few words.
func (a *app) standing(r kept.Run, v propagation.Verdict, now time.Time) string {
	switch {
	case r.Done:
		return a.lang.T("present.run." + propagation.ResultPublished)
	case v.Result == propagation.ResultWaiting && v.Done.After(now):
		return a.lang.T("present.run.left", i18n.Args{"left": words.P{Lang: a.lang}.Duration(v.Done.Sub(now))})
	}
	return a.lang.T("present.run." + v.Result)
}

// showRun prints one run: what is waited for, and who sees it.
func (a *app) showRun(r kept.Run) error {
	now := time.Now()
	p := words.P{Lang: a.lang}
	v := r.Verdict(r.Places, now)
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n%s\n", printable(r.Name), printable(r.ID), a.standing(r, v, now))
	for i, w := range propagation.Wants(r.Changes, r.DNS) {
		var do []string
		fmt.Fprintf(&b, "\n%s  %s  %s\n", printable(w.Name), w.Type, printable(w.Value))
		for _, x := range v.Sights {
			if x.Want != i {
				continue
			}
			s := p.Sight(x, placeOf(r.Places, x.Place), now)
			fmt.Fprintf(&b, "  %s\n", strings.TrimRight(s.Place+"  "+s.State+"  "+s.Left, " "))
			if text := s.Advice(); text != "" && !slices.Contains(do, text) {
				do = append(do, text)
			}
		}
		for _, text := range do {
			fmt.Fprintf(&b, "    %s\n", text)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", a.lang.T("cmd.runs.file", i18n.Args{"dir": printable(runs().Dir)}))
	_, err := fmt.Fprint(a.out, b.String())
	return err
}

func placeOf(places []propagation.Place, id string) propagation.Place {
	for _, p := range places {
		if p.ID == id {
			return p
		}
	}
	return propagation.Place{ID: id, Name: id}
}

// seconds rounds up: nobody is told to come too early.
func seconds(d time.Duration) int { return int((max(d, 0) + time.Second - 1) / time.Second) }
