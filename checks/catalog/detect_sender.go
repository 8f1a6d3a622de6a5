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
	name         string // whose record it stands in
	key          snapshot.Key
}

// spfTerms reads the SPF records of the domain and of the names below it.
func spfTerms(s *snapshot.Snapshot) (out []term) {
	seen := map[string]bool{}
	for _, q := range s.Answers {
		if q.Type != snapshot.TXT || seen[q.Name] || !snapshot.Below(q.Name, s.Domain) {
			continue
		}
		seen[q.Name] = true
		a := s.TXT(q.Name)
		for _, text := range a.Data() {
			if !spf.Is(text) {
				continue
			}
			for _, t := range spf.Parse(text).Terms {
				if target := named(t); target != "" {
					out = append(out, term{text: t.Text, target: target, name: q.Name, key: a.Key})
				}
			}
		}
	}
	return out
}

// named is the host name in a term; of one with macros what follows the last of them, which is the part that belongs
// to whoever answers ("%{ir}.%{v}.spf.has.gateway.example").
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

// rootRecords are the names whose SPF records make up the domain's own: the domain, and the names below it to which its
// record leads by include or redirect.
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

// keySeen is a DKIM key that stands in the owner's own zone, not behind an alias.
type keySeen struct {
	selector string
	at       string // the name below the domain whose key it is; "" for the domain's own
	key      snapshot.Key
}

// dkimKeys lists the selectors that have a key. Where several of a name give the same one it is a wildcard, and says
// nothing.
func (d *detector) dkimKeys() (out []keySeen) {
	count, data := map[string]int{}, map[string]string{}
	for _, a := range d.s.Answers {
		sel, at, ok := d.selectorOf(a.Name)
		if !ok || a.Type != snapshot.TXT || len(a.Chain) > 0 || data[a.Name] != "" {
			continue
		}
		for _, v := range a.Data() {
			if strings.Contains(strings.ReplaceAll(v, " ", ""), "p=M") { // a key in base64 of ASN.1 begins with M
				data[a.Name] = at + " " + v
				count[at+" "+v]++
				out = append(out, keySeen{sel, at, a.Key})
				break
			}
		}
	}
	return slices.DeleteFunc(out, func(k keySeen) bool { return count[data[k.key.Name]] > 2 })
}

// selectorOf cuts the name of a key into its selector and the name below the domain whose key it is.
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

// selectors looks at the keys. Only a name that is one company's by convention shows it.
func (d *detector) selectors(p *pile, of func(id string) bool) {
	for _, k := range d.keys {
		owners, weight := d.selectorOwners(k.selector, of)
		p.addAt(k.at, owners, "because-selector", weight, []snapshot.Key{k.key}, "selector", k.selector)
	}
}

// selectorOwners says whose selector it is, among the entries that of accepts.
func (d *detector) selectorOwners(name string, of func(id string) bool) (owners []string, weight int) {
	s, ok := d.x.selectors[name]
	if !ok || s.Kind == SelectorGuess || len(s.Of) == 0 {
		return d.byPattern(name, of), bySelector
	}
	if s.Form == snapshot.CNAME { // a key in the owner's own zone is somebody else's
		return nil, 0
	}
	weight = bySelector
	if s.Kind == SelectorShared {
		weight = byShared
	}
	return slices.DeleteFunc(slices.Clone(s.Of), func(id string) bool { return !of(id) }), weight
}

// byPattern finds the entries whose selectors follow a pattern ("rs*" for a date).
func (d *detector) byPattern(name string, of func(id string) bool) (owners []string) {
	try := func(id string, k DKIM) {
		for _, s := range k.Selectors {
			if k.Form != snapshot.CNAME && strings.ContainsAny(s, "*#") && of(id) && glob(s, name) {
				owners = append(owners, id)
			}
		}
	}
	for id, h := range d.x.hosts {
		try(id, h.DKIM)
	}
	for id, s := range d.x.senders {
		try(id, s.DKIM)
	}
	return owners
}

// aliases looks at where the names below the domain lead.
func (d *detector) aliases(p *pile, t *table) {
	seen := map[string]bool{}
	for _, a := range d.s.Answers {
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

// tokens looks at the ownership texts of the domain. Where its owner was found by something else, a text is one sign
// more; alone it is a hint.
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
			k := Clue{ID: id, Kind: d.x.entries[id].Kind, Code: g.code, Args: g.args, Ambiguous: true}
			k.take(g, GroundToken)
			if len(owners) > 1 {
				k.beside(owners)
			}
			out.Hints = append(out.Hints, k)
		}
	}
}

// shorten keeps the beginning of a long token.
func shorten(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}

func (d *detector) senders() []Clue {
	p := pile{x: d.x}
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
			continue // the mail host's own, as likely as not
		}
		// A bounce host's record is explained by whoever its MX may belong to.
		_, owners := d.x.spfOwners(t.target)
		name := t.name
		if root {
			name = ""
		}
		p.addAt(name, slices.Concat(owners, at[t.name]), "because-spf", bySPF, []snapshot.Key{t.key}, "term", t.text)
	}
	d.aliases(&p, &d.x.sCNAME)
	d.selectors(&p, func(id string) bool { _, ok := d.x.senders[id]; return ok })
	return p.settle(d.proved(d.x.sTXT))
}

// proved reports whether an ownership text of an entry stands at the domain: it shows nobody, but between entries of
// which one is meant it tells.
func (d *detector) proved(list []opening) func(id string) bool {
	texts := d.s.TXT(d.s.Domain).Data()
	return func(id string) bool {
		return slices.ContainsFunc(list, func(o opening) bool {
			return o.owner == id && slices.ContainsFunc(texts, o.begins)
		})
	}
}

// hostTerms are the SPF terms that the host which the MX shows wants for itself; none where several hosts are possible.
func (d *detector) hostTerms() map[string]bool {
	out := map[string]bool{}
	for _, m := range d.servers {
		owners := d.x.mx.find(m.name).owners
		for _, id := range owners {
			if h := d.x.hosts[id]; len(owners) == 1 || h.Resells == "" && d.resold(owners, id) {
				for _, t := range h.SPF {
					out[t] = true
				}
			}
		}
	}
	return out
}

// resold reports whether all owners but the one sell that one's servers.
func (d *detector) resold(owners []string, id string) bool {
	return !slices.ContainsFunc(owners, func(o string) bool { return o != id && d.x.hosts[o].Resells != id })
}

// bounceHosts looks at the MX and the delegations of the names below the domain, and says by name whose they may be.
func (d *detector) bounceHosts(p *pile) map[string][]string {
	at := map[string][]string{}
	for _, q := range d.s.Answers {
		if q.Name == d.s.Domain || !snapshot.Below(q.Name, d.s.Domain) {
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

// nsSeen is one name server of the zone, and the answer that named it.
type nsSeen struct {
	name string
	key  snapshot.Key
}

// nameServers gives the zone's name servers: those of the delegation where the snapshot has it, for they are whom
// the world asks; else the zone's own list.
func (d *detector) nameServers() (out []nsSeen) {
	apex, ok := d.s.Zone()
	if !ok {
		apex = d.s.Domain
	}
	for _, a := range d.s.Answers {
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

// served reports whether one of the patterns names a server of the zone.
func (d *detector) served(patterns []string) bool {
	return slices.ContainsFunc(patterns, func(s string) bool {
		p := newPattern(s)
		return slices.ContainsFunc(d.ns, func(n nsSeen) bool { return p.suffix(reversed(n.name)) })
	})
}

// panels says where the zone is edited. Name servers that several panels answer under leave it open, and so do the
// name servers of two panels side by side.
func (d *detector) panels(c *Catalog) (out []Clue) {
	count := map[string]int{}
	for _, n := range d.ns {
		hit := d.x.ns.find(n.name)
		for _, id := range hit.owners {
			count[id]++
			if count[id] > 1 {
				continue
			}
			pan, _ := c.Panel(id)
			k := Clue{ID: id, Code: "because-ns", Args: map[string]string{"ns": snapshot.Printable(n.name)}}
			k.Ambiguous = len(hit.owners) > 1 || slices.Contains(pan.Shared, hit.pattern)
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
