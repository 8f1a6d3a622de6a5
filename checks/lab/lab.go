// Package lab is a whole small internet inside the program: registries, panels' name servers, senders' SPF trees and
// caching resolvers with real TTLs, all from scenario files, with real DNS messages. It needs no network.
//
// New starts the internet of a scenario; a DNS client dials with DialContext. Time is the Clock's, so that a wait of an
// hour can be watched in a minute. Publish edits records as an owner does in a panel; Fault breaks servers. Serve opens
// the same internet on loopback ports for other programs.
//
// Every address is reserved for documentation (RFC 5737, RFC 3849), except those of the public resolvers and of an
// office network (RFC 1918).
package lab

import (
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// Internet is the running small internet of one scenario. It is safe for concurrent use.
type Internet struct {
	clock     *Clock
	zones     []*zone
	hosts     map[string]*server
	addrs     map[netip.Addr]*server
	hostsIn   map[string][]string            // visible zone → servers whose names are in it
	children  map[string]map[string][]string // visible zone → delegated name → hosts
	root      []string                       // hosts of the root zone
	resolvers map[string]*resolver

	publishMu sync.Mutex
	spoilt    []snapshot.Edit // edits that undo a published mistake

	began time.Time
	asked []askedText // before it began; see remember
	once  sync.Once

	hear atomic.Pointer[func(Heard)]

	faultMu sync.Mutex
	faults  map[*server][]*activeFault
	every   []*activeFault
}

// server is one machine: an authoritative server or a recursive resolver.
type server struct {
	host  string
	addrs []netip.Addr
	zones map[string]*zone
	res   *resolver
}

// records returns the server's address records.
func (s *server) records() []dns.RR {
	var out []dns.RR
	for _, a := range s.addrs {
		if a.Is4() {
			out = append(out, &dns.A{Hdr: rrHeader(s.host, dns.TypeA, defaultTTL), A: a.AsSlice()})
		} else {
			out = append(out, &dns.AAAA{Hdr: rrHeader(s.host, dns.TypeAAAA, defaultTTL), AAAA: a.AsSlice()})
		}
	}
	return out
}

// New starts the small internet of a scenario, with nothing published and nothing cached.
func New(sc Scenario, clock *Clock) (*Internet, error) {
	base, err := baseWorld()
	if err != nil {
		return nil, err
	}
	own := sc.world
	if own == nil {
		return nil, fmt.Errorf("scenario %q was not read by Parse", sc.ID)
	}
	w, err := own.over(base)
	if err != nil {
		return nil, err
	}
	n := &Internet{
		clock: clock, hosts: map[string]*server{}, addrs: map[netip.Addr]*server{}, hostsIn: map[string][]string{},
		children: map[string]map[string][]string{}, resolvers: map[string]*resolver{}, faults: map[*server][]*activeFault{},
	}
	for _, s := range w.servers {
		n.addServer(s)
	}
	if err := n.addZones(w, own); err != nil {
		return nil, err
	}
	n.addResolvers()
	for _, k := range w.kept {
		if k.rr == nil {
			n.resolvers[k.place].keepAbsence(k.q, k.left, n.startOf(k.q.name))
			continue
		}
		n.resolvers[k.place].keep(k.rr, k.left)
	}
	n.began, n.asked = clock.Now(), w.asked
	return n, nil
}

// remember makes the resolvers know what they were asked before the internet began. That takes a while, so it is done when
// it first matters: before the first question from outside, and before anything changes.
func (n *Internet) remember() {
	n.once.Do(func() {
		for _, a := range n.asked {
			n.resolvers[a.place].prime(a.q, n.began.Add(-a.ago))
		}
	})
}

func (n *Internet) addServer(t serverText) {
	s := n.hosts[t.host]
	if s == nil {
		s = &server{host: t.host, zones: map[string]*zone{}}
		n.hosts[t.host] = s
	}
	for _, a := range t.addrs {
		if n.addrs[a] == nil {
			s.addrs = append(s.addrs, a)
			n.addrs[a] = s
		}
	}
	for _, f := range t.faults {
		n.faults[s] = append(n.faults[s], &activeFault{Fault: f})
	}
}

// addZones puts the zones onto their servers and makes the delegations.
func (n *Internet) addZones(w, own *world) error {
	visible := map[string]*zone{}
	for _, t := range w.zones {
		z := &zone{name: t.name, text: t, own: slices.Contains(own.zones, t), hidden: t.hidden}
		n.zones = append(n.zones, z)
		if !z.hidden {
			visible[z.name] = z
		}
		for _, h := range t.hosts {
			s := n.hosts[h]
			if s == nil {
				return t.sources[len(t.sources)-1].errorf(-1, "zone %q: no server %q is declared", t.name, h)
			}
			if old := s.zones[z.name]; old == nil || !old.hidden {
				s.zones[z.name] = z
			}
		}
	}
	if visible[""] == nil {
		return fmt.Errorf("%s: there is no root zone", w.file)
	}
	n.root = visible[""].text.hosts
	cuts := map[string][]string{}
	for name, z := range visible {
		cuts[name] = z.text.hosts
	}
	for _, c := range w.cuts {
		cuts[c.name] = c.hosts
	}
	for name, hosts := range cuts {
		parent, ok := enclosing(visible, name, false)
		if !ok || len(hosts) == 0 {
			continue
		}
		if n.children[parent] == nil {
			n.children[parent] = map[string][]string{}
		}
		n.children[parent][name] = hosts
	}
	for host := range n.hosts {
		zone, _ := enclosing(visible, host, true)
		n.hostsIn[zone] = append(n.hostsIn[zone], host)
	}
	return nil
}
