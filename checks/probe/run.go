package probe

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
)

// retryAfter is how long a failure stands in an earlier snapshot before it is asked about again: a screen that checks
// again at once must not pay a dead server's timeout twice.
const retryAfter = time.Minute

// perServer is how many questions one server gets at once: one that counts its answers must not take us for an attack.
const perServer = 96

// Run is described at Runner. Every answer leads to more questions, which start at once; which answer comes first decides
// nothing, since in the end all are gone through once more in rounds (replay).
func (c *Client) Run(ctx context.Context, a owner.Answers, old *snapshot.Snapshot, each func(Event)) (*snapshot.Snapshot, error) {
	ses := c.newSession()
	defer ses.close()
	r := newRun(c, ses, a, c.begin(a.Domain, old), each)
	defer r.memories.under.Wait()
	r.all(ctx, r.wanted)
	if r.deceived() {
		r.all(ctx, r.wanted)
	}
	end, open := r.snap, []snapshot.Question{}
	for ctx.Err() == nil {
		if end, open = r.replay(); len(open) == 0 {
			r.remember(ctx, end)
			break
		}
		r.recall(ctx, r.last, open)
		r.all(ctx, func() (list, early []snapshot.Question) { return slices.DeleteFunc(slices.Clone(open), r.ended), nil })
	}
	if ctx.Err() != nil {
		end = r.snap
	}
	if ses.intercepted() {
		unreach(end)
	}
	return end, ctx.Err()
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
		if a.Via != snapshot.Cache && (a.Known() || a.Reason == snapshot.Delegated) || young { // what a cache holds changes by itself
			a.Needs = 0
			s.Add(a)
		}
	}
	return s
}

// run is one look under way.
type run struct {
	c    *Client
	ses  *session
	a    owner.Answers
	each func(Event)
	base *snapshot.Snapshot               // what an earlier look knew
	snap *snapshot.Snapshot               // what is known so far, as it stands for the zone
	raw  map[snapshot.Key]snapshot.Answer // every answer as it came

	asked map[snapshot.Key]int       // how often it was put
	under map[snapshot.Key]time.Time // under way, since when
	busy  map[netip.Addr]int         // questions under way by the server that they went to first
	count int                        // questions put
	cost  time.Duration              // of finding the questions last
	held  time.Duration              // until a question that waits for another's answer is put all the same; 0: none waits
	told  chan told

	sights   *sights
	memories recalled
	last     *asker              // that listed the questions last
	open     []snapshot.Question // that it listed
	urgent   bool                // an answer came, since the questions were listed last, that may well lead to more
}

// told is how a question ended.
type told struct {
	q snapshot.Question
	a snapshot.Answer
}

// usualAnswers is how many a look gets.
const usualAnswers = 192

func newRun(c *Client, ses *session, a owner.Answers, base *snapshot.Snapshot, each func(Event)) *run {
	r := &run{c: c, ses: ses, a: a, each: each, base: base, snap: base.Clone(), raw: map[snapshot.Key]snapshot.Answer{},
		asked: map[snapshot.Key]int{}, under: map[snapshot.Key]time.Time{}, busy: map[netip.Addr]int{}, told: make(chan told),
		sights: newSights(), memories: recalled{by: map[snapshot.Key]*memory{}, judged: map[snapshot.Key]bool{}}}
	r.snap.Grow(usualAnswers)
	for _, a := range base.Answers {
		r.raw[a.Key] = a
	}
	return r
}

func (r *run) asker(s *snapshot.Snapshot) *asker {
	n := newAsker(r.a, s, r.c.cat)
	n.sights = r.sights
	return n
}

func (r *run) ended(q snapshot.Question) bool {
	_, ok := r.raw[q.Key]
	return ok
}

// lister gives the questions to put, and those that may be put early.
type lister func() (list, early []snapshot.Question)

// all puts the questions that list gives, and those that it gives once some are answered, until there are no more.
func (r *run) all(ctx context.Context, list lister) {
	for {
		for _, q := range r.ready(ctx, list) {
			r.start(q)
			r.ses.do(func() { r.told <- told{q, r.ses.ask(ctx, q)} })
		}
		r.recall(ctx, r.last, r.open)
		if len(r.under) == 0 {
			return
		}
		if r.next() {
			r.gather()
		}
	}
}

// next waits for an answer, and no longer than a question is held. It reports whether one came.
func (r *run) next() bool {
	if r.held == 0 {
		r.end(<-r.told)
		return true
	}
	enough := time.NewTimer(r.held)
	defer enough.Stop()
	select {
	case t := <-r.told:
		r.end(t)
		return true
	case <-enough.C:
		return false
	}
}

// wanted are the questions that what is known so far leads to, and before them those to put again, since whoever
// answered them turned out not to serve the zone; and those that may be put early.
func (r *run) wanted() (list, early []snapshot.Question) {
	for {
		n := r.asker(r.snap)
		n.delegation()
		list = append(n.settle(r.raw), n.questions()...)
		if !r.adopt(list) {
			r.last, r.open = n, list
			return list, n.early()
		}
	}
}

// ready lists the questions that can start now. Those beyond the budget end here, unasked.
func (r *run) ready(ctx context.Context, list lister) (out []snapshot.Question) {
	if ctx.Err() != nil || len(r.under) >= r.c.cfg.Parallel {
		return nil
	}
	busy, listed, ahead := map[netip.Addr]int{}, map[snapshot.Key]bool{}, map[snapshot.Key]bool{}
	began := time.Now()
	wanted, early := list()
	r.cost, r.held, r.urgent = time.Since(began), 0, false
	for _, q := range early {
		ahead[q.Key] = true
	}
	for _, q := range append(wanted, early...) {
		if r.flying(q.Key) || listed[q.Key] || r.asked[q.Key] > maxHosts || r.waits(q, ahead) {
			continue
		}
		listed[q.Key] = true
		if ahead[q.Key] && 2*(r.count+len(out)) >= r.c.cfg.Budget { // what may be in vain leaves enough for what is not
			continue
		}
		if r.count+len(out) >= r.c.cfg.Budget {
			r.asked[q.Key] = maxHosts + 1
			r.take(snapshot.Answer{Key: q.Key, Status: snapshot.Failed, Reason: snapshot.OverBudget, At: r.c.cfg.Now()})
			continue
		}
		to := goesTo(q)
		if len(r.under)+len(out) < r.c.cfg.Parallel && (!to.IsValid() || r.busy[to]+busy[to] < perServer) {
			busy[to]++
			out = append(out, q)
		}
	}
	return out
}

func (r *run) flying(k snapshot.Key) bool {
	_, under := r.under[k]
	return under
}

// goesTo is the server that a question goes to first; the zero address for the resolver.
func goesTo(q snapshot.Question) netip.Addr {
	if len(q.Servers) == 0 {
		return netip.Addr{}
	}
	return q.Servers[0].Addr
}

func (r *run) start(q snapshot.Question) {
	r.asked[q.Key]++
	r.under[q.Key] = time.Now()
	r.busy[goesTo(q)]++
	r.count++
}

func (r *run) end(t told) {
	delete(r.under, t.q.Key)
	r.busy[goesTo(t.q)]--
	r.take(t.a)
	r.urgent = r.urgent || !r.barren(&t.a)
	if r.each != nil {
		r.each(Event{Answer: t.a, Asked: r.count, Open: len(r.under)})
	}
}

func (r *run) take(a snapshot.Answer) {
	r.raw[a.Key] = a
	r.snap.Add(a)
}

// Answers come in bursts; those of one burst share one call of Next. The pause is small beside any network's, and the
// whole wait is bounded so that a steady trickle delays nothing. Where Next takes long, since the answers are monstrous,
// the wait is as long as that: it is then called some times, not as often as there are answers. While nothing came but that
// there is nothing at names that were guessed, the pauses are longer, for hardly ever does any question follow from that
// before all of them have ended.
//
// Where many domains are looked at, one waits while others work: there the pauses are as long as saves the most work.
const (
	burstGap  = 200 * time.Microsecond
	burstMax  = time.Millisecond
	burstTop  = 200 * time.Millisecond
	barrenGap = 5 * time.Millisecond
	barrenMax = 20 * time.Millisecond
	manyGap   = 10 * time.Millisecond
	manyMax   = 40 * time.Millisecond
)

// patience is how long the next answer of a burst is waited for, and how long all of it.
func (r *run) patience() (gap, most time.Duration) {
	switch {
	case r.c.share != nil:
		gap, most = manyGap, manyMax
	case r.urgent:
		gap, most = burstGap, burstMax
	default:
		gap, most = barrenGap, barrenMax
	}
	work := min(r.cost, burstTop)
	return max(gap, work), max(most, work)
}

// gather takes the answers that come right behind the first.
func (r *run) gather() {
	pause, most := r.patience()
	gap := time.NewTimer(pause)
	defer gap.Stop()
	for began := time.Now(); len(r.under) > 0 && time.Since(began) < most; {
		select {
		case t := <-r.told:
			calm := !r.urgent
			if r.end(t); calm && r.urgent {
				pause, most = r.patience()
				began = time.Now()
			}
			gap.Reset(pause)
		case <-gap.C:
			return
		}
	}
}

// barren reports whether an answer says that there is nothing at a name below the domain that only some have: what hangs on
// such an answer hangs on many. The names that all have, and those at which a wildcard shows itself, are others.
func (r *run) barren(a *snapshot.Answer) bool {
	d := r.snap.Domain
	if !a.Absent() || len(a.Chain) > 0 || a.Name == d || !snapshot.Below(a.Name, d) {
		return false
	}
	switch label, rest, _ := strings.Cut(a.Name, "."); {
	case label == WildcardLabel:
		return false
	case rest == d:
		return label != "_dmarc" && label != "_domainkey"
	}
	return true
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
