package lab

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"
)

func TestFaults(t *testing.T) {
	const server, name = "ns1.own.example", "own.example"
	right := `NOERROR aa AN{own.example. 600 IN TXT "v=spf1 -all"}`
	for _, c := range []struct {
		fault   string
		udp     string // brief, or "timeout", "error"
		tcp     string
		indoors string // what the lab's resolver makes of it, where not the right answer
	}{
		{"dead", "timeout", "timeout", "SERVFAIL ra"},
		{"lost", "timeout", right, ""},
		{"servfail", "SERVFAIL", "SERVFAIL", "SERVFAIL ra"},
		{"refused", "REFUSED", "REFUSED", "SERVFAIL ra"},
		{"truncated", "NOERROR aa tc", right, ""},
		{"wrong-id", "timeout", "error", "SERVFAIL ra"},
		{"spoofed", right, right, ""},
		{"wrong-question", `NOERROR aa AN{another.example. 600 IN TXT "v=spf1 -all"}`, `NOERROR aa AN{another.example. 600 IN TXT "v=spf1 -all"}`, "SERVFAIL ra"},
		{"garbage", "error", "error", "SERVFAIL ra"},
		{"loop", "NOERROR aa AN{own.example. 3600 IN CNAME a1.own.example.}", "NOERROR aa AN{own.example. 3600 IN CNAME a1.own.example.}", "SERVFAIL ra"},
		{"hijacked", `NOERROR ra AN{own.example. 600 IN TXT "v=spf1 -all"}`, `NOERROR ra AN{own.example. 600 IN TXT "v=spf1 -all"}`, "SERVFAIL ra"},
		{"servfail@mail.own.example", right, right, ""},
		{"servfail@own.example", "SERVFAIL", "SERVFAIL", "SERVFAIL ra"},
	} {
		t.Run(c.fault, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, _ := parse(t, authZones)
				fault, err := ParseFault(c.fault)
				if err != nil {
					t.Fatal(err)
				}
				for _, host := range []string{server, "ns1.xserver.jp"} { // both of the zone's
					if c.fault == "hijacked" && host != server {
						continue // the system's resolver stands in for it, and so must have somebody to ask
					}
					if err := n.Fault(host, fault); err != nil {
						t.Fatal(err)
					}
				}
				for network, want := range map[string]string{"udp": c.udp, "tcp": c.tcp} {
					m, err := ask(t, n, network, server, name, dns.TypeTXT)
					var ne net.Error
					got := ""
					switch {
					case err == nil:
						got = brief(m)
					case errors.Is(err, context.DeadlineExceeded) || errors.As(err, &ne) && ne.Timeout():
						got = "timeout"
					default:
						got = "error"
					}
					if got != want {
						t.Errorf("%s: %s (%v), want %s", network, got, err, want)
					}
				}
				want := c.indoors
				if want == "" || c.fault == "hijacked" {
					want = `NOERROR ra AN{own.example. 600 IN TXT "v=spf1 -all"}`
				}
				if got := brief(mustAsk(t, n, "resolver.lab.test", name, dns.TypeTXT)); got != want {
					t.Errorf("resolver: %s, want %s", got, want)
				}
				for _, host := range []string{server, "203.0.113.2", "ns1.xserver.jp"} {
					if err := n.Fault(host); err != nil {
						t.Fatal(err)
					}
				}
				if got := brief(mustAsk(t, n, server, name, dns.TypeTXT)); got != right {
					t.Errorf("not healed: %s", got)
				}
			})
		})
	}
}

func TestFirstPacketsLost(t *testing.T) { synctest.Test(t, firstPacketsLost) }

func firstPacketsLost(t *testing.T) {
	n, _ := parse(t, authZones)
	if err := n.Fault("ns1.own.example", Fault{Kind: Lost, First: 2}); err != nil {
		t.Fatal(err)
	}
	mustAsk(t, n, "resolver.lab.test", "own.example", dns.TypeTXT) // the lab's own resolver uses nothing up
	for i, lost := range []bool{true, true, false} {
		if _, err := ask(t, n, "udp", "ns1.own.example", "own.example", dns.TypeTXT); (err != nil) != lost {
			t.Errorf("packet %d: %v", i+1, err)
		}
	}
}

func TestHugeAnswer(t *testing.T) { synctest.Test(t, answeredHuge) }

func answeredHuge(t *testing.T) {
	n, _ := parse(t, authZones)
	if err := n.Fault("ns1.own.example", Fault{Kind: Huge}); err != nil {
		t.Fatal(err)
	}
	m, err := ask(t, n, "udp", "ns1.own.example", "own.example", dns.TypeTXT)
	if err != nil || !m.Truncated {
		t.Errorf("UDP: %v", err)
	}
	m, err = ask(t, n, "tcp", "ns1.own.example", "own.example", dns.TypeTXT)
	if err != nil || m.Truncated || len(m.Answer) != 230 {
		t.Errorf("TCP: %v", err)
	}
}

func TestDelay(t *testing.T) { synctest.Test(t, delayed) }

func delayed(t *testing.T) {
	n, _ := parse(t, authZones)
	const wait = 30 * time.Millisecond
	if err := n.Fault("*", Fault{Kind: Delay, Delay: wait}); err != nil {
		t.Fatal(err)
	}
	for _, network := range []string{"udp", "tcp"} {
		begin := time.Now()
		if _, err := ask(t, n, network, "resolver.lab.test", "far.own.example", dns.TypeA); err != nil {
			t.Fatal(err)
		}
		// One delay, although the resolver asked several servers.
		if took := time.Since(begin); took != wait {
			t.Errorf("%s took %s", network, took)
		}
	}
}

func TestBogus(t *testing.T) {
	n, _ := parse(t, authZones)
	if err := n.Fault(System, Fault{Kind: Bogus, Code: dns.ExtendedErrorCodeDNSBogus, Name: "own.example"}); err != nil {
		t.Fatal(err)
	}
	m := mustAsk(t, n, "resolver.lab.test", "mail.own.example", dns.TypeA)
	if ede, ok := m.IsEdns0().Option[0].(*dns.EDNS0_EDE); !ok || ede.InfoCode != dns.ExtendedErrorCodeDNSBogus || m.Rcode != dns.RcodeServerFailure {
		t.Errorf("%v", m)
	}
	if m := mustAsk(t, n, "resolver.lab.test", "www.other.example", dns.TypeA); m.Rcode != dns.RcodeSuccess {
		t.Errorf("another name: %v", m)
	}
	unchecked := new(dns.Msg).SetQuestion("mail.own.example.", dns.TypeA)
	unchecked.CheckingDisabled = true
	wire, err := unchecked.Pack()
	if err != nil {
		t.Fatal(err)
	}
	if m := raw(t, n, "resolver.lab.test", wire); m.Rcode != dns.RcodeSuccess || len(m.Answer) != 1 {
		t.Errorf("with CD: %v", m)
	}
}

func TestEndlessAliases(t *testing.T) {
	for in, want := range map[string]string{"x.example.": "a1.x.example.", "a1.x.example.": "a2.x.example.", "a99.x.": "a100.x.", "a01.x.": "a1.a01.x.", "a.b.": "a1.a.b."} {
		if got := nextAlias(in); got != want {
			t.Errorf("%s → %s, want %s", in, got, want)
		}
	}
}

func TestFaultNames(t *testing.T) {
	n, _ := parse(t, authZones)
	for _, server := range []string{"google", "8.8.8.8", "dns.google", "*", "NS1.own.example."} {
		if err := n.Fault(server, Fault{Kind: ServFail}); err != nil {
			t.Error(err)
		}
	}
	if err := n.Fault("ns9.own.example", Fault{Kind: Dead}); err == nil {
		t.Error("a server that is not there can be broken")
	}
	for _, word := range []string{"", "sleepy", "delay", "delay=long", "delay=-3s", "dead=3s"} {
		if f, err := ParseFault(word); err == nil {
			t.Errorf("%q is %+v", word, f)
		}
	}
}

func TestConnections(t *testing.T) { synctest.Test(t, connections) }

func connections(t *testing.T) {
	n, _ := parse(t, authZones)
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if _, err := n.DialContext(ctx, "tcp", "203.0.113.200:53"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("TCP to nobody: %v", err)
	}
	ctx = t.Context()
	if _, err := n.DialContext(ctx, "tcp", "203.0.113.2:443"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("another port: %v", err)
	}
	var missing *net.DNSError
	if _, err := n.DialContext(ctx, "tcp", "dns.google:443"); !errors.As(err, &missing) || !missing.IsNotFound {
		t.Errorf("a name: %v", err)
	}
	if _, err := n.DialContext(ctx, "unix", "203.0.113.2:53"); err == nil {
		t.Error("unix")
	}
	if _, err := n.DialContext(ctx, "udp", "nonsense"); err == nil {
		t.Error("nonsense")
	}
	c, err := n.DialContext(ctx, "udp", "203.0.113.2:54")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(make([]byte, 9)); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("UDP to another port: %v", err)
	}
	c, err = n.DialContext(ctx, "udp", "203.0.113.200:53")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []time.Duration{-time.Second, time.Millisecond} {
		if err := c.SetDeadline(time.Now().Add(d)); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Read(make([]byte, 9)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("UDP to nobody: %v", err)
		}
	}
	if err := c.SetDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(time.Millisecond, func() { c.Close() })
	if _, err := c.Read(make([]byte, 9)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("closed while reading: %v", err)
	}
	if _, err := c.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("written to a closed one: %v", err)
	}
}

// TestStandardLibraryResolves: the resolver of package net, which tells UDP from TCP by net.PacketConn, gets through.
func TestStandardLibraryResolves(t *testing.T) {
	n, _ := open(t, "S5")
	r := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return n.DialContext(ctx, network, n.Resolver().String())
	}}
	mx, err := r.LookupMX(t.Context(), "tanaka-foods.example.")
	if err != nil || len(mx) != 1 || mx[0].Host != "tanaka-foods.example." {
		t.Errorf("%v, %v", mx, err)
	}
}
