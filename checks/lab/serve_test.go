package lab

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/miekg/dns"
)

func serve(t *testing.T, n *Internet) *Served {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	s, err := n.Serve(ctx, Ports{})
	if err != nil {
		stop()
		t.Skipf("needs loopback addresses beyond 127.0.0.1: %v", err)
	}
	t.Cleanup(func() { stop(); s.Wait() })
	return s
}

func dig(t *testing.T, network string, at netip.AddrPort, name string, typ uint16) *dns.Msg {
	t.Helper()
	m := new(dns.Msg).SetQuestion(dns.Fqdn(name), typ)
	m.SetEdns0(1232, false)
	c := &dns.Client{Net: network, Timeout: patience}
	r, _, err := c.Exchange(m, at.String())
	if err != nil {
		t.Fatalf("%s %s at %s: %v", network, name, at, err)
	}
	return r
}

// TestServe walks from the resolver to a name server as another program would.
func TestServe(t *testing.T) {
	n, _ := open(t, "healthy-split")
	s := serve(t, n)
	if s.Resolver.Addr() != netip.MustParseAddr("127.0.0.1") {
		t.Errorf("resolver at %s", s.Resolver)
	}
	for _, network := range []string{"udp", "tcp"} {
		ns := dig(t, network, s.Resolver, "umikaze.example", dns.TypeNS)
		if len(ns.Answer) != 2 {
			t.Fatalf("NS: %v", ns)
		}
		host := ns.Answer[1].(*dns.NS).Ns
		a := dig(t, network, s.Resolver, host, dns.TypeA)
		addr := addrOf(a.Answer[0])[0]
		if !addr.IsLoopback() || netip.AddrPortFrom(addr, s.Servers[canon(host)].Port()) != s.Servers[canon(host)] {
			t.Errorf("%s has %s, served at %s", host, addr, s.Servers[canon(host)])
		}
		if six := dig(t, network, s.Resolver, "ns2.umikaze.example", dns.TypeAAAA); len(six.Answer) != 0 || six.Rcode != dns.RcodeSuccess {
			t.Errorf("AAAA: %v", six)
		}
		mx := dig(t, network, s.Servers[canon(host)], "umikaze.example", dns.TypeMX)
		if !mx.Authoritative || len(mx.Answer) != 1 {
			t.Errorf("MX: %v", mx)
		}
		up := dig(t, network, s.Servers["a.registry.test"], "umikaze.example", dns.TypeMX)
		if up.Authoritative || len(up.Extra) < 2 || !addrOf(up.Extra[0])[0].IsLoopback() {
			t.Errorf("referral: %v", up)
		}
	}
	// What is no server keeps its address.
	if web := dig(t, "udp", s.Resolver, "umikaze.example", dns.TypeA); addrOf(web.Answer[0])[0].String() != "203.0.113.90" {
		t.Errorf("web: %v", web)
	}
	if len(s.Places) != 4 || s.Places[0].Addr != s.Resolver {
		t.Errorf("places %v", s.Places)
	}
	for _, p := range s.Places {
		if got := dig(t, "udp", p.Addr, "umikaze.example", dns.TypeTXT); len(got.Answer) != 2 || !got.RecursionAvailable {
			t.Errorf("%s: %v", p.ID, got)
		}
	}
}

func TestServeEnds(t *testing.T) {
	n, _ := open(t, "S8")
	ctx, stop := context.WithCancel(t.Context())
	s, err := n.Serve(ctx, Ports{})
	if err != nil {
		stop()
		t.Skip(err)
	}
	if _, err := n.Serve(ctx, Ports{Resolver: s.Resolver.Port(), Servers: s.Servers["ns1.dns.ne.jp"].Port()}); err == nil {
		t.Error("the same ports twice")
	}
	stop()
	s.Wait()
	c := &dns.Client{Timeout: 200 * time.Millisecond}
	if _, _, err := c.Exchange(new(dns.Msg).SetQuestion("aozora.example.", dns.TypeTXT), s.Resolver.String()); err == nil {
		t.Error("still answers")
	}
}
