package probe

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
)

// WildcardLabel is a label that no one uses, so that an answer for it comes from a wildcard (RFC 4592).
const WildcardLabel = snapshot.WildcardLabel

const (
	maxName    = 253 // bytes of a name without its final dot (RFC 1035 section 2.3.4)
	maxHosts   = 13  // name servers of one zone that are considered
	maxMX      = 5   // mail servers whose addresses are looked up
	maxReports = 8   // report addresses, of all policies together, that are looked up
	maxSPF     = 8   // SPF records at one name that are walked, although more than one is an error
	maxLabels  = 8   // zone cuts that are looked for below a registered domain
)

// Next returns the questions that the snapshot lacks, given what the owner said, the most urgent first. It is pure; an
// empty list means that everything was asked.
//
// The owner's own names are asked for at the zone's authoritative servers: asking a resolver for a record before it
// exists makes it cache the absence (RFC 2308).
func Next(a owner.Answers, s *snapshot.Snapshot, c *catalog.Catalog) []snapshot.Question {
	n := newAsker(a, s, c)
	n.take(&sheet{})
	n.delegation()
	return n.questions()
}

// asker collects questions.
type asker struct {
	a    owner.Answers
	s    *snapshot.Snapshot
	cat  *catalog.Catalog
	d    string // the domain
	have map[snapshot.Key]bool
	out  []snapshot.Question
	on   *sheet // where have and out were taken from; nil outside of a run

	reg     string                // registrable domain
	apex    string                // apex of the zone that holds the domain; "" while unknown
	sent    []string              // the name servers of the zone's referral
	servers []snapshot.NameServer // their known addresses
	whole   bool                  // all their addresses were looked up
	used    []service             // result of services; nil before
	sights  *sights               // cache of what the catalogue detects; nil outside of a run
	forced  bool                  // ask for the zone's names although no server address is known
	eager   bool                  // collect early questions (see early)
}

func newAsker(a owner.Answers, s *snapshot.Snapshot, c *catalog.Catalog) *asker {
	return &asker{a: a, s: s, cat: c, d: s.Domain}
}

// questions returns everything that the snapshot lacks. It is called after delegation.
func (n *asker) questions() []snapshot.Question {
	if n.all(); len(n.out) == 0 && n.apex != "" && len(n.servers) == 0 {
		// No server of the zone has an address: let the questions fail rather than leave them out.
		n.forced = true
		n.all()
	}
	return n.out
}

// all adds every question about the zone and what it refers to.
func (n *asker) all() {
	if n.apex == "" {
		return
	}
	// Questions that others depend on come first, before the long list of selectors.
	n.own()
	n.spf()
	n.mail()
	n.aliases()
	n.nameServers()
	n.otherPanels()
	n.selectors()
	n.bounces()
}

// usualList is the usual number of questions in a list.
const usualList = 96

// add adds a question unless it was asked or added before.
func (n *asker) add(q snapshot.Question) {
	if !n.have[q.Key] && !n.s.Asked(q.Key) {
		n.put(q)
	}
}

// put is add for a question that was neither asked nor added before.
func (n *asker) put(q snapshot.Question) {
	if q.Name == "" || len(q.Name) > maxName || strings.Contains(q.Name, "..") {
		return
	}
	if n.out == nil {
		n.out = make([]snapshot.Question, 0, usualList)
	}
	n.have[q.Key] = true
	n.out = append(n.out, q)
	if n.on != nil {
		n.on.out = n.out
	}
}

// sheet is the memory of a list of questions, which the next list of a run uses again.
type sheet struct {
	have map[snapshot.Key]bool
	out  []snapshot.Question
}

// take makes the asker write on a sheet. The list that is on it is lost.
func (n *asker) take(s *sheet) {
	if s.have == nil {
		s.have = make(map[snapshot.Key]bool, usualList)
	}
	clear(s.have)
	n.on, n.have, n.out = s, s.have, s.out[:0]
}

// resolver adds questions to the recursive resolver.
func (n *asker) resolver(name string, types ...snapshot.Type) {
	for _, t := range types {
		n.add(snapshot.Question{Key: snapshot.Key{Name: name, Type: t, Via: snapshot.Resolver}})
	}
}

// authority adds a question to the servers of a zone. Questions are spread over the servers, so that none gets a burst.
func (n *asker) authority(zone string, servers []snapshot.NameServer, name string, t snapshot.Type) {
	q := snapshot.Question{Key: snapshot.Key{Name: name, Type: t, Via: snapshot.Authority}, Zone: zone}
	if n.have[q.Key] || n.s.Asked(q.Key) {
		return
	}
	if zone == n.apex {
		servers = n.trusted(servers)
	}
	if n.eager {
		n.ahead(zone, servers, name, t)
		return
	}
	q.Servers = spread(servers, name)
	n.put(q)
}

// spread orders the servers by a hash of address and name. The order stays the same if one is left out. IPv6 comes after
// IPv4, since networks more often lack it.
func spread(servers []snapshot.NameServer, name string) []snapshot.NameServer {
	out := slices.Clone(servers)
	slices.SortStableFunc(out, func(a, b snapshot.NameServer) int {
		if a.Addr.Is4() != b.Addr.Is4() {
			if a.Addr.Is4() {
				return -1
			}
			return 1
		}
		return cmp.Compare(weight(a.Addr, name), weight(b.Addr, name))
	})
	return out
}

// weight returns a hash of an address and a name: FNV-1a, mixed, since that leaves the last bytes in the low bits.
func weight(at netip.Addr, name string) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	x := uint64(offset)
	if at.Is4() {
		for _, c := range at.As4() {
			x = (x ^ uint64(c)) * prime
		}
	} else {
		for _, c := range at.As16() {
			x = (x ^ uint64(c)) * prime
		}
		for _, c := range []byte(at.Zone()) {
			x = (x ^ uint64(c)) * prime
		}
	}
	for _, c := range []byte(name) {
		x = (x ^ uint64(c)) * prime
	}
	x = (x ^ x>>33) * 0xff51afd7ed558ccd
	return x ^ x>>33
}

// route adds questions to whoever is responsible for a name: the zone's servers for names in the zone, the resolver for
// all others and for delegated names. It waits until all servers are known, so that the choice of server does not depend
// on whose address arrived first.
func (n *asker) route(name string, types ...snapshot.Type) { n.send(n.whole, name, types...) }

// urgent is route without waiting for all servers, for questions that everything else waits for.
func (n *asker) urgent(name string, types ...snapshot.Type) {
	n.send(len(n.servers) > 0, name, types...)
}

func (n *asker) send(now bool, name string, types ...snapshot.Type) {
	for _, t := range types {
		if !snapshot.Below(name, n.apex) {
			n.resolver(name, t)
			continue
		}
		a, asked := n.s.Find(snapshot.Key{Name: name, Type: t, Via: snapshot.Authority})
		switch {
		case asked && a.Reason == snapshot.Delegated:
			n.resolver(name, t)
		case !asked && (now || n.forced):
			n.authority(n.apex, n.servers, name, t)
		}
	}
}

// certain is route for a name whose absence would be reported: if a server says that it does not exist, a second reliable
// one is asked.
func (n *asker) certain(name string, types ...snapshot.Type) {
	n.route(name, types...)
	if !snapshot.Below(name, n.apex) {
		return
	}
	for _, t := range types {
		a, _ := n.find(name, t, snapshot.Authority)
		if len(a.Records) == 0 && len(a.Chain) == 0 && a.Reason != snapshot.Delegated && (a.By != "" || n.eager) {
			n.witnesses(name, t)
		}
	}
}

// maxWitnesses is the number of servers that must agree on the absence of a record, if there are that many.
const maxWitnesses = 2

// witnesses asks single servers, one after the other, until enough of them have answered.
func (n *asker) witnesses(name string, t snapshot.Type) {
	count := 0
	for _, host := range n.sound(name) {
		k := snapshot.Key{Name: name, Type: t, Via: snapshot.Server, At: host}
		if a, asked := n.s.Find(k); asked && !a.Known() {
			continue
		}
		n.add(snapshot.Question{Key: k, Servers: n.at(host), Zone: n.apex})
		if count++; count == maxWitnesses {
			return
		}
	}
}

// sound returns the hosts known to serve the zone, in the order in which they are asked for a name. It returns nil while
// the standing of one is unknown, and if there is only one, which was asked already.
func (n *asker) sound(name string) (hosts []string) {
	for _, s := range spread(n.trusted(n.servers), name) {
		if n.repute(s.Host) == unheard {
			return nil
		}
		if n.repute(s.Host) == sound && !slices.Contains(hosts, s.Host) {
			hosts = append(hosts, s.Host)
		}
	}
	if len(hosts) < 2 {
		return nil
	}
	return hosts
}

// at returns the addresses of one of the zone's servers.
func (n *asker) at(host string) []snapshot.NameServer { return addressesOf(n.servers, host) }

func addressesOf(servers []snapshot.NameServer, host string) []snapshot.NameServer {
	return slices.DeleteFunc(slices.Clone(servers), func(s snapshot.NameServer) bool { return s.Host != host })
}

func (n *asker) find(name string, t snapshot.Type, via snapshot.Via) (snapshot.Answer, bool) {
	return n.s.Find(snapshot.Key{Name: name, Type: t, Via: via})
}

// delegation finds the zone that holds the domain, and its servers. From the registered domain upwards it asks the
// resolver, since those names exist, and the parent's servers for the referral; below it asks the zone's own servers.
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
	return slices.ContainsFunc(above.Data(), func(host string) bool {
		a, _ := n.s.Find(snapshot.Key{Name: n.reg, Type: snapshot.NS, Via: snapshot.Server, At: host})
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
	for i, host := range above.Data() {
		if i == maxAbove || good == 2 {
			break
		}
		k := snapshot.Key{Name: zone, Type: snapshot.NS, Via: snapshot.Server, At: host}
		if a, asked := n.s.Find(k); asked {
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
	for _, host := range above.Data() {
		a, _ := n.s.Find(snapshot.Key{Name: zone, Type: snapshot.NS, Via: snapshot.Server, At: host})
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
