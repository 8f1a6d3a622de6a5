package main

import (
	"slices"

	"github.com/spf13/cobra"

	"todoku/checks/catalog"
	"todoku/checks/lab"
	"todoku/checks/owner"
	"todoku/i18n"
)

var shells = []string{"bash", "zsh", "fish", "powershell"}

func (a *app) completionCommand() *cobra.Command {
	return &cobra.Command{
		Use:       "completion bash|zsh|fish|powershell",
		Short:     a.lang.T("cmd.completion.short"),
		Long:      a.lang.T("cmd.completion.long"),
		Example:   a.lang.T("cmd.completion.example"),
		Args:      a.between(1, 1),
		ValidArgs: shells,
		RunE: func(c *cobra.Command, args []string) error {
			root := c.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.out, true)
			case "zsh":
				return root.GenZshCompletion(a.out)
			case "fish":
				return root.GenFishCompletion(a.out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.out)
			}
			return usage(a.lang.T("cmd.fault.no-shell", i18n.Args{"name": printable(args[0])}),
				a.lang.T("cmd.fault.see-help", i18n.Args{"command": "todoku completion"}))
		},
	}
}

// hostIDs and the rest feed completion; an unreadable catalogue offers nothing.
func (a *app) hostIDs() []string {
	ids := []string{owner.Unknown + "\t"}
	if cat, err := catalog.Load(); err == nil {
		for _, e := range cat.Hosts {
			ids = append(ids, e.ID+"\t"+e.Name.In(string(a.lang)))
		}
	}
	return ids
}

func (a *app) senderIDs() []string {
	ids := []string{owner.None + "\t"}
	if cat, err := catalog.Load(); err == nil {
		for _, e := range cat.Senders {
			ids = append(ids, e.ID+"\t"+e.Name.In(string(a.lang)))
		}
	}
	return ids
}

func (a *app) panelIDs() []string {
	var ids []string
	if cat, err := catalog.Load(); err == nil {
		for _, e := range cat.Panels {
			ids = append(ids, e.ID+"\t"+e.Name.In(string(a.lang)))
		}
	}
	return ids
}

func (a *app) storyNames() []string {
	all, err := lab.Scenarios()
	if err != nil {
		return nil
	}
	var out []string
	for _, sc := range slices.DeleteFunc(slices.Clone(all), func(sc lab.Scenario) bool { return !sc.Story }) {
		out = append(out, sc.ID+"\t"+sc.Title.In(string(a.lang)))
	}
	return out
}
