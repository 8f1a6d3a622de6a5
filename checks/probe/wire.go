package probe

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// udpSize is the EDNS buffer size that passes without fragmentation on all usual paths (DNS flag day 2020).
const udpSize = 1232

// maxDatagram is how much of a datagram is read: more than was offered, for servers that ignore the offer.
const maxDatagram = 4 << 10

// maxMessage is the largest DNS message (RFC 1035 section 4.2.2).
const maxMessage = 65535

var buffers = sync.Pool{New: func() any { b := make([]byte, maxDatagram); return &b }}

// reply is a message that matches the question, or the reason why there is none.
type reply struct {
	from      place
	msg       *dns.Msg
	transport string
	reason    snapshot.Reason // if msg is nil
	leads     bool            // to another message to the same place; only for the first message of a pursuit
}

// query is one question on the wire.
type query struct {
	name string // fully qualified
	typ  uint16
	rd   bool // recursion desired
	cd   bool // checking disabled: the resolver should not validate
	bare bool // without EDNS, for servers that do not support it
}

// msg returns the DNS message of the query.
func (q query) msg() *dns.Msg {
	m := &dns.Msg{Question: []dns.Question{{Name: q.name, Qtype: q.typ, Qclass: dns.ClassINET}}}
	m.Id, m.RecursionDesired, m.CheckingDisabled = uint16(rand.Uint32()), q.rd, q.cd // ChaCha8, seeded by the system
	if !q.bare {
		m.SetEdns0(udpSize, q.typ == dns.TypeDNSKEY) // DNSKEY with its signature, whose dates are needed
	}
	return m
}

// pack returns the DNS message of the query to a place and its wire format.
func (q query) pack(to place) (m *dns.Msg, wire []byte, err error) {
	m = q.msg()
	if to.url != "" {
		m.Id = 0 // RFC 8484 section 4.1: for caches on the way
	}
	wire, err = m.Pack()
	return m, wire, err
}

// exchange sends the question to one place and waits for the reply until ctx ends.
func (s *session) exchange(ctx context.Context, p place, q query) *reply {
	return s.plainly(ctx, p, q, s.once(ctx, p, q))
}

// plainly returns the reply, or the one to the question without EDNS if the server does not support that.
func (s *session) plainly(ctx context.Context, p place, q query, r *reply) *reply {
	if r.msg == nil || q.bare || !basic(r.msg) {
		return r
	}
	q.bare = true
	if plain := s.once(ctx, p, q); plain.msg != nil {
		return plain
	}
	return r
}

// basic reports whether a server answers like one without EDNS (RFC 6891 section 7).
func basic(m *dns.Msg) bool {
	return m.Rcode == dns.RcodeFormatError || m.Rcode == dns.RcodeNotImplemented
}

// once sends the question once, and again over TCP if the reply is truncated.
func (s *session) once(ctx context.Context, p place, q query) *reply {
	m, wire, err := q.pack(p)
	if err != nil {
		return &reply{from: p, reason: snapshot.Malformed}
	}
	if p.url != "" {
		return s.overHTTPS(ctx, p, m, wire)
	}
	return s.whole(ctx, p, m, wire, s.overUDP(ctx, p, m, wire))
}

// whole returns the reply, or the one over TCP if it is truncated.
func (s *session) whole(ctx context.Context, p place, m *dns.Msg, wire []byte, r *reply) *reply {
	if r.msg == nil || !r.msg.Truncated {
		return r
	}
	if r = s.overTCP(ctx, p, m, wire); r.msg == nil {
		r.reason = snapshot.Truncated
	}
	return r
}

// dial opens a UDP socket, without the detour over text where the dialer can.
func (s *session) dial(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	if d, ok := s.c.cfg.Dialer.(*net.Dialer); ok {
		return d.DialUDP(ctx, "udp", netip.AddrPort{}, to)
	}
	return s.c.cfg.Dialer.DialContext(ctx, "udp", to.String())
}

func (s *session) overTCP(ctx context.Context, p place, m *dns.Msg, wire []byte) *reply {
	r := &reply{from: p, transport: "tcp"}
	conn, err := s.c.cfg.Dialer.DialContext(ctx, "tcp", p.addr.String())
	if err != nil {
		r.reason = whyIn(ctx, err)
		return r
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	out := binary.BigEndian.AppendUint16(make([]byte, 0, len(wire)+2), uint16(len(wire)))
	if _, err := conn.Write(append(out, wire...)); err != nil {
		r.reason = whyIn(ctx, err)
		return r
	}
	var head [2]byte
	if _, err := io.ReadFull(conn, head[:]); err != nil {
		r.reason = whyIn(ctx, err)
		return r
	}
	body := make([]byte, binary.BigEndian.Uint16(head[:]))
	if _, err := io.ReadFull(conn, body); err != nil {
		r.reason = whyIn(ctx, err)
		return r
	}
	got, ok := fits(body, m)
	if !ok || got.Truncated {
		r.reason = snapshot.Malformed
		return r
	}
	r.msg = got
	return r
}

// overHTTPS sends the question by POST (RFC 8484).
func (s *session) overHTTPS(ctx context.Context, p place, m *dns.Msg, wire []byte) *reply {
	r := &reply{from: p, transport: "https"}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(wire))
	if err != nil {
		r.reason = snapshot.Unreachable
		return r
	}
	req.Header.Set("Content-Type", "application/dns-message")
	req.Header.Set("Accept", "application/dns-message")
	resp, err := s.web().Do(req)
	if err != nil {
		r.reason = whyIn(ctx, err)
		return r
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxMessage+1))
	if err != nil {
		r.reason = whyIn(ctx, err)
		return r
	}
	got, ok := fits(body, m)
	if resp.StatusCode != http.StatusOK || !ok {
		r.reason = snapshot.Malformed
		return r
	}
	r.msg = got
	return r
}

// fits parses a message and reports whether it answers the one that was sent: same ID and same question.
func fits(wire []byte, sent *dns.Msg) (*dns.Msg, bool) {
	if len(wire) < 12 || len(wire) > maxMessage || binary.BigEndian.Uint16(wire) != sent.Id {
		return nil, false
	}
	m := new(dns.Msg)
	err := m.Unpack(wire)
	if !m.Response || err != nil && !m.Truncated { // a truncated message may end anywhere
		return nil, false
	}
	if len(m.Question) == 0 && m.Rcode != dns.RcodeSuccess && m.Rcode != dns.RcodeNameError {
		return m, true // some servers refuse without repeating the question
	}
	if len(m.Question) != 1 {
		return nil, false
	}
	a, b := m.Question[0], sent.Question[0]
	return m, strings.EqualFold(a.Name, b.Name) && a.Qtype == b.Qtype && a.Qclass == b.Qclass
}

// whyIn returns the reason for an error that the end of ctx may have caused.
func whyIn(ctx context.Context, err error) snapshot.Reason {
	if ctx.Err() != nil {
		return snapshot.Timeout
	}
	return why(err)
}

// why returns the reason for a network error.
func why(err error) snapshot.Reason {
	var timeout net.Error
	switch {
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.Canceled):
		return snapshot.Timeout
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return snapshot.Malformed
	}
	return snapshot.Unreachable
}
