package probe

import (
	"context"
	"time"

	"todoku/checks/catalog"
	"todoku/checks/owner"
	"todoku/checks/snapshot"
)

// retryAfter is how long a failure stands in an earlier snapshot before it is asked about again: a screen that checks
// again at once must not pay a dead server's timeout twice.
const retryAfter = time.Minute

// Run is described at Runner. Every answer lets Next speak again, and new questions start at once.
func (c *Client) Run(ctx context.Context, a owner.Answers, old *snapshot.Snapshot, each func(Event)) (*snapshot.Snapshot, error) {
	snap := c.begin(a.Domain, old)
	base := snap.Clone()
	ses := c.newSession()
	defer ses.close()
	r := run{c: c, a: a, snap: snap, each: each, asked: map[snapshot.Key]bool{}, needs: map[snapshot.Key]int{}}
	answers := make(chan snapshot.Answer)
	for {
		for _, q := range r.ready(ctx) {
			r.start(q)
			go func() { answers <- ses.ask(ctx, q) }()
		}
		if r.open == 0 {
			break
		}
		r.end(<-answers)
		r.settle(answers)
	}
	if ses.intercepted() {
		unreach(snap)
	}
	depths(a, snap, base, c.cat)
	return snap, ctx.Err()
}

// begin takes over what an earlier snapshot knows.
func (c *Client) begin(domain string, old *snapshot.Snapshot) *snapshot.Snapshot {
	now := c.cfg.Now()
	s := snapshot.New(domain, now)
	if old == nil || old.Domain != domain {
		return s
	}
	for _, a := range old.Answers {
		young := now.Sub(a.At) < retryAfter && a.Reason != snapshot.Cancelled && a.Reason != snapshot.OverBudget
		if a.Known() || a.Reason == snapshot.Delegated || young {
			a.Needs = 0
			s.Add(a)
		}
	}
	return s
}

type run struct {
	c     *Client
	a     owner.Answers
	snap  *snapshot.Snapshot
	each  func(Event)
	asked map[snapshot.Key]bool
	needs map[snapshot.Key]int // until depths knows better
	deep  int                  // the largest Needs so far
	count int                  // questions put
	open  int
}

// ready lists the questions that can start now. Those beyond the budget end here, unasked.
func (r *run) ready(ctx context.Context) (out []snapshot.Question) {
	if ctx.Err() != nil || r.open >= r.c.cfg.Parallel {
		return nil
	}
	for _, q := range Next(r.a, r.snap, r.c.cat) {
		if r.asked[q.Key] {
			continue
		}
		if r.needs[q.Key] == 0 {
			r.needs[q.Key] = r.deep + 1
		}
		if r.count+len(out) >= r.c.cfg.Budget {
			r.asked[q.Key] = true
			r.snap.Add(snapshot.Answer{Key: q.Key, Status: snapshot.Failed, Reason: snapshot.OverBudget, At: r.c.cfg.Now(), Needs: r.needs[q.Key]})
			continue
		}
		if r.open+len(out) < r.c.cfg.Parallel {
			out = append(out, q)
		}
	}
	return out
}

func (r *run) start(q snapshot.Question) {
	r.asked[q.Key] = true
	r.open++
	r.count++
}

func (r *run) end(a snapshot.Answer) {
	r.open--
	a.Needs = r.needs[a.Key]
	r.deep = max(r.deep, a.Needs)
	r.snap.Add(a)
	if as, ok := adopt(r.a, r.snap, r.c.cat, a); ok {
		r.snap.Add(as)
	}
	if r.each != nil {
		r.each(Event{Answer: a, Asked: r.count, Open: r.open})
	}
}

// Answers come in bursts; those of one burst share one call of Next. The pause is small beside any network's, and the
// whole wait is bounded so that a steady trickle delays nothing.
const (
	burstGap = 200 * time.Microsecond
	burstMax = time.Millisecond
)

// settle takes the answers that come right behind the first.
func (r *run) settle(answers <-chan snapshot.Answer) {
	gap := time.NewTimer(burstGap)
	defer gap.Stop()
	for began := time.Now(); r.open > 0 && time.Since(began) < burstMax; {
		select {
		case a := <-answers:
			r.end(a)
			gap.Reset(burstGap)
		case <-gap.C:
			return
		}
	}
}

// unreach corrects what was said of single servers when somebody on the way answered in the place of all of them:
// they were not reached, which is not the same as being lame.
func unreach(s *snapshot.Snapshot) {
	for i, a := range s.Answers {
		if a.Via != snapshot.Resolver && a.Reason == snapshot.NotAuth {
			s.Answers[i].Reason = snapshot.Unreachable
		}
	}
}

// depths sets Needs: the round in which Next asks for it when every round waits for the one before. That is the
// length of the chain of look-ups that had to end, whatever the order in which answers happened to come.
func depths(a owner.Answers, s, base *snapshot.Snapshot, c *catalog.Catalog) {
	t := base
	for round, more := 1, true; more; round++ {
		more = false
		for _, q := range Next(a, t, c) {
			got, ok := s.Find(q.Key)
			if !ok {
				continue
			}
			got.Needs = round
			s.Add(got)
			t.Add(got)
			more = true
		}
	}
}
