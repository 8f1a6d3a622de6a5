package probe

import (
	"hash/fnv"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"todoku/checks/catalog"
	"todoku/checks/snapshot"
	"todoku/wizard"
)

// WildcardLabel is a label that nobody uses: an answer for it shows a wildcard (RFC 4592).
const WildcardLabel = "zz-todoku-probe"

const (
	maxName    = 253 // bytes of a name (RFC 1035 section 2.3.4, without the length and root bytes)
	maxHosts   = 13  // name servers of one zone that are looked at
	maxMX      = 5   // mail servers whose addresses are looked up
	maxReports = 8   // report addresses of all policies that are looked at
	maxSPF     = 8   // SPF records at one name that are walked; more than one is an error already
	maxLabels  = 8   // zone cuts looked for below a registered domain
)

// Next lists the questions that the snapshot lacks, given what the owner said, the most urgent first. It is pure: the
// same input gives the same questions; an empty list means that all is asked.
//
// The user's own names go to the zone's authoritative servers: asking a resolver for a record before it exists plants
// the "does not exist" that everybody then waits for (RFC 2308).
func Next(a wizard.Answers, s *snapshot.Snapshot, c *catalog.Catalog) []snapshot.Question {
	if s.Domain == "" || len(s.Domain) > maxName {
		return nil
	}
	n := &asker{a: a, s: s, cat: c, d: s.Domain, have: map[snapshot.Key]bool{}}
	n.all()
	if len(n.out) == 0 && n.apex != "" && len(n.servers) == 0 {
		// No server of the zone has an address: say so of its names, instead of nothing.
		n.forced = true
		n.all()
	}
	return n.out
}

// asker gathers questions.
type asker struct {
	a    wizard.Answers
	s    *snapshot.Snapshot
	cat  *catalog.Catalog
	d    string // the domain
	have map[snapshot.Key]bool
	out  []snapshot.Question

	reg     string // registrable domain
	apex    string // of the zone that holds the domain; "" while not known
	servers []snapshot.NameServer
	used    []service // what services found, nil before
	forced  bool      // ask for the zone's names although no server is known
}

func (n *asker) all() {
	if n.delegation(); n.apex == "" {
		return
	}
	// What other questions wait for comes first: it must not queue behind a list of selectors.
	n.own()
	n.spf()
	n.mail()
	n.aliases()
	n.nameServers()
	n.selectors()
}

// add asks unless it was asked before.
func (n *asker) add(q snapshot.Question) {
	if q.Name == "" || len(q.Name) > maxName || strings.Contains(q.Name, "..") || n.have[q.Key] {
		return
	}
	if _, ok := n.s.Find(q.Key); ok {
		return
	}
	n.have[q.Key] = true
	n.out = append(n.out, q)
}

// resolver asks the recursive resolver.
func (n *asker) resolver(name string, types ...snapshot.Type) {
	for _, t := range types {
		n.add(snapshot.Question{Key: snapshot.Key{Name: name, Type: t, Via: snapshot.Resolver}})
	}
}

// authority asks the servers of a zone. The questions are spread over the servers, so that none gets a burst.
func (n *asker) authority(zone string, servers []snapshot.NameServer, name string, t snapshot.Type) {
	q := snapshot.Question{Key: snapshot.Key{Name: name, Type: t, Via: snapshot.Authority}, Zone: zone}
	if n.have[q.Key] {
		return
	}
	q.Servers = spread(servers, name)
	n.add(q)
}

// spread turns the list of IPv4 addresses by a number that only the name decides; IPv6 comes after, since it is the
// one that a network may lack.
func spread(servers []snapshot.NameServer, name string) []snapshot.NameServer {
	four := slices.IndexFunc(servers, func(s snapshot.NameServer) bool { return s.Addr.Is6() })
	if four < 0 {
		four = len(servers)
	}
	out := slices.Clone(servers)
	if four > 1 {
		h := fnv.New32a()
		h.Write([]byte(name))
		k := int(h.Sum32() % uint32(four))
		copy(out, servers[k:four])
		copy(out[four-k:], servers[:k])
	}
	return out
}

// route asks whoever is to be asked for a name: the zone's servers for the user's own, the resolver for all others
// and for what the zone's servers have delegated.
func (n *asker) route(name string, types ...snapshot.Type) {
	for _, t := range types {
		if !snapshot.Below(name, n.apex) {
			n.resolver(name, t)
			continue
		}
		a, asked := n.s.Find(snapshot.Key{Name: name, Type: t, Via: snapshot.Authority})
		switch {
		case asked && a.Reason == snapshot.Delegated:
			n.resolver(name, t)
		case !asked && (len(n.servers) > 0 || n.forced):
			n.authority(n.apex, n.servers, name, t)
		}
	}
}

func (n *asker) find(name string, t snapshot.Type, via snapshot.Via) (snapshot.Answer, bool) {
	return n.s.Find(snapshot.Key{Name: name, Type: t, Via: via})
}

// delegation finds the zone that holds the domain and its servers. From the registered domain upwards the resolver is
// asked: those names exist. Below it, the zone's own servers are.
func (n *asker) delegation() {
	n.reg = n.d
	if r, err := publicsuffix.EffectiveTLDPlusOne(n.d); err == nil {
		n.reg = r
	}
	n.resolver(n.reg, snapshot.NS)
	for up := snapshot.Parent(n.reg); up != ""; up = snapshot.Parent(up) {
		n.resolver(up, snapshot.NS)
	}
	n.resolver(n.reg, snapshot.SOA)
	ns, asked := n.find(n.reg, snapshot.NS, snapshot.Resolver)
	if !asked {
		return
	}
	if soa, _ := n.find(n.reg, snapshot.SOA, snapshot.Resolver); ns.Reason == snapshot.Bogus || soa.Reason == snapshot.Bogus {
		n.resolver(n.reg, snapshot.DS)
	}
	if ns.Status == snapshot.NXDomain {
		return
	}
	zone := n.reg
	if ns.Absent() {
		zone, _ = n.zoneAbove(n.reg) // the name lives in its parent's zone
	}
	if zone == "" {
		return
	}
	n.parent(zone)
	hosts, glue := n.names(zone)
	if len(hosts) == 0 {
		return // the resolver failed and the parent has not told yet
	}
	n.addresses(hosts)
	servers := n.serversOf(hosts, glue)
	zone, servers, settled := n.cuts(zone, servers)
	if settled {
		n.apex, n.servers = zone, servers
	}
}

// zoneAbove is the nearest ancestor known to be a zone; ok is false while a nearer one may still turn out to be.
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

// parent asks two of the parent zone's servers how they delegate: the one place that shows where the world is sent.
func (n *asker) parent(zone string) {
	up, ok := n.zoneAbove(zone)
	if !ok {
		return
	}
	above, _ := n.find(up, snapshot.NS, snapshot.Resolver)
	good := 0
	for i, host := range above.Data() {
		if i == 4 || good == 2 {
			return
		}
		k := snapshot.Key{Name: zone, Type: snapshot.NS, Via: snapshot.Server, At: host}
		if a, asked := n.s.Find(k); asked {
			if a.Known() || a.Reason == snapshot.Delegated {
				good++
			}
			continue
		}
		good++
		at := n.serversOf([]string{host}, above.Glue)
		if len(at) > 0 {
			n.add(snapshot.Question{Key: k, Servers: at, Zone: up})
			continue
		}
		n.resolver(host, snapshot.A)
		if a, _ := n.find(host, snapshot.A, snapshot.Resolver); a.Absent() {
			n.resolver(host, snapshot.AAAA)
		}
		if a, _ := n.find(host, snapshot.A, snapshot.Resolver); a.Status == snapshot.Failed {
			good--
		}
	}
}

// referrals are the parent servers' words about a zone.
func (n *asker) referrals(zone string) (hosts []string, glue []snapshot.NameServer) {
	up, ok := n.zoneAbove(zone)
	if !ok {
		return nil, nil
	}
	above, _ := n.find(up, snapshot.NS, snapshot.Resolver)
	for _, host := range above.Data() {
		a, _ := n.s.Find(snapshot.Key{Name: zone, Type: snapshot.NS, Via: snapshot.Server, At: host})
		hosts = append(hosts, a.Referral...)
		hosts = append(hosts, a.Data()...) // the parent's server may serve the zone too
		glue = append(glue, a.Glue...)
	}
	return hosts, glue
}

// names lists the zone's name servers, the child's own first, and the addresses that came along.
func (n *asker) names(zone string) (hosts []string, glue []snapshot.NameServer) {
	own, _ := n.find(zone, snapshot.NS, snapshot.Resolver)
	theirs, more := n.referrals(zone)
	return some(own.Data(), theirs), slices.Concat(own.Glue, more)
}

// some lists the first of the hosts, each once: as many as are looked at.
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

// addresses looks up the name servers' addresses, which the rules want too where glue is at hand.
func (n *asker) addresses(hosts []string) {
	for _, h := range hosts {
		n.resolver(h, snapshot.A)
	}
	for _, h := range hosts {
		n.resolver(h, snapshot.AAAA)
	}
}

// serversOf gives the hosts' addresses as far as they are known, some of each family: IPv4 first, in the order of the
// hosts.
func (n *asker) serversOf(hosts []string, glue []snapshot.NameServer) []snapshot.NameServer {
	return append(n.family(hosts, glue, snapshot.A), n.family(hosts, glue, snapshot.AAAA)...)
}

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
		for _, r := range a.Records {
			if ip, err := netip.ParseAddr(r.Data); err == nil && !put(ip) {
				break
			}
		}
		if asked && a.Known() {
			continue // better than glue, which nobody vouches for
		}
		for _, g := range glue {
			if g.Host == h && !put(g.Addr) {
				break
			}
		}
	}
	return out
}

// cuts looks for zones between the registered domain and the domain, where there are labels between them.
func (n *asker) cuts(zone string, servers []snapshot.NameServer) (string, []snapshot.NameServer, bool) {
	names := []string{}
	for name := n.d; name != n.reg && name != ""; name = snapshot.Parent(name) {
		names = append(names, name)
	}
	slices.Reverse(names)
	for i, name := range names {
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
		if a.Reason == snapshot.Delegated {
			n.resolver(name, snapshot.NS)
			below, known := n.find(name, snapshot.NS, snapshot.Resolver)
			if !known {
				return "", nil, false
			}
			hosts, glue = below.Data(), slices.Concat(below.Glue, a.Glue)
			if len(hosts) == 0 {
				hosts = a.Referral
			}
		}
		if a.Status == snapshot.NXDomain {
			break
		}
		if hosts = some(hosts); len(hosts) > 0 {
			n.addresses(hosts)
			zone, servers = name, n.serversOf(hosts, glue)
		}
	}
	return zone, servers, true
}

// nameServers asks every server that parent or child names for the zone's SOA and NS: lame ones, old ones, and those
// that have not fetched the newest serial show themselves.
func (n *asker) nameServers() {
	hosts, glue := n.names(n.apex)
	if n.apex != n.reg {
		if a, ok := n.find(n.apex, snapshot.NS, snapshot.Resolver); !ok || !a.Known() {
			a, _ = n.find(n.apex, snapshot.NS, snapshot.Authority)
			hosts, glue = some(hosts, a.Data(), a.Referral), slices.Concat(glue, a.Glue)
		}
	}
	for _, h := range hosts {
		at := n.serversOf([]string{h}, glue)
		if len(at) == 0 && !(n.ended(h, snapshot.A) && n.ended(h, snapshot.AAAA)) {
			continue
		}
		for _, t := range []snapshot.Type{snapshot.SOA, snapshot.NS} {
			n.add(snapshot.Question{Key: snapshot.Key{Name: n.apex, Type: t, Via: snapshot.Server, At: h}, Servers: at, Zone: n.apex})
		}
	}
}

func (n *asker) ended(host string, t snapshot.Type) bool {
	_, ok := n.find(host, t, snapshot.Resolver)
	return ok
}
