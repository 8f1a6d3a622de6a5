package catalog

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"example.org/todoku/checks/snapshot"
)

// sign is one thing in DNS that points to one or more entries.
type sign struct {
	code   string
	weight int
	args   map[string]string
	keys   []snapshot.Key
	owners []string
	at     string // the subdomain that it is about; "" for the domain itself
}

// pile collects the signs of one kind of entry.
type pile struct {
	c     *Catalog
	signs []sign
}

// add adds a sign at the domain itself; args are pairs of name and value.
func (p *pile) add(owners []string, code string, weight int, keys []snapshot.Key, args ...string) {
	p.addAt("", owners, code, weight, keys, args...)
}

// addAt adds a sign at a subdomain, unless it has no owners.
func (p *pile) addAt(at string, owners []string, code string, weight int, keys []snapshot.Key, args ...string) {
	if len(owners) == 0 {
		return
	}
	m := map[string]string{}
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i]] = snapshot.Printable(args[i+1])
	}
	p.signs = append(p.signs, sign{code, weight, m, keys, slices.Compact(slices.Sorted(slices.Values(owners))), at})
}

// ground returns the ground that a sign gives. A sign of several entries counts as one company's own if they all belong
// to one company.
func (p *pile) ground(g sign) Ground {
	switch {
	case g.weight == byToken:
		return GroundToken
	case g.weight == byShared:
		return GroundShared
	}
	company := p.c.entry(g.owners[0]).Company
	for _, id := range g.owners[1:] {
		if company == "" || p.c.entry(id).Company != company {
			return GroundShared
		}
	}
	return GroundOwn
}

// settle turns the signs into clues. A sign that several entries share goes to those that also have a sign of their own
// (or for which helped is true), if there are any, else to all of them as a group. A selector that many services use
// finds nobody, and only adds to entries that were found otherwise.
func (p *pile) settle(helped func(id string) bool) []Clue {
	sure := p.sure(helped)
	clues, best, sum := map[string]*Clue{}, map[string]int{}, map[string]int{}
	for _, g := range slices.SortedStableFunc(slices.Values(p.signs), func(a, b sign) int { return b.weight - a.weight }) {
		of := g.owners
		if slices.ContainsFunc(of, func(id string) bool { return sure[id] }) {
			of = slices.DeleteFunc(slices.Clone(of), func(id string) bool { return !sure[id] })
		}
		ground := p.ground(sign{weight: g.weight, owners: of})
		for _, id := range of {
			k, ok := clues[id]
			if !ok {
				if g.weight <= byShared {
					continue
				}
				e := p.c.entry(id)
				k = &Clue{ID: id, Kind: e.Kind, Code: g.code, Args: g.args, Ambiguous: !sure[id]}
				clues[id], best[id] = k, g.weight
			}
			sum[id] += g.weight
			k.take(g, ground)
			if !sure[id] && g.weight > byShared {
				k.beside(of)
			}
		}
	}
	ids := slices.SortedFunc(maps.Keys(clues), func(a, b string) int {
		return cmp.Or(best[b]-best[a], sum[b]-sum[a], strings.Compare(a, b))
	})
	var out []Clue
	for _, id := range ids {
		clues[id].Sends = p.c.sends(*clues[id])
		out = append(out, *clues[id])
	}
	return out
}

// sure returns the entries that are meant without doubt.
func (p *pile) sure(helped func(id string) bool) map[string]bool {
	sure := map[string]bool{}
	for _, g := range p.signs {
		if len(g.owners) == 1 && g.weight > byShared {
			sure[g.owners[0]] = true
		}
	}
	for _, g := range p.signs {
		if len(g.owners) < 2 || g.weight <= byShared || slices.ContainsFunc(g.owners, func(id string) bool { return sure[id] }) {
			continue
		}
		if h := slices.DeleteFunc(slices.Clone(g.owners), func(id string) bool { return !helped(id) }); len(h) == 1 {
			sure[h[0]] = true
		}
	}
	return sure
}

// maxSigns and maxAt limit what a hostile zone could lengthen: the signs of one code in a clue, and its subdomains.
const maxSigns, maxAt = 4, 16

// take adds a sign to a clue.
func (k *Clue) take(g sign, ground Ground) {
	alike := 0
	for _, s := range k.Signs {
		if s.Code == g.code {
			alike++
		}
	}
	if alike < maxSigns {
		k.Signs = append(k.Signs, Sign{g.code, g.args, ground, g.keys})
	}
	k.Evidence = append(k.Evidence, missing(k.Evidence, g.keys)...)
	k.Ground = max(k.Ground, ground)
	k.Receives = k.Receives || g.code == "because-mx" || g.code == "because-ptr"
	if g.at != "" && len(k.At) < maxAt && !slices.Contains(k.At, g.at) {
		k.At = append(k.At, g.at)
	}
}

// beside adds the entries that share an undecided sign to Others.
func (k *Clue) beside(all []string) {
	for _, id := range all {
		if id != k.ID && !slices.Contains(k.Others, id) {
			k.Others = append(k.Others, id)
		}
	}
	slices.Sort(k.Others)
}

// sends reports whether a clue's signs show that the entry sends. For a host every sign does, for others only those about
// sending.
func (c *Catalog) sends(k Clue) bool {
	out := slices.ContainsFunc(k.Signs, func(s Sign) bool { return s.Code != "because-mx" && s.Code != "because-ptr" })
	switch k.Kind {
	case KindHost:
		return true
	case KindReceiveOnly: // its SPF term is for forwarded mail; a key shows that it also sends for the owner
		signs := k.By("because-selector") || k.By("because-cname") || k.By("because-sub-mx")
		return signs && c.signs(k.ID)
	case KindHostedSPF:
		return false
	}
	return out
}

// signs reports whether an entry can sign mail that it sends for the owner.
func (c *Catalog) signs(id string) bool {
	if h := c.hosts.find(id); h != nil {
		return h.DKIM.Can == SigningYes
	}
	return c.sender(id).DKIM.Can == SigningYes
}

// missing returns the keys of add that have lacks.
func missing(have, add []snapshot.Key) []snapshot.Key {
	return slices.DeleteFunc(slices.Clone(add), func(k snapshot.Key) bool { return slices.Contains(have, k) })
}
