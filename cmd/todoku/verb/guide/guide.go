// Package guide starts the guide, on screens or line by line.
package guide

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"os"

	"github.com/spf13/cobra"

	"example.org/todoku/checks/input"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/mail"
	"example.org/todoku/checks/message"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/probe"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/local"
	"example.org/todoku/cmd/todoku/internal/settings"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/tui"
	"example.org/todoku/tui/plain"
	"example.org/todoku/wizard/session/store"
)

// Options holds what the guide needs: the program, its flags, and its effects.
type Options struct {
	*cli.Program
	World   func(context.Context) (*world.World, error)                        // opens the world to ask
	Runs    *store.Store                                                       // keeps the waits
	Copier  func(tty *os.File) func(text string) (how, path string, err error) // the clipboard on a terminal
	Save    func(name string, data []byte) (path string, err error)
	Ring    func(title, text string) string // returns the escape sequences of a desktop notification
	Answers *cli.Answers

	Domains []string // at most one
	Notify  bool
	// Suggest names the commands that a word that is not a domain may have meant.
	Suggest func(typed string) string
}

// New returns the options of a run without flags of its own.
func New(p *cli.Program) *Options {
	return &Options{Program: p, World: world.Opener(p), Runs: local.Runs(), Copier: local.Copier, Save: local.SaveHere, Ring: local.Notification,
		Answers: &cli.Answers{Program: p}, Suggest: func(string) string { return "" }}
}

// Command returns the cobra command of todoku without a verb; it fills in the options and calls run.
func Command(p *cli.Program, run func(context.Context, *Options) error) *cobra.Command {
	o := New(p)
	version := false
	c := &cobra.Command{
		Use:     "todoku [DOMAIN]",
		Short:   p.About("cmd.root.short"),
		Long:    p.About("cmd.root.long"),
		Example: p.About("cmd.root.example"),
		Args:    p.UpTo(1),
		RunE: func(c *cobra.Command, args []string) error {
			if version { // cobra's own --version goes through text/template, which would bring all of that package along
				return p.Print("todoku " + p.Version + "\n")
			}
			o.Domains = args
			o.Suggest = func(typed string) string { return p.Suggest(c, typed, "") }
			return run(c.Context(), o)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	c.Flags().BoolVarP(&version, "version", "V", false, p.About("cmd.flag.version"))
	p.NotifyFlag(c, &o.Notify)
	o.Answers.Declare(c)
	return c
}

// Run starts the guide: screens if there is a terminal to draw on, else line by line.
func Run(ctx context.Context, o *Options) error {
	domain := ""
	if len(o.Domains) == 1 {
		input, err := o.Domain(o.Domains[0])
		var f *cli.Fault
		if errors.As(err, &f) {
			f.Hint = o.Suggest(o.Domains[0])
		}
		if err != nil {
			return err
		}
		domain = input.Domain
	}
	w, err := o.World(ctx)
	if err != nil {
		return err
	}
	start, err := o.Answers.Read(w.Catalog)
	if err != nil {
		return err
	}
	start.Domain = domain
	out, _ := cli.Terminal(o.Out)
	deps := o.deps(w, start, out)
	if o.drawable() {
		return tui.Run(ctx, deps, o.In, out)
	}
	return plain.Run(ctx, o.In, o.Out, deps)
}

// drawable reports whether screens can be drawn: input and output are a terminal that can move its cursor.
func (o *Options) drawable() bool {
	_, in := cli.Terminal(o.In)
	_, out := cli.Terminal(o.Out)
	return in && out && !o.Plain && os.Getenv("TERM") != "dumb"
}

// deps returns what the screens need of the world; tty is the terminal, nil where there is none.
func (o *Options) deps(w *world.World, start owner.Answers, tty *os.File) tui.Deps {
	d := tui.Deps{
		Lang: o.Lang, Catalog: w.Catalog, Now: w.Now, Start: start, NoColor: o.Colourless(), ASCII: os.Getenv("RUNEWIDTH_EASTASIAN") == "1" || o.Settings.Get(settings.Glyphs).One() == settings.GlyphsASCII,
		NoMouse:   o.Settings.Get(settings.Mouse).One() == settings.MouseOff,
		Recognise: func(text string) (input.Input, *input.Problem) { return local.Recognise(text, input.Own) },
		Reports:   local.ReadReports,
		Senders: func(ctx context.Context, domain string, ips []netip.Addr, known *snapshot.Snapshot) *snapshot.Snapshot {
			if dns, blind, err := w.AskSenders(ctx, domain, ips, known); err == nil && blind == world.Sighted {
				return dns
			}
			return nil
		},
		Check: func(ctx context.Context, ans owner.Answers, old *snapshot.Snapshot, each func(tui.Progress)) (*snapshot.Snapshot, error) {
			return w.Client.Run(ctx, ans, old, func(e probe.Event) {
				if each != nil {
					each(tui.Progress{Answer: e.Answer, Asked: e.Asked, Open: e.Open})
				}
			})
		},
		Places:   w.Places,
		Panel:    w.PanelServers,
		Look:     w.Look,
		Open:     local.Open,
		OpenMail: local.OpenMail,
		Verify: func(ctx context.Context, m *message.Message) message.Report {
			rep, _ := w.Verify(ctx, snapshot.New("", w.Now()), m)
			return rep
		},
		Copy: o.Copier(tty),
		Save: o.Save,
	}
	if o.Notify {
		d.Notify = o.Ring
	}
	if w.Story == nil { // the lab starts from the beginning each time
		d.Runs = o.Runs
	} else {
		d.Lab = o.labDeps(w)
	}
	return d
}

// labSpeeds are the factors by which the lab's time can run faster; 0 is a pause.
var labSpeeds = []int{0, 1, 60, 600}

// labDeps returns what the lab adds: records published at a key press, and faster time.
func (o *Options) labDeps(w *world.World) *tui.Lab {
	l := &tui.Lab{
		Story: w.Story.Title.In, Domain: cmp.Or(w.Story.Answers.ReportTo, w.Story.Answers.Domain), Key: w.Story.Key,
		Publish: w.Net.PublishRight, Speed: w.Clock.Speed, Speeds: labSpeeds, Mistakes: w.Mistakes(), Advance: w.Clock.Advance,
		PublishWrong: func(m string, edits []snapshot.Edit) error { return w.Net.PublishWrong(lab.Mistake(m), edits) },
	}
	if w.Story.Answers.Mail.Kind == "" {
		l.Notice = w.Story.Answers.Message
	}
	if post := mail.New(w.Net, *w.Story, w.Clock.Now); post != nil {
		l.SwitchOn, l.Press = post.SwitchOn, post.Press
		l.Mail = func(ctx context.Context, lang string) (string, error) {
			sent, err := post.Send(ctx, lang)
			return sent.Text, err
		}
	}
	return l
}
