package probe

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

const jp = `
example.jp. 300 SOA ns1.example.jp. Host.example.jp. 7 3600 600 86400 60
example.jp. 300 NS NS1.Example.JP.
example.jp. 300 MX 20 b.example.jp.
example.jp. 60 MX 10 A.example.jp.
example.jp. 300 TXT "v=spf1 " "-all"
esc.example.jp. 300 TXT "quote \" back \\ bytes \255\000\027[31m tab\009 dot."
jp.example.jp. 300 TXT "\227\129\130"
www.example.jp. 30 CNAME example.jp.
away.example.jp. 30 CNAME target.example.net.
twice.example.jp. 300 TXT "same"
l1.example.jp. 300 CNAME l2.example.jp.
l2.example.jp. 300 CNAME l1.example.jp.
mail.example.jp. 300 A 192.0.2.9
mail.example.jp. 300 AAAA 2001:db8::9
`

func client(n *fakeNet, change func(*Config)) *Client {
	cfg := Config{Dialer: n, Resolvers: []netip.AddrPort{resolver1}}
	if change != nil {
		change(&cfg)
	}
	return New(cfg, nil)
}

func TestAnswersAreReadAsTheyStand(t *testing.T) {
	auth := askAuth("example.jp", "", "", "192.0.2.1")
	tests := []struct {
		name   string
		typ    snapshot.Type
		status snapshot.Status
		reason snapshot.Reason
		data   []string
		chain  int
	}{
		{"example.jp", snapshot.TXT, snapshot.OK, "", []string{"v=spf1 -all"}, 0},
		{"EXAMPLE.jp", snapshot.NS, snapshot.OK, "", []string{"ns1.example.jp"}, 0},
		{"example.jp", snapshot.MX, snapshot.OK, "", []string{"a.example.jp", "b.example.jp"}, 0},
		{"example.jp", snapshot.SOA, snapshot.OK, "", []string{"ns1.example.jp host.example.jp 7 3600 600 86400 60"}, 0},
		{"esc.example.jp", snapshot.TXT, snapshot.OK, "", []string{"quote \" back \\ bytes \xff\x00\x1b[31m tab\t dot."}, 0},
		{"jp.example.jp", snapshot.TXT, snapshot.OK, "", []string{"あ"}, 0},
		{"www.example.jp", snapshot.TXT, snapshot.OK, "", []string{"v=spf1 -all"}, 1},
		{"away.example.jp", snapshot.TXT, snapshot.OK, "", nil, 1},
		{"away.example.jp", snapshot.CNAME, snapshot.OK, "", []string{"target.example.net"}, 0},
		{"mail.example.jp", snapshot.AAAA, snapshot.OK, "", []string{"2001:db8::9"}, 0},
		{"mail.example.jp", snapshot.TXT, snapshot.NoData, "", nil, 0},
		{"no.example.jp", snapshot.TXT, snapshot.NXDomain, "", nil, 0},
		{"l1.example.jp", snapshot.TXT, snapshot.Failed, snapshot.Loop, nil, 0},
		{strings.Repeat("x", 64) + ".jp", snapshot.TXT, snapshot.Failed, snapshot.Malformed, nil, 0},
		{strings.Repeat("long.", 60) + "jp", snapshot.TXT, snapshot.Failed, snapshot.Malformed, nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name[:min(len(tt.name), 20)]+" "+string(tt.typ), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &fakeNet{at: map[string]handler{"192.0.2.1:53": says(true, jp)}}
				q := auth
				q.Name, q.Type = tt.name, tt.typ
				a := client(n, nil).Ask(t.Context(), q)
				if a.Status != tt.status || a.Reason != tt.reason || !slices.Equal(a.Data(), tt.data) && len(a.Data())+len(tt.data) > 0 || len(a.Chain) != tt.chain {
					t.Errorf("got %s %s %q chain %v", a.Status, a.Reason, a.Data(), a.Chain)
				}
				if a.Known() && (a.Server != "ns.test (192.0.2.1)" || a.Transport != "udp" || !a.AA || a.At.IsZero() || a.Took != latency) {
					t.Errorf("beside it: %+v", a)
				}
				if a.Absent() && len(a.Chain) == 0 && (a.SOA == nil || a.SOA.NegativeTTL() != 60 || a.SOA.Zone != "example.jp") {
					t.Errorf("SOA %+v", a.SOA)
				}
			})
		})
	}
}

func TestNoNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeNet{away: map[string]bool{"*": true}}
		began := time.Now()
		a := client(n, func(c *Config) { c.DoH = []string{"https://192.0.2.80/dns-query"} }).Ask(t.Context(), ask("example.jp", snapshot.TXT))
		if a.Reason != snapshot.Unreachable || time.Since(began) > 0 {
			t.Errorf("%s after %s", a.Reason, time.Since(began))
		}
		a = New(Config{Dialer: n}, nil).Ask(t.Context(), ask("example.jp", snapshot.TXT))
		if a.Reason != snapshot.Unreachable {
			t.Errorf("without resolvers: %s", a.Reason)
		}
	})
}

// The second resolver answers where the first is silent or useless, and is not bothered otherwise.
func TestAnotherServer(t *testing.T) {
	good := says(false, jp)
	tests := []struct {
		name   string
		first  handler
		within time.Duration
		second int
	}{
		{"fine", good, latency, 0},
		{"silent", nil, time.Second, 1},
		{"servfail", rcode(dns.RcodeServerFailure), 2 * latency, 1},
		{"refused", rcode(dns.RcodeRefused), 2 * latency, 1},
		{"late", func(r *dns.Msg, tcp bool) []parcel {
			p := good(r, tcp)
			p[0].after = 760 * time.Millisecond
			return p
		}, 760 * time.Millisecond, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &fakeNet{at: map[string]handler{"192.0.2.53:53": tt.first, "192.0.2.54:53": good}}
				c := client(n, func(c *Config) { c.Resolvers = append(c.Resolvers, resolver2) })
				began := time.Now()
				a := c.Ask(t.Context(), ask("example.jp", snapshot.TXT))
				if !a.Known() || time.Since(began) > tt.within || n.questions("192.0.2.54") != tt.second {
					t.Errorf("%s %s after %s, %d to the second", a.Status, a.Reason, time.Since(began), n.questions("192.0.2.54"))
				}
			})
		})
	}
}

// A dead server costs one timeout in a run; a resolver that is silent about one name is not dead.
func TestDeadIsRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &fakeNet{at: map[string]handler{}}
		s := client(n, nil).newSession()
		defer s.close()
		for i, want := range []time.Duration{3 * time.Second, 0, 0} {
			began := time.Now()
			a := s.ask(t.Context(), askAuth("example.jp", "example.jp", snapshot.TXT, "192.0.2.1"))
			if a.Reason != snapshot.Timeout || time.Since(began) != want {
				t.Errorf("question %d: %s after %s", i, a.Reason, time.Since(began))
			}
		}
		if got := n.questions("192.0.2.1"); got != sends {
			t.Errorf("%d packets, want %d", got, sends)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		good := says(false, jp)
		n := &fakeNet{at: map[string]handler{"192.0.2.53:53": func(r *dns.Msg, tcp bool) []parcel {
			if strings.HasPrefix(r.Question[0].Name, "dead") {
				return nil
			}
			return good(r, tcp)
		}}}
		s := client(n, nil).newSession()
		defer s.close()
		for i, name := range []string{"example.jp", "dead.example.net", "example.jp", "dead2.example.net", "example.jp"} {
			a := s.ask(t.Context(), ask(name, snapshot.TXT))
			if a.Known() != (name == "example.jp") {
				t.Errorf("question %d, %s: %s %s", i, name, a.Status, a.Reason)
			}
		}
	})
	// Whoever waits for it meanwhile is told too.
	synctest.Test(t, func(t *testing.T) {
		n := &fakeNet{}
		s := client(n, nil).newSession()
		defer s.close()
		began := time.Now()
		done := make(chan *snapshot.Answer)
		go func() { done <- s.ask(t.Context(), askAuth("example.jp", "example.jp", snapshot.MX, "192.0.2.1")) }()
		time.Sleep(2 * time.Second)
		a := s.ask(t.Context(), askAuth("example.jp", "example.jp", snapshot.TXT, "192.0.2.1"))
		<-done
		if a.Reason != snapshot.Timeout || time.Since(began) != 3*time.Second {
			t.Errorf("%s after %s", a.Reason, time.Since(began))
		}
	})
}

// What the resolver stayed silent about once costs a second below it, not the whole time again; a lost packet there
// does no harm, and other names have their whole time.
func TestSilenceIsNotPaidTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		none := rcode(dns.RcodeNameError)
		lossy := losing(1, none)
		n := &fakeNet{at: map[string]handler{"192.0.2.53:53": func(r *dns.Msg, tcp bool) []parcel {
			switch r.Question[0].Name {
			case "example.jp.", "ns2.example.jp.", "slow.jp.":
				return nil
			case "ns1.example.jp.":
				return lossy(r, tcp)
			}
			return none(r, tcp)
		}}}
		s := client(n, nil).newSession()
		defer s.close()
		for _, tt := range []struct {
			name string
			took time.Duration
			ends snapshot.Status
		}{
			{"jp", latency, snapshot.NXDomain},
			{"example.jp", 3 * time.Second, snapshot.Failed},
			{"ns2.example.jp", time.Second, snapshot.Failed},
			{"ns1.example.jp", time.Second/4 + latency, snapshot.NXDomain},
			{"badexample.jp", latency, snapshot.NXDomain},
			{"slow.jp", 3 * time.Second, snapshot.Failed},
		} {
			began := time.Now()
			if a := s.ask(t.Context(), ask(tt.name, snapshot.A)); a.Status != tt.ends || time.Since(began) != tt.took {
				t.Errorf("%s: %s %s after %s", tt.name, a.Status, a.Reason, time.Since(began))
			}
		}
	})
}

func TestAuthority(t *testing.T) {
	auth := says(true, jp)
	recursive := says(false, jp)
	refer := func(owner string) handler {
		return func(req *dns.Msg, _ bool) []parcel {
			m := new(dns.Msg).SetReply(req)
			ns, _ := dns.NewRR(owner + " 300 NS NS.Below.jp.")
			a, _ := dns.NewRR("ns.below.jp. 300 A 192.0.2.77")
			other, _ := dns.NewRR("else.jp. 300 A 192.0.2.66")
			m.Ns, m.Extra = []dns.RR{ns}, []dns.RR{a, other}
			return pack(m)
		}
	}
	tests := []struct {
		name   string
		h      handler
		qname  string
		status snapshot.Status
		reason snapshot.Reason
	}{
		{"authority", auth, "example.jp", snapshot.OK, ""},
		{"recursive server in its place", recursive, "example.jp", snapshot.Failed, snapshot.NotAuth},
		{"referral below", refer("sub.example.jp."), "x.sub.example.jp", snapshot.Failed, snapshot.Delegated},
		{"referral to itself", refer("example.jp."), "x.example.jp", snapshot.Failed, snapshot.NotAuth},
		{"referral to the root", refer("."), "x.example.jp", snapshot.Failed, snapshot.NotAuth},
		{"referral aside", refer("other.example.jp."), "x.example.jp", snapshot.Failed, snapshot.NotAuth},
		{"lame", rcode(dns.RcodeRefused), "example.jp", snapshot.Failed, snapshot.Refused},
		{"not auth", rcode(dns.RcodeNotAuth), "example.jp", snapshot.Failed, snapshot.NotAuth},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &fakeNet{at: map[string]handler{"192.0.2.1:53": tt.h}}
				a := client(n, nil).Ask(t.Context(), askAuth("example.jp", tt.qname, snapshot.TXT, "192.0.2.1"))
				if a.Status != tt.status || a.Reason != tt.reason {
					t.Errorf("got %s %s", a.Status, a.Reason)
				}
				if tt.reason == snapshot.Delegated && (!slices.Equal(a.Referral, []string{"ns.below.jp"}) || len(a.Glue) != 1 || a.Glue[0].Addr.String() != "192.0.2.77") {
					t.Errorf("referral %v glue %v", a.Referral, a.Glue)
				}
				// One of two being lame is no trouble.
				n.at["192.0.2.2:53"] = auth
				a = client(n, nil).Ask(t.Context(), askAuth("example.jp", "example.jp", snapshot.TXT, "192.0.2.1", "192.0.2.2"))
				if a.Status != snapshot.OK {
					t.Errorf("with a good second: %s %s", a.Status, a.Reason)
				}
			})
		})
	}
}

func TestPrivateAddressesAreNotKnockedAt(t *testing.T) {
	for _, addr := range []string{"10.0.0.1", "127.0.0.1", "169.254.1.1", "192.168.0.1", "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1"} {
		synctest.Test(t, func(t *testing.T) {
			n := &fakeNet{at: map[string]handler{"*": says(true, jp)}}
			q := askAuth("example.jp", "example.jp", snapshot.TXT, addr)
			if a := client(n, nil).Ask(t.Context(), q); a.Reason != snapshot.Private || len(n.sent) > 0 {
				t.Errorf("%s: %s %s, sent %v", addr, a.Status, a.Reason, n.sent)
			}
			at := netip.AddrPortFrom(netip.MustParseAddr(addr), 53)
			if a := client(n, nil).AskAt(t.Context(), q, at, true); a.Reason != snapshot.Private || len(n.sent) > 0 {
				t.Errorf("AskAt %s: %s %s", addr, a.Status, a.Reason)
			}
			if a := client(n, func(c *Config) { c.Private = true }).Ask(t.Context(), q); a.Status != snapshot.OK {
				t.Errorf("%s allowed: %s %s", addr, a.Status, a.Reason)
			}
			if a := client(n, nil).AskAt(t.Context(), ask("example.jp", snapshot.TXT), at, false); a.Status != snapshot.OK {
				t.Errorf("%s as the user's own resolver: %s %s", addr, a.Status, a.Reason)
			}
		})
	}
}

func TestCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		began := time.Now()
		a := client(&fakeNet{}, nil).Ask(ctx, ask("example.jp", snapshot.TXT))
		if a.Reason != snapshot.Cancelled || time.Since(began) != 100*time.Millisecond {
			t.Errorf("%s after %s", a.Reason, time.Since(began))
		}
	})
}

func FuzzRead(f *testing.F) {
	m := new(dns.Msg).SetQuestion("example.jp.", dns.TypeTXT)
	for _, h := range []handler{says(true, jp), says(false, jp), rcode(2)} {
		f.Add(h(m, false)[0].wire)
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		m := new(dns.Msg)
		if m.Unpack(wire) != nil {
			return
		}
		for _, authority := range []bool{false, true} {
			a := read(ask("example.jp", snapshot.TXT), m, authority)
			if a.Status == snapshot.Unasked || (a.Status == snapshot.Failed) != (a.Reason != "") || len(a.Chain) > maxLinks {
				t.Errorf("%+v", a)
			}
		}
	})
}

func FuzzUnescape(f *testing.F) {
	f.Add([]byte("a\"b\\c\xff\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 255 {
			return
		}
		// What the wire library prints is undone.
		m := new(dns.Msg).SetQuestion("x.", dns.TypeTXT)
		w, _ := m.Pack()
		w[7] = 1 // one answer
		w = append(w, 1, 'x', 0, 0, 16, 0, 1, 0, 0, 0, 0, 0, byte(len(b)+1), byte(len(b)))
		if len(b)+1 > 255 {
			return
		}
		w = append(w, b...)
		if err := m.Unpack(w); err != nil {
			t.Skip(err)
		}
		if got := raw(m.Answer[0].(*dns.TXT).Txt)[0]; got != string(b) {
			t.Errorf("%q became %q", b, got)
		}
	})
}
