package probe

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
)

// web is an HTTPS server in memory, so that whoever waits for it waits on simulated time; all that it does not serve is
// the fake internet's.
type web struct {
	*httptest.Server
	fake  *fakeNet
	at    netip.AddrPort
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

var webs atomic.Uint32

// serveWeb starts a server that ends with the test. Its certificate is httptest's, for 127.0.0.1 and example.com.
func serveWeb(t *testing.T, http2 bool, h http.Handler) *web {
	t.Helper()
	w := &web{fake: &fakeNet{}, at: netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(20000+webs.Add(1))), conns: make(chan net.Conn), done: make(chan struct{})}
	w.Server = httptest.NewUnstartedServer(h)
	w.Listener.Close()
	w.Listener, w.EnableHTTP2 = listener{w}, http2
	w.StartTLS()
	t.Cleanup(w.Server.Close)
	return w
}

type listener struct{ w *web }

func (l listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.w.conns:
		return c, nil
	case <-l.w.done:
		return nil, net.ErrClosed
	}
}

func (l listener) Close() error   { l.w.once.Do(func() { close(l.w.done) }); return nil }
func (l listener) Addr() net.Addr { return net.TCPAddrFromAddrPort(l.w.at) }

func (w *web) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if address != w.at.String() {
		return w.fake.DialContext(ctx, network, address)
	}
	here, there := net.Pipe()
	select {
	case w.conns <- eagerly(there):
		return eagerly(here), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// eager is one end of a pipe that takes what is written before the other end reads it, as a socket does.
type eager struct {
	net.Conn
	out  chan []byte
	shut chan struct{}
	once sync.Once
}

func eagerly(c net.Conn) net.Conn {
	e := &eager{Conn: c, out: make(chan []byte, 16), shut: make(chan struct{})}
	go e.send()
	return e
}

func (e *eager) send() {
	defer e.Conn.Close()
	for {
		var b []byte
		select {
		case b = <-e.out:
		default:
			select {
			case b = <-e.out:
			case <-e.shut: // all is sent
				return
			}
		}
		if _, err := e.Conn.Write(b); err != nil {
			e.Close()
			return
		}
	}
}

func (e *eager) Write(b []byte) (int, error) {
	select {
	case <-e.shut:
		return 0, net.ErrClosed
	default:
	}
	select {
	case e.out <- append([]byte(nil), b...):
		return len(b), nil
	case <-e.shut:
		return 0, net.ErrClosed
	}
}

func (e *eager) Close() error { e.once.Do(func() { close(e.shut) }); return nil }
