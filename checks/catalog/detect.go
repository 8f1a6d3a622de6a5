package catalog

import (
	"cmp"
	"slices"
	"strings"

	"example.org/todoku/checks/snapshot"
)

// How much a sign is worth where several are to be put in order. What receives the mail says most; what a name alone
// suggests says least.
const (
	byMX       = 100
	byPTR      = 80
	byCNAME    = 70
	bySubMX    = 65
	byServer   = 60 // a server of the host, named in the SPF record
	bySPF      = 50
	bySelector = 30
	byShared   = 5 // a selector that many use
	byToken    = 1
)

// index is the catalogue's patterns, ready to be matched.
type index struct {
	mx, ptr, spf, cname table // of hosts
	server              []serverOf
	sMX, sSPF, sCNAME   table // of senders
	sSub, sSubNS        table
	ns                  table // of panels
	park                table // of parks, owned by the first name server of each
	txt, sTXT           []opening
	selectors           map[string]Selector
	hosts               map[string]Host
	senders             map[string]Sender
	entries             map[string]Entry // of both
	bounces             []Bounce
}

type serverOf struct {
	pattern
	owner string
}

type opening struct{ text, owner string }

func (o opening) begins(txt string) bool {
	return len(txt) >= len(o.text) && strings.EqualFold(txt[:len(o.text)], o.text)
}

func newIndex(c *Catalog) *index {
	x := &index{selectors: map[string]Selector{}, hosts: map[string]Host{}, senders: map[string]Sender{}, entries: map[string]Entry{}}
	for _, h := range c.Hosts {
		h.Kind = cmp.Or(h.Kind, KindHost)
		x.hosts[h.ID], x.entries[h.ID] = h, h.Entry
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
	for _, s := range c.Senders {
		s.Kind = kindOf(s)
		x.senders[s.ID], x.entries[s.ID] = s, s.Entry
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
	for _, p := range c.Panels {
		x.ns.add(p.ID, p.NS...)
	}
	for _, p := range c.Parks { // Check demands a name server of each
		x.park.add(p.NS[0], p.NS...)
	}
	for _, s := range c.Selectors {
		x.selectors[s.Name] = s
	}
	return x
}

// spfOwners says which hosts and which senders a name in an SPF record belongs to. Where the one kind knows the name
// more exactly than the other, it is theirs alone: one.zoho.com is a service, though zoho.com is a mail host.
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

// Detect says which hosts, senders and panels a snapshot shows, each with its evidence and the ground that it gives. It
// claims nothing from what was not seen. Where signs fit several entries, all of them are listed, each with the Others.
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

type detector struct {
	x       *index
	s       *snapshot.Snapshot
	spf     []term
	roots   map[string]bool // names whose SPF records make up that of the domain
	servers []mailServer
	mx      snapshot.Answer
	ns      []nsSeen
	keys    []keySeen
}
