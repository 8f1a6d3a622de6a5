package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// FlagGroups returns three groups of a command's visible flags, each flag once: its own, those that answer the wizard's
// questions, and those that every command has.
func FlagGroups(c *cobra.Command) (own, answers, common []*pflag.Flag) {
	local, seen := c.LocalFlags(), map[string]bool{}
	add := func(group *[]*pflag.Flag, f *pflag.Flag) {
		if !f.Hidden && !seen[f.Name] {
			seen[f.Name] = true
			*group = append(*group, f)
		}
	}
	c.Flags().VisitAll(func(f *pflag.Flag) {
		switch {
		case len(f.Annotations[AnswerGroup]) > 0:
			add(&answers, f)
		case local.Lookup(f.Name) != nil && c.HasParent():
			add(&own, f)
		default:
			add(&common, f)
		}
	})
	if c.HasParent() {
		c.InheritedFlags().VisitAll(func(f *pflag.Flag) { add(&common, f) })
	}
	return own, answers, common
}
