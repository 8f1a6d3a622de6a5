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

// retryAfter is the age from which a failure in an earlier snapshot is asked about again. Checking again at once must not
// cost a dead server's timeout twice.
const retryAfter = time.Minute

// perServer is the most concurrent questions to one server, so that rate limiting does not take them for an attack.
const perServer = 96

// Run implements Runner. Questions that an answer leads to start at once; the order of answers does not affect the
// result, since replay goes through them again in rounds.
func (c *Client) Run(ctx context.Context, a owner.Answers, old *snapshot.Snapshot, each func(Event)) (*snapshot.Snapshot, error) {
	ses := c.newSession()
	defer ses.close()
	r := newRun(c, ses, a, c.begin(a.Domain, old), each)
	r.send(ctx, r.delegation) // all others wait for these answers, and these questions do not wait for the catalogue
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

// begin returns a new snapshot with what is still valid of an earlier one.
func (c *Client) begin(domain string, old *snapshot.Snapshot) *snapshot.Snapshot {
	now := c.cfg.Now()
	s := snapshot.New(domain, now)
	if old == nil || old.Domain != domain {
		return s
	}
	for _, a := range old.Answers {
		young := now.Sub(a.At) < retryAfter && a.Reason != snapshot.Cancelled && a.Reason != snapshot.OverBudget
		if a.Via != snapshot.Cache && (a.Known() || a.Reason == snapshot.Delegated) || young { // cached answers change by themselves
			a.Needs = 0
			s.Add(a)
		}
	}
	return s
}

// run is one call of Run.
type run struct {
	c    *Client
	ses  *session
	a    owner.Answers
	each func(Event)
	base *snapshot.Snapshot                // what an earlier snapshot knew
	snap *snapshot.Snapshot                // what is known so far
	raw  map[snapshot.Key]*snapshot.Answer // every answer as it arrived

	asked map[snapshot.Key]int    // how often each question was asked
	under map[snapshot.Key]flight // questions being asked
	busy  map[netip.Addr]int      // questions being asked, by the first server
	count int                     // questions asked
	took  time.Duration           // duration of the last call of lister
	held  time.Duration           // until a question that waits for another answer is asked anyway; 0 if none waits
	burst *burst

	notes  *notes
	halt   *stage                // of the last replay: where it first wanted what nobody had asked
	listed map[snapshot.Key]bool // for ready
	ahead  map[snapshot.Key]bool // the same
}

// flight is a question being asked.
type flight struct {
	since time.Time
	to    netip.Addr // the first server
}

// usualAnswers is the usual number of answers in a run.
const usualAnswers = 240

func newRun(c *Client, ses *session, a owner.Answers, base *snapshot.Snapshot, each func(Event)) *run {
	r := &run{c: c, ses: ses, a: a, each: each, base: base, snap: base.Clone(), raw: make(map[snapshot.Key]*snapshot.Answer, usualAnswers),
		asked: map[snapshot.Key]int{}, under: map[snapshot.Key]flight{}, busy: map[netip.Addr]int{},
		notes: newNotes(a, base.Domain, c.cat), listed: map[snapshot.Key]bool{}, ahead: map[snapshot.Key]bool{}}
	r.burst = newBurst(c.share != nil, r.barren)
	r.snap.Grow(usualAnswers)
	for i := range base.Answers {
		r.raw[base.Answers[i].Key] = &base.Answers[i]
	}
	return r
}

// asker returns what collects the questions that a snapshot lacks. The lists of the one before are lost.
func (r *run) asker(s *snapshot.Snapshot) *asker { return r.notes.asker(s) }

func (r *run) ended(q snapshot.Question) bool {
	_, ok := r.raw[q.Key]
	return ok
}

// lister returns the questions to ask, and those that may be asked early.
type lister func() (list, early []snapshot.Question)

// all asks the questions that list returns, and those that it returns after answers, until there are no more.
func (r *run) all(ctx context.Context, list lister) {
	for {
		if r.send(ctx, list); len(r.under) == 0 {
			return
		}
		r.next()
	}
}

// send asks the questions of the list that can start now.
func (r *run) send(ctx context.Context, list lister) {
	out := r.ready(ctx, list)
	if len(out) == 0 {
		return
	}
	wave := r.burst.send(len(out))
	for _, q := range out {
		r.start(q)
		r.ses.seek(ctx, q, func(a *snapshot.Answer) { r.burst.tell(a, wave) })
	}
}

// next takes the answers of the next burst. It returns without any when a held question is due.
func (r *run) next() {
	var due <-chan time.Time
	if r.held > 0 {
		enough := time.NewTimer(r.held)
		defer enough.Stop()
		due = enough.C
	}
	for _, a := range r.burst.take(due) {
		r.end(a)
	}
}

// delegation returns the questions about the zone's place and servers that follow from what is known so far.
func (r *run) delegation() (list, early []snapshot.Question) {
	n := r.asker(r.snap)
	n.delegation()
	return n.out, nil
}

// wanted returns the questions that follow from what is known so far, first those to repeat because whoever answered does
// not serve the zone, and the early ones.
func (r *run) wanted() (list, early []snapshot.Question) {
	for {
		n := r.asker(r.snap)
		n.delegation()
		if list = n.settle(r.raw); len(list) == 0 {
			list = n.questions()
		} else {
			list = append(list, n.questions()...)
		}
		if !r.adopt(list) {
			return list, slices.DeleteFunc(n.early(), r.indoors)
		}
	}
}

// indoors reports whether a question would go to private addresses only, which are not asked. Where it is early, the
// referral may still give another address.
func (r *run) indoors(q snapshot.Question) bool {
	return !r.c.cfg.Private && len(q.Servers) > 0 && !slices.ContainsFunc(q.Servers, func(n snapshot.NameServer) bool { return !snapshot.IsPrivate(n.Addr) })
}

// ready returns the questions that can start now. Those beyond the budget fail at once.
func (r *run) ready(ctx context.Context, list lister) (out []snapshot.Question) {
	if ctx.Err() != nil || len(r.under) >= r.c.cfg.Parallel {
		return nil
	}
	busy, listed, ahead := map[netip.Addr]int{}, r.listed, r.ahead
	clear(listed)
	clear(ahead)
	began := time.Now()
	wanted, early := list()
	took := time.Since(began)
	r.burst.expect(min(took, r.took)) // the first call also reads the catalogue
	r.took, r.held = took, 0
	for _, q := range early {
		ahead[q.Key] = true
	}
	for _, q := range append(wanted, early...) {
		if r.flying(q.Key) || listed[q.Key] || r.asked[q.Key] > maxHosts || r.waits(q, ahead) {
			continue
		}
		listed[q.Key] = true
		if ahead[q.Key] && 2*(r.count+len(out)) >= r.c.cfg.Budget { // early questions may only use half of the budget
			continue
		}
		if r.count+len(out) >= r.c.cfg.Budget {
			r.asked[q.Key] = maxHosts + 1
			r.take(&snapshot.Answer{Key: q.Key, Status: snapshot.Failed, Reason: snapshot.OverBudget, At: r.c.cfg.Now()})
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

// goesTo returns the first server of a question, or the zero address for the resolver.
func goesTo(q snapshot.Question) netip.Addr {
	if len(q.Servers) == 0 {
		return netip.Addr{}
	}
	return q.Servers[0].Addr
}

func (r *run) start(q snapshot.Question) {
	r.asked[q.Key]++
	to := goesTo(q)
	r.under[q.Key] = flight{time.Now(), to}
	r.busy[to]++
	r.count++
}

func (r *run) end(a *snapshot.Answer) {
	r.busy[r.under[a.Key].to]--
	delete(r.under, a.Key)
	r.take(a)
	if r.each != nil {
		r.each(Event{Answer: *a, Asked: r.count, Open: len(r.under)})
	}
}

func (r *run) take(a *snapshot.Answer) {
	r.raw[a.Key] = a
	r.snap.Add(*a)
}

// barren reports whether an answer denies a guessed name below the domain, which leads to no question by itself. It is
// false for names that every domain has and for the wildcard label.
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

// unreach corrects the answers of single servers if something on the way answered instead of all of them: the servers
// were not reached, which is not the same as being lame.
func unreach(s *snapshot.Snapshot) {
	for i, a := range s.Answers {
		if a.Via != snapshot.Resolver && a.Reason == snapshot.NotAuth {
			s.Answers[i].Reason = snapshot.Unreachable
		}
	}
}
