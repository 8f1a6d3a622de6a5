package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Annotations of a command, by which its help leaves out the common flags that do nothing there.
const (
	Offline = "todoku-offline" // the command asks nobody
	Guides  = "todoku-guides"  // the command opens the guide, as the program itself does
)

// idle reports whether a common flag does nothing for a command.
func idle(c *cobra.Command, flag string) bool {
	has := func(annotation string) bool { _, ok := c.Annotations[annotation]; return ok }
	switch flag {
	case "resolver", "watch", "private", "timeout", "lab":
		return has(Offline)
	case "plain":
		return c.HasParent() && !has(Guides)
	}
	return false
}

// FlagGroups returns three groups of the flags that a command's help shows, each flag once: its own, those that answer the wizard's
// questions, and those that every command has.
func FlagGroups(c *cobra.Command) (own, answers, common []*pflag.Flag) {
	local, seen := c.LocalFlags(), map[string]bool{}
	add := func(group *[]*pflag.Flag, f *pflag.Flag) {
		if !f.Hidden && !seen[f.Name] && !idle(c, f.Name) {
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
