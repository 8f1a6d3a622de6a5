package probe

import (
	"context"
	"sync"
	"time"

	"example.org/todoku/checks/snapshot"
)

// Limits on what the runs for several domains share.
const (
	shareMost    = 8192            // answers in each of two generations; when the new one is full, the old one is dropped
	shareLongest = time.Hour       // longest time that an answer is kept, whatever its TTL
	shareFailure = 5 * time.Second // how long a failure is kept
	shareQueries = 96              // concurrent questions to the resolvers; small ones refuse more
	shareOpen    = 768             // concurrent questions, however many runs there are
)

// share holds the resolvers' answers for several runs: name servers of registries, addresses, SPF records that many
// domains include. A run that asks what another is asking waits for that answer.
type share struct {
	now func() time.Time

	mu       sync.Mutex
	new, old map[snapshot.Key]held
	under    map[snapshot.Key]*errand
	resolver chan struct{}
	open     chan struct{}

	runs  int // in progress
	crew  *crew
	lines *lines
}

// enter registers a run and returns the goroutines and lines that all runs share.
func (s *share) enter() (*crew, *lines) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.runs++; s.runs == 1 {
		s.crew, s.lines = newCrew(), &lines{}
	}
	return s.crew, s.lines
}

// leave unregisters a run; the last one ends the goroutines and closes the sockets.
func (s *share) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.runs--; s.runs == 0 {
		s.crew.dismiss()
		s.lines.close()
	}
}

// held is an answer, which nobody changes, and its expiry.
type held struct {
	answer *snapshot.Answer
	until  time.Time
}

// errand is a question being asked; done is closed when answer is set.
type errand struct {
	done   chan struct{}
	answer *snapshot.Answer
}

// Sharing returns a client whose runs share the resolvers' answers, each for its TTL (RFC 1035 section 3.2.1), up to an
// hour. It is for checks of many domains; repeated checks of one domain should not use it.
func (c *Client) Sharing() *Client {
	shared := *c
	shared.share = &share{now: c.cfg.Now, new: map[snapshot.Key]held{}, under: map[snapshot.Key]*errand{},
		resolver: make(chan struct{}, shareQueries), open: make(chan struct{}, shareOpen)}
	return &shared
}

// ask returns the stored answer, or that of another run that is asking, or the one that put gets.
func (s *share) ask(ctx context.Context, q snapshot.Question, put func() *snapshot.Answer) *snapshot.Answer {
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
			if other.answer.Reason != snapshot.Cancelled { // only the other run was cancelled
				return other.answer
			}
		case <-ctx.Done():
			return &snapshot.Answer{Key: q.Key, Status: snapshot.Failed, Reason: snapshot.Cancelled, At: s.now()}
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

// find returns a stored answer that has not expired.
func (s *share) find(k snapshot.Key) (*snapshot.Answer, bool) {
	h, ok := s.new[k]
	if !ok {
		h, ok = s.old[k]
	}
	return h.answer, ok && s.now().Before(h.until)
}

// keep stores an answer for its TTL, within the limits.
func (s *share) keep(a *snapshot.Answer) {
	until := a.Expires()
	switch longest := a.At.Add(shareLongest); {
	case a.Reason == snapshot.Cancelled:
		return
	case !a.Status.Known():
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

// slot runs put as soon as room has a free slot.
func slot(ctx context.Context, room chan struct{}, put func() *snapshot.Answer, q snapshot.Question, now func() time.Time) *snapshot.Answer {
	select {
	case room <- struct{}{}:
	case <-ctx.Done():
		return &snapshot.Answer{Key: q.Key, Status: snapshot.Failed, Reason: snapshot.Cancelled, At: now()}
	}
	defer func() { <-room }()
	return put()
}
