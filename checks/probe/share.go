package probe

import (
	"context"
	"sync"
	"time"

	"example.org/todoku/checks/snapshot"
)

// Bounds of what the runs of several domains share.
const (
	shareMost    = 8192            // answers held, twice over: when one half is full, the other is forgotten
	shareLongest = time.Hour       // how long an answer is held, whatever its time to live
	shareFailure = 5 * time.Second // how long a failure is
	shareQueries = 96              // questions to the resolvers under way at once: small ones refuse more
	shareOpen    = 768             // questions under way at once, each of which has a socket
)

// share is what resolvers told several runs: name servers of registries, addresses, SPF trees that half of the domains
// include. Who asks what another one is asking waits for that answer.
type share struct {
	now func() time.Time

	mu       sync.Mutex
	new, old map[snapshot.Key]held
	under    map[snapshot.Key]*errand
	resolver chan struct{}
	open     chan struct{}

	runs    int // under way
	crew    *crew
	sockets *sockets
}

// enter gives a run the goroutines and sockets that all have.
func (s *share) enter() (*crew, *sockets) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.runs++; s.runs == 1 {
		s.crew, s.sockets = newCrew(), &sockets{}
	}
	return s.crew, s.sockets
}

// leave ends them with the last run.
func (s *share) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.runs--; s.runs == 0 {
		s.crew.dismiss()
		s.sockets.close()
	}
}

// held is an answer and until when it holds.
type held struct {
	answer snapshot.Answer
	until  time.Time
}

// errand is a question under way; done closes when answer is there.
type errand struct {
	done   chan struct{}
	answer snapshot.Answer
}

// Sharing gives a client whose runs share what resolvers say, each answer for its time to live (RFC 1035 section 3.2.1) and
// an hour at most. It is for looks at many domains; whoever looks at one domain again wants to see it anew.
func (c *Client) Sharing() *Client {
	shared := *c
	shared.share = &share{now: c.cfg.Now, new: map[snapshot.Key]held{}, under: map[snapshot.Key]*errand{},
		resolver: make(chan struct{}, shareQueries), open: make(chan struct{}, shareOpen)}
	return &shared
}

// ask gives the answer that is held, or another's that is under way, or the one that put gets.
func (s *share) ask(ctx context.Context, q snapshot.Question, put func() snapshot.Answer) snapshot.Answer {
	for {
		s.mu.Lock()
		if a, ok := s.find(q.Key); ok {
			s.mu.Unlock()
			return a
		}
		other, under := s.under[q.Key]
		if !under {
			break
		}
		s.mu.Unlock()
		select {
		case <-other.done:
			if other.answer.Reason != snapshot.Cancelled { // that was the other's own end
				return other.answer
			}
		case <-ctx.Done():
			return snapshot.Answer{Key: q.Key, Status: snapshot.Failed, Reason: snapshot.Cancelled, At: s.now()}
		}
	}
	mine := &errand{done: make(chan struct{})}
	s.under[q.Key] = mine
	s.mu.Unlock()
	mine.answer = slot(ctx, s.resolver, put, q, s.now)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.under, q.Key)
	s.keep(mine.answer)
	close(mine.done)
	return mine.answer
}

func (s *share) find(k snapshot.Key) (snapshot.Answer, bool) {
	h, ok := s.new[k]
	if !ok {
		h, ok = s.old[k]
	}
	return h.answer, ok && s.now().Before(h.until)
}

// keep holds an answer for as long as it may be.
func (s *share) keep(a snapshot.Answer) {
	until := a.Expires()
	switch longest := a.At.Add(shareLongest); {
	case a.Reason == snapshot.Cancelled:
		return
	case !a.Known():
		until = a.At.Add(shareFailure)
	case until.After(longest):
		until = longest
	}
	if !s.now().Before(until) {
		return
	}
	if len(s.new) >= shareMost {
		s.new, s.old = map[snapshot.Key]held{}, s.new
	}
	s.new[a.Key] = held{a, until}
}

// slot puts a question once there is room for it.
func slot(ctx context.Context, room chan struct{}, put func() snapshot.Answer, q snapshot.Question, now func() time.Time) snapshot.Answer {
	select {
	case room <- struct{}{}:
	case <-ctx.Done():
		return snapshot.Answer{Key: q.Key, Status: snapshot.Failed, Reason: snapshot.Cancelled, At: now()}
	}
	defer func() { <-room }()
	return put()
}
