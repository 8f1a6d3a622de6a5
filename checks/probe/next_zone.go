package probe

import (
	"slices"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// signed asks the parent zone whether the registered domain is signed, and if so looks up its keys. That shows a DS that
// was left behind when the zone moved, even if the resolver does not validate (RFC 4035 section 5).
func (n *asker) signed(up, zone string) {
	hosts, glue := n.referrals(up, zone)
	if len(hosts) == 0 || zone != n.reg {
		if ns, _ := n.find(n.reg, snapshot.NS, snapshot.Resolver); ns.Reason == snapshot.Bogus {
			n.resolver(n.reg, snapshot.DS)
		}
		return
	}
	above, _ := n.find(up, snapshot.NS, snapshot.Resolver)
	for _, host := range above.Data() {
		a, _ := n.look(snapshot.Key{Name: zone, Type: snapshot.NS, Via: snapshot.Server, At: host})
		if len(a.Referral) == 0 {
			continue
		}
		k := snapshot.Key{Name: zone, Type: snapshot.DS, Via: snapshot.Server, At: host}
		n.add(snapshot.Question{Key: k, Servers: n.serversOf([]string{host}, above.Glue), Zone: up})
		ds, _ := n.look(k)
		if _, asked := n.find(zone, snapshot.DNSKEY, snapshot.Authority); len(ds.Records) > 0 && !asked {
			n.authority(zone, n.serversOf(some(hosts), glue), zone, snapshot.DNSKEY)
		}
		return
	}
}

// everyone returns all hosts that are called name servers of the zone, those of the referral first, and their glue.
func (n *asker) everyone() (hosts []string, glue []snapshot.NameServer) {
	hosts, glue = n.names(n.apex)
	if n.apex != n.reg {
		a, _ := n.find(n.apex, snapshot.NS, snapshot.Authority)
		hosts, glue = some(a.Referral, hosts, a.Data()), slices.Concat(glue, a.Glue)
	}
	return hosts, glue
}

// nameServers asks every server that parent or child names for the SOA, which shows lame, dead and outdated ones. The
// first two, and servers with another serial than the first, are asked for the NS set. If several serve the zone, each is
// asked for the mail records: servers with the same serial may differ, and an absence needs more than one witness.
func (n *asker) nameServers() {
	hosts, glue := n.everyone()
	first := ""
	var serve [][]snapshot.NameServer // the addresses of each that serves the zone
	for i, h := range hosts {
		at := n.serversOf([]string{h}, glue)
		if len(at) == 0 {
			continue
		}
		ask := func(t snapshot.Type) *snapshot.Answer {
			q := snapshot.Question{Key: snapshot.Key{Name: n.apex, Type: t, Via: snapshot.Server, At: h}, Servers: at, Zone: n.apex}
			n.add(q)
			a, _ := n.look(q.Key)
			return a
		}
		soa := ask(snapshot.SOA)
		version := strings.Join(soa.Data(), "")
		if first == "" {
			first = version
		}
		if i < 2 || version != "" && version != first {
			ask(snapshot.NS)
		}
		if n.repute(h) == sound {
			serve = append(serve, at)
		}
	}
	if len(serve) < 2 {
		return
	}
	for _, at := range serve {
		n.mailAt(at[0].Host, at, len(serve))
	}
}

// ended reports whether the resolver was asked for a name.
func (n *asker) ended(host string, t snapshot.Type) bool {
	_, ok := n.find(host, t, snapshot.Resolver)
	return ok
}

// mailAt asks one of several servers for the mail records.
func (n *asker) mailAt(host string, at []snapshot.NameServer, several int) {
	ask := func(name string, t snapshot.Type) {
		n.add(snapshot.Question{Key: snapshot.Key{Name: name, Type: t, Via: snapshot.Server, At: host}, Servers: at, Zone: n.apex})
	}
	ask(n.d, snapshot.TXT)
	ask(n.d, snapshot.MX)
	for i, mx := range n.s.Get(n.d, snapshot.MX).Data() {
		if i < maxOwnMX && snapshot.Below(mx, n.apex) {
			ask(mx, snapshot.A)
		}
	}
	for _, name := range n.policies {
		if snapshot.Below(name, n.apex) {
			ask(name, snapshot.TXT)
		}
	}
	ask(n.keysAt, snapshot.TXT) // an old copy that has nothing below must not count for the new one
	here, _ := n.look(snapshot.Key{Name: n.keysAt, Type: snapshot.TXT, Via: snapshot.Server, At: host})
	if n.best(n.keysAt, snapshot.TXT).Status == snapshot.NXDomain && (here.Status == snapshot.NXDomain || !here.Known()) {
		return
	}
	for _, sel := range n.likely(max(maxLikely, maxCompared/several)) {
		ask(dnsname.Key(sel, n.d), snapshot.TXT)
	}
}

// Limits on what single servers are asked for: the zone's own mail servers, the least number of keys, and the number of
// questions about keys to all servers.
const (
	maxOwnMX    = 2
	maxLikely   = 3
	maxCompared = 18
)

// likely returns the selectors that most likely have a key: those that the owner named, those with a record, and those of
// the services in use.
func (n *asker) likely(most int) (out []string) {
	put := func(sel string) {
		if sel = strings.ToLower(sel); label(sel) && len(out) < most && !slices.Contains(out, sel) {
			out = append(out, sel)
		}
	}
	for _, k := range n.a.Keys {
		put(k.Selector)
	}
	for _, sel := range n.keys() {
		put(sel)
	}
	for _, s := range n.services() {
		if s.unsure {
			continue
		}
		for _, sel := range s.dkim.Selectors {
			if len(out) < maxLikely {
				put(sel)
			}
		}
	}
	return out
}

// Limits on the servers of one other panel that are asked, which hold the same zones, and on the number of panels.
const (
	maxPanel  = 2
	maxPanels = 3
)

// otherPanels asks the name servers of the panel that the owner named, if it is not the one in charge, since the record
// may be there. If something is missing, it also asks those of the mail hosts' panels, because many owners do not know
// which panel is in charge.
func (n *asker) otherPanels() {
	hosts, _ := n.everyone()
	if n.cat == nil || len(hosts) == 0 {
		return
	}
	named, known := n.cat.Panel(n.a.Panel)
	if !known && !n.lacking() {
		return
	}
	var mail []string
	for _, s := range n.services() {
		if s.host != "" {
			mail = append(mail, s.host)
		}
	}
	asked := 0
	for _, p := range n.cat.LikelyPanels(n.a.Panel, mail) {
		if len(p.Servers()) == 0 || slices.ContainsFunc(hosts, p.Serves) || p.ID != named.ID && !n.lacking() {
			continue
		}
		if asked++; asked > maxPanels {
			return
		}
		n.panel(p)
	}
}

// lacking reports whether the zone has no SPF record or no DMARC record.
func (n *asker) lacking() bool {
	txt, policy := n.best(n.d, snapshot.TXT), n.best(n.policy, snapshot.TXT)
	return txt.Known() && !slices.ContainsFunc(txt.Records, func(r snapshot.Record) bool { return spf.Is(r.Data) }) || policy.Absent()
}

// hostsAt asks a server that is not in charge for the addresses of the mail servers in the zone: without them, copying
// the MX would not help.
func (n *asker) hostsAt(host string, at []snapshot.NameServer) {
	mx, _ := n.look(snapshot.Key{Name: n.d, Type: snapshot.MX, Via: snapshot.Server, At: host})
	for _, name := range mx.Data()[:min(len(mx.Records), maxMX)] {
		if snapshot.Below(name, n.apex) && n.best(n.d, snapshot.MX).Absent() {
			n.route(name, snapshot.A, snapshot.AAAA)
			n.add(snapshot.Question{Key: snapshot.Key{Name: name, Type: snapshot.A, Via: snapshot.Server, At: host}, Servers: at, Zone: n.apex})
		}
	}
}

// panel asks a server of another panel for the mail records, and the next one if that one is silent.
func (n *asker) panel(p catalog.Panel) {
	servers := p.Servers()
	for _, h := range servers[:min(len(servers), maxPanel)] {
		n.resolver(h, snapshot.A)
		if !n.ended(h, snapshot.A) {
			return
		}
		if at := n.family([]string{h}, nil, snapshot.A); len(at) > 0 {
			k := snapshot.Key{Name: n.apex, Type: snapshot.SOA, Via: snapshot.Server, At: h}
			n.add(snapshot.Question{Key: k, Servers: at, Zone: n.apex})
			a, asked := n.look(k)
			if a.Status == snapshot.OK {
				n.mailAt(h, at, maxCompared)
				n.hostsAt(h, at)
			}
			if !asked || a.Known() || a.Reason == snapshot.Refused || a.Reason == snapshot.NotAuth {
				return
			}
		}
	}
}

// cuts looks for zone cuts between the registered domain and the domain. The last result is false while one is still
// unknown.
func (n *asker) cuts(zone string, servers []snapshot.NameServer) (string, []snapshot.NameServer, bool) {
	for i, name := range n.between() {
		if i == maxLabels {
			break
		}
		a, asked := n.find(name, snapshot.NS, snapshot.Authority)
		if !asked {
			if len(servers) > 0 || n.forced {
				n.authority(zone, servers, name, snapshot.NS)
			}
			return "", nil, false
		}
		hosts, glue := a.Data(), a.Glue
		if len(a.Chain) > 0 {
			hosts = nil // these belong to the alias's target
		}
		if a.Reason == snapshot.Delegated {
			n.resolver(name, snapshot.NS)
			below, known := n.find(name, snapshot.NS, snapshot.Resolver)
			if !known {
				return "", nil, false
			}
			hosts, glue = a.Referral, slices.Concat(below.Glue, a.Glue)
		}
		if a.Status == snapshot.NXDomain {
			break
		}
		if hosts = some(hosts); len(hosts) > 0 {
			n.addresses(hosts)
			zone, servers, n.sent = name, n.serversOf(hosts, glue), hosts
		}
	}
	return zone, servers, true
}

// between returns the names from just below the registered domain down to the domain.
func (n *asker) between() (names []string) {
	for name := n.d; name != n.reg && name != ""; name = snapshot.Parent(name) {
		names = append(names, name)
	}
	slices.Reverse(names)
	return names
}
