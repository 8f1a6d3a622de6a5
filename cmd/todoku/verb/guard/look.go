package guard

import (
	"context"
	"errors"
	"slices"
	"time"

	"example.org/todoku/checks/drift"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/local"
	"example.org/todoku/cmd/todoku/internal/world"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
	"example.org/todoku/wizard/session"
)

// looker looks at one domain. w is the world in which a missing good state is recorded; later is the world that is
// compared with it. They differ only in the lab, after a decay.
type looker struct {
	*Options
	w, later *world.World
	in       input.Input
	flags    owner.Answers
}

// guard records the good state where there is none yet, else looks, compares and keeps.
func (l looker) guard(ctx context.Context) (document.Guarded, error) {
	good, err := l.load()
	if err != nil {
		return document.Guarded{}, err
	}
	if good != nil && !l.Accept {
		return l.compare(ctx, *good)
	}
	g, kept, err := l.take(ctx)
	if kept == nil || err != nil || l.Goods != nil {
		return g, err
	}
	return l.compare(ctx, *kept)
}

// load returns the kept good state; nil where there is none.
func (l looker) load() (*local.Good, error) {
	if l.Goods == nil {
		return nil, nil
	}
	good, err := l.Goods.Load(l.in.Domain)
	if err == nil {
		return good, nil
	}
	if l.Accept && (errors.Is(err, local.ErrDamaged) || errors.Is(err, local.ErrNewer)) {
		return nil, nil // it is replaced
	}
	if errors.Is(err, local.ErrNoPlace) {
		return nil, cli.Usage(l.Lang.T("guard.no-place"), l.Lang.T("guard.no-place-do"))
	}
	why, do := l.Reason(err), l.Lang.T("guard.unread-do", i18n.Args{"domain": cli.Printable(l.in.Domain)})
	switch {
	case errors.Is(err, local.ErrDamaged):
		why = l.Lang.T("guard.damaged")
	case errors.Is(err, local.ErrNewer):
		why = l.Lang.T("cmd.runs.newer")
	default:
		do = "" // a new one could not be kept there either
	}
	return nil, cli.Usage(l.Lang.T("guard.unread", i18n.Args{"domain": cli.Printable(l.in.Unicode), "file": cli.Printable(l.Goods.Path(l.in.Domain)), "error": why}), do)
}

// take looks at the present state and keeps it if it is good or --accept is given.
func (l looker) take(ctx context.Context) (document.Guarded, *local.Good, error) {
	told := l.flags
	told.Domain = l.in.Domain
	told = l.w.Over(told)
	first := l.look(ctx, l.w, told, nil)
	g := l.result(first)
	if blind := world.BlindnessOf(first); blind != world.Sighted || ctx.Err() != nil {
		g.State, g.Reason = document.GuardUnknown, blind.Fault(l.Program).Text
		return g, nil, nil
	}
	seen := session.Judge(told, first, l.w.Catalog)
	g.Findings = seen.Findings
	whole, faulty := drift.Good(side(seen))
	switch {
	case faulty && !l.Accept:
		g.State = document.GuardRefused
		return g, nil, nil
	case !whole && !faulty && !l.Accept:
		g.State = document.GuardUnknown
		g.Drift.Unanswered = first.Failures()
		return g, nil, nil
	}
	// Ask also for what is worth asking only with the answers just learnt, so that both sides of a comparison know as
	// much.
	dns := l.look(ctx, l.w, drift.Learn(seen.In()), first)
	good := local.Good{Domain: l.in.Domain, Kept: dns.Taken, Answers: told, DNS: dns}
	g.State = document.GuardKept
	if faulty {
		l.Note(l.Lang.T("guard.faulty", i18n.Args{"domain": cli.Printable(l.in.Unicode)}))
	}
	return g, &good, l.keep(good)
}

// compare looks at the present state and compares it with the good one. Changes that do no harm become part of the good
// state.
func (l looker) compare(ctx context.Context, good local.Good) (document.Guarded, error) {
	told := good.Answers.Merge(l.flags)
	told.Domain = l.in.Domain
	learnt := drift.Learn(facts.Read(told, good.DNS, l.w.Catalog))
	dns := l.look(ctx, l.later, learnt, nil)
	g := l.result(dns)
	g.Since = good.Kept
	if blind := world.BlindnessOf(dns); blind != world.Sighted {
		g.State, g.Reason = document.GuardUnknown, blind.Fault(l.Program).Text
		return g, nil
	}
	g.Drift = drift.Compare(learnt, good.DNS, dns, func(a owner.Answers, s *snapshot.Snapshot) drift.Side {
		return side(session.Judge(a, s, l.w.Catalog))
	})
	switch {
	case g.Drift.Harmful():
		g.State = document.GuardBroken
		return g, nil
	case len(g.Drift.Unanswered)+len(g.Drift.Lapses) > 0:
		g.State = document.GuardUnknown
		return g, nil
	case len(g.Drift.Changes)+len(g.Drift.Mended) == 0:
		g.State = document.GuardSame
		return g, nil
	}
	g.State = document.GuardChanged
	return g, l.keep(local.Good{Domain: l.in.Domain, Kept: dns.Taken, Answers: told, DNS: dns})
}

// look asks DNS, and repeats once what failed, since a lost packet is not a change.
func (l looker) look(ctx context.Context, w *world.World, a owner.Answers, known *snapshot.Snapshot) *snapshot.Snapshot {
	snap, _ := w.Client.Run(ctx, a, known, nil)
	if snap == nil {
		return snapshot.New(l.in.Domain, w.Now())
	}
	if len(snap.Failures()) == 0 || world.BlindnessOf(snap) != world.Sighted {
		return snap
	}
	again := snapshot.New(snap.Domain, snap.Taken)
	failed := snap.Failures()
	for _, a := range snap.Answers {
		if !slices.ContainsFunc(failed, func(f snapshot.Answer) bool { return f.Key == a.Key }) {
			again.Add(a)
		}
	}
	if second, _ := w.Client.Run(ctx, a, again, nil); second != nil {
		return second
	}
	return snap
}

func (l looker) keep(good local.Good) error {
	if l.Goods == nil {
		return nil
	}
	if err := l.Goods.Keep(good); err != nil {
		return l.Unwritten(l.Goods.Path(good.Domain), err)
	}
	return nil
}

// result starts the report on a look.
func (l looker) result(s *snapshot.Snapshot) document.Guarded {
	taken := s.Taken
	if taken.IsZero() {
		taken = time.Now()
	}
	return document.Guarded{Lang: l.Lang, Catalog: l.w.Catalog, Domain: l.in.Unicode, ASCII: l.in.Domain, Taken: taken, All: l.All}
}

func side(r session.Result) drift.Side {
	return drift.Side{In: r.In(), Findings: r.Findings, Forecast: r.Forecast}
}
