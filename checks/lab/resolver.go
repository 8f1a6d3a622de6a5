package lab

import (
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// System is the ID of the user's own machine's resolver.
const System = "system"

// place is a resolver of the lab.
type place struct {
	id, host string
	cap      uint32 // longest time in seconds that an answer is cached; 0: no cap
	caches   int    // how many caches share the address
}

// The servers' addresses are in base.txtar. Google and Quad9 cap the time in their caches; a big operator has many
// caches, so that two questions in a row may get different answers.
var places = []place{
	{id: System, host: "resolver.lab.test", caches: 1},
	{id: "google", host: "dns.google", cap: 21600, caches: 2},
	{id: "cloudflare", host: "one.one.one.one", caches: 1},
	{id: "quad9", host: "dns9.quad9.net", cap: 43200, caches: 1},
}

// Place is a public resolver that can be watched.
type Place struct {
	ID     string // google, cloudflare, quad9, system
	Addr   netip.AddrPort
	Caches int // how many share the address
}

// Places lists the resolvers to watch, the system's first.
func (n *Internet) Places() []Place {
	var out []Place
	for _, p := range places {
		if r := n.resolvers[p.id]; r != nil {
			out = append(out, Place{ID: p.id, Addr: netip.AddrPortFrom(r.server.addrs[0], 53), Caches: p.caches})
		}
	}
	return out
}

// Resolver returns the address of the system's recursive resolver.
func (n *Internet) Resolver() netip.AddrPort {
	return netip.AddrPortFrom(n.resolvers[System].server.addrs[0], 53)
}

func (n *Internet) addResolvers() {
	for i, p := range places {
		s := n.hosts[p.host]
		r := &resolver{server: s, asked: map[question]int{}}
		for j := range p.caches {
			r.caches = append(r.caches, &cache{
				net: n, cap: p.cap, turn: i + j, sets: map[question]*entry{}, cuts: map[string]*delegation{},
			})
		}
		s.res = r
		n.resolvers[p.id] = r
	}
}

// resolver is a recursive resolver; its caches answer questions in turn.
type resolver struct {
	server *server
	caches []*cache
	mu     sync.Mutex
	asked  map[question]int
}

// next returns the cache whose turn it is.
func (r *resolver) next(q question) *cache {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.caches[r.asked[q]%len(r.caches)]
	r.asked[q]++
	return c
}

func (r *resolver) answer(req *dns.Msg) *dns.Msg {
	resp := new(dns.Msg).SetReply(req)
	resp.RecursionAvailable = true
	if !req.RecursionDesired {
		resp.Rcode = dns.RcodeRefused
		return resp
	}
	q := question{canon(req.Question[0].Name), req.Question[0].Qtype}
	c := r.next(q)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fill(resp, q)
	if resp.Rcode == dns.RcodeServerFailure {
		explain(req, resp, dns.ExtendedErrorCodeNoReachableAuthority)
	}
	return resp
}

// prime asks the next cache as somebody did at an earlier time, so that the answer is cached there with the time left now.
func (r *resolver) prime(q question, then time.Time) {
	c := r.next(q)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.back = c.net.clock.Now().Sub(then)
	c.fill(new(dns.Msg), q)
	c.back = 0
}

// keep puts a record into every cache, beside others of its name and type, with a remaining TTL. For NS records the
// cache then asks those servers for the zone.
func (r *resolver) keep(rr dns.RR, left time.Duration) {
	q := question{canon(rr.Header().Name), rr.Header().Rrtype}
	for _, c := range r.caches {
		c.mu.Lock()
		if c.sets[q] == nil {
			c.sets[q] = &entry{at: c.now(), ttl: uint32(left / time.Second)}
		}
		c.sets[q].rrs = append(c.sets[q].rrs, rr)
		if ns, ok := rr.(*dns.NS); ok {
			if c.cuts[q.name] == nil {
				c.cuts[q.name] = &delegation{glue: map[string][]netip.Addr{}, until: c.now().Add(left)}
			}
			c.cuts[q.name].hosts = append(c.cuts[q.name].hosts, canon(ns.Ns))
		}
		c.mu.Unlock()
	}
}

// keepAbsence puts into every cache that a record does not exist.
func (r *resolver) keepAbsence(q question, left time.Duration, soa dns.RR) {
	for _, c := range r.caches {
		c.mu.Lock()
		c.sets[q] = &entry{at: c.now(), ttl: uint32(left / time.Second), soa: soa}
		c.mu.Unlock()
	}
}

// now returns the lab's time, or an earlier one while the cache is primed.
func (c *cache) now() time.Time { return c.net.clock.Now().Add(-c.back) }

type question struct {
	name string
	t    uint16
}

// entry is a cached answer: records, an alias, or absence.
type entry struct {
	rrs   []dns.RR
	rcode int
	soa   dns.RR // of a negative answer
	at    time.Time
	ttl   uint32 // in seconds, counted from at
}

type delegation struct {
	hosts []string
	glue  map[string][]netip.Addr
	until time.Time
}

// cache is one cache of a resolver. All its times are the lab's.
type cache struct {
	net  *Internet
	cap  uint32
	back time.Duration
	turn int // index of the zone's server that is asked first, so that not all caches ask the same one

	mu   sync.Mutex
	sets map[question]*entry
	cuts map[string]*delegation
}

// fill answers from the cache and the authoritative servers, following aliases (RFC 1034 section 5.3.3).
func (c *cache) fill(resp *dns.Msg, q question) {
	for range maxAliases {
		e := c.resolve(q, 0)
		if e == nil {
			resp.Answer, resp.Rcode = nil, dns.RcodeServerFailure
			return
		}
		gone := uint32(c.now().Sub(e.at) / time.Second)
		for _, rr := range e.rrs {
			resp.Answer = append(resp.Answer, aged(rr, min(rr.Header().Ttl, e.ttl), gone))
		}
		if len(e.rrs) == 0 {
			resp.Rcode = e.rcode
			if e.soa != nil {
				resp.Ns = append(resp.Ns, aged(e.soa, e.ttl, gone))
			}
			return
		}
		alias, ok := e.rrs[len(e.rrs)-1].(*dns.CNAME)
		if !ok || q.t == dns.TypeCNAME || q.t == dns.TypeANY {
			return
		}
		q.name = canon(alias.Target)
	}
	resp.Answer, resp.Rcode = nil, dns.RcodeServerFailure
}

func aged(rr dns.RR, ttl, gone uint32) dns.RR {
	rr = dns.Copy(rr)
	rr.Header().Ttl = ttl - min(gone, ttl)
	return rr
}

// resolve returns the records of one name, or its alias; nil if no server gave a usable answer.
func (c *cache) resolve(q question, depth int) *entry {
	now := c.now()
	for _, k := range []question{q, {q.name, dns.TypeCNAME}} {
		if e := c.sets[k]; e != nil && now.Before(e.at.Add(time.Duration(e.ttl)*time.Second)) {
			if k == q || len(e.rrs) > 0 {
				return e
			}
		}
	}
	e := c.iterate(q, depth)
	if e == nil {
		return nil
	}
	e.at = now
	if c.cap > 0 {
		e.ttl = min(e.ttl, c.cap)
	}
	if len(e.rrs) > 0 && q.t != dns.TypeANY {
		q.t = e.rrs[len(e.rrs)-1].Header().Rrtype
	}
	c.sets[q] = e
	return e
}

const (
	maxSteps = 24 // servers' referrals followed for one question
	maxDepth = 6  // name servers whose own address must be found first
)

// iterate asks the authoritative servers, from the closest known delegation downwards.
func (c *cache) iterate(q question, depth int) *entry {
	if depth > maxDepth {
		return nil
	}
	zone, d := c.nearest(q)
	for range maxSteps {
		resp := c.ask(zone, d, q, depth)
		if resp == nil {
			return nil
		}
		child, below := referral(resp, zone, q)
		if !below {
			return learn(resp, q)
		}
		zone, d = child, c.remember(child, resp)
	}
	return nil
}

// nearest returns the closest cached delegation at or above the name; DS is asked at the parent.
func (c *cache) nearest(q question) (string, *delegation) {
	now := c.now()
	name := q.name
	if q.t == dns.TypeDS && name != "" {
		name = snapshot.Parent(name)
	}
	for name != "" {
		if d := c.cuts[name]; d != nil && now.Before(d.until) {
			return name, d
		}
		name = snapshot.Parent(name)
	}
	root := &delegation{hosts: c.net.root, glue: map[string][]netip.Addr{}}
	for _, h := range root.hosts {
		root.glue[h] = c.net.hosts[h].addrs
	}
	return "", root
}

// ask tries the zone's servers until one gives a usable answer.
func (c *cache) ask(zone string, d *delegation, q question, depth int) *dns.Msg {
	for i := range d.hosts {
		host := d.hosts[(i+c.turn)%len(d.hosts)]
		addrs := d.glue[host]
		if len(addrs) == 0 {
			addrs = c.addresses(host, depth+1)
		}
		for _, a := range addrs {
			s := c.net.addrs[a]
			if s == nil {
				continue
			}
			if resp := c.net.upstream(s, q); resp != nil && usable(resp, zone, q) {
				return resp
			}
		}
	}
	return nil
}

func (c *cache) addresses(host string, depth int) []netip.Addr {
	var out []netip.Addr
	for _, t := range []uint16{dns.TypeA, dns.TypeAAAA} {
		e := c.resolve(question{host, t}, depth)
		if e == nil {
			continue
		}
		for _, rr := range e.rrs {
			out = append(out, addrOf(rr)...)
		}
	}
	return out
}

func addrOf(rr dns.RR) []netip.Addr {
	var raw []byte
	switch rr := rr.(type) {
	case *dns.A:
		raw = rr.A.To4()
	case *dns.AAAA:
		raw = rr.AAAA
	}
	if a, ok := netip.AddrFromSlice(raw); ok {
		return []netip.Addr{a}
	}
	return nil
}

// upstream sends one question to an authoritative server, by UDP and, if truncated, by TCP.
func (n *Internet) upstream(s *server, q question) *dns.Msg {
	req := new(dns.Msg)
	req.SetQuestion(dns.Fqdn(q.name), q.t)
	req.RecursionDesired = false
	req.SetEdns0(maxUDP, false)
	wire, err := req.Pack()
	if err != nil {
		return nil
	}
	for _, tcp := range []bool{false, true} {
		replies, _ := n.exchange(s, wire, asker{tcp: tcp, inside: true})
		resp := pick(req, replies)
		if resp == nil || !resp.Truncated {
			return resp
		}
	}
	return nil
}

// pick returns the reply that matches the question (RFC 5452 section 9.1).
func pick(req *dns.Msg, replies [][]byte) *dns.Msg {
	for _, r := range replies {
		resp := new(dns.Msg)
		if resp.Unpack(r) == nil && resp.Response && resp.Id == req.Id && len(resp.Question) == 1 &&
			canon(resp.Question[0].Name) == canon(req.Question[0].Name) && resp.Question[0].Qtype == req.Question[0].Qtype {
			return resp
		}
	}
	return nil
}

// usable reports whether a response is an authoritative answer, or a referral downwards. Anything else is lame.
func usable(resp *dns.Msg, zone string, q question) bool {
	if resp.Rcode != dns.RcodeSuccess && resp.Rcode != dns.RcodeNameError {
		return false
	}
	_, below := referral(resp, zone, q)
	return resp.Authoritative || below
}

// referral returns the zone that the answer refers to: below the one asked, and at or above the name.
func referral(resp *dns.Msg, zone string, q question) (string, bool) {
	if resp.Authoritative || len(resp.Answer) > 0 {
		return "", false
	}
	for _, rr := range resp.Ns {
		if rr.Header().Rrtype != dns.TypeNS {
			continue
		}
		child := canon(rr.Header().Name)
		return child, child != zone && snapshot.Below(child, zone) && snapshot.Below(q.name, child)
	}
	return "", false
}

// remember caches a delegation for its TTL.
func (c *cache) remember(child string, resp *dns.Msg) *delegation {
	d := &delegation{glue: map[string][]netip.Addr{}}
	ttl := uint32(defaultTTL)
	for _, rr := range resp.Ns {
		if ns, ok := rr.(*dns.NS); ok {
			d.hosts = append(d.hosts, canon(ns.Ns))
			ttl = ns.Hdr.Ttl
		}
	}
	for _, rr := range resp.Extra {
		if host := canon(rr.Header().Name); slices.Contains(d.hosts, host) {
			d.glue[host] = append(d.glue[host], addrOf(rr)...)
		}
	}
	if c.cap > 0 {
		ttl = min(ttl, c.cap)
	}
	d.until = c.now().Add(time.Duration(ttl) * time.Second)
	c.cuts[child] = d
	return d
}

// learn caches what an answer says about the name itself; targets of aliases are looked up separately.
func learn(resp *dns.Msg, q question) *entry {
	e := &entry{rcode: resp.Rcode, ttl: 1<<31 - 1}
	for _, t := range []uint16{q.t, dns.TypeCNAME} {
		for _, rr := range resp.Answer {
			if d, ok := rr.(*dns.DNAME); ok && t == dns.TypeCNAME && canon(d.Hdr.Name) != q.name {
				e.rrs = append(e.rrs, rr) // before the alias synthesised from it
			}
			if canon(rr.Header().Name) == q.name && (rr.Header().Rrtype == t || q.t == dns.TypeANY) {
				e.rrs = append(e.rrs, rr)
				e.ttl = min(e.ttl, rr.Header().Ttl)
			}
		}
		if len(e.rrs) > 0 {
			return e
		}
	}
	e.ttl = 0
	for _, rr := range resp.Ns {
		if soa, ok := rr.(*dns.SOA); ok {
			e.soa, e.ttl = rr, min(soa.Hdr.Ttl, soa.Minttl) // RFC 2308 section 5
		}
	}
	return e
}
