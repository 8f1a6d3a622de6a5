package lab

import (
	"cmp"
	"context"
	"time"

	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/lab/mail"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/session"
)

// mail sends a test mail in the story, as it is at first or with everything fixed, and prints what its sender gets to
// see: the source as the receiver's web page shows it, or the bounce.
func (o *Options) mail(ctx context.Context) error {
	w, err := o.World(ctx)
	if err != nil {
		return err
	}
	post := mail.New(w.Net, *w.Story, w.Clock.Now)
	if post == nil {
		return cli.Usage(o.Lang.T("cmd.fault.no-mail", i18n.Args{"story": w.Story.ID}), "")
	}
	if o.Fixed {
		if err := fix(ctx, w, post); err != nil {
			return err
		}
	}
	sent, err := post.Send(ctx, string(o.Lang))
	if err != nil {
		return err
	}
	return o.Print(sent.Text)
}

// remembered is longer than any answer of the stories is cached.
const remembered = 48 * time.Hour

// fix publishes what todoku proposes for the story, with the keys that its consoles show, has signing switched on, and
// waits until no resolver remembers the old answers. The mail that is sent then is not the first one: whoever else has
// to act does so after the first error.
func fix(ctx context.Context, w *world.World, post *mail.Post) error {
	own, problem := input.DomainOf(w.Story.Answers.Domain)
	if problem != nil {
		return problem
	}
	r, err := w.Examine(ctx, own, w.Story.Answers)
	if err != nil {
		return err
	}
	keys, switches := shown(w, r.Plan)
	r.Answers.Keys = append(r.Answers.Keys, keys...)
	fixed := session.Judge(r.Answers, r.DNS, w.Catalog)
	if err := w.Net.PublishRight(fixed.Plan.Edits()); err != nil {
		return err
	}
	for _, c := range switches {
		if err := post.Press(c.Service, c.Name); err != nil {
			return err
		}
	}
	w.Clock.Advance(remembered)
	for _, c := range fixed.Plan.Changes {
		post.SwitchOn(c.Service)
	}
	_, err = post.Send(ctx, "")
	return err
}

// shown returns the keys that the story's consoles show for a plan's changes, and the changes that a switch makes.
func shown(w *world.World, p plan.Plan) (keys []owner.Key, switches []plan.Change) {
	for _, c := range p.Changes {
		got := dkim.Clean(w.Story.Key(c.Ask, c.Name))
		if selector := cmp.Or(got.Selector, session.SelectorOf(c)); got.Value != "" && got.Problem == "" && selector != "" {
			keys = append(keys, owner.Key{Service: cmp.Or(c.Ask, c.Service), Selector: selector, Value: got.Value, Alias: got.Alias})
		}
		if c.Switch {
			switches = append(switches, c)
		}
	}
	return keys, switches
}
