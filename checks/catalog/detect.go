package catalog

import (
	"slices"
	"strings"

	"example.org/todoku/checks/snapshot"
)

// The weights of signs, for ordering. Who receives the mail is the best sign, an ownership record the weakest.
const (
	byMX       = 100
	byPTR      = 80
	byCNAME    = 70
	bySubMX    = 65
	byServer   = 60 // the SPF record names a server of the host
	bySPF      = 50
	bySelector = 30
	byShared   = 5 // a selector that many services use
	byToken    = 1
)

// index holds the catalogue's patterns, prepared for matching.
type index struct {
	mx, ptr, spf, cname table // of hosts
	server              []serverOf
	sMX, sSPF, sCNAME   table // of senders
	sSub, sSubNS        table
	ns                  table // of panels
	park                table // of parks; the owner is the first name server of each
	txt, sTXT           []opening
	bounces             []Bounce
}

// serverOf is the pattern of a host's server names.
type serverOf struct {
	pattern
	owner string
}

// opening is the beginning of an entry's ownership records.
type opening struct{ text, owner string }

// begins reports whether a text begins with the opening, in any case.
func (o opening) begins(txt string) bool {
	return len(txt) >= len(o.text) && strings.EqualFold(txt[:len(o.text)], o.text)
}

func newIndex(c *Catalog) *index {
	x := &index{}
	for _, h := range c.hosts.all() {
		x.bounce(h.Detect, h.DKIM)
		x.mx.add(h.ID, h.Detect.MX...)
		x.ptr.add(h.ID, h.Detect.PTR...)
		x.spf.add(h.ID, h.Detect.SPF...)
		x.cname.add(h.ID, slices.Concat(h.Detect.CNAME, h.DKIM.Targets)...)
		for _, p := range h.Server.patterns() {
			x.server = append(x.server, serverOf{newPattern(p), h.ID})
		}
		for _, t := range h.Detect.TXT {
			x.txt = append(x.txt, opening{t, h.ID})
		}
	}
	for _, s := range c.senders.all() {
		x.bounce(s.Detect, s.DKIM)
		x.sMX.add(s.ID, s.Detect.MX...)
		x.sSPF.add(s.ID, s.Detect.SPF...)
		x.sCNAME.add(s.ID, slices.Concat(s.Detect.CNAME, s.DKIM.Targets)...)
		x.sSub.add(s.ID, s.Detect.SubMX...)
		x.sSubNS.add(s.ID, s.Detect.SubNS...)
		for _, t := range s.Detect.TXT {
			x.sTXT = append(x.sTXT, opening{t, s.ID})
		}
	}
	for _, p := range c.panels.all() {
		x.ns.add(p.ID, p.NS...)
	}
	for _, p := range c.Parks() {
		if len(p.NS) > 0 { // Read requires it
			x.park.add(p.NS[0], p.NS...)
		}
	}
	for _, t := range []*table{&x.mx, &x.ptr, &x.spf, &x.cname, &x.sMX, &x.sSPF, &x.sCNAME, &x.sSub, &x.sSubNS, &x.ns, &x.park} {
		slices.SortStableFunc(*t, func(a, b row) int { return strings.Compare(a.last, b.last) })
	}
	return x
}

// host returns what a mail host is found by; nothing where there is none of that ID.
func (c *Catalog) host(id string) *Host {
	if h := c.hosts.find(id); h != nil {
		return h
	}
	return &Host{}
}

// sender is host for sending services.
func (c *Catalog) sender(id string) *Sender {
	if s := c.senders.find(id); s != nil {
		return s
	}
	return &Sender{}
}

// entry is host for both kinds.
func (c *Catalog) entry(id string) *Entry {
	if s := c.senders.find(id); s != nil {
		return &s.Entry
	}
	return &c.host(id).Entry
}

// spfOwners returns the hosts and senders to which a name in an SPF record belongs. If one kind has the longer pattern it
// wins: one.zoho.com is a service although zoho.com is a mail host.
func (x *index) spfOwners(target string) (hosts, senders []string) {
	h, s := x.spf.find(target), x.sSPF.find(target)
	if h.weight >= s.weight {
		hosts = h.owners
	}
	if s.weight >= h.weight {
		senders = s.owners
	}
	return hosts, senders
}

// Detect returns the hosts, senders and panels that a snapshot shows, with evidence. What was not seen counts for
// nothing. If signs fit several entries, all of them are returned, each with the Others.
func (c *Catalog) Detect(s *snapshot.Snapshot) Detected {
	if c.index == nil { // not read from files
		c.finish(pack{})
	}
	d := &detector{c: c, x: c.index(), s: s, spf: spfTerms(s)}
	d.roots = d.rootRecords()
	d.servers, d.mx = d.mailServers()
	d.ns = d.nameServers()
	d.keys = d.dkimKeys()
	out := Detected{Hosts: d.hosts(), Senders: d.senders(), Panels: d.panels()}
	d.tokens(&out)
	return out
}

// detector is one run of Detect.
type detector struct {
	c       *Catalog
	x       *index
	s       *snapshot.Snapshot
	spf     []term
	roots   map[string]bool // names whose SPF records are part of the domain's
	servers []mailServer
	mx      snapshot.Answer
	ns      []nsSeen
	keys    []keySeen
}
