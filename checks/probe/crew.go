package probe

import (
	"net"
	"net/netip"
	"sync"
)

// crew reuses goroutines: one that has sent a question keeps its grown stack for the next.
type crew struct{ idle chan func() }

func newCrew() *crew { return &crew{make(chan func())} }

// do runs work concurrently, on an idle goroutine if there is one.
func (c *crew) do(work func()) {
	select {
	case c.idle <- work:
	default:
		go func() {
			work()
			for more := range c.idle {
				more()
			}
		}()
	}
}

// dismiss ends every goroutine once its work is done. do must not be called afterwards.
func (c *crew) dismiss() { close(c.idle) }

// Limits on kept UDP sockets and on the questions that one sends: a source port that stays the same for long is easier to
// guess for whoever wants to forge an answer (RFC 5452 section 9.2).
const (
	maxSockets = 256
	maxPuts    = 16
)

// sockets keeps connected UDP sockets for further questions, by server address. The zero value is empty and usable.
type sockets struct {
	mu    sync.Mutex
	by    map[netip.AddrPort][]socket
	count int
}

// socket is a connected UDP socket and the number of questions sent over it.
type socket struct {
	*net.UDPConn
	puts int
}

// take removes and returns a kept socket; false if there is none for the server.
func (s *sockets) take(at netip.AddrPort) (socket, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.by[at]
	if len(list) == 0 {
		return socket{}, false
	}
	last := list[len(list)-1]
	s.by[at] = list[:len(list)-1]
	s.count--
	return last, true
}

// keep stores a socket whose question was answered, or closes it if a limit is reached.
func (s *sockets) keep(at netip.AddrPort, c socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.puts >= maxPuts || s.count >= maxSockets {
		c.Close()
		return
	}
	if s.by == nil {
		s.by = map[netip.AddrPort][]socket{}
	}
	s.by[at] = append(s.by[at], c)
	s.count++
}

// close closes all kept sockets.
func (s *sockets) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, list := range s.by {
		for _, c := range list {
			c.Close()
		}
	}
	s.by, s.count = nil, 0
}
