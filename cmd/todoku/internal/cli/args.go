package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"example.org/todoku/checks/input"
	"example.org/todoku/i18n"
)

// UpTo allows at most n arguments.
func (p *Program) UpTo(n int) cobra.PositionalArgs { return p.Between(0, n) }

// Between allows from..to arguments; to < 0 means any number.
func (p *Program) Between(from, to int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) >= from && (to < 0 || len(args) <= to) {
			return nil
		}
		hint := p.SeeHelp(c.CommandPath())
		switch {
		case len(args) < from:
			return Usage(p.Lang.T("cmd.fault.too-few", i18n.Args{"usage": c.UseLine()}), hint)
		case c.HasSubCommands() && len(args) > 1:
			return Usage(p.Lang.T("cmd.fault.no-command", i18n.Args{"name": Printable(args[0])}), p.Suggest(c, args[0], hint))
		}
		return Usage(p.Lang.T("cmd.fault.too-many", i18n.Args{"extra": Printable(args[to]), "usage": c.UseLine()}), hint)
	}
}

// Suggest names the commands that a mistyped word may have meant; it returns otherwise where there is none.
func (p *Program) Suggest(c *cobra.Command, typed, otherwise string) string {
	c.SuggestionsMinimumDistance = 2
	var near []string
	for _, name := range c.SuggestionsFor(typed) {
		near = append(near, "todoku "+name)
	}
	if len(near) == 0 {
		return otherwise
	}
	return p.Lang.T("cmd.fault.meant", i18n.Args{"commands": strings.Join(near, ", ")})
}

// Complete makes the shell offer fixed words for a flag.
func Complete(c *cobra.Command, flag string, words ...string) {
	_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

// Offering makes the shell offer what list returns, called when it is needed.
func Offering(list func() []string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return list(), cobra.ShellCompDirectiveNoFileComp
	}
}

// Domain reads a DOMAIN argument.
func (p *Program) Domain(text string) (input.Input, error) {
	in, problem := input.DomainOf(text)
	if problem != nil {
		return in, Usage(p.problem(problem), "")
	}
	return in, nil
}

// DomainTold is Domain, and notes on standard error if another name is used than the one that was given.
func (p *Program) DomainTold(text string) (input.Input, error) {
	in, err := p.Domain(text)
	if err == nil {
		p.Told(in)
	}
	return in, err
}

// Told notes on standard error what was read from a DOMAIN argument, as the screens do below the first box.
func (p *Program) Told(in input.Input) {
	for _, n := range in.Notes() {
		p.Note(p.problem(&input.Problem{Code: n.Code, Args: n.Args}))
	}
}

// problem words an input problem as the wizard's first question does.
func (p *Program) problem(x *input.Problem) string {
	args := i18n.Args{}
	for k, v := range x.Args {
		args[k] = Printable(v)
	}
	return p.Lang.T(x.Code, args)
}

// DomainsOr returns the domains to look at: those given, else the story's. story is "" outside the lab; with neither it
// is a usage fault.
func (p *Program) DomainsOr(given []string, story, command string) ([]string, error) {
	switch {
	case len(given) > 0:
		return given, nil
	case story != "":
		return []string{story}, nil
	}
	return nil, Usage(p.Lang.T("cmd.fault.no-domain"), p.SeeHelp(command))
}

// Once returns each domain once, in the order given, with the names that were left out: two spellings of one domain
// would only give the same result twice.
func (p *Program) Once(names []string) (once, again []string) {
	seen := map[string]bool{}
	for _, name := range names {
		key := name
		if in, err := p.Domain(name); err == nil {
			key = in.Domain
		}
		if seen[key] {
			again = append(again, name)
			continue
		}
		seen[key] = true
		once = append(once, name)
	}
	return once, again
}
