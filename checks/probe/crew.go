package probe

import (
	"net"
	"net/netip"
	"sync"
)

// crew are goroutines that do one thing after another: the stack of one that has put a question is large already.
type crew struct{ idle chan func() }

func newCrew() *crew { return &crew{make(chan func())} }

// do has something done by one that has nothing to do, or by a new one.
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

// dismiss lets all go once they are done.
func (c *crew) dismiss() { close(c.idle) }

// Bounds of the sockets that wait for another question, and of the questions that one may put: a port that stays the same
// for long is easier to guess for whoever wants to forge an answer (RFC 5452 section 9.2).
const (
	maxSockets = 256
	maxPuts    = 16
)

// sockets are those that got their answer, by the address that they are connected to. The zero value is ready.
type sockets struct {
	mu    sync.Mutex
	by    map[netip.AddrPort][]socket
	count int
}

// socket is a connected one, and how many questions it has put.
type socket struct {
	*net.UDPConn
	puts int
}

// take gives one that waits.
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

// keep puts one aside after a question that was answered, or closes it.
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

// close closes all that wait.
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
