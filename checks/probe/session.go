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

// session is what one run remembers of the network.
type session struct {
	c      *Client
	health *health
	// believing: a denial counts without the SOA that has to stand beside it, as it does for receivers of mail.
	believing bool
	// Port 53 to resolvers does not work but DoH does.
	resolverDoH atomic.Bool
	// The authoritative servers cannot be reached, or somebody else answers in their place, but DoH works.
	authorityDoH atomic.Bool
	authority    atomic.Bool // some server has answered with authority
	impostor     atomic.Bool // some server offered recursion in place of authority

	mu   sync.Mutex
	mute map[string]bool                // names about which the resolvers stayed silent for a whole question
	lost map[snapshot.Key]time.Duration // what a question has waited before it was put

	webOnce sync.Once
	webc    *http.Client

	crew    *crew
	sockets *sockets
}

func (c *Client) newSession() *session {
	s := &session{c: c, health: newHealth(), mute: map[string]bool{}, lost: map[snapshot.Key]time.Duration{}}
	if c.share != nil {
		s.crew, s.sockets = c.share.enter()
	} else {
		s.crew, s.sockets = newCrew(), &sockets{}
	}
	return s
}

// do does something beside what else goes on.
func (s *session) do(work func()) { s.crew.do(work) }

// web is the HTTP client, made when first needed.
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

// dialWeb connects to a DoH service, by the addresses that are known for it: DNS may be what does not work.
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

// close ends idle connections, so that no goroutine stays behind.
func (s *session) close() {
	if s.c.share != nil {
		s.c.share.leave()
	} else {
		s.crew.dismiss()
		s.sockets.close()
	}
	s.webOnce.Do(func() {})
	if s.webc != nil {
		s.webc.CloseIdleConnections()
	}
}

// intercepted reports whether nobody answered with authority, but somebody did without.
func (s *session) intercepted() bool { return s.impostor.Load() && !s.authority.Load() }

func (s *session) failed(q snapshot.Question, why snapshot.Reason) snapshot.Answer {
	return snapshot.Answer{Key: q.Key, Status: snapshot.Failed, Reason: why, At: s.c.cfg.Now()}
}

// shortTry is what a question may take where the resolvers have stayed silent about the same name or one above: its
// servers are most likely dead, and that is not to be paid for in full twice in a row.
const shortTry = time.Second

// limit is how long a question may take, all tries together.
func (s *session) limit(q snapshot.Question) time.Duration {
	full := s.c.cfg.Timeout
	if q.Via == snapshot.Server && (q.Type == snapshot.NS || q.Type == snapshot.DS) && q.Name != q.Zone {
		return min(full, shortTry) // of a registry's server: all else waits for its word, and can do without
	}
	if q.Via == snapshot.Cache {
		return min(full, shortTry) // a network may let nobody through to it
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

// late notes that a question has waited before it is put: its time is over as if it had not.
func (s *session) late(k snapshot.Key, waited time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost[k] = min(waited, s.c.cfg.Timeout*3/4)
}

// ask gives the answer to a question: where runs share, that which another one got.
func (s *session) ask(ctx context.Context, q snapshot.Question) snapshot.Answer {
	shared := s.c.share
	switch {
	case shared == nil:
		return s.tell(ctx, q)
	case q.Via == snapshot.Resolver && !s.resolverDoH.Load() && !s.believing: // whose answers this run doubts, it asks elsewhere
		return shared.ask(ctx, q, func() snapshot.Answer { return s.tell(ctx, q) })
	}
	return slot(ctx, shared.open, func() snapshot.Answer { return s.tell(ctx, q) }, q, shared.now)
}

// tell puts a question, and remembers the names that the resolvers are silent about.
func (s *session) tell(ctx context.Context, q snapshot.Question) snapshot.Answer {
	a := s.put(ctx, q)
	if q.Via == snapshot.Resolver && a.Reason == snapshot.Timeout {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.mute[strings.ToLower(q.Name)] = true
	}
	return a
}

func (s *session) put(ctx context.Context, q snapshot.Question) snapshot.Answer {
	var doh []place
	for _, u := range s.c.cfg.DoH {
		doh = append(doh, place{url: u})
	}
	if q.Via == snapshot.Resolver {
		if s.resolverDoH.Load() {
			return s.pursue(ctx, q, doh, false, nil)
		}
		var at []place
		for _, r := range s.c.cfg.Resolvers {
			at = append(at, place{addr: r})
		}
		return s.pursue(ctx, q, at, false, doh)
	}
	var at []place
	var refused bool
	for _, n := range q.Servers {
		if !s.c.cfg.Private && snapshot.IsPrivate(n.Addr) { // a stranger's zone must not make us knock at doors behind the firewall
			refused = true
			continue
		}
		at = append(at, place{host: n.Host, addr: netip.AddrPortFrom(n.Addr, s.c.cfg.Port)})
	}
	if q.Via == snapshot.Server {
		doh = nil // that one server's own word is wanted
	}
	if len(at) == 0 && refused {
		return s.failed(q, snapshot.Private)
	}
	if q.Via == snapshot.Authority && s.authorityDoH.Load() {
		return s.pursue(ctx, q, doh, false, nil)
	}
	return s.pursue(ctx, q, at, true, doh)
}
