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
	selectors           map[string]Selector
	hosts               map[string]*Host // these have what entries are found by; see shelf
	senders             map[string]*Sender
	entries             map[string]*Entry // of both
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
	x := &index{selectors: map[string]Selector{}, hosts: map[string]*Host{}, senders: map[string]*Sender{}, entries: map[string]*Entry{}}
	for _, b := range c.hosts.all() {
		h := &b.entry
		x.hosts[h.ID], x.entries[h.ID] = h, &h.Entry
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
	for _, b := range c.senders.all() {
		s := &b.entry
		x.senders[s.ID], x.entries[s.ID] = s, &s.Entry
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
	for _, b := range c.panels.all() {
		x.ns.add(b.entry.ID, b.entry.NS...)
	}
	for _, p := range c.Parks() {
		if len(p.NS) > 0 { // Read requires it
			x.park.add(p.NS[0], p.NS...)
		}
	}
	for _, s := range c.Selectors() {
		x.selectors[s.Name] = s
	}
	return x
}

// host returns what a mail host is found by; nothing where there is none of that ID.
func (x *index) host(id string) *Host {
	if h, ok := x.hosts[id]; ok {
		return h
	}
	return &Host{}
}

// sender is host for sending services.
func (x *index) sender(id string) *Sender {
	if s, ok := x.senders[id]; ok {
		return s
	}
	return &Sender{}
}

// entry is host for both kinds.
func (x *index) entry(id string) *Entry {
	if e, ok := x.entries[id]; ok {
		return e
	}
	return &Entry{}
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
		c.finish()
	}
	d := &detector{x: c.index(), s: s, spf: spfTerms(s)}
	d.roots = d.rootRecords()
	d.servers, d.mx = d.mailServers()
	d.ns = d.nameServers()
	d.keys = d.dkimKeys()
	out := Detected{Hosts: d.hosts(), Senders: d.senders(), Panels: d.panels(c)}
	d.tokens(&out)
	return out
}

// detector is one run of Detect.
type detector struct {
	x       *index
	s       *snapshot.Snapshot
	spf     []term
	roots   map[string]bool // names whose SPF records are part of the domain's
	servers []mailServer
	mx      snapshot.Answer
	ns      []nsSeen
	keys    []keySeen
}
