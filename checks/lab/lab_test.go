package lab

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/miekg/dns"
)

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func open(t testing.TB, id string) (*Internet, *Clock) {
	t.Helper()
	sc, err := Find(id)
	if err != nil {
		t.Fatal(err)
	}
	clock := NewClock(start)
	clock.Speed(0)
	n, err := New(sc, clock)
	if err != nil {
		t.Fatal(err)
	}
	return n, clock
}

// ask puts one question through a real client connection.
func ask(t testing.TB, n *Internet, network, server, name string, typ uint16) (*dns.Msg, error) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Second)
	defer stop()
	addr := server
	if s := n.hosts[server]; s != nil {
		addr = s.addrs[0].String()
	}
	c, err := n.DialContext(ctx, network, net.JoinHostPort(addr, "53"))
	if err != nil {
		return nil, err
	}
	defer c.Close()
	m := new(dns.Msg).SetQuestion(dns.Fqdn(name), typ)
	m.SetEdns0(1232, false)
	client := &dns.Client{Net: network, Timeout: 200 * time.Millisecond}
	resp, _, err := client.ExchangeWithConn(m, &dns.Conn{Conn: c, UDPSize: 1232})
	return resp, err
}

func mustAsk(t testing.TB, n *Internet, server, name string, typ uint16) *dns.Msg {
	t.Helper()
	m, err := ask(t, n, "udp", server, name, typ)
	if err != nil {
		t.Fatalf("%s %s at %s: %v", name, dns.TypeToString[typ], server, err)
	}
	return m
}

func TestEveryScenarioStarts(t *testing.T) {
	list, err := Scenarios()
	if err != nil {
		t.Fatal(err)
	}
	for _, sc := range list {
		n, _ := open(t, sc.ID)
		for _, z := range n.zones {
			if _, err := n.content(z); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestResolverAnswers(t *testing.T) {
	n, _ := open(t, "s5")
	for _, network := range []string{"udp", "tcp"} {
		m, err := ask(t, n, network, n.Resolver().Addr().String(), "10.113.0.203.in-addr.arpa", dns.TypePTR)
		if err != nil || len(m.Answer) != 1 || m.Answer[0].(*dns.PTR).Ptr != "www1234.sakura.ne.jp." || m.Authoritative || !m.RecursionAvailable {
			t.Errorf("%s: %v %v", network, m, err)
		}
	}
}
