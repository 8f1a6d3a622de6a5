package catalog

import (
	"cmp"
	"slices"
	"strings"

	"todoku/checks/snapshot"
	"todoku/checks/spf"
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
				if t.Value == "" || t.Name == "ip4" || t.Name == "ip6" || strings.Contains(t.Value, "%") {
					continue
				}
				host := strings.ToLower(strings.TrimSuffix(t.Value, "."))
				out = append(out, term{text: t.Text, target: host, name: q.Name, key: a.Key})
			}
		}
	}
	return out
}

// keySeen is a DKIM key that stands in the owner's own zone, not behind an alias.
type keySeen struct {
	selector string
	key      snapshot.Key
}

// dkimKeys lists the selectors that have a key. Where several give the same one it is a wildcard, and says nothing.
func (d *detector) dkimKeys() (out []keySeen) {
	count, data := map[string]int{}, map[string]string{}
	for _, a := range d.s.Answers {
		sel, ok := strings.CutSuffix(a.Name, "._domainkey."+d.s.Domain)
		if !ok || a.Type != snapshot.TXT || len(a.Chain) > 0 || data[sel] != "" || strings.Contains(sel, ".") {
			continue
		}
		for _, v := range a.Data() {
			if strings.Contains(strings.ReplaceAll(v, " ", ""), "p=M") { // a key in base64 of ASN.1 begins with M
				data[sel] = v
				count[v]++
				out = append(out, keySeen{sel, a.Key})
				break
			}
		}
	}
	return slices.DeleteFunc(out, func(k keySeen) bool { return count[data[k.selector]] > 2 })
}

// selectorOwners says whose selector it is, among the entries that of accepts.
func (d *detector) selectorOwners(name string, of func(id string) bool) (owners []string, weight int) {
	s, ok := d.x.selectors[name]
	if !ok || s.Kind == "guess" {
		return d.byPattern(name, of), bySelector
	}
	if s.Form == "CNAME" { // a key in the owner's own zone is somebody else's
		return nil, 0
	}
	weight = bySelector
	if s.Kind == "shared" {
		weight = byShared
	}
	return slices.DeleteFunc(slices.Clone(s.Of), func(id string) bool { return !of(id) }), weight
}

// byPattern finds the entries whose selectors follow a pattern ("rs*" for a date).
func (d *detector) byPattern(name string, of func(id string) bool) (owners []string) {
	try := func(id string, selectors []string) {
		for _, s := range selectors {
			if strings.Contains(s, "*") && of(id) && glob(s, name) {
				owners = append(owners, id)
			}
		}
	}
	for id, h := range d.x.hosts {
		try(id, h.DKIM.Selectors)
	}
	for id, s := range d.x.senders {
		try(id, s.DKIM.Selectors)
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
				p.add(hit.owners, "because-cname", byCNAME, []snapshot.Key{a.Key}, "name", a.Name, "target", l.Target)
				break
			}
		}
	}
}

// tokens looks at the openings of the TXT records of the domain.
func (d *detector) tokens(p *pile, list []opening) {
	a := d.s.TXT(d.s.Domain)
	for _, v := range a.Data() {
		var owners []string
		for _, o := range list {
			if strings.HasPrefix(strings.ToLower(v), strings.ToLower(o.text)) {
				owners = append(owners, o.owner)
			}
		}
		p.add(owners, "because-txt", byTXT, []snapshot.Key{a.Key}, "text", shorten(v))
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
	var p pile
	at := d.bounceHosts(&p)
	needed := d.hostTerms()
	for _, t := range d.spf {
		if t.name == d.s.Domain && needed["include:"+t.target] {
			continue // the mail host's own, as likely as not
		}
		// A bounce host's record is explained by whoever its MX may belong to.
		_, owners := d.x.spfOwners(t.target)
		p.add(slices.Concat(owners, at[t.name]), "because-spf", bySPF, []snapshot.Key{t.key}, "term", t.text)
	}
	d.aliases(&p, &d.x.sCNAME)
	d.tokens(&p, d.x.sTXT)
	for _, k := range d.keys {
		owners, weight := d.selectorOwners(k.selector, func(id string) bool { _, ok := d.x.senders[id]; return ok })
		if weight == byShared && d.hostUses(k.selector) {
			continue // the mail host's, as likely as not
		}
		p.add(owners, "because-selector", weight, []snapshot.Key{k.key}, "selector", k.selector)
	}
	return p.settle(func(id string) bool {
		return slices.ContainsFunc(d.x.senders[id].Detect.Bounce, func(l string) bool {
			return slices.Contains(at[l+"."+d.s.Domain], id)
		})
	})
}

// hostTerms are the SPF terms that the hosts which the MX shows want for themselves.
func (d *detector) hostTerms() map[string]bool {
	out := map[string]bool{}
	servers, _ := d.mailServers()
	for _, m := range servers {
		for _, id := range d.x.mx.find(m.name).owners {
			for _, t := range d.x.hosts[id].SPF {
				out[t] = true
			}
		}
	}
	return out
}

// bounceHosts looks at the MX of the names below the domain, and says by name whose they may be.
func (d *detector) bounceHosts(p *pile) map[string][]string {
	at := map[string][]string{}
	for _, q := range d.s.Answers {
		if q.Type != snapshot.MX || q.Name == d.s.Domain || !snapshot.Below(q.Name, d.s.Domain) {
			continue
		}
		for _, mx := range q.Data() {
			owners := d.x.sSub.find(mx).owners
			p.add(owners, "because-sub-mx", bySubMX, []snapshot.Key{q.Key}, "name", q.Name, "mx", mx)
			at[q.Name] = append(at[q.Name], owners...)
		}
	}
	return at
}

// hostUses reports whether mail hosts use the selector too.
func (d *detector) hostUses(selector string) bool {
	return slices.ContainsFunc(d.x.selectors[selector].Of, func(id string) bool { _, ok := d.x.hosts[id]; return ok })
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
			out = append(out, Clue{ID: id, Code: "because-ns", Args: map[string]string{"ns": snapshot.Printable(n.name)},
				Evidence:  []snapshot.Key{n.key},
				Ambiguous: len(hit.owners) > 1 || slices.Contains(pan.Shared, hit.pattern)})
		}
	}
	slices.SortStableFunc(out, func(a, b Clue) int { return cmp.Compare(count[b.ID], count[a.ID]) })
	for i := range out {
		out[i].Ambiguous = out[i].Ambiguous || len(out) > 1
	}
	return out
}
