package probe

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// parcel is what a fake server sends back, and how long after the question.
type parcel struct {
	after time.Duration
	wire  []byte
}

// handler is a fake server; no parcels means silence.
type handler func(req *dns.Msg, tcp bool) []parcel

// fakeNet is an internet of handlers by "address:port". Addresses without one are silent; those in away are
// unreachable; "*" answers for the rest.
type fakeNet struct {
	at   map[string]handler
	away map[string]bool

	mu      sync.Mutex
	dialled []string
	sent    []string // "udp 192.0.2.1:53 example.jp TXT"
}

func (n *fakeNet) questions(contains string) (count int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, s := range n.sent {
		if strings.Contains(s, contains) {
			count++
		}
	}
	return count
}

func (n *fakeNet) serve(network, address string, wire []byte) []parcel {
	req := new(dns.Msg)
	if err := req.Unpack(wire); err != nil {
		panic(err) // the client sent nonsense
	}
	n.mu.Lock()
	n.sent = append(n.sent, fmt.Sprintf("%s %s %s %s", network, address, plain(req.Question[0].Name), dns.TypeToString[req.Question[0].Qtype]))
	n.mu.Unlock()
	h := n.at[address]
	if h == nil {
		h = n.at["*"]
	}
	if h == nil {
		return nil
	}
	return h(req, network == "tcp")
}

func (n *fakeNet) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	n.mu.Lock()
	n.dialled = append(n.dialled, network+" "+address)
	n.mu.Unlock()
	if n.away[address] || n.away["*"] {
		return nil, &net.OpError{Op: "dial", Net: network, Err: os.NewSyscallError("connect", syscall.ENETUNREACH)}
	}
	if network == "tcp" {
		here, there := net.Pipe()
		go n.stream(there, address)
		return here, nil
	}
	return &fakeUDP{n: n, address: address, in: make(chan []byte, 64), done: make(chan struct{})}, nil
}

func (n *fakeNet) stream(c net.Conn, address string) {
	defer c.Close()
	var head [2]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return
	}
	body := make([]byte, binary.BigEndian.Uint16(head[:]))
	if _, err := io.ReadFull(c, body); err != nil {
		return
	}
	for _, p := range n.serve("tcp", address, body) {
		time.Sleep(p.after)
		c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(p.wire))), p.wire...))
	}
}

type fakeUDP struct {
	net.Conn
	n       *fakeNet
	address string
	in      chan []byte
	once    sync.Once
	done    chan struct{}
}

func (c *fakeUDP) Write(b []byte) (int, error) {
	for _, p := range c.n.serve("udp", c.address, b) {
		time.AfterFunc(p.after, func() {
			select {
			case c.in <- p.wire:
			case <-c.done:
			}
		})
	}
	return len(b), nil
}

func (c *fakeUDP) Read(b []byte) (int, error) {
	select {
	case w := <-c.in:
		return copy(b, w), nil
	case <-c.done:
		return 0, net.ErrClosed
	}
}

func (c *fakeUDP) Close() error { c.once.Do(func() { close(c.done) }); return nil }

// latency is how long the fake servers take.
const latency = 20 * time.Millisecond

// pack makes a parcel of a message.
func pack(m *dns.Msg) []parcel {
	w, err := m.Pack()
	if err != nil {
		panic(err)
	}
	return []parcel{{latency, w}}
}

// says makes a handler that answers with the records of the asked name and type (and aliases), authoritatively or as
// a resolver, NXDOMAIN for unknown names.
func says(authority bool, zone string) handler {
	var all []dns.RR
	p := dns.NewZoneParser(strings.NewReader(zone), ".", "test")
	for rr, ok := p.Next(); ok; rr, ok = p.Next() {
		all = append(all, rr)
	}
	if err := p.Err(); err != nil {
		panic(err)
	}
	return func(req *dns.Msg, tcp bool) []parcel {
		m := new(dns.Msg)
		m.SetReply(req)
		m.Authoritative, m.RecursionAvailable = authority, !authority
		q := req.Question[0]
		name, exists := q.Name, false
		for i := 0; i < 20; i++ {
			next := ""
			for _, rr := range all {
				if !strings.EqualFold(rr.Header().Name, name) {
					continue
				}
				exists = true
				if c, is := rr.(*dns.CNAME); is && q.Qtype != dns.TypeCNAME {
					next = c.Target
				}
				if rr.Header().Rrtype == q.Qtype || next != "" {
					m.Answer = append(m.Answer, rr)
				}
			}
			if next == "" {
				break
			}
			name = next
		}
		if !exists {
			m.Rcode = dns.RcodeNameError
		}
		if len(m.Answer) == 0 {
			for _, rr := range all {
				if rr.Header().Rrtype == dns.TypeSOA && dns.IsSubDomain(rr.Header().Name, q.Name) {
					m.Ns = []dns.RR{rr}
				}
			}
		}
		return pack(m)
	}
}

// rcode answers with a code alone; beside NXDOMAIN stands the root's SOA, without which it proves nothing.
func rcode(code int) handler {
	return func(req *dns.Msg, _ bool) []parcel {
		m := new(dns.Msg).SetRcode(req, code)
		if code == dns.RcodeNameError {
			soa, _ := dns.NewRR(". 300 SOA a.root. x. 1 1 1 1 300")
			m.Ns = []dns.RR{soa}
		}
		return pack(m)
	}
}

// losing drops the first n questions.
func losing(n int, h handler) handler {
	var seen atomic.Int32
	return func(req *dns.Msg, tcp bool) []parcel {
		if int(seen.Add(1)) <= n {
			return nil
		}
		return h(req, tcp)
	}
}

var (
	resolver1 = netip.MustParseAddrPort("192.0.2.53:53")
	resolver2 = netip.MustParseAddrPort("192.0.2.54:53")
)

func ask(name string, t snapshot.Type) snapshot.Question {
	return snapshot.Question{Key: snapshot.Key{Name: name, Type: t, Via: snapshot.Resolver}}
}

// askAuth is a question for the servers of a zone at these addresses.
func askAuth(zone, name string, t snapshot.Type, addrs ...string) snapshot.Question {
	q := snapshot.Question{Key: snapshot.Key{Name: name, Type: t, Via: snapshot.Authority}, Zone: zone}
	for _, a := range addrs {
		q.Servers = append(q.Servers, snapshot.NameServer{Host: "ns.test", Addr: netip.MustParseAddr(a)})
	}
	return q
}

// loopbackOnly is a dialer for real sockets that fails the test at any other address.
type loopbackOnly struct{ t testing.TB }

func (d loopbackOnly) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !ap.Addr().IsLoopback() {
		if t, ok := d.t.(*testing.T); ok && t.Context().Err() != nil {
			return nil, syscall.ENETUNREACH // a transport's goroutine after the test's end, where Errorf panics
		}
		d.t.Errorf("a test wants to leave this machine: %s %s", network, address)
		return nil, syscall.ENETUNREACH
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}
