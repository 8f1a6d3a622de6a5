package probe

import (
	"cmp"
	"net/netip"
	"slices"

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
	return newNotes(a, s.Domain, c).asker(s).wanted()
}

// wanted returns everything that the snapshot lacks.
func (n *asker) wanted() []snapshot.Question {
	n.delegation()
	return n.questions()
}

// asker collects questions on a sheet.
type asker struct {
	*notes
	*sheet
	s *snapshot.Snapshot

	apex    string                // apex of the zone that holds the domain; "" while unknown
	sent    []string              // the name servers of the zone's referral
	servers []snapshot.NameServer // their known addresses
	whole   bool                  // all their addresses were looked up
	forced  bool                  // ask for the zone's names although no server address is known
	eager   bool                  // collect early questions (see early)
	known   results
}

// results are what an asker found out once, and what holds as long as the snapshot stays as it is; nil before.
type results struct {
	services  []service
	positives []*snapshot.Answer
	servers   []snapshot.NameServer // of the zone, those that count
	reputes   []standing
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

// lacks reports whether a question was neither asked nor added before.
func (n *asker) lacks(k snapshot.Key) bool { return !n.s.Asked(k) && !n.has(k) }

// add adds a question unless it was asked or added before.
func (n *asker) add(q snapshot.Question) {
	if n.lacks(q.Key) {
		n.put(q)
	}
}

// resolver adds questions to the recursive resolver.
func (n *asker) resolver(name string, types ...snapshot.Type) {
	for _, t := range types {
		n.add(snapshot.Question{Key: snapshot.Key{Name: name, Type: t, Via: snapshot.Resolver}})
	}
}

// authority adds a question that was not asked to the servers of a zone. Questions are spread over the servers, so that
// none gets a burst.
func (n *asker) authority(zone string, servers []snapshot.NameServer, name string, t snapshot.Type) {
	q := snapshot.Question{Key: snapshot.Key{Name: name, Type: t, Via: snapshot.Authority}, Zone: zone}
	switch {
	case n.has(q.Key):
		return
	case zone == n.apex:
		q.Servers = n.order(name)
	default:
		q.Servers = n.orders.of(servers, name)
	}
	if n.eager {
		n.voice(q)
		return
	}
	n.put(q)
}

// order returns the servers of the zone that count, in the order in which they are asked for a name.
func (n *asker) order(name string) []snapshot.NameServer {
	if n.known.servers == nil {
		n.known.servers = n.trusted(n.servers)
	}
	return n.orders.of(n.known.servers, name)
}

// ranked is a server with its place among those that are asked for a name.
type ranked struct {
	snapshot.NameServer
	weight uint64
}

// rank orders the servers by a hash of address and name. The order stays the same if one is left out. IPv6 comes after
// IPv4, since networks more often lack it. It appends to list.
func rank(list []ranked, servers []snapshot.NameServer, name string) []ranked {
	for _, s := range servers {
		list = append(list, ranked{s, weight(s.Addr, name)})
	}
	slices.SortStableFunc(list, func(a, b ranked) int {
		if a.Addr.Is4() != b.Addr.Is4() {
			if a.Addr.Is4() {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.weight, b.weight)
	})
	return list
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
		a, asked := n.look(snapshot.Key{Name: name, Type: t, Via: snapshot.Authority})
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
		if a, _ := n.find(name, t, snapshot.Authority); !positive(a) && a.Reason != snapshot.Delegated && (a.By != "" || n.eager) {
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
		if a, asked := n.look(k); asked && !a.Known() {
			continue
		} else if !asked && !n.has(k) {
			n.put(snapshot.Question{Key: k, Servers: n.at(host), Zone: n.apex})
		}
		if count++; count == maxWitnesses {
			return
		}
	}
}

// sound returns the hosts known to serve the zone, in the order in which they are asked for a name. It returns nil while
// the standing of one is unknown, and if there is only one, which was asked already.
func (n *asker) sound(name string) (hosts []string) {
	for _, s := range n.order(name) {
		switch n.repute(s.Host) {
		case unheard:
			return nil
		case sound:
			if !slices.Contains(hosts, s.Host) {
				hosts = append(hosts, s.Host)
			}
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

func (n *asker) find(name string, t snapshot.Type, via snapshot.Via) (*snapshot.Answer, bool) {
	return n.look(snapshot.Key{Name: name, Type: t, Via: via})
}

// look returns the answer to a question, or one without content and false. It is for reading: answers are large, so this does
// not copy.
func (n *asker) look(k snapshot.Key) (*snapshot.Answer, bool) {
	if a := n.s.Look(k); a != nil {
		return a, true
	}
	return &none, false
}

var none snapshot.Answer

// best is Snapshot.Get for reading a name in lower case; the answer is one without content if nothing was asked.
func (n *asker) best(name string, t snapshot.Type) *snapshot.Answer {
	if a := n.s.Best(name, t); a != nil {
		return a
	}
	return &none
}

// positive reports whether an answer has records or aliases.
func positive(a *snapshot.Answer) bool { return len(a.Records)+len(a.Chain) > 0 }

// positives returns the answers that have records or aliases, in the order of asking: few, since most guesses are denied.
func (n *asker) positives() []*snapshot.Answer {
	if n.known.positives == nil {
		n.known.positives = make([]*snapshot.Answer, 0, usualPositives)
		for i := range n.s.Answers {
			if a := &n.s.Answers[i]; positive(a) {
				n.known.positives = append(n.known.positives, a)
			}
		}
	}
	return n.known.positives
}

// usualPositives is the usual number of answers that have records or aliases.
const usualPositives = 48
