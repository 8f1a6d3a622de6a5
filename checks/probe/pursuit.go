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
	at        []place
	authority bool
	w         query
	then      func(*snapshot.Answer)
	outer     context.Context
	began     time.Time
	limit     time.Duration // for all tries together
	order     []place
	spare     []place         // DoH, if order does not work
	gone      context.Context // ends when the only place is found dead; nil if there are several
	first     opening
	results   chan *reply
	wg        sync.WaitGroup
	tried     []place // one for each message sent
	replied   []spot  // places that answered or cannot be reached
	running   int
	worst     *snapshot.Answer // the most telling failure so far
	doubtful  place            // the resolver that gave SERVFAIL
	doubted   bool             // a resolver's answer said nothing about the name
}

// opening is the first message of a pursuit. No goroutine waits for its reply, since most questions need no other message.
type opening struct {
	to      place
	put     put
	wire    []byte
	sending sync.Mutex
	claimed atomic.Bool    // the reply was taken, or a goroutine went on without it
	stop    [3]func() bool // ends what would go on without it
}

// sends is the most messages that are sent for a question without an answer.
const sends = 4

// pursue asks the places one after the other until one knows: the next at once if one fails, and after a quarter of the
// time if one is silent. Late answers still count. The answer is handed to then, once, on any goroutine; then must not
// block.
func (s *session) pursue(ctx context.Context, q *snapshot.Question, at []place, authority bool, spare []place, then func(*snapshot.Answer)) {
	p := &pursuit{s: s, q: *q, at: at, authority: authority, then: then, outer: ctx, began: time.Now(), spare: spare}
	p.worst = s.failed(q, snapshot.Unreachable)
	typ, ok := dns.StringToType[string(q.Type)]
	if _, fine := dns.IsDomainName(q.Name); !ok || !fine {
		p.worst.Reason = snapshot.Malformed
		then(p.worst)
		return
	}
	order, gone, dead := s.health.order(at)
	if p.order, p.gone = order, gone; len(order) == 0 {
		if dead != "" {
			p.worst.Reason = dead
		}
		if !p.fallBack() {
			then(p.worst)
			return
		}
	}
	p.results = make(chan *reply, len(p.order)+len(spare)+sends)
	p.limit = s.limit(q)
	p.w = query{name: dns.Fqdn(q.Name), typ: typ, rd: !authority}
	p.start()
}

// start sends the first message. If the place is silent for a step or is found dead, or the run ends, a goroutine goes on
// without the reply.
func (p *pursuit) start() {
	to := p.order[0]
	if to.url != "" {
		p.s.do(func() { p.goOn(nil) })
		return
	}
	w := p.w
	p.first.to = to
	p.sent(to, &w)
	m, wire, err := w.pack(to)
	if err != nil {
		p.heard(&reply{reason: snapshot.Malformed})
		return
	}
	without := func() {
		if p.first.claimed.CompareAndSwap(false, true) {
			p.first.sending.Lock() // the message may be on its way to the socket
			p.goOn(nil)
		}
	}
	p.first.sending.Lock()
	defer p.first.sending.Unlock()
	p.first.wire = wire
	p.first.put = put{m: m, then: p.heard}
	p.first.stop[0] = time.AfterFunc(p.step(), without).Stop
	p.first.stop[1] = context.AfterFunc(p.outer, without)
	if p.gone != nil {
		p.first.stop[2] = context.AfterFunc(p.gone, without)
	}
	p.s.put(p.outer, to.addr, &p.first.put, wire)
}

// step is how long a place may be silent before the next is asked.
func (p *pursuit) step() time.Duration { return p.limit / sends }

// heard takes the reply to the first message. It does not block.
func (p *pursuit) heard(r *reply) {
	r.from, r.transport = p.first.to, "udp"
	r.leads = r.msg == nil && p.first.put.proven || r.msg != nil && (r.msg.Truncated || basic(r.msg))
	if !p.first.claimed.CompareAndSwap(false, true) {
		p.results <- r
		return
	}
	for _, stop := range p.first.stop {
		if stop != nil {
			stop()
		}
	}
	if !r.leads {
		p.running--
		if a, done := p.take(r); done {
			p.finish(a)
			return
		}
	}
	p.s.do(func() { p.goOn(r) })
}

// goOn ends the question after the first message: r is its reply, if one came.
func (p *pursuit) goOn(r *reply) {
	ctx, cancel := context.WithDeadline(p.outer, p.began.Add(p.limit))
	a := p.rest(ctx, r)
	if (a.Reason == snapshot.Timeout || a.Reason == snapshot.Malformed) && p.outer.Err() == nil && p.fallBack() {
		// The time was up before DoH was tried, on a busy machine or because the place was found dead meanwhile.
		more, end := context.WithTimeout(p.outer, p.s.c.cfg.Timeout)
		defer end()
		p.gone = nil
		p.send(more)
		a = p.loop(more, p.step())
	}
	cancel()
	p.first.put.leave()
	p.wg.Wait()
	p.finish(a)
}

// finish hands over the answer.
func (p *pursuit) finish(a *snapshot.Answer) {
	if p.outer.Err() != nil && !a.Status.Known() {
		a = p.s.failed(&p.q, snapshot.Cancelled)
	}
	a.At, a.Took = p.s.c.cfg.Now(), time.Since(p.began)
	p.then(a)
}

// rest sends further messages and reads replies until the question is answered or its time is up.
func (p *pursuit) rest(ctx context.Context, r *reply) *snapshot.Answer {
	left := max(0, p.step()-time.Since(p.began))
	switch {
	case len(p.tried) == 0:
	case r == nil:
		return p.loop(ctx, left)
	case r.leads:
		p.results <- r
		return p.loop(ctx, left)
	case !p.fresh() && !p.fallBack():
		return p.conclude(ctx)
	}
	p.send(ctx)
	return p.loop(ctx, p.step())
}

// sent records that a message is sent to a place, and sets what a query to that place needs.
func (p *pursuit) sent(to place, w *query) {
	w.rd = w.rd || to.url != ""
	p.tried = append(p.tried, to)
	p.running++
}

// loop reads replies, and sends further messages, until the question is answered or its time is up. wait is the time
// until the last place counts as silent.
func (p *pursuit) loop(ctx context.Context, wait time.Duration) *snapshot.Answer {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	var dead <-chan struct{}
	if p.gone != nil {
		dead = p.gone.Done()
	}
	for {
		select {
		case r := <-p.results:
			if r.leads {
				p.follow(ctx, r)
				continue
			}
			p.running--
			if a, done := p.take(r); done {
				return a
			}
			if !p.fresh() && p.running == 0 && !p.fallBack() {
				return p.conclude(ctx)
			}
			if p.fresh() {
				p.send(ctx)
				timer.Reset(p.step())
			}
		case <-timer.C:
			last := p.tried[len(p.tried)-1]
			if !slices.Contains(p.replied, last.key()) {
				p.s.health.missed(last)
			}
			if len(p.tried) >= 2 {
				p.fallBack()
			}
			p.send(ctx)
			timer.Reset(p.step())
		case <-dead: // another question found the only place dead
			if _, _, dead := p.s.health.order(p.at); p.worst.Reason == snapshot.Unreachable {
				p.worst.Reason = dead
			}
			return p.worst
		case <-ctx.Done():
			return p.expire()
		}
	}
}

// send sends the question to the next place: one that was not asked yet, else again to one that is silent.
func (p *pursuit) send(ctx context.Context) {
	to, ok := p.another()
	if !ok {
		return
	}
	w := p.w
	p.sent(to, &w)
	p.concurrently(func() *reply { return p.s.exchange(ctx, to, w) })
}

// follow sends what the reply to the first message leads to.
func (p *pursuit) follow(ctx context.Context, r *reply) {
	f, to, w := &p.first, r.from, p.w
	p.concurrently(func() *reply {
		if r.msg == nil { // the error is from before this question
			return p.s.exchange(ctx, to, w)
		}
		return p.s.plainly(ctx, to, w, p.s.whole(ctx, to, f.put.m, f.wire, r))
	})
}

// concurrently adds a reply to the results when it is there.
func (p *pursuit) concurrently(get func() *reply) {
	p.wg.Add(1)
	p.s.do(func() {
		defer p.wg.Done()
		p.results <- get()
	})
}

// another returns the place that was asked least often and has not replied.
func (p *pursuit) another() (place, bool) {
	times := func(c place) (n int) {
		for _, t := range p.tried {
			if t.key() == c.key() {
				n++
			}
		}
		return n
	}
	var best place
	found := false
	for _, c := range p.order {
		if slices.Contains(p.replied, c.key()) || found && times(c) >= times(best) {
			continue
		}
		best, found = c, true
	}
	if found && times(best) > 0 && len(p.tried) >= sends {
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
func (p *pursuit) fallBack() bool {
	use := len(p.spare) > 0 && (p.doubted || !p.s.health.alive(p.at))
	if p.authority {
		use = len(p.spare) > 0 && !p.s.authority.Load() && (p.s.impostor.Load() || !p.s.health.alive(p.at))
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
	if r.msg == nil {
		if r.reason != snapshot.Timeout {
			p.replied = append(p.replied, r.from.key())
		}
		a := p.s.failed(&p.q, r.reason)
		a.Server, a.Transport = r.from.String(), r.transport
		p.note(a)
		return a, false
	}
	p.s.health.answered(r.from)
	p.replied = append(p.replied, r.from.key())
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
	if left, odd := p.first.put.leave(); left {
		p.results <- unanswered(p.first.to, odd)
	}
	odd := map[spot]bool{}
	for ; p.running > 0; p.running-- {
		r := <-p.results
		if r.leads && r.msg != nil && r.msg.Truncated { // no time for TCP
			r.msg, r.reason = nil, snapshot.Truncated
		}
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
		case !slices.Contains(p.replied, k):
			p.s.health.silent(t, p.began, snapshot.Timeout)
		}
		odd[k], p.replied = false, append(p.replied, k)
	}
	return p.worst
}

// conclude ends a question that no place answered. A SERVFAIL without explanation that persists, and goes away with
// checking disabled, means failed DNSSEC validation (RFC 4035 section 3.2.2). The plain question is repeated first, in
// case the failure was temporary.
func (p *pursuit) conclude(ctx context.Context) *snapshot.Answer {
	if p.worst.Reason != snapshot.ServFail || p.doubtful == (place{}) || len(p.worst.Errors) > 0 {
		return p.worst
	}
	w := p.w
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
