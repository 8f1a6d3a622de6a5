package probe

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// A socket serves a second question only while its server answers; one whose question ran out of time is closed and not kept.
func TestKeptSocket(t *testing.T) {
	t.Parallel()
	at, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer at.Close()
	heard := make(chan string, 1) // where a question came from
	go func() {
		buf := make([]byte, 1500)
		for {
			n, who, err := at.ReadFromUDP(buf)
			if err != nil {
				return
			}
			q := new(dns.Msg)
			if q.Unpack(buf[:n]) == nil && q.Question[0].Name != "mute.example." {
				out, _ := new(dns.Msg).SetReply(q).Pack()
				_, _ = at.WriteToUDP(out, who)
			}
			heard <- who.String()
		}
	}()
	server := at.LocalAddr().(*net.UDPAddr).AddrPort()
	s := New(Config{Dialer: loopbackOnly{t}}, nil).newSession()
	defer s.close()
	const answered = 10 * time.Second // more than a busy machine takes
	ask := func(name string, within time.Duration) (*reply, string) {
		ctx, end := context.WithTimeout(t.Context(), within)
		defer end()
		r := s.once(ctx, place{addr: server}, query{name: name, typ: dns.TypeTXT})
		return r, <-heard
	}
	a, from := ask("a.example.", answered)
	b, again := ask("b.example.", answered)
	if a.msg == nil || b.msg == nil || from != again {
		t.Fatalf("two questions: %v from %s, %v from %s", a.reason, from, b.reason, again)
	}
	l := s.lines.by[server]
	spent := func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.spent
	}
	if r, _ := ask("mute.example.", 100*time.Millisecond); r.msg != nil || r.reason != snapshot.Timeout || !spent() {
		t.Errorf("no answer: %v, kept", r.reason)
	}
	for range 50 { // stopped just as the answer comes
		ask("a.example.", answered)
		ctx, end := context.WithCancel(t.Context())
		go func() { <-heard; end() }()
		s.once(ctx, place{addr: server}, query{name: "b.example.", typ: dns.TypeTXT})
		<-ctx.Done()
	}
}
