package catalog

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"todoku/checks/snapshot"
)

// How much a sign is worth. What receives the mail says most; what a name alone suggests says least.
const (
	byMX       = 100
	byPTR      = 80
	byServer   = 60 // a server of the host, named in the SPF record
	bySPF      = 50
	byCNAME    = 70
	bySubMX    = 65
	bySelector = 30
	byTXT      = 20
	byShared   = 5 // a selector that many use
)

// index is the catalogue's patterns, ready to be matched.
type index struct {
	mx, ptr, spf, cname table // of hosts
	server              []serverOf
	sSPF, sCNAME, sSub  table // of senders
	ns                  table // of panels
	park                table // of parks, owned by the first name server of each
	txt, sTXT           []opening
	selectors           map[string]Selector
	hosts               map[string]Host
	senders             map[string]Sender
}

type serverOf struct {
	pattern
	owner string
}

type opening struct{ text, owner string }

func newIndex(c *Catalog) *index {
	x := &index{selectors: map[string]Selector{}, hosts: map[string]Host{}, senders: map[string]Sender{}}
	for _, h := range c.Hosts {
		x.hosts[h.ID] = h
		x.mx.add(h.ID, h.Detect.MX...)
		x.ptr.add(h.ID, h.Detect.PTR...)
		x.spf.add(h.ID, h.Detect.SPF...)
		x.cname.add(h.ID, slices.Concat(h.Detect.CNAME, h.DKIM.Targets)...)
		if h.Server != nil && h.Server.Pattern != "" {
			x.server = append(x.server, serverOf{newPattern(h.Server.Pattern), h.ID})
		}
		for _, t := range h.Detect.TXT {
			x.txt = append(x.txt, opening{t, h.ID})
		}
	}
	for _, s := range c.Senders {
		x.senders[s.ID] = s
		x.sSPF.add(s.ID, s.Detect.SPF...)
		x.sCNAME.add(s.ID, slices.Concat(s.Detect.CNAME, s.DKIM.Targets)...)
		x.sSub.add(s.ID, s.Detect.SubMX...)
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

// Detect says which hosts, senders and panels a snapshot shows, each with its evidence. It claims nothing from what
// was not seen; look-alikes are marked Ambiguous.
func (c *Catalog) Detect(s *snapshot.Snapshot) Detected {
	if c.index == nil { // not read from files
		c.finish()
	}
	d := &detector{x: c.index(), s: s, spf: spfTerms(s)}
	d.ns = d.nameServers()
	d.keys = d.dkimKeys()
	return Detected{Hosts: d.hosts(), Senders: d.senders(), Panels: d.panels(c)}
}

type detector struct {
	x    *index
	s    *snapshot.Snapshot
	spf  []term
	ns   []nsSeen
	keys []keySeen
}

// sign is one thing seen that points at one or more entries.
type sign struct {
	code   string
	weight int
	args   map[string]string
	keys   []snapshot.Key
	owners []string
}

// pile gathers the signs of one kind of entry.
type pile struct{ signs []sign }

func (p *pile) add(owners []string, code string, weight int, keys []snapshot.Key, args ...string) {
	if len(owners) == 0 {
		return
	}
	m := map[string]string{}
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i]] = snapshot.Printable(args[i+1])
	}
	p.signs = append(p.signs, sign{code, weight, m, keys, slices.Compact(slices.Sorted(slices.Values(owners)))})
}

// settle gives each sign to those it belongs to. A sign that several entries share belongs to those that have a sign
// of their own besides (or that helped says yes for), where there are such; else all of them are ambiguous.
func (p *pile) settle(helped func(id string) bool) []Clue {
	sure := map[string]bool{}
	for _, g := range p.signs {
		if len(g.owners) == 1 && g.weight > byShared {
			sure[g.owners[0]] = true
		}
	}
	for _, g := range p.signs {
		if len(g.owners) < 2 || slices.ContainsFunc(g.owners, func(id string) bool { return sure[id] }) {
			continue
		}
		if h := slices.DeleteFunc(slices.Clone(g.owners), func(id string) bool { return !helped(id) }); len(h) == 1 {
			sure[h[0]] = true
		}
	}
	clues, best, sum := map[string]*Clue{}, map[string]int{}, map[string]int{}
	for _, g := range slices.SortedStableFunc(slices.Values(p.signs), func(a, b sign) int { return b.weight - a.weight }) {
		anySure := slices.ContainsFunc(g.owners, func(id string) bool { return sure[id] })
		if g.weight == byShared && (anySure || len(clues) > 0 && best[firstKey(clues)] > byShared) {
			continue
		}
		for _, id := range g.owners {
			if anySure && !sure[id] {
				continue
			}
			sum[id] += g.weight
			if k, ok := clues[id]; ok {
				k.Evidence = append(k.Evidence, missing(k.Evidence, g.keys)...)
				continue
			}
			best[id] = g.weight
			clues[id] = &Clue{ID: id, Code: g.code, Args: g.args, Evidence: slices.Clone(g.keys), Ambiguous: !sure[id]}
		}
	}
	ids := slices.SortedFunc(maps.Keys(clues), func(a, b string) int {
		return cmp.Or(best[b]-best[a], sum[b]-sum[a], strings.Compare(a, b))
	})
	var out []Clue
	for _, id := range ids {
		out = append(out, *clues[id])
	}
	return out
}

// firstKey is any clue; it is asked for only to compare weights, which fall from sign to sign.
func firstKey(m map[string]*Clue) string {
	return slices.Min(slices.Collect(maps.Keys(m)))
}

func missing(have, add []snapshot.Key) []snapshot.Key {
	return slices.DeleteFunc(slices.Clone(add), func(k snapshot.Key) bool { return slices.Contains(have, k) })
}
