package probe

import (
	"context"
	"encoding/binary"
	"maps"
	"net"
	"net/netip"
	"sync"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// Limits on lines and on the questions that one carries. A source port that stays the same for long is easier to find for
// whoever wants to forge an answer (RFC 5452 section 9.2). That several questions wait at one port makes it no easier to
// guess one's port and ID, since a forged answer fits one question only.
const (
	maxLines = 256
	maxPuts  = 16
)

// lines are the open lines, by server address. The zero value is empty and usable.
type lines struct {
	mu sync.Mutex
	by map[netip.AddrPort]*line
}

// line is a UDP socket that is connected to one server, with the questions that it carries.
type line struct {
	conn net.Conn

	mu       sync.Mutex
	puts     []*put
	waiting  int  // questions without an answer
	answered bool // the server has answered one
	spent    bool // no more questions are put
}

// put is a question on a line. Its reply is handed to then, once, on whatever goroutine finds it; then must not block.
type put struct {
	m      *dns.Msg
	then   func(*reply)
	line   *line
	proven bool // the server had answered on the line before, so that an error may be from before the question
	odd    bool // something came that does not fit, or may be forged
	over   bool // nobody waits any longer
}

// enter puts a question on the line to a server, on a new one if there is none with room.
func (s *lines) enter(at netip.AddrPort, p *put, open func() (*line, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, had := s.by[at]
	if had && l.add(p) {
		return nil
	}
	l, err := open()
	if err != nil {
		return err
	}
	l.add(p)
	if !had && len(s.by) >= maxLines {
		maps.DeleteFunc(s.by, func(_ netip.AddrPort, l *line) bool { return l.idle() })
	}
	switch {
	case s.by == nil:
		s.by = map[netip.AddrPort]*line{at: l}
	case had || len(s.by) < maxLines:
		s.by[at] = l
	default:
		l.retire()
	}
	return nil
}

// close closes the lines that take more questions. The others close with the last answer.
func (s *lines) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.by {
		l.conn.Close()
	}
	s.by = nil
}

// add adds a question, if there is room.
func (l *line) add(p *put) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.spent {
		return false
	}
	p.line, p.proven = l, l.answered
	l.puts = append(l.puts, p)
	l.waiting++
	l.spent = len(l.puts) == maxPuts
	return true
}

// retire lets the line close with the last answer.
func (l *line) retire() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.spent = true
}

// idle closes the line if it waits for nothing. It reports whether the line takes no more questions.
func (l *line) idle() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting == 0 {
		l.spent = true
		l.conn.Close()
	}
	return l.spent
}

// end ends a question. If it got no answer, no more are put on the line.
func (l *line) end(p *put, answered bool) {
	if p.over {
		return
	}
	p.over = true
	l.waiting--
	l.answered = l.answered || answered
	l.spent = l.spent || !answered
	if l.spent && l.waiting == 0 {
		l.conn.Close()
	}
}

// leave ends a question that is no longer waited for. It reports whether it was waited for until now, so that then is not
// called, and whether something came that does not fit.
func (p *put) leave() (left, odd bool) {
	if p.line == nil { // no line could be opened
		return false, false
	}
	p.line.mu.Lock()
	defer p.line.mu.Unlock()
	left = !p.over
	p.line.end(p, false)
	return left, p.odd
}

// read passes what arrives on to the questions, until the line is closed.
func (l *line) read() {
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	for {
		n, err := l.conn.Read(*buf)
		if err != nil {
			l.fail(why(err))
			return
		}
		if n == len(*buf) {
			(*buf)[2] |= 0x02 // cut by our own limit: set TC, so that TCP is used
		}
		l.arrive((*buf)[:n])
	}
}

// arrive passes a datagram on to the question that it answers.
func (l *line) arrive(wire []byte) {
	if p, got := l.match(wire); p != nil {
		p.then(&reply{msg: got})
	}
}

// match returns the question that a datagram answers, which is then over, or nil. Anything else may be forged, or late for
// a question that is over.
func (l *line) match(wire []byte) (*put, *dns.Msg) {
	l.mu.Lock()
	defer l.mu.Unlock()
	known := false
	for _, p := range l.puts {
		if len(wire) < 2 || binary.BigEndian.Uint16(wire) != p.m.Id {
			continue
		}
		known = true
		if p.over {
			continue
		}
		if got, ok := fits(wire, p.m); ok {
			l.end(p, true)
			return p, got
		}
		p.odd = true
	}
	for _, p := range l.puts {
		p.odd = p.odd || !known
	}
	return nil, nil
}

// fail ends every question for a reason.
func (l *line) fail(reason snapshot.Reason) {
	for _, p := range l.giveUp() {
		p.then(&reply{reason: reason})
	}
}

// giveUp closes the line and returns the questions that were waited for.
func (l *line) giveUp() (open []*put) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.spent = true
	for _, p := range l.puts {
		if !p.over {
			open = append(open, p)
			l.end(p, false)
		}
	}
	l.conn.Close()
	return open
}

// put sends a question over the line to the server.
func (s *session) put(ctx context.Context, to netip.AddrPort, p *put, wire []byte) {
	err := s.lines.enter(to, p, func() (*line, error) {
		conn, err := s.dial(ctx, to)
		if err != nil {
			return nil, err
		}
		l := &line{conn: conn}
		s.do(l.read)
		return l, nil
	})
	if err != nil {
		p.then(&reply{reason: why(err)})
		return
	}
	if _, err := p.line.conn.Write(wire); err != nil {
		p.line.fail(why(err)) // a socket tells an error once, and it may be about a question before this one
	}
}

// overUDP sends a question over the line to the server and waits for the reply.
func (s *session) overUDP(ctx context.Context, to place, m *dns.Msg, wire []byte) *reply {
	r, proven := s.byLine(ctx, to, m, wire)
	if proven && r.msg == nil && ctx.Err() == nil { // an error from before this question says nothing about it
		r, _ = s.byLine(ctx, to, m, wire)
	}
	r.from, r.transport = to, "udp"
	return r
}

// byLine is overUDP without a second try. It reports whether the server had answered on the line before.
func (s *session) byLine(ctx context.Context, to place, m *dns.Msg, wire []byte) (r *reply, proven bool) {
	got := make(chan *reply, 1)
	p := &put{m: m, then: func(r *reply) { got <- r }}
	s.put(ctx, to.addr, p, wire)
	select {
	case r = <-got:
	case <-ctx.Done():
		if left, odd := p.leave(); left {
			r = unanswered(to, odd)
		} else {
			r = <-got
		}
	}
	return r, p.proven
}

// unanswered is the reply of a place that gave none. odd reports whether something came that does not fit.
func unanswered(from place, odd bool) *reply {
	if odd {
		return &reply{from: from, transport: "udp", reason: snapshot.Malformed}
	}
	return &reply{from: from, transport: "udp", reason: snapshot.Timeout}
}
