package probe

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// lateFirst answers "n5.example" earlier than "n4.example", and "mute.example" never.
func lateFirst(r *dns.Msg, _ bool) []parcel {
	var i int
	if _, err := fmt.Sscanf(r.Question[0].Name, "n%d.", &i); err != nil {
		return nil
	}
	p := pack(new(dns.Msg).SetReply(r))
	p[0].after = time.Duration(100-i) * time.Millisecond
	return p
}

// Questions that are asked at the same time share sockets, and each gets its own answer in whatever order they come.
func TestQuestionsShareALine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeNet{at: map[string]handler{resolver1.String(): lateFirst}}
		s := client(n, nil).newSession()
		defer s.close()
		var under sync.WaitGroup
		for i := range 2*maxPuts + 1 {
			under.Go(func() {
				name := fmt.Sprintf("n%d.example.", i)
				r := s.once(t.Context(), place{addr: resolver1}, query{name: name, typ: dns.TypeTXT})
				if r.msg == nil || r.msg.Question[0].Name != name {
					t.Errorf("%s: %v %v", name, r.reason, r.msg)
				}
			})
		}
		under.Wait()
		if len(n.dialled) != 3 {
			t.Errorf("%d sockets for %d questions", len(n.dialled), 2*maxPuts+1)
		}
	})
}

// A question without an answer ends its line for further questions, but not for those that it carries.
func TestSilenceEndsALine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeNet{at: map[string]handler{resolver1.String(): lateFirst}}
		s := client(n, nil).newSession()
		defer s.close()
		ask := func(name string, limit time.Duration) *reply {
			ctx, end := context.WithTimeout(t.Context(), limit)
			defer end()
			return s.once(ctx, place{addr: resolver1}, query{name: name, typ: dns.TypeTXT})
		}
		var under sync.WaitGroup
		under.Go(func() {
			if r := ask("n0.example.", time.Second); r.msg == nil {
				t.Error("the line was closed while a question waited:", r.reason)
			}
		})
		if r := ask("mute.example.", 10*time.Millisecond); r.reason != snapshot.Timeout {
			t.Error(r.reason)
		}
		if r := ask("n99.example.", time.Second); r.msg == nil || len(n.dialled) != 2 {
			t.Errorf("%v, %d sockets", r.reason, len(n.dialled))
		}
		under.Wait()
	})
}

// There are never more lines than maxLines that nobody waits on.
func TestIdleLinesEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeNet{at: map[string]handler{"*": lateFirst}}
		s := client(n, nil).newSession()
		defer s.close()
		for i := range maxLines + 10 {
			at := netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, byte(i >> 8), byte(i)}), 53)
			if r := s.once(t.Context(), place{addr: at}, query{name: "n99.example.", typ: dns.TypeTXT}); r.msg == nil {
				t.Fatal(r.reason)
			}
		}
		if got := len(s.lines.by); got != 10 {
			t.Errorf("%d lines", got)
		}
	})
}

// Whatever does not fit a question is no answer to it; a late answer to another question is nothing odd.
func TestOddDatagrams(t *testing.T) {
	sent := func(id uint16) *put {
		m := query{name: "a.example.", typ: dns.TypeTXT}.msg()
		m.Id = id
		return &put{m: m, then: func(*reply) { t.Error("an answer to", id) }}
	}
	reply := func(id uint16) []byte {
		m := query{name: "b.example.", typ: dns.TypeTXT}.msg()
		m.Id, m.Response = id, true
		wire, err := m.Pack()
		if err != nil {
			t.Fatal(err)
		}
		return wire
	}
	late, open := sent(1), sent(2)
	l := &line{puts: []*put{late, open}, waiting: 1}
	late.over = true
	if l.arrive(reply(1)); open.odd {
		t.Error("a late answer")
	}
	if l.arrive(reply(3)); !open.odd {
		t.Error("an ID that was not sent is nothing odd")
	}
	open.odd = false
	if l.arrive(reply(2)); !open.odd || open.over {
		t.Error("the answer to another question")
	}
}

// closedPort is a socket to a closed port: it tells the error when the second question is written, and only once.
type closedPort struct {
	net.Conn
	mu     sync.Mutex
	writes int
	closed chan struct{}
}

func (c *closedPort) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.writes++; c.writes == 2 {
		return 0, syscall.ECONNREFUSED
	}
	return len(b), nil
}

func (c *closedPort) Read([]byte) (int, error) {
	<-c.closed
	return 0, net.ErrClosed
}

func (c *closedPort) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.closed:
	default:
		close(c.closed)
	}
	return nil
}

// DialContext implements Dialer.
func (c *closedPort) DialContext(context.Context, string, string) (net.Conn, error) { return c, nil }

// A refusal that is told when another question is written ends every question that the socket carries: none waits in
// vain for a second one.
func TestRefusalWhileWriting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{Dialer: &closedPort{closed: make(chan struct{})}}, nil).newSession()
		defer s.close()
		began := time.Now()
		var under sync.WaitGroup
		for i := range 2 {
			under.Go(func() {
				ctx, end := context.WithTimeout(t.Context(), 3*time.Second)
				defer end()
				if r := s.once(ctx, place{addr: resolver1}, query{name: fmt.Sprintf("n%d.example.", i), typ: dns.TypeTXT}); r.reason != snapshot.Unreachable {
					t.Error(r.reason)
				}
			})
		}
		under.Wait()
		if took := time.Since(began); took > 0 {
			t.Errorf("a question waited %v", took)
		}
	})
}
