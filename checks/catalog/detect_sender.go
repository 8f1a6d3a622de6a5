package catalog

import (
	"cmp"
	"slices"
	"strings"

	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// term is one SPF term that names a host.
type term struct {
	text, target string
	name         string // the name whose record has it
	key          snapshot.Key
}

// spfTerms returns the terms of the SPF records at and below the domain.
func spfTerms(s *snapshot.Snapshot) (out []term) {
	seen := map[string]bool{}
	for i := range s.Answers {
		q := &s.Answers[i]
		if q.Type != snapshot.TXT || !snapshot.Below(q.Name, s.Domain) {
			continue
		}
		a := s.Best(q.Name, snapshot.TXT)
		if a == nil || len(a.Records) == 0 || seen[q.Name] {
			continue
		}
		seen[q.Name] = true
		for i := range a.Records {
			if !spf.Is(a.Records[i].Data) {
				continue
			}
			for _, t := range spf.Parse(a.Records[i].Data).Terms {
				if target := named(t); target != "" {
					out = append(out, term{text: t.Text, target: target, name: q.Name, key: a.Key})
				}
			}
		}
	}
	return out
}

// named returns the host name in a term. For one with macros it is the part after the last macro, which belongs to
// whoever answers ("%{ir}.%{v}.spf.has.gateway.example").
func named(t spf.Term) string {
	if t.Value == "" || t.Name == "ip4" || t.Name == "ip6" || t.Name == "exp" {
		return ""
	}
	host := strings.ToLower(strings.TrimSuffix(t.Value, "."))
	if i := strings.LastIndexByte(host, '%'); i >= 0 {
		end := strings.IndexByte(host[i:], '}')
		if end < 0 {
			return ""
		}
		rest, ok := strings.CutPrefix(host[i+end+1:], ".")
		if !ok || !strings.Contains(rest, ".") {
			return ""
		}
		return rest
	}
	return host
}

// rootRecords returns the names whose SPF records are part of the domain's: the domain, and names below it that its
// record includes.
func (d *detector) rootRecords() map[string]bool {
	out := map[string]bool{d.s.Domain: true}
	for grown := true; grown; {
		grown = false
		for _, t := range d.spf {
			leads := strings.HasPrefix(strings.TrimLeft(strings.ToLower(t.text), "+-~?"), "include:") ||
				strings.HasPrefix(strings.ToLower(t.text), "redirect=")
			if leads && out[t.name] && !out[t.target] && snapshot.Below(t.target, d.s.Domain) {
				out[t.target], grown = true, true
			}
		}
	}
	return out
}

// keySeen is a DKIM key in the owner's own zone that is not behind an alias.
type keySeen struct {
	selector string
	at       string // the subdomain that it signs for; "" for the domain itself
	key      snapshot.Key
}

// dkimKeys returns the selectors that have a key. If several selectors have the same one, it comes from a wildcard and is
// left out.
func (d *detector) dkimKeys() (out []keySeen) {
	count, data := map[string]int{}, map[string]string{}
	for i := range d.s.Answers {
		a := &d.s.Answers[i]
		if a.Type != snapshot.TXT || len(a.Records) == 0 || len(a.Chain) > 0 {
			continue
		}
		sel, at, ok := d.selectorOf(a.Name)
		if !ok || data[a.Name] != "" {
			continue
		}
		for _, v := range a.Data() {
			if strings.Contains(strings.ReplaceAll(v, " ", ""), "p=M") { // base64 of an ASN.1 key begins with M
				data[a.Name] = at + " " + v
				count[at+" "+v]++
				out = append(out, keySeen{sel, at, a.Key})
				break
			}
		}
	}
	return slices.DeleteFunc(out, func(k keySeen) bool { return count[data[k.key.Name]] > 2 })
}

// selectorOf splits the name of a key into its selector and the subdomain that it signs for.
func (d *detector) selectorOf(name string) (selector, at string, ok bool) {
	selector, owner, ok := dnsname.CutKey(name)
	if !ok || strings.Contains(selector, ".") || !snapshot.Below(owner, d.s.Domain) {
		return "", "", false
	}
	if owner == d.s.Domain {
		owner = ""
	}
	return selector, owner, true
}

// selectors adds signs from DKIM selectors. Only a selector that is one company's by convention identifies it.
func (d *detector) selectors(p *pile, of func(id string) bool) {
	for _, k := range d.keys {
		owners, weight := d.selectorOwners(k.selector, of)
		p.addAt(k.at, owners, "because-selector", weight, []snapshot.Key{k.key}, "selector", k.selector)
	}
}

// selectorOwners returns to whom a selector belongs, among the entries that of accepts, and the weight of that sign.
func (d *detector) selectorOwners(name string, of func(id string) bool) (owners []string, weight int) {
	s := d.c.selector(name)
	if s == nil || s.Kind == SelectorGuess || len(s.Of) == 0 {
		return d.byPattern(name, of), bySelector
	}
	if s.Form == snapshot.CNAME { // these services use a CNAME, so a key here is not theirs
		return nil, 0
	}
	weight = bySelector
	if s.Kind == SelectorShared {
		weight = byShared
	}
	return slices.DeleteFunc(slices.Clone(s.Of), func(id string) bool { return !of(id) }), weight
}

// selector returns a usual selector by name; nil if there is none.
func (c *Catalog) selector(name string) *Selector {
	all := c.Selectors()
	if i := slices.IndexFunc(all, func(s Selector) bool { return s.Name == name }); i >= 0 {
		return &all[i]
	}
	return nil
}

// byPattern returns the entries with a selector pattern that fits ("rs*" for one with a date).
func (d *detector) byPattern(name string, of func(id string) bool) (owners []string) {
	try := func(id string, k DKIM) {
		for _, s := range k.Selectors {
			if k.Form != snapshot.CNAME && strings.ContainsAny(s, "*#") && of(id) && glob(s, name) {
				owners = append(owners, id)
			}
		}
	}
	for _, h := range d.c.hosts.all() {
		try(h.ID, h.DKIM)
	}
	for _, s := range d.c.senders.all() {
		try(s.ID, s.DKIM)
	}
	return owners
}

// aliases adds signs from the CNAME targets of names below the domain.
func (d *detector) aliases(p *pile, t *table) {
	seen := map[string]bool{}
	for i := range d.s.Answers {
		a := &d.s.Answers[i]
		if len(a.Chain) == 0 || a.Name == d.s.Domain || !snapshot.Below(a.Name, d.s.Domain) || seen[a.Name] {
			continue
		}
		for _, l := range a.Chain {
			if hit := t.find(l.Target); len(hit.owners) > 0 {
				seen[a.Name] = true
				at := a.Name
				if _, owner, ok := d.selectorOf(a.Name); ok {
					at = owner
				}
				p.addAt(at, hit.owners, "because-cname", byCNAME, []snapshot.Key{a.Key}, "name", a.Name, "target", l.Target)
				break
			}
		}
	}
}

// tokens adds signs from ownership records of the domain. An entry for which there is nothing else becomes a hint.
func (d *detector) tokens(out *Detected) {
	a := d.s.TXT(d.s.Domain)
	for _, v := range a.Data() {
		var owners []string
		for _, o := range slices.Concat(d.x.txt, d.x.sTXT) {
			if o.begins(v) && !slices.Contains(owners, o.owner) {
				owners = append(owners, o.owner)
			}
		}
		g := sign{code: "because-txt", args: map[string]string{"text": snapshot.Printable(shorten(v))}, keys: []snapshot.Key{a.Key}}
		told := false
		for _, list := range [][]Clue{out.Hosts, out.Senders} {
			for i := range list {
				if slices.Contains(owners, list[i].ID) {
					list[i].take(g, GroundToken)
					told = true
				}
			}
		}
		for _, id := range owners {
			if told || slices.ContainsFunc(out.Hints, func(k Clue) bool { return k.ID == id }) {
				continue
			}
			k := Clue{ID: id, Kind: d.c.entry(id).Kind, Code: g.code, Args: g.args, Ambiguous: true}
			k.take(g, GroundToken)
			if len(owners) > 1 {
				k.beside(owners)
			}
			out.Hints = append(out.Hints, k)
		}
	}
}

// shorten returns the beginning of a long token.
func shorten(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}

// senders returns the sending services that DNS shows.
func (d *detector) senders() []Clue {
	p := pile{c: d.c}
	for _, m := range d.servers {
		hit := d.x.sMX.find(m.name)
		if len(hit.owners) > 0 && hit.weight > d.x.mx.find(m.name).weight {
			p.add(hit.owners, "because-mx", byMX, []snapshot.Key{d.mx.Key}, "mx", m.name)
		}
	}
	at := d.bounceHosts(&p)
	needed := d.hostTerms()
	for _, t := range d.spf {
		root := d.roots[t.name]
		if root && needed["include:"+t.target] {
			continue // it may well be there for the mail host
		}
		// The SPF record of a bounce host may belong to the owner of its MX.
		_, owners := d.x.spfOwners(t.target)
		name := t.name
		if root {
			name = ""
		}
		p.addAt(name, slices.Concat(owners, at[t.name]), "because-spf", bySPF, []snapshot.Key{t.key}, "term", t.text)
	}
	d.aliases(&p, &d.x.sCNAME)
	d.selectors(&p, func(id string) bool { return d.c.senders.find(id) != nil })
	return p.settle(d.proved(d.x.sTXT))
}

// proved returns a function that reports whether the domain has an ownership record of an entry. That is no sign by
// itself, but decides between entries of which one is meant.
func (d *detector) proved(list []opening) func(id string) bool {
	texts := d.s.TXT(d.s.Domain).Data()
	return func(id string) bool {
		return slices.ContainsFunc(list, func(o opening) bool {
			return o.owner == id && slices.ContainsFunc(texts, o.begins)
		})
	}
}

// hostTerms returns the SPF terms that the host of the MX needs itself; none if several hosts are possible.
func (d *detector) hostTerms() map[string]bool {
	out := map[string]bool{}
	for _, m := range d.servers {
		owners := d.x.mx.find(m.name).owners
		for _, id := range owners {
			if h := d.c.host(id); len(owners) == 1 || h.Resells == "" && d.resold(owners, id) {
				for _, t := range h.SPF {
					out[t] = true
				}
			}
		}
	}
	return out
}

// resold reports whether all owners but id resell id's servers.
func (d *detector) resold(owners []string, id string) bool {
	return !slices.ContainsFunc(owners, func(o string) bool { return o != id && d.c.host(o).Resells != id })
}

// bounceHosts adds signs from the MX and delegations of names below the domain, and returns the possible owners by name.
func (d *detector) bounceHosts(p *pile) map[string][]string {
	at := map[string][]string{}
	for i := range d.s.Answers {
		q := &d.s.Answers[i]
		if len(q.Records)+len(q.Referral) == 0 || q.Name == d.s.Domain || !snapshot.Below(q.Name, d.s.Domain) {
			continue
		}
		if q.Type == snapshot.MX {
			for _, mx := range q.Data() {
				owners := d.x.sSub.find(mx).owners
				p.addAt(q.Name, owners, "because-sub-mx", bySubMX, []snapshot.Key{q.Key}, "name", q.Name, "mx", mx)
				at[q.Name] = append(at[q.Name], owners...)
			}
		}
		for _, ns := range q.Referral {
			p.addAt(q.Name, d.x.sSubNS.find(ns).owners, "because-sub-ns", bySubMX, []snapshot.Key{q.Key}, "name", q.Name, "ns", ns)
		}
	}
	return at
}

// nsSeen is one name server of the zone, and the question whose answer named it.
type nsSeen struct {
	name string
	key  snapshot.Key
}

// nameServers returns the zone's name servers: those of the referral if the snapshot has one, else the zone's own NS set.
func (d *detector) nameServers() (out []nsSeen) {
	apex, ok := d.s.Zone()
	if !ok {
		apex = d.s.Domain
	}
	for i := range d.s.Answers {
		a := &d.s.Answers[i]
		if a.Name == apex && a.Type == snapshot.NS && a.Reason == snapshot.Delegated && len(a.Referral) > 0 {
			for _, n := range a.Referral {
				out = append(out, nsSeen{n, a.Key})
			}
			return out
		}
	}
	a := d.s.Get(apex, snapshot.NS)
	for _, n := range a.Data() {
		out = append(out, nsSeen{n, a.Key})
	}
	return out
}

// served reports whether one of the patterns matches a name server of the zone.
func (d *detector) served(patterns []string) bool {
	return slices.ContainsFunc(patterns, func(s string) bool {
		p := newPattern(s)
		return slices.ContainsFunc(d.ns, func(n nsSeen) bool { return p.suffix(n.name) })
	})
}

// panels returns the panels in which the zone may be edited. They are ambiguous if several panels share the name servers,
// or if the zone has name servers of several panels.
func (d *detector) panels() (out []Clue) {
	count := map[string]int{}
	for _, n := range d.ns {
		hit := d.x.ns.find(n.name)
		for _, id := range hit.owners {
			count[id]++
			if count[id] > 1 {
				continue
			}
			k := Clue{ID: id, Code: "because-ns", Args: map[string]string{"ns": snapshot.Printable(n.name)}}
			p := d.c.panels.find(id)
			k.Ambiguous = len(hit.owners) > 1 || p != nil && slices.Contains(p.Shared, hit.pattern)
			ground := GroundOwn
			if k.Ambiguous {
				ground = GroundShared
				k.beside(hit.owners)
			}
			k.take(sign{code: k.Code, args: k.Args, keys: []snapshot.Key{n.key}}, ground)
			out = append(out, k)
		}
	}
	slices.SortStableFunc(out, func(a, b Clue) int { return cmp.Compare(count[b.ID], count[a.ID]) })
	for i := range out {
		out[i].Ambiguous = out[i].Ambiguous || len(out) > 1
	}
	return out
}
