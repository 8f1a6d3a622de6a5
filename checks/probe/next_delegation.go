package probe

import (
	"net/netip"
	"slices"

	"example.org/todoku/checks/snapshot"
)

// delegation finds the zone that holds the domain, and its servers. From the registered domain upwards it asks the
// resolver, since those names exist, and the parent's servers for the referral; below it asks the zone's own servers.
func (n *asker) delegation() {
	n.resolver(n.reg, snapshot.NS)
	for up := snapshot.Parent(n.reg); up != ""; up = snapshot.Parent(up) {
		n.resolver(up, snapshot.NS)
	}
	n.resolver(n.reg, snapshot.SOA)
	n.resolver(snapshot.Nowhere, snapshot.A)
	n.control()
	own, _ := n.find(n.reg, snapshot.NS, snapshot.Resolver)
	n.addresses(some(own.Data()))
	up, open := n.parent(n.reg)
	zone, hosts, glue := n.world(up, open)
	if zone == "" {
		return
	}
	n.signed(up, zone)
	all, more := n.names(zone)
	n.addresses(some(hosts, all))
	servers := n.serversOf(hosts, slices.Concat(glue, more))
	n.sent = hosts
	zone, servers, settled := n.cuts(zone, servers)
	if settled {
		n.apex, n.servers = zone, servers
		n.whole = n.reached()
	}
}

// reached reports whether the addresses of all servers of the zone were looked up and some were found.
func (n *asker) reached() bool {
	return len(n.servers) > 0 && !slices.ContainsFunc(n.sent, func(h string) bool {
		return !n.ended(h, snapshot.A) && !slices.ContainsFunc(n.servers, func(s snapshot.NameServer) bool { return s.Host == h })
	})
}

// world returns the zone of the registered domain and its name servers from the parent's referral. The resolver's NS set,
// which may be old, is only used if no parent server answers. zone is "" while that is open, and if the domain does not
// exist.
func (n *asker) world(up string, open bool) (zone string, hosts []string, glue []snapshot.NameServer) {
	hosts, glue = n.referrals(up, n.reg)
	if len(hosts) > 0 {
		return n.reg, some(hosts), glue
	}
	own, asked := n.find(n.reg, snapshot.NS, snapshot.Resolver)
	if open || !asked || own.Status == snapshot.NXDomain || n.denied(up) {
		return "", nil, nil
	}
	zone = n.reg
	if own.Absent() {
		if zone, _ = n.zoneAbove(n.reg); zone == "" { // the name is in its parent's zone
			return "", nil, nil
		}
	}
	if hosts, glue = n.names(zone); len(hosts) == 0 {
		return "", nil, nil
	}
	return zone, hosts, glue
}

// denied reports whether a server of the parent zone says that the name does not exist.
func (n *asker) denied(up string) bool {
	above, _ := n.find(up, snapshot.NS, snapshot.Resolver)
	return slices.ContainsFunc(above.Records, func(host snapshot.Record) bool {
		a, _ := n.look(snapshot.Key{Name: n.reg, Type: snapshot.NS, Via: snapshot.Server, At: host.Data})
		return a.Status == snapshot.NXDomain
	})
}

// zoneAbove returns the nearest ancestor known to be a zone; ok is false while a nearer one may still turn out to be.
func (n *asker) zoneAbove(name string) (zone string, ok bool) {
	for up := snapshot.Parent(name); up != ""; up = snapshot.Parent(up) {
		a, asked := n.find(up, snapshot.NS, snapshot.Resolver)
		switch {
		case !asked:
			return "", false
		case a.Status == snapshot.OK && len(a.Records) > 0:
			return up, true
		}
	}
	return "", false
}

// How many servers of the parent zone are asked, and how many failures are waited for.
const (
	maxAbove  = 3
	maxFailed = 2
)

// parent asks two of the parent zone's servers for the referral, without waiting for the resolver to find the zone. up is
// the parent zone; open is true while an answer may still come.
func (n *asker) parent(zone string) (up string, open bool) {
	up, ok := n.zoneAbove(zone)
	if !ok {
		return "", n.unasked(zone)
	}
	above, _ := n.find(up, snapshot.NS, snapshot.Resolver)
	good, failed, told := 0, 0, false
	for i := range above.Records {
		if i == maxAbove || good == 2 {
			break
		}
		host := above.Records[i].Data
		k := snapshot.Key{Name: zone, Type: snapshot.NS, Via: snapshot.Server, At: host}
		if a, asked := n.look(k); asked {
			if a.Known() || a.Reason == snapshot.Delegated {
				good++
				told = true
			} else {
				failed++
			}
			continue
		}
		good++
		if at := n.serversOf([]string{host}, above.Glue); len(at) > 0 {
			n.add(snapshot.Question{Key: k, Servers: at, Zone: up})
			open = true
			continue
		}
		n.resolver(host, snapshot.A)
		a, asked := n.find(host, snapshot.A, snapshot.Resolver)
		if a.Absent() {
			n.resolver(host, snapshot.AAAA)
			_, asked = n.find(host, snapshot.AAAA, snapshot.Resolver)
		}
		if asked {
			good--
			failed++
			continue
		}
		open = true
	}
	return up, open && !told && failed < maxFailed
}

// unasked reports whether the resolver has not answered yet which of the ancestors is a zone.
func (n *asker) unasked(zone string) bool {
	for up := snapshot.Parent(zone); up != ""; up = snapshot.Parent(up) {
		if _, asked := n.find(up, snapshot.NS, snapshot.Resolver); !asked {
			return true
		}
	}
	return false
}

// referrals returns the name servers and glue that the parent's servers give for a zone.
func (n *asker) referrals(up, zone string) (hosts []string, glue []snapshot.NameServer) {
	above, _ := n.find(up, snapshot.NS, snapshot.Resolver)
	for i := range above.Records {
		a, asked := n.look(snapshot.Key{Name: zone, Type: snapshot.NS, Via: snapshot.Server, At: above.Records[i].Data})
		if !asked {
			continue
		}
		hosts = append(hosts, a.Referral...)
		hosts = append(hosts, a.Data()...) // a parent's server may also serve the zone
		glue = append(glue, a.Glue...)
	}
	return hosts, glue
}

// names returns all hosts that are called name servers of the zone, those of the referral first, and their glue.
func (n *asker) names(zone string) (hosts []string, glue []snapshot.NameServer) {
	own, _ := n.find(zone, snapshot.NS, snapshot.Resolver)
	up, _ := n.zoneAbove(zone)
	theirs, more := n.referrals(up, zone)
	return some(theirs, own.Data()), slices.Concat(own.Glue, more)
}

// some returns the first maxHosts hosts of the lists, each once.
func some(lists ...[]string) (hosts []string) {
	for _, list := range lists {
		for _, h := range list {
			if len(hosts) == maxHosts {
				return hosts
			}
			if h != "" && !slices.Contains(hosts, h) {
				hosts = append(hosts, h)
			}
		}
	}
	return hosts
}

// addresses looks up the addresses of name servers, which rules need even if there is glue. IPv6 addresses are only
// looked up for the first two, and for hosts without IPv4.
func (n *asker) addresses(hosts []string) {
	for _, h := range hosts {
		n.resolver(h, snapshot.A)
	}
	for i, h := range hosts {
		if a, _ := n.find(h, snapshot.A, snapshot.Resolver); i < 2 || a.Absent() {
			n.resolver(h, snapshot.AAAA)
		}
	}
}

// serversOf returns the known addresses of the hosts, up to maxGlue of each family, IPv4 first, in the order of the
// hosts.
func (n *asker) serversOf(hosts []string, glue []snapshot.NameServer) []snapshot.NameServer {
	return append(n.family(hosts, glue, snapshot.A), n.family(hosts, glue, snapshot.AAAA)...)
}

// public reports whether addr is an IP address that is reachable from the internet.
func public(addr string) bool {
	ip, err := netip.ParseAddr(addr)
	return err == nil && !snapshot.IsPrivate(ip)
}

// family is serversOf for one address family.
func (n *asker) family(hosts []string, glue []snapshot.NameServer, t snapshot.Type) (out []snapshot.NameServer) {
	for _, h := range hosts[:min(len(hosts), maxHosts)] {
		from := len(out)
		put := func(ip netip.Addr) bool {
			s := snapshot.NameServer{Host: h, Addr: ip}
			if ip.Is4() == (t == snapshot.A) && !slices.Contains(out[from:], s) {
				out = append(out, s)
			}
			return len(out)-from < maxGlue
		}
		a, asked := n.find(h, t, snapshot.Resolver)
		indoors := !a.Absent() && !slices.ContainsFunc(a.Data(), public) && slices.ContainsFunc(glue, func(g snapshot.NameServer) bool {
			return g.Host == h && g.Addr.Is4() == (t == snapshot.A) && !snapshot.IsPrivate(g.Addr)
		})
		for _, r := range a.Records {
			if ip, err := netip.ParseAddr(r.Data); err == nil && !indoors && !put(ip) {
				break
			}
		}
		if asked && a.Known() && !indoors {
			continue // better than glue, which is not authoritative, but for an office's own view of the name
		}
		for _, g := range glue {
			if g.Host == h && !(indoors && snapshot.IsPrivate(g.Addr)) && !put(g.Addr) {
				break
			}
		}
	}
	return out
}
