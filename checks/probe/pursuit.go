package probe

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// pursuit is one question being asked: the places that were tried, and the most telling failure so far.
type pursuit struct {
	s         *session
	q         snapshot.Question
	authority bool
	began     time.Time
	limit     time.Duration // for all tries together
	order     []place
	spare     []place // DoH, if order does not work
	results   chan *reply
	wg        sync.WaitGroup
	tried     []place       // one for each message sent
	replied   map[spot]bool // by place key: it answered or cannot be reached
	running   int
	worst     *snapshot.Answer // the most telling failure so far
	doubtful  place            // the resolver that gave SERVFAIL
	doubted   bool             // a resolver's answer said nothing about the name
}

// sends is the most messages that are sent for a question without an answer.
const sends = 4

// pursue asks the places one after the other until one knows: the next at once if one fails, and after a quarter of the
// time if one is silent. Late answers still count.
func (s *session) pursue(ctx context.Context, q *snapshot.Question, at []place, authority bool, spare []place) *snapshot.Answer {
	p := &pursuit{s: s, q: *q, authority: authority, began: time.Now(), spare: spare, replied: map[spot]bool{}}
	p.worst = s.failed(q, snapshot.Unreachable)
	typ, ok := dns.StringToType[string(q.Type)]
	if _, fine := dns.IsDomainName(q.Name); !ok || !fine {
		p.worst.Reason = snapshot.Malformed
		return p.worst
	}
	order, gone, dead := s.health.order(at)
	if p.order = order; len(order) == 0 {
		if dead != "" {
			p.worst.Reason = dead
		}
		if !p.fallBack(at) {
			return p.worst
		}
	}
	p.results = make(chan *reply, len(p.order)+len(spare)+sends)
	outer := ctx
	p.limit = s.limit(q)
	ctx, cancel := context.WithTimeout(ctx, p.limit)
	defer p.wg.Wait()
	defer cancel()
	w := query{name: dns.Fqdn(q.Name), typ: typ, rd: !authority}
	a := p.first(ctx, cancel, at, w, gone)
	silence := a.Reason == snapshot.Timeout || a.Reason == snapshot.Malformed
	if silence && outer.Err() == nil && p.fallBack(at) {
		// The time was up before DoH was tried, on a busy machine or because the place was found dead meanwhile.
		more, cancel := context.WithTimeout(outer, s.c.cfg.Timeout)
		defer cancel()
		p.send(more, w)
		a = p.loop(more, at, w, nil, p.limit/sends)
	}
	if outer.Err() != nil && !a.Status.Known() {
		a = s.failed(q, snapshot.Cancelled)
	}
	a.At, a.Took = s.c.cfg.Now(), time.Since(p.began)
	return a
}

// first sends the first message and waits for its reply on the caller's goroutine, since most questions need no more than
// that. If the place is silent for a step, or is found dead, loop goes on in another goroutine.
func (p *pursuit) first(ctx context.Context, cancel func(), at []place, w query, gone context.Context) *snapshot.Answer {
	to, ok := p.next()
	if !ok {
		return p.worst
	}
	step, mine := p.limit/sends, w
	p.sent(to, &mine)
	var begun atomic.Bool // somebody has gone on
	later := make(chan *snapshot.Answer, 1)
	goOn := func(wait time.Duration) {
		if begun.CompareAndSwap(false, true) {
			a := p.loop(ctx, at, w, gone, wait)
			cancel() // the first message is no longer waited for
			later <- a
		}
	}
	if gone != nil {
		defer context.AfterFunc(gone, func() { goOn(step) })()
	}
	defer time.AfterFunc(step, func() { goOn(0) }).Stop()
	r := p.s.exchange(ctx, to, mine)
	if !begun.CompareAndSwap(false, true) {
		p.results <- r
		return <-later
	}
	if r.msg == nil && ctx.Err() != nil {
		p.results <- r
		return p.expire()
	}
	p.running--
	if a, done := p.take(r); done {
		return a
	}
	if !p.fresh() && !p.fallBack(at) {
		return p.conclude(ctx, w)
	}
	p.send(ctx, w)
	return p.loop(ctx, at, w, gone, step)
}

// sent records that a message is sent to a place, and sets what a query to that place needs.
func (p *pursuit) sent(to place, w *query) {
	w.rd = w.rd || to.url != ""
	p.tried = append(p.tried, to)
	p.running++
}

// loop reads replies, and sends further messages, until the question is answered or its time is up. wait is the time
// until the last place counts as silent.
func (p *pursuit) loop(ctx context.Context, at []place, w query, gone context.Context, wait time.Duration) *snapshot.Answer {
	step := p.limit / sends
	timer := time.NewTimer(wait)
	defer timer.Stop()
	var dead <-chan struct{}
	if gone != nil {
		dead = gone.Done()
	}
	for {
		select {
		case r := <-p.results:
			p.running--
			if a, done := p.take(r); done {
				return a
			}
			if !p.fresh() && p.running == 0 && !p.fallBack(at) {
				return p.conclude(ctx, w)
			}
			if p.fresh() {
				p.send(ctx, w)
				timer.Reset(step)
			}
		case <-timer.C:
			last := p.tried[len(p.tried)-1]
			if !p.replied[last.key()] {
				p.s.health.missed(last)
			}
			if len(p.tried) >= 2 {
				p.fallBack(at)
			}
			p.send(ctx, w)
			timer.Reset(step)
		case <-dead: // another question found the only place dead
			if _, _, dead := p.s.health.order(at); p.worst.Reason == snapshot.Unreachable {
				p.worst.Reason = dead
			}
			return p.worst
		case <-ctx.Done():
			return p.expire()
		}
	}
}

// send sends the question to the next place: one that was not asked yet, else again to one that is silent.
func (p *pursuit) send(ctx context.Context, w query) {
	to, ok := p.next()
	if !ok {
		return
	}
	p.sent(to, &w)
	p.wg.Add(1)
	p.s.do(func() {
		defer p.wg.Done()
		p.results <- p.s.exchange(ctx, to, w)
	})
}

// next returns the place to ask next.
func (p *pursuit) next() (place, bool) {
	if len(p.tried) == 0 && len(p.order) > 0 {
		return p.order[0], true
	}
	return p.another()
}

// another returns the place that was asked least often and has not replied.
func (p *pursuit) another() (place, bool) {
	times := map[spot]int{}
	for _, t := range p.tried {
		times[t.key()]++
	}
	var best place
	found := false
	for _, c := range p.order {
		k := c.key()
		if p.replied[k] || found && times[k] >= times[best.key()] {
			continue
		}
		best, found = c, true
	}
	if found && times[best.key()] > 0 && len(p.tried) >= sends {
		return place{}, false
	}
	return best, found
}

// fresh reports whether a place has not been asked yet.
func (p *pursuit) fresh() bool {
	return slices.ContainsFunc(p.order, func(c place) bool { return !slices.Contains(p.tried, c) })
}

// fallBack adds the DoH services if nobody answers on port 53, if somebody else answers there, or if the resolver's
// answer says nothing. It reports whether it added any.
func (p *pursuit) fallBack(at []place) bool {
	use := len(p.spare) > 0 && (p.doubted || !p.s.health.alive(at))
	if p.authority {
		use = len(p.spare) > 0 && !p.s.authority.Load() && (p.s.impostor.Load() || !p.s.health.alive(at))
	}
	if !use {
		return false
	}
	spare, _, _ := p.s.health.order(p.spare)
	p.order, p.spare = append(p.order, spare...), nil
	return len(spare) > 0
}

// take reads a reply and reports whether it ends the question.
func (p *pursuit) take(r *reply) (*snapshot.Answer, bool) {
	k := r.from.key()
	if r.msg == nil {
		p.replied[k] = p.replied[k] || r.reason != snapshot.Timeout
		a := p.s.failed(&p.q, r.reason)
		a.Server, a.Transport = r.from.String(), r.transport
		p.note(a)
		return a, false
	}
	p.s.health.answered(r.from)
	p.replied[k] = true
	https := r.from.url != ""
	a := read(p.q, r.msg, p.authority && !https)
	if p.s.believing {
		believe(a, r.msg)
	}
	a.Server, a.Transport = r.from.String(), r.transport
	if p.authority && !https {
		a.By = r.from.host
		if a.AA {
			p.s.authority.Store(true)
		} else if a.Reason == snapshot.NotAuth && r.msg.RecursionAvailable {
			p.s.impostor.Store(true)
		}
	}
	// A server that offers recursion and gives a referral may not serve the zone, so the others are asked first.
	refers := a.Reason == snapshot.Delegated && !r.msg.RecursionAvailable
	if !a.Status.Known() && !refers && a.Reason != snapshot.Loop {
		if a.Reason == snapshot.ServFail && !p.authority {
			p.doubtful = r.from
		}
		p.doubted = p.doubted || !p.authority && doubtful(a.Reason)
		p.note(a)
		return a, false
	}
	if https && p.authority {
		p.s.authorityDoH.Store(true)
	} else if https && !p.doubted {
		p.s.resolverDoH.Store(true)
	}
	return a, true
}

// telling ranks failures; later ones say more.
var telling = []snapshot.Reason{
	snapshot.Unreachable, snapshot.Timeout, snapshot.Malformed, snapshot.Truncated, snapshot.Refused, snapshot.ServFail, snapshot.Referred,
	snapshot.Unproven, snapshot.Filtered, snapshot.NotAuth, snapshot.Bogus, snapshot.Delegated,
}

// note keeps a failure if it says at least as much as the one before.
func (p *pursuit) note(a *snapshot.Answer) {
	if slices.Index(telling, a.Reason) >= slices.Index(telling, p.worst.Reason) {
		p.worst = a
	}
}

// expire ends a question whose time is up, after reading the replies to what is still running.
func (p *pursuit) expire() *snapshot.Answer {
	if p.worst.Reason == snapshot.Unreachable {
		p.worst.Reason = snapshot.Timeout
	}
	odd := map[spot]bool{}
	for ; p.running > 0; p.running-- {
		r := <-p.results
		odd[r.from.key()] = odd[r.from.key()] || r.reason == snapshot.Malformed
		if a, done := p.take(r); done {
			return a
		}
	}
	for _, t := range p.tried {
		k := t.key()
		switch {
		case p.limit < p.s.c.cfg.Timeout: // a short limit proves nothing about the place
		case odd[k]:
			p.s.health.silent(t, p.began, snapshot.Malformed)
		case !p.replied[k]:
			p.s.health.silent(t, p.began, snapshot.Timeout)
		}
		odd[k], p.replied[k] = false, true
	}
	return p.worst
}

// conclude ends a question that no place answered. A SERVFAIL without explanation that persists, and goes away with
// checking disabled, means failed DNSSEC validation (RFC 4035 section 3.2.2). The plain question is repeated first, in
// case the failure was temporary.
func (p *pursuit) conclude(ctx context.Context, w query) *snapshot.Answer {
	if p.worst.Reason != snapshot.ServFail || p.doubtful == (place{}) || len(p.worst.Errors) > 0 {
		return p.worst
	}
	w.rd = true
	r := p.s.exchange(ctx, p.doubtful, w)
	if r.msg == nil {
		return p.worst
	}
	switch a, done := p.take(r); {
	case done:
		return a
	case a.Reason != snapshot.ServFail || len(a.Errors) > 0:
		return p.worst
	}
	w.cd = true
	r = p.s.exchange(ctx, p.doubtful, w)
	if r.msg != nil && read(p.q, r.msg, false).Known() {
		p.worst.Reason = snapshot.Bogus
	}
	return p.worst
}
