package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"todoku/checks/lab"
	"todoku/i18n"
)

func (a *app) labCommand() *cobra.Command {
	var serve bool
	c := &cobra.Command{
		Use:     "lab [SCENARIO]",
		Short:   a.lang.T("cmd.lab.short"),
		Long:    a.lang.T("cmd.lab.long"),
		Example: a.lang.T("cmd.lab.example"),
		Args:    a.upTo(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return a.storyNames(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				a.opt.lab = args[0]
			}
			switch {
			case a.opt.lab == "":
				return a.stories()
			case serve:
				return a.serve(c.Context())
			}
			return a.open(c, nil)
		},
	}
	c.Flags().BoolVar(&serve, "serve", false, a.lang.T("cmd.flag.serve"))
	return c
}

// stories lists what the lab can play.
func (a *app) stories() error {
	all, err := lab.Scenarios()
	if err != nil {
		return err
	}
	lang := string(a.lang)
	var rows [][2]string
	first := ""
	for _, sc := range all {
		if !sc.Story {
			continue
		}
		if a.opt.json {
			line := struct {
				Schema int    `json:"schema"`
				ID     string `json:"id"`
				Domain string `json:"domain"`
				Title  string `json:"title"`
				About  string `json:"about"`
			}{1, sc.ID, sc.Answers.Domain, sc.Title.In(lang), sc.About.In(lang)}
			if err := a.writeLine(line); err != nil {
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
	var b strings.Builder
	section(&b, a.lang.T("cmd.lab.stories"), rows)
	_, err = fmt.Fprintf(a.out, "%s\n\n%s\n", strings.TrimSpace(b.String()), a.lang.T("cmd.lab.how", i18n.Args{"first": first}))
	return err
}
