package lab

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

// connectTimeout is how long a TCP connection to an unused address is tried if the context has no deadline, as on
// Linux.
const connectTimeout = 127 * time.Second

// DialContext connects to a server of the lab by UDP or TCP on port 53. As on the real internet, a packet to an unused
// address gets no answer, a TCP connection there times out, another port is refused, and a name instead of an address
// is not found.
func (n *Internet) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	fail := func(err error) (net.Conn, error) { return nil, &net.OpError{Op: "dial", Net: network, Err: err} }
	if err := ctx.Err(); err != nil {
		return fail(err)
	}
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return fail(err)
		}
		return fail(&net.DNSError{Err: "no such host", Name: host, IsNotFound: true})
	}
	to = netip.AddrPortFrom(to.Addr().Unmap(), to.Port())
	s := n.addrs[to.Addr()]
	switch {
	case strings.HasPrefix(network, "udp"):
		return newUDP(n, s, to), nil
	case !strings.HasPrefix(network, "tcp"):
		return fail(net.UnknownNetworkError(network))
	case s == nil || n.troubleFor(s, nil, false).kinds[Dead]:
		wait := time.NewTimer(connectTimeout)
		defer wait.Stop()
		select {
		case <-ctx.Done():
			return fail(ctx.Err())
		case <-wait.C:
			return fail(os.ErrDeadlineExceeded)
		}
	case to.Port() != 53:
		return fail(syscall.ECONNREFUSED)
	}
	client, far := net.Pipe()
	go n.serveStream(s, far, nil)
	return &tcpConn{Conn: client, remote: net.TCPAddrFromAddrPort(to)}, nil
}

// localAddr is the address that the lab's clients have.
var localAddr = netip.MustParseAddrPort("192.0.2.200:50000")

// tcpConn is a pipe that has TCP addresses, since clients look at them.
type tcpConn struct {
	net.Conn
	remote net.Addr
}

func (c *tcpConn) LocalAddr() net.Addr  { return net.TCPAddrFromAddrPort(localAddr) }
func (c *tcpConn) RemoteAddr() net.Addr { return c.remote }

// serveStream answers length-prefixed messages (RFC 1035 section 4.2.2) until the client closes. A slow answer does
// not delay the next (RFC 7766 section 6.2.1.1).
func (n *Internet) serveStream(s *server, c net.Conn, local map[netip.Addr]netip.Addr) {
	var mu sync.Mutex
	var under sync.WaitGroup
	defer c.Close()
	defer under.Wait()
	for {
		var head [2]byte
		if _, err := io.ReadFull(c, head[:]); err != nil {
			return
		}
		msg := make([]byte, binary.BigEndian.Uint16(head[:]))
		if _, err := io.ReadFull(c, msg); err != nil {
			return
		}
		replies, delay := n.exchange(s, msg, asker{tcp: true, local: local})
		under.Go(func() {
			time.Sleep(delay)
			mu.Lock()
			defer mu.Unlock()
			for _, r := range replies {
				framed := binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(r)), uint16(len(r)))
				if _, err := c.Write(append(framed, r...)); err != nil {
					return
				}
			}
		})
	}
}

// udpConn is a connected UDP socket: every Write is a packet, every Read returns one. It implements net.PacketConn too,
// from which DNS clients see that messages have no length prefix.
type udpConn struct {
	net    *Internet
	peer   *server // nil for an unused address
	remote *net.UDPAddr
	in     chan []byte
	refuse chan struct{} // the peer's host refused a packet (ICMP)
	closed chan struct{}
	once   sync.Once
	read   deadline
}

var _ net.PacketConn = (*udpConn)(nil)

func newUDP(n *Internet, s *server, to netip.AddrPort) *udpConn {
	return &udpConn{net: n, peer: s, remote: net.UDPAddrFromAddrPort(to), in: make(chan []byte, 32),
		refuse: make(chan struct{}, 1), closed: make(chan struct{}), read: newDeadline()}
}

// Write sends one message. The answer is computed at once and arrives after the server's delay.
func (c *udpConn) Write(p []byte) (int, error) {
	select {
	case <-c.closed:
		return 0, c.failed("write", net.ErrClosed)
	default:
	}
	if c.peer == nil {
		return len(p), nil
	}
	if c.remote.Port != 53 {
		select {
		case c.refuse <- struct{}{}:
		default:
		}
		return len(p), nil
	}
	replies, delay := c.net.exchange(c.peer, p, asker{})
	if delay > 0 {
		time.AfterFunc(delay, func() { c.arrive(replies) })
	} else {
		c.arrive(replies)
	}
	return len(p), nil
}

// arrive puts packets into the socket's buffer; packets that do not fit are lost, as with any socket.
func (c *udpConn) arrive(packets [][]byte) {
	for _, p := range packets {
		select {
		case c.in <- p:
		default:
		}
	}
}

// Read reads one packet; what does not fit into p is lost.
func (c *udpConn) Read(p []byte) (int, error) {
	select { // first, so that a deadline in the past always wins
	case <-c.closed:
		return 0, c.failed("read", net.ErrClosed)
	case <-c.read.wait():
		return 0, c.failed("read", os.ErrDeadlineExceeded)
	default:
	}
	select {
	case <-c.closed:
		return 0, c.failed("read", net.ErrClosed)
	case <-c.read.wait():
		return 0, c.failed("read", os.ErrDeadlineExceeded)
	case <-c.refuse:
		return 0, c.failed("read", syscall.ECONNREFUSED)
	case m := <-c.in:
		return copy(p, m), nil
	}
}

func (c *udpConn) failed(op string, err error) error {
	return &net.OpError{Op: op, Net: "udp", Source: c.LocalAddr(), Addr: c.remote, Err: err}
}

func (c *udpConn) ReadFrom(p []byte) (int, net.Addr, error) {
	n, err := c.Read(p)
	return n, c.remote, err
}

func (c *udpConn) WriteTo(p []byte, _ net.Addr) (int, error) { return c.Write(p) }

func (c *udpConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return nil
}

func (c *udpConn) LocalAddr() net.Addr  { return net.UDPAddrFromAddrPort(localAddr) }
func (c *udpConn) RemoteAddr() net.Addr { return c.remote }

func (c *udpConn) SetDeadline(t time.Time) error     { return c.SetReadDeadline(t) }
func (c *udpConn) SetReadDeadline(t time.Time) error { c.read.set(t); return nil }

// SetWriteDeadline does nothing, since a write never blocks.
func (c *udpConn) SetWriteDeadline(time.Time) error { return nil }

// deadline is a channel that closes at a time that can be changed.
type deadline struct {
	mu    *sync.Mutex
	timer *time.Timer
	past  chan struct{}
}

func newDeadline() deadline { return deadline{mu: new(sync.Mutex), past: make(chan struct{})} }

func (d *deadline) set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer != nil && !d.timer.Stop() {
		<-d.past // it has fired: wait until the channel is closed, then make a new one
	}
	d.timer = nil
	select {
	case <-d.past:
		d.past = make(chan struct{})
	default:
	}
	switch left := time.Until(t); {
	case t.IsZero():
	case left <= 0:
		close(d.past)
	default:
		past := d.past
		d.timer = time.AfterFunc(left, func() { close(past) })
	}
}

func (d *deadline) wait() chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.past
}
