package lab

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// Defaults of a zone's text.
const (
	defaultTTL     = 3600 // seconds
	defaultSerial  = 2026110101
	defaultMinimum = 900 // negative TTL in seconds
)

// sets are resource record sets by owner and type.
type sets map[string]map[uint16][]dns.RR

func (s sets) add(rr dns.RR) {
	h := rr.Header()
	name := canon(h.Name)
	if s[name] == nil {
		s[name] = map[uint16][]dns.RR{}
	}
	s[name][h.Rrtype] = append(s[name][h.Rrtype], rr)
}

// clone copies the sets so that adding to the copy does not change the original; the records are shared, since they
// are immutable.
func (s sets) clone() sets {
	c := make(sets, len(s))
	for name, types := range s {
		t := make(map[uint16][]dns.RR, len(types))
		for k, rrs := range types {
			t[k] = slices.Clip(rrs)
		}
		c[name] = t
	}
	return c
}

// parseZone parses a zone's text (RFC 1035 section 5); a loose zone may have an alias beside other records.
func parseZone(apex string, sources []section, loose bool) (sets, error) {
	out := sets{}
	for _, src := range sources {
		zp := newZoneParser(src.text, apex, src.file)
		for rr, ok := zp.Next(); ok; rr, ok = zp.Next() {
			if name := canon(rr.Header().Name); !snapshot.Below(name, apex) {
				return nil, src.errorf(0, "%q is not in the zone %q", name, apex)
			}
			out.add(rr)
		}
		if zp.Err() != nil {
			// Parse again with leading lines, so that the error has the line of the file.
			zp = newZoneParser(strings.Repeat("\n", src.line-1)+src.text, apex, src.file)
			for _, ok := zp.Next(); ok; _, ok = zp.Next() {
				continue
			}
			return nil, zp.Err()
		}
	}
	for name, types := range out {
		if err := soundNode(name, types); err != nil && !loose {
			return nil, sources[len(sources)-1].errorf(0, "%v", err)
		}
	}
	if n := len(out[apex][dns.TypeSOA]); n > 1 {
		return nil, sources[0].errorf(0, "zone %q has %d SOA records", apex, n)
	}
	return out, nil
}

func newZoneParser(text, apex, file string) *dns.ZoneParser {
	zp := dns.NewZoneParser(strings.NewReader(text), dns.Fqdn(apex), file)
	zp.SetDefaultTTL(defaultTTL)
	return zp
}

// soundNode refuses what a name server would not load (RFC 1034 section 3.6.2).
func soundNode(name string, types map[uint16][]dns.RR) error {
	if n := len(types[dns.TypeCNAME]); n > 1 || n == 1 && len(types) > 1 {
		return fmt.Errorf("%q is an alias (CNAME) and cannot have other records", name)
	}
	return nil
}

// zone is a zone of one running internet.
type zone struct {
	name   string
	text   *zoneText
	own    bool // declared by the scenario, so the owner can edit it
	hidden bool

	mu   sync.Mutex
	data *content
}

// content is what a zone holds at one time. It is immutable.
type content struct {
	apex  string
	sets  sets
	names map[string]bool // every name that exists, including empty non-terminals (RFC 4592 section 2.2.2)
}

func newContent(apex string, s sets) *content {
	c := &content{apex: apex, sets: s, names: map[string]bool{apex: true}}
	for name := range s {
		for ; name != apex && !c.names[name]; name = snapshot.Parent(name) {
			c.names[name] = true
		}
	}
	return c
}

func (c *content) soa() *dns.SOA {
	soa, _ := c.sets[c.apex][dns.TypeSOA][0].(*dns.SOA)
	return soa
}

// cut returns the highest delegation at or above name and below the apex.
func (c *content) cut(name string) (string, bool) {
	found, ok := "", false
	for ; name != c.apex; name = snapshot.Parent(name) {
		if len(c.sets[name][dns.TypeNS]) > 0 {
			found, ok = name, true
		}
	}
	return found, ok
}

// content builds the zone from its text on first use: with SOA and NS, the delegations of the zones below it, and the
// addresses of servers whose names are in it.
func (n *Internet) content(z *zone) (*content, error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.data != nil {
		return z.data, nil
	}
	text, err := z.text.parsed()
	if err != nil {
		return nil, err
	}
	s := text.clone()
	if len(s[z.name][dns.TypeSOA]) == 0 {
		s.add(&dns.SOA{Hdr: rrHeader(z.name, dns.TypeSOA, defaultTTL), Ns: dns.Fqdn(z.text.hosts[0]),
			Mbox: dns.Fqdn("hostmaster." + z.text.hosts[0]), Serial: defaultSerial,
			Refresh: 10800, Retry: 3600, Expire: 604800, Minttl: defaultMinimum})
	}
	if len(s[z.name][dns.TypeNS]) == 0 {
		addNS(s, z.name, z.text.hosts)
	}
	if !z.hidden {
		for _, child := range slices.Sorted(maps.Keys(n.children[z.name])) {
			if len(s[child][dns.TypeNS]) == 0 {
				addNS(s, child, n.children[z.name][child])
			}
		}
	}
	c := newContent(z.name, s)
	for _, host := range n.hostsIn[z.name] {
		if _, below := c.cut(host); below || len(s[host][dns.TypeA])+len(s[host][dns.TypeAAAA]) > 0 {
			continue
		}
		for _, rr := range n.hosts[host].records() {
			s.add(rr)
		}
	}
	z.data = newContent(z.name, s)
	return z.data, nil
}

func addNS(s sets, name string, hosts []string) {
	for _, h := range hosts {
		s.add(&dns.NS{Hdr: rrHeader(name, dns.TypeNS, defaultTTL), Ns: dns.Fqdn(h)})
	}
}

func rrHeader(name string, t uint16, ttl uint32) dns.RR_Header {
	return dns.RR_Header{Name: dns.Fqdn(name), Rrtype: t, Class: dns.ClassINET, Ttl: ttl}
}
