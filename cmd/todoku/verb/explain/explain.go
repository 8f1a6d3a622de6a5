// Package explain reads mails that the owner has in hand: bounces, headers, whole mails.
package explain

import (
	"bufio"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"example.org/todoku/checks/bounce"
	"example.org/todoku/checks/inhand"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
	"example.org/todoku/wizard/words"
)

// Options holds what explain needs: the program, its flags, and its effects.
type Options struct {
	*cli.Program
	World func(context.Context) (*world.World, error) // opens the world to ask

	Files []string // files and folders; "-" is standard input
}

// Command returns the cobra command of explain; it fills in the options and calls run.
func Command(p *cli.Program, run func(context.Context, *Options) error) *cobra.Command {
	o := &Options{Program: p, World: world.Opener(p)}
	return &cobra.Command{
		Use:     "explain [FILE...|-]",
		Short:   p.About("cmd.explain.short"),
		Long:    p.About("cmd.explain.long"),
		Example: p.About("cmd.explain.example"),
		Args:    p.Between(0, -1),
		RunE: func(c *cobra.Command, args []string) error {
			o.Files = args
			return run(c.Context(), o)
		},
	}
}

// Bounds of one run.
const (
	maxFiles   = 20000
	maxAnswers = 5000 // DNS answers kept for the next mail, which often needs the same
)

// reader is the state of one run over files.
type reader struct {
	*Options
	world  *world.World
	snap   *snapshot.Snapshot
	status cli.Status
	told   int
	files  int
}

// Run explains every mail of every file, and returns the gravest exit status.
func Run(ctx context.Context, o *Options) error {
	w, err := o.World(ctx)
	if err != nil {
		return err
	}
	files := o.Files
	if len(files) == 0 {
		files = []string{"-"}
	}
	r := &reader{Options: o, world: w, snap: snapshot.New("", w.Now())}
	for _, name := range files {
		if ctx.Err() != nil {
			return o.Interrupted()
		}
		if err := r.entry(ctx, name); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return o.Interrupted()
	}
	return cli.Exit(r.status)
}

// entry explains a file, or all files under a folder in the order of their names.
func (r *reader) entry(ctx context.Context, name string) error {
	if info, err := os.Stat(name); name == "-" || err != nil || !info.IsDir() {
		return r.file(ctx, name)
	}
	before := r.files
	err := filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return r.unreadable(path, err)
		case ctx.Err() != nil || r.files >= maxFiles:
			return fs.SkipAll
		case path != name && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !d.Type().IsRegular():
			return nil
		}
		return r.file(ctx, path)
	})
	if err != nil || ctx.Err() != nil || r.files > before || r.files >= maxFiles {
		return err
	}
	return r.refuse(name, cli.NewFault(cli.StatusUnknown, r.Lang.T("cmd.explain.empty", i18n.Args{"file": cli.Printable(name)}), ""))
}

func (r *reader) file(ctx context.Context, name string) error {
	r.files++
	f, err := r.Source(name)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return r.unreadable(name, err)
	}
	defer func() { _ = f.Close() }()
	return r.mails(ctx, name, f)
}

// unreadable reports a file that could not be read; the run goes on with the others.
func (r *reader) unreadable(name string, err error) error {
	return r.refuse(name, cli.Usage(r.Lang.T("cmd.fault.open", i18n.Args{"file": cli.Printable(name), "error": r.Reason(err)}), ""))
}

// refuse reports a file or folder of which nothing can be said.
func (r *reader) refuse(name string, fault error) error {
	r.status = cli.Graver(r.status, r.Tell(fault))
	if r.JSON {
		return r.WriteLine(map[string]any{"schema": 1, "file": document.UTF8(name), "kind": bounce.Unknown, "error": fault.Error()})
	}
	return nil
}

// mails explains one file: one mail, a text, or an mbox of many.
func (r *reader) mails(ctx context.Context, name string, in io.Reader) error {
	src := bufio.NewReaderSize(in, 64<<10)
	first, err := src.Peek(512)
	if ctx.Err() != nil {
		return nil
	}
	if len(first) == 0 && err != nil && err != io.EOF {
		return r.unreadable(name, err)
	}
	if !strings.HasPrefix(strings.TrimLeft(string(first), "\r\n\t "), "From ") {
		return r.mail(ctx, document.Explained{File: name}, src, false)
	}
	// One mail is held back, to know whether it is alone.
	var (
		held  []byte
		short bool
		part  int
		bad   error
	)
	explain := func(of int) {
		x := document.Explained{File: name, Part: of}
		bad = r.mail(ctx, x, strings.NewReader(string(held)), short)
	}
	err = bounce.Mails(src, func(data []byte, cut bool) bool {
		if part > 0 {
			explain(part)
		}
		part++
		held, short = data, cut
		return bad == nil && ctx.Err() == nil && part < maxFiles
	})
	switch {
	case bad != nil:
		return bad
	case err != nil:
		return r.unreadable(name, err)
	case ctx.Err() != nil:
		return nil
	case part == 1:
		part = 0
	}
	explain(part)
	return bad
}

// mail explains one mail.
func (r *reader) mail(ctx context.Context, x document.Explained, in io.Reader, cut bool) error {
	var err error
	if x.Mail, err = inhand.Open(ctx, in, cut); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return r.unreadable(x.File, err)
	}
	if m := x.Message; m != nil && x.Kind != bounce.Unknown {
		if len(r.snap.Answers) > maxAnswers {
			r.snap = snapshot.New("", r.world.Now())
		}
		x.Report, x.Blind = r.world.Verify(ctx, r.snap, m)
	}
	if ctx.Err() != nil {
		return nil
	}
	return r.tell(x)
}

// tell prints what was found in a mail.
func (r *reader) tell(x document.Explained) error {
	r.status = cli.Graver(r.status, map[document.Lean]cli.Status{document.LeanNothing: cli.StatusOK, document.LeanFix: cli.StatusFix,
		document.LeanUnknown: cli.StatusUnknown}[x.Asks()])
	p := words.P{Lang: r.Lang, Catalog: r.world.Catalog}
	if r.JSON {
		return r.WriteLine(document.Explain(p, x))
	}
	if r.told++; r.told > 1 {
		if err := r.Print("\n"); err != nil {
			return err
		}
	}
	return r.Print(document.ExplainPage(p, x, r.Layout()))
}
