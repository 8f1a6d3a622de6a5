package probe

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"example.org/todoku/checks/snapshot"
)

// session is what one run learns about the network.
type session struct {
	c      *Client
	health *health
	// believing: negative answers count even without an SOA, as they do for mail receivers.
	believing bool
	// resolverDoH: port 53 to the resolvers does not work, but DoH does.
	resolverDoH atomic.Bool
	// authorityDoH: the authoritative servers cannot be reached, or something else answers in their place, but DoH works.
	authorityDoH atomic.Bool
	authority    atomic.Bool // some server has given an authoritative answer
	impostor     atomic.Bool // some server offered recursion instead of an authoritative answer

	mu   sync.Mutex
	mute map[string]bool                // names for which the resolvers did not answer in time
	lost map[snapshot.Key]time.Duration // how long a question has waited before it was sent

	webOnce sync.Once
	webc    *http.Client

	crew  *crew
	lines *lines
}

func (c *Client) newSession() *session {
	s := &session{c: c, health: newHealth(), mute: map[string]bool{}, lost: map[snapshot.Key]time.Duration{}}
	if c.share != nil {
		s.crew, s.lines = c.share.enter()
	} else {
		s.crew, s.lines = newCrew(), &lines{}
	}
	return s
}

// do runs work concurrently.
func (s *session) do(work func()) { s.crew.do(work) }

// web returns the HTTP client, made when first needed.
func (s *session) web() *http.Client {
	s.webOnce.Do(func() {
		s.webc = &http.Client{
			Transport: &http.Transport{
				DialContext:         s.dialWeb,
				TLSClientConfig:     s.c.cfg.TLS.Clone(),
				ForceAttemptHTTP2:   true,
				MaxIdleConnsPerHost: s.c.cfg.Parallel,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	})
	return s.webc
}

// dialWeb connects to a DoH service by its configured addresses, since name resolution may be what fails.
func (s *session) dialWeb(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	for _, ip := range s.c.cfg.Hosts[host] {
		var conn net.Conn
		if conn, err = s.c.cfg.Dialer.DialContext(ctx, network, net.JoinHostPort(ip.String(), port)); err == nil {
			return conn, nil
		}
	}
	if len(s.c.cfg.Hosts[host]) > 0 {
		return nil, err
	}
	return s.c.cfg.Dialer.DialContext(ctx, network, address)
}

// close closes idle connections and ends idle goroutines.
func (s *session) close() {
	if s.c.share != nil {
		s.c.share.leave()
	} else {
		s.crew.dismiss()
		s.lines.close()
	}
	s.webOnce.Do(func() {})
	if s.webc != nil {
		s.webc.CloseIdleConnections()
	}
}

// intercepted reports whether no server gave an authoritative answer, but something else answered instead.
func (s *session) intercepted() bool { return s.impostor.Load() && !s.authority.Load() }

// failed returns a failed answer to a question.
func (s *session) failed(q *snapshot.Question, why snapshot.Reason) *snapshot.Answer {
	a := new(snapshot.Answer)
	a.Key, a.Status, a.Reason, a.At = q.Key, snapshot.Failed, why, s.c.cfg.Now()
	return a
}

// shortTry is the limit for a question about a name for which, or above which, the resolvers were silent: its servers are
// probably dead, which should not cost the full time again.
const shortTry = time.Second

// limit returns the time limit for a question, all tries together.
func (s *session) limit(q *snapshot.Question) time.Duration {
	full := s.c.cfg.Timeout
	if q.Via == snapshot.Server && (q.Type == snapshot.NS || q.Type == snapshot.DS) && q.Name != q.Zone {
		return min(full, shortTry) // a registry's server: everything waits for it, and can do without
	}
	if q.Via == snapshot.Cache {
		return min(full, shortTry) // the network may block it
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if q.Via != snapshot.Resolver {
		return full - s.lost[q.Key]
	}
	for name := strings.ToLower(q.Name); name != ""; name = snapshot.Parent(name) {
		if s.mute[name] {
			return min(full, shortTry)
		}
	}
	return full
}

// late records how long a question has waited before it was sent, so that its time limit is shortened by that.
func (s *session) late(k snapshot.Key, waited time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost[k] = min(waited, s.c.cfg.Timeout*3/4)
}

// await returns the answer that ask hands over.
func await(ask func(then func(*snapshot.Answer))) *snapshot.Answer {
	got := make(chan *snapshot.Answer, 1)
	ask(func(a *snapshot.Answer) { got <- a })
	return <-got
}

// ask returns the answer to a question.
func (s *session) ask(ctx context.Context, q snapshot.Question) *snapshot.Answer {
	return await(func(then func(*snapshot.Answer)) { s.seek(ctx, q, then) })
}

// seek asks a question and hands the answer to then, once, on any goroutine; then must not block. If runs share answers, it
// may come from another one.
func (s *session) seek(ctx context.Context, q snapshot.Question, then func(*snapshot.Answer)) {
	shared := s.c.share
	if shared == nil {
		s.tell(ctx, q, then)
		return
	}
	tell := func() *snapshot.Answer {
		return await(func(then func(*snapshot.Answer)) { s.tell(ctx, q, then) })
	}
	s.do(func() {
		if q.Via == snapshot.Resolver && !s.resolverDoH.Load() && !s.believing { // otherwise this run does not use the resolvers' plain answers
			then(shared.ask(ctx, q, tell))
		} else {
			then(slot(ctx, shared.open, tell, q, shared.now))
		}
	})
}

// tell asks a question of the servers or resolvers that it is for, and records names for which the resolvers are silent.
func (s *session) tell(ctx context.Context, q snapshot.Question, then func(*snapshot.Answer)) {
	at, spare, refused := s.places(&q)
	if refused {
		then(s.failed(&q, snapshot.Private))
		return
	}
	authority := q.Via != snapshot.Resolver && (len(at) == 0 || at[0].url == "")
	s.pursue(ctx, &q, at, authority, spare, func(a *snapshot.Answer) {
		if q.Via == snapshot.Resolver && a.Reason == snapshot.Timeout {
			s.mu.Lock()
			s.mute[strings.ToLower(q.Name)] = true
			s.mu.Unlock()
		}
		then(a)
	})
}

// places returns where a question can be sent, and the DoH services to fall back to. refused reports whether there are only
// private addresses, which are not asked.
func (s *session) places(q *snapshot.Question) (at, spare []place, refused bool) {
	for _, u := range s.c.cfg.DoH {
		spare = append(spare, place{url: u})
	}
	if q.Via == snapshot.Resolver {
		if s.resolverDoH.Load() {
			return spare, nil, false
		}
		at = make([]place, 0, len(s.c.cfg.Resolvers))
		for _, r := range s.c.cfg.Resolvers {
			at = append(at, place{addr: r})
		}
		return at, spare, false
	}
	at = make([]place, 0, len(q.Servers))
	for _, n := range q.Servers {
		if !s.c.cfg.Private && snapshot.IsPrivate(n.Addr) { // a foreign zone must not make us contact hosts in the private network
			refused = true
			continue
		}
		at = append(at, place{host: n.Host, addr: netip.AddrPortFrom(n.Addr, s.c.cfg.Port)})
	}
	switch {
	case len(at) == 0 && refused:
		return nil, nil, true
	case q.Via == snapshot.Server:
		return at, nil, false // only that server's own answer counts
	case q.Via == snapshot.Authority && s.authorityDoH.Load():
		return spare, nil, false
	}
	return at, spare, false
}
