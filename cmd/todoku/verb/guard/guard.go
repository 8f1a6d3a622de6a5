// Package guard compares domains with their last good state, once: what changed, what that breaks, and who probably did
// it. It is called by hand or by a timer, and prints nothing where nothing changed.
package guard

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"example.org/todoku/checks/lab"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/local"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

// Options holds what guard needs: the program, its flags, and its effects.
type Options struct {
	*cli.Program
	World   func(context.Context) (*world.World, error)                    // opens the world to ask
	Later   func(decay string) func(context.Context) (*world.World, error) // the lab after a decay
	Goods   *local.Goods                                                   // keeps the good states; nil keeps none
	Answers *cli.Answers

	Domains []string
	File    string
	Accept  bool   // keep the present state as good even if it has faults
	All     bool   // report harmless changes in full too
	Decay   string // what happens in the lab after the first look; "" for nothing
	Form    string // output format; "" is text, or JSON with --json

	suites []document.Suite // results so far, for the JUnit file
}

// The largest list of domains in bytes, and how many are looked at at the same time.
const (
	maxList       = 4 << 20
	domainsAtOnce = 4
)

// Command returns the cobra command of guard; it fills in the options and calls run.
func Command(p *cli.Program, run func(context.Context, *Options) error) *cobra.Command {
	o := &Options{Program: p, World: world.Opener(p), Goods: local.GoodStates(), Answers: &cli.Answers{Program: p},
		Later: func(decay string) func(context.Context) (*world.World, error) { return world.Later(p, decay) }}
	c := &cobra.Command{
		Use:               "guard DOMAIN...",
		Short:             p.About("cmd.guard.short"),
		Long:              p.About("cmd.guard.long"),
		Example:           p.About("cmd.guard.example"),
		Args:              p.Between(0, -1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(c *cobra.Command, args []string) error {
			o.Domains = args
			return run(c.Context(), o)
		},
	}
	c.Flags().StringVarP(&o.File, "file", "f", "", p.About("cmd.flag.file"))
	c.Flags().StringVar(&o.Form, "format", "", p.About("cmd.flag.check-format"))
	cli.Complete(c, "format", cli.Forms()...)
	c.Flags().BoolVar(&o.Accept, "accept", false, p.About("cmd.flag.accept"))
	c.Flags().BoolVar(&o.All, "all", false, p.About("cmd.flag.guard-all"))
	c.Flags().StringVar(&o.Decay, "later", "", p.About("cmd.flag.later"))
	_ = c.RegisterFlagCompletionFunc("later", cli.Offering(decays))
	o.Answers.Declare(c)
	return c
}

// decays returns the IDs of the decays that the lab knows.
func decays() (out []string) {
	all, _ := lab.Decays()
	for _, d := range all {
		out = append(out, d.ID)
	}
	return out
}

// Run looks at every domain and prints each result as it is done; the gravest exit status counts.
func Run(ctx context.Context, o *Options) error {
	if o.Decay != "" && o.Lab == "" {
		return cli.Usage(o.Lang.T("cmd.fault.later-lab"), o.SeeHelp("todoku guard"))
	}
	form, err := o.Program.Form(o.Form)
	if err != nil {
		return err
	}
	o.Form, o.JSON = form, form == cli.FormJSON
	w, err := o.World(ctx)
	if err != nil {
		return err
	}
	later := w
	if w.Story != nil {
		o.Goods = nil // the lab starts from the beginning each time
	}
	if o.Decay != "" {
		if later, err = o.Later(o.Decay)(ctx); err != nil {
			return err
		}
	}
	answers, err := o.Answers.Read(w.Catalog)
	if err != nil {
		return err
	}
	names, err := o.names(w)
	if err != nil {
		return err
	}
	var (
		group  sync.WaitGroup
		tell   sync.Mutex
		slots  = make(chan struct{}, domainsAtOnce)
		status = cli.StatusOK
	)
	for _, name := range names {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			in, err := o.Domain(name)
			if err != nil {
				tell.Lock()
				defer tell.Unlock()
				status = cli.Graver(status, o.bad(name, err))
				return
			}
			l := looker{o, w, later, in, answers}
			g, err := l.guard(ctx)
			tell.Lock()
			defer tell.Unlock()
			if o.Told(in); ctx.Err() == nil {
				status = cli.Graver(status, o.tell(name, g, err))
			}
		})
	}
	group.Wait()
	if ctx.Err() != nil {
		return o.Interrupted()
	}
	if err := o.finish(); err != nil {
		return err
	}
	return cli.Exit(status)
}

// names returns the domains to look at, each once: arguments, then the lines of -f; in the lab the story's own where
// none is given.
func (o *Options) names(w *world.World) ([]string, error) {
	names := slices.Clone(o.Domains)
	if o.File != "" {
		text, err := o.ReadInput(o.File, maxList)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(text) {
			line, _, _ = strings.Cut(line, "#")
			names = append(names, strings.Fields(line)...)
		}
		if len(names) == 0 {
			return nil, cli.Usage(o.Lang.T("cmd.fault.empty-list", i18n.Args{"file": o.FileName(o.File)}), "")
		}
	}
	slices.Sort(names)
	names, _ = o.Once(names)
	return o.DomainsOr(names, w.StoryDomain(), "todoku guard")
}

// statuses maps the states to exit statuses.
var statuses = map[document.GuardState]cli.Status{
	document.GuardBroken: cli.StatusFix, document.GuardRefused: cli.StatusFix, document.GuardUnknown: cli.StatusUnknown,
}

// tell prints one domain's result and returns its exit status.
func (o *Options) tell(name string, g document.Guarded, err error) cli.Status {
	var f *cli.Fault
	if err != nil && errors.As(err, &f) && f.Status == cli.StatusUsage {
		return o.bad(name, err)
	}
	switch o.Form {
	case cli.FormJSON:
		if err := o.WriteLine(document.GuardContract(g)); err != nil {
			return o.Tell(err)
		}
		return statuses[g.State]
	case cli.FormGitHub, cli.FormJUnit:
		if err := o.suite(document.GuardSuite(g)); err != nil {
			return o.Tell(err)
		}
		return statuses[g.State]
	}
	if text := document.GuardPage(g, o.Layout()); g.State == document.GuardKept {
		o.Note(strings.TrimRight(text, "\n"))
	} else if err := o.Print(text); err != nil {
		return o.Tell(err)
	}
	return statuses[g.State]
}

// bad reports a domain that could not be looked at; the formats for machines get an entry for it too.
func (o *Options) bad(name string, err error) cli.Status {
	switch o.Form {
	case cli.FormGitHub, cli.FormJUnit:
		_ = o.suite(document.Suite{Name: name, Error: o.Says(err)})
	case cli.FormJSON:
		_ = o.WriteLine(map[string]any{"schema": 1, "domain": document.UTF8(name), "state": document.GuardUnknown, "error": err.Error()})
	}
	return o.Tell(err)
}

// suite prints a domain's result as annotations, or keeps it for the JUnit file.
func (o *Options) suite(s document.Suite) error {
	if o.Form == cli.FormGitHub {
		return o.Print(document.Annotations(s))
	}
	o.suites = append(o.suites, s)
	return nil
}

// finish prints the JUnit file.
func (o *Options) finish() error {
	if o.Form != cli.FormJUnit {
		return nil
	}
	slices.SortFunc(o.suites, func(a, b document.Suite) int { return strings.Compare(a.Name, b.Name) })
	data, err := document.JUnit(o.suites)
	if err != nil {
		return err
	}
	return o.Print(string(data))
}
