package lab

import (
	"net/netip"
	"time"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// The largest UDP answer that a server here sends (agreed on for DNS flag day 2020), and the least that every client
// must accept (RFC 1035 section 2.3.4).
const (
	maxUDP = 1232
	minUDP = dns.MinMsgSize
)

// asker describes the client of a message.
type asker struct {
	tcp    bool
	inside bool                      // one of the lab's own resolvers
	local  map[netip.Addr]netip.Addr // for a program outside, by loopback: the addresses of the servers there
}

// Heard is a question that a server received from outside the lab.
type Heard struct {
	Server string // its host name
	Name   string
	Type   snapshot.Type
}

// Listen calls hear for every question that a server receives from now on, except those of the lab's own resolvers. It
// is for tests of what leaves the machine; hear may be called concurrently.
func (n *Internet) Listen(hear func(Heard)) { n.hear.Store(&hear) }

// heard reports a question to the listener.
func (n *Internet) heard(s *server, req *dns.Msg, from asker) {
	if hear := n.hear.Load(); hear != nil && !from.inside {
		for _, q := range req.Question {
			(*hear)(Heard{s.host, canon(q.Name), snapshot.Type(dns.TypeToString[q.Qtype])})
		}
	}
}

// exchange returns what a server sends back for one message: no packet, one, or two if one is forged; and the delay in
// real time.
func (n *Internet) exchange(s *server, wire []byte, from asker) (replies [][]byte, delay time.Duration) {
	req := new(dns.Msg)
	if err := req.Unpack(wire); err != nil || req.Response {
		return malformed(wire), 0
	}
	if !from.inside {
		n.remember()
	}
	n.heard(s, req, from)
	t := n.troubleFor(s, req, from.inside)
	switch {
	case t.kinds[Dead] || t.kinds[Lost] && !from.tcp:
		return nil, 0
	case t.kinds[Garbage]:
		return [][]byte{[]byte("\x1b[31mno DNS here")}, t.delay
	}
	resp := n.answer(s, req, t.kinds[Hijacked])
	if len(req.Question) == 1 {
		resp = t.spoil(req, n.falsify(t, req, resp), from.tcp)
	}
	if from.local != nil {
		localize(resp, from.local, n.addrs)
	}
	out := pack(req, resp, from.tcp)
	if t.kinds[Spoofed] && !from.tcp && len(out) > 2 {
		forged := append([]byte{out[0] ^ 0xff}, out[1:]...)
		return [][]byte{forged, out}, t.delay
	}
	return [][]byte{out}, t.delay
}

// answer returns the server's answer before any fault.
func (n *Internet) answer(s *server, req *dns.Msg, hijacked bool) *dns.Msg {
	switch {
	case req.Opcode != dns.OpcodeQuery:
		return new(dns.Msg).SetRcode(req, dns.RcodeNotImplemented)
	case len(req.Question) != 1:
		return new(dns.Msg).SetRcodeFormatError(req)
	case req.Question[0].Qclass != dns.ClassINET:
		return new(dns.Msg).SetRcode(req, dns.RcodeRefused)
	case hijacked:
		return n.resolvers[System].answer(req)
	case s.res != nil:
		if _, own := s.holds(canon(req.Question[0].Name), req.Question[0].Qtype); own { // the office's own zone
			resp := n.authoritative(s, req)
			resp.RecursionAvailable = true
			return resp
		}
		return s.res.answer(req)
	}
	return n.authoritative(s, req)
}

// malformed answers FORMERR if at least a header can be parsed (RFC 1035 section 4.1.1).
func malformed(wire []byte) [][]byte {
	if len(wire) < 12 || wire[2]&0x80 != 0 { // never answer a response
		return nil
	}
	resp := &dns.Msg{MsgHdr: dns.MsgHdr{Id: uint16(wire[0])<<8 | uint16(wire[1]), Response: true, Rcode: dns.RcodeFormatError}}
	out, err := resp.Pack()
	if err != nil {
		return nil
	}
	return [][]byte{out}
}

// pack encodes the answer, with EDNS if the question has it (RFC 6891 section 6.1.1), truncated to what the client
// accepts.
func pack(req, resp *dns.Msg, tcp bool) []byte {
	size := minUDP
	if opt := req.IsEdns0(); opt != nil {
		size = min(max(int(opt.UDPSize()), minUDP), maxUDP)
		if resp.IsEdns0() == nil {
			resp.SetEdns0(maxUDP, false)
		}
		if opt.Version() != 0 {
			resp = new(dns.Msg).SetReply(req)
			resp.SetEdns0(maxUDP, false)
			resp.Rcode = dns.RcodeBadVers
		}
	}
	if tcp {
		size = dns.MaxMsgSize
	}
	resp.Compress = true
	resp.Truncate(size)
	out, err := resp.Pack()
	if err != nil {
		out, _ = new(dns.Msg).SetRcode(req, dns.RcodeServerFailure).Pack()
	}
	return out
}
