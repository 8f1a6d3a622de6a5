// Package lab plays the stories of the lab's small internet, or serves one to other programs.
package lab

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"example.org/todoku/checks/lab"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

// Options holds what lab needs: the program, its flags, and its effects.
type Options struct {
	*cli.Program
	World func(context.Context) (*world.World, error)    // opens the small internet
	Guide func(context.Context) error                    // starts the guide
	Draw  func(ctx context.Context, folder string) error // draws screens of the stories

	Story    string // "" where none is named
	Serve    bool
	Mail     bool   // send a test mail, and print what its sender gets to see
	Fixed    bool   // first do everything that todoku proposes for the story
	Reports  string // the folder for the story's DMARC reports
	Pictures string // the folder for pictures of the screens
}

// Command returns the cobra command of lab; it fills in the options and calls run. guide plays a story, draw draws the
// pictures.
func Command(p *cli.Program, run func(context.Context, *Options) error, guide func(context.Context) error, draw func(context.Context, string) error) *cobra.Command {
	o := &Options{Program: p, World: world.Opener(p), Guide: guide, Draw: draw}
	c := &cobra.Command{
		Use:               "lab [SCENARIO]",
		Annotations:       map[string]string{cli.Guides: "", cli.Offline: ""},
		Short:             p.About("cmd.lab.short"),
		Long:              p.About("cmd.lab.long"),
		Example:           p.About("cmd.lab.example"),
		Args:              p.UpTo(1),
		ValidArgsFunction: cli.Offering(p.StoryNames),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				o.Story = args[0]
			}
			return run(c.Context(), o)
		},
	}
	c.Flags().BoolVar(&o.Serve, "serve", false, p.About("cmd.flag.serve"))
	c.Flags().BoolVar(&o.Mail, "mail", false, p.About("cmd.flag.lab-mail"))
	c.Flags().BoolVar(&o.Fixed, "fixed", false, p.About("cmd.flag.lab-fixed"))
	c.Flags().StringVar(&o.Pictures, "pictures", "", p.About("cmd.flag.lab-pictures"))
	c.Flags().StringVar(&o.Reports, "reports", "", p.About("cmd.flag.lab-reports"))
	return c
}

// Run lists the stories, serves one to other programs, or plays it.
func Run(ctx context.Context, o *Options) error {
	o.Lab = cmp.Or(o.Story, o.Lab)
	switch {
	case o.Pictures != "":
		if err := o.Draw(ctx, o.Pictures); err != nil {
			return o.unwritten(o.Pictures, err)
		}
		return nil
	case o.Lab == "":
		return o.stories()
	case o.Reports != "":
		return o.reports()
	case o.Serve:
		return o.serve(ctx)
	case o.Mail:
		return o.mail(ctx)
	}
	return o.Guide(ctx)
}

// stories lists the stories that the lab can play.
func (o *Options) stories() error {
	all, err := lab.Scenarios()
	if err != nil {
		return err
	}
	lang := string(o.Lang)
	var rows [][2]string
	first := ""
	for _, sc := range all {
		if !sc.Story {
			continue
		}
		if o.JSON {
			line := storyLine{1, sc.ID, sc.Answers.Domain, sc.Title.In(lang), sc.About.In(lang)}
			if err := o.WriteLine(line); err != nil {
				return err
			}
			continue
		}
		if first == "" {
			first = sc.ID
		}
		rows = append(rows, [2]string{sc.ID, sc.Title.In(lang)})
	}
	if len(rows) == 0 {
		return nil
	}
	list := strings.TrimSpace(document.Section(o.Lang.T("cmd.lab.stories"), rows))
	_, err = fmt.Fprintf(o.Out, "%s\n\n%s\n", list, o.Lang.T("cmd.lab.how", i18n.Args{"first": first}))
	return err
}

// storyLine is a scenario in JSON.
type storyLine struct {
	Schema int    `json:"schema"`
	ID     string `json:"id"`
	Domain string `json:"domain"`
	Title  string `json:"title"`
	About  string `json:"about"`
}
