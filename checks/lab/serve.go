package lab

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/miekg/dns"
)

// Ports says where Serve listens; 0 means any free port.
type Ports struct {
	Resolver uint16 // of the system's resolver, on 127.0.0.1
	Servers  uint16 // of all other servers, each at its own address in 127.53.0.0/16; real programs need 53
}

// Served is the lab's internet, served on loopback ports.
type Served struct {
	Resolver netip.AddrPort            // the system's recursive resolver
	Places   []Place                   // the resolvers to watch, the system's first
	Servers  map[string]netip.AddrPort // the authoritative servers by host name
	Own      []string                  // those of them that serve the scenario's own zones

	under sync.WaitGroup
}

// Wait waits until everything is closed, which happens after Serve's context ends.
func (s *Served) Wait() { s.under.Wait() }

// Serve serves the internet to other programs by UDP and TCP on loopback addresses until ctx ends. Server addresses in
// answers are replaced by the loopback addresses on which the servers listen (IPv6 addresses are left out), so that a
// program that starts at the resolver can reach all of them. It needs an operating system on which all of 127.0.0.0/8
// is local, as on Linux, and for ports below 1024 the right to open them.
func (n *Internet) Serve(ctx context.Context, ports Ports) (*Served, error) {
	local, addrs := n.loopback()
	var err error
	for range 10 { // a port that is free at one address may be taken at another
		var out *Served
		if out, err = n.listen(ctx, ports, local, addrs); err == nil {
			return out, nil
		}
		if ports.Servers != 0 && ports.Resolver != 0 {
			break
		}
	}
	return nil, fmt.Errorf("serving the lab: %w", err)
}

// loopback assigns every server's IPv4 address an address in 127.53.0.0/16, in a stable order.
func (n *Internet) loopback() (map[netip.Addr]netip.Addr, []netip.Addr) {
	addrs := slices.SortedFunc(maps.Keys(n.addrs), netip.Addr.Compare)
	addrs = slices.DeleteFunc(addrs, netip.Addr.Is6)
	local := map[netip.Addr]netip.Addr{}
	for i, a := range addrs {
		local[a] = netip.AddrFrom4([4]byte{127, 53, byte(i / 250), byte(i%250 + 1)})
	}
	return local, addrs
}

func (n *Internet) listen(ctx context.Context, ports Ports, local map[netip.Addr]netip.Addr, addrs []netip.Addr) (*Served, error) {
	out := &Served{Servers: map[string]netip.AddrPort{}}
	ctx, stop := context.WithCancel(ctx)
	fail := func(err error) (*Served, error) {
		stop()
		out.Wait()
		return nil, err
	}
	system := n.resolvers[System].server
	at, err := n.serveAt(ctx, out, system, netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), ports.Resolver), local)
	if err != nil {
		return fail(err)
	}
	out.Resolver = at
	port := ports.Servers
	for _, a := range addrs {
		s := n.addrs[a]
		if s == system {
			continue
		}
		at, err := n.serveAt(ctx, out, s, netip.AddrPortFrom(local[a], port), local)
		if err != nil {
			return fail(err)
		}
		port = at.Port()
		if _, had := out.Servers[s.host]; !had && slices.ContainsFunc(slices.Collect(maps.Values(s.zones)), func(z *zone) bool { return z.own }) {
			out.Own = append(out.Own, s.host)
		}
		out.Servers[s.host] = at
	}
	slices.Sort(out.Own)
	for _, p := range n.Places() {
		at := out.Servers[n.resolvers[p.ID].server.host]
		if p.ID == System {
			at = out.Resolver
		}
		delete(out.Servers, n.resolvers[p.ID].server.host)
		out.Places = append(out.Places, Place{ID: p.ID, Addr: at})
	}
	context.AfterFunc(ctx, stop)
	return out, nil
}

// serveAt opens one server's UDP and TCP sockets.
func (n *Internet) serveAt(ctx context.Context, out *Served, s *server, at netip.AddrPort, local map[netip.Addr]netip.Addr) (netip.AddrPort, error) {
	var lc net.ListenConfig
	tcp, err := lc.Listen(ctx, "tcp4", at.String())
	if err != nil {
		return at, err
	}
	addr, err := netip.ParseAddrPort(tcp.Addr().String())
	if err != nil {
		return at, err
	}
	udp, err := lc.ListenPacket(ctx, "udp4", addr.String())
	if err != nil {
		tcp.Close()
		return at, err
	}
	context.AfterFunc(ctx, func() { tcp.Close(); udp.Close() })
	out.under.Go(func() { n.serveUDP(ctx, s, udp, local) })
	out.under.Go(func() {
		for {
			c, err := tcp.Accept()
			if err != nil {
				return
			}
			closed := context.AfterFunc(ctx, func() { c.Close() })
			out.under.Go(func() {
				defer closed()
				n.serveStream(s, c, local)
			})
		}
	})
	return addr, nil
}

func (n *Internet) serveUDP(ctx context.Context, s *server, c net.PacketConn, local map[netip.Addr]netip.Addr) {
	buf := make([]byte, dns.MaxMsgSize)
	for ctx.Err() == nil {
		size, from, err := c.ReadFrom(buf)
		if err != nil {
			continue // an ICMP error caused by an earlier answer; when the socket is closed ctx has ended already
		}
		replies, delay := n.exchange(s, buf[:size], asker{local: local})
		time.AfterFunc(delay, func() {
			for _, r := range replies {
				if _, err := c.WriteTo(r, from); err != nil {
					return
				}
			}
		})
	}
}

// localize replaces server addresses in an answer by their loopback addresses.
func localize(resp *dns.Msg, local map[netip.Addr]netip.Addr, servers map[netip.Addr]*server) {
	for _, section := range []*[]dns.RR{&resp.Answer, &resp.Extra} {
		var out []dns.RR
		for _, rr := range *section {
			for _, a := range addrOf(rr) {
				if to, ok := local[a]; ok {
					rr = &dns.A{Hdr: *rr.Header(), A: to.AsSlice()}
				} else if servers[a] != nil {
					rr = nil
				}
			}
			if rr != nil {
				out = append(out, rr)
			}
		}
		*section = out
	}
}
