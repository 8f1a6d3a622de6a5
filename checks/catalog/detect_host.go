package catalog

import (
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/snapshot"
)

// mailServer is one MX target with its addresses and their reverse names.
type mailServer struct {
	name  string
	addrs []netip.Addr
	keys  []snapshot.Key // the questions about the addresses, one for each
	ptrs  []reverse
}

// reverse is a reverse name of a mail server's address, and the questions that show it.
type reverse struct {
	name string
	addr netip.Addr
	keys []snapshot.Key
}

// mailServers reads the domain's MX, the addresses of the targets, and their reverse names.
func (d *detector) mailServers() (list []mailServer, mx snapshot.Answer) {
	mx = d.s.Get(d.s.Domain, snapshot.MX)
	for _, r := range mx.Records {
		if r.Data == "" { // null MX, RFC 7505
			continue
		}
		m := mailServer{name: strings.ToLower(r.Data)}
		for _, t := range []snapshot.Type{snapshot.A, snapshot.AAAA} {
			a := d.s.Get(r.Data, t)
			for _, v := range a.Data() {
				ip, err := netip.ParseAddr(v)
				if err != nil {
					continue
				}
				m.addrs, m.keys = append(m.addrs, ip), append(m.keys, a.Key)
				p := d.s.Get(snapshot.Reverse(ip), snapshot.PTR)
				for _, name := range p.Data() {
					m.ptrs = append(m.ptrs, reverse{strings.ToLower(name), ip, []snapshot.Key{a.Key, p.Key}})
				}
			}
		}
		list = append(list, m)
	}
	return list, mx
}

// hosts returns the mail hosts that DNS shows.
func (d *detector) hosts() []Clue {
	p := pile{c: d.c}
	found := d.hostsByMX(&p)
	for _, t := range d.spf {
		if !d.roots[t.name] {
			continue
		}
		weight := bySPF
		owners, _ := d.x.spfOwners(t.target)
		if mine := d.x.serverOwners(t.target); len(mine) > 0 {
			owners, weight, found = append(owners, mine...), byServer, true
		}
		p.add(owners, "because-spf", weight, []snapshot.Key{t.key}, "term", t.text)
	}
	d.aliases(&p, &d.x.cname)
	d.selectors(&p, func(id string) bool { return d.c.hosts.find(id) != nil })
	p.resold()
	if d.behindGateway() {
		p.drop(func(id string) bool { return d.c.host(id).Kind == KindFreeMail })
	}
	clues := p.settle(func(id string) bool { return d.served(d.c.host(id).Detect.NS) })
	for i := range clues {
		clues[i].Value = first(d.values(*d.c.host(clues[i].ID)))
	}
	if !found {
		clues = append(clues, d.own()...)
	}
	return clues
}

// serverOwners returns the hosts whose server names have this form.
func (x *index) serverOwners(name string) (owners []string) {
	for _, sv := range x.server {
		if sv.whole(name) && !slices.Contains(owners, sv.owner) {
			owners = append(owners, sv.owner)
		}
	}
	return owners
}

// hostsByMX adds signs from the MX targets and, if these show nobody, from the reverse names of their addresses. found is
// false if no MX shows a company.
func (d *detector) hostsByMX(p *pile) (found bool) {
	for _, m := range d.servers {
		if snapshot.Below(m.name, d.s.Domain) {
			found = d.hostByPTR(p, m) || found
			continue
		}
		hit, other := d.x.mx.find(m.name), d.x.sMX.find(m.name)
		switch {
		case len(hit.owners) > 0 && hit.weight >= other.weight:
			p.add(hit.owners, "because-mx", byMX, []snapshot.Key{d.mx.Key}, "mx", m.name)
			found = true
		case len(other.owners) > 0: // a gateway's or a forwarder's
			found = true
		default:
			found = d.hostByPTR(p, m) || found
		}
	}
	return found
}

// hostByPTR adds a sign from the reverse names of a mail server.
func (d *detector) hostByPTR(p *pile, m mailServer) bool {
	for _, r := range m.ptrs {
		if hit := d.x.ptr.find(r.name); len(hit.owners) > 0 {
			p.add(hit.owners, "because-ptr", byPTR, append([]snapshot.Key{d.mx.Key}, r.keys...),
				"mx", m.name, "address", r.addr.String(), "ptr", r.name)
			return true
		}
	}
	return false
}

// resold removes resellers from signs that fit the reselling host too, unless the reseller has a sign that the host
// lacks; then the host is removed.
func (p *pile) resold() {
	apart := map[string]bool{}
	for _, g := range p.signs {
		for _, id := range g.owners {
			if base := p.c.host(id).Resells; base != "" && !slices.Contains(g.owners, base) && g.weight > byShared {
				apart[id] = true
			}
		}
	}
	for i, g := range p.signs {
		p.signs[i].owners = slices.DeleteFunc(slices.Clone(g.owners), func(id string) bool {
			if base := p.c.host(id).Resells; base != "" && slices.Contains(g.owners, base) {
				return !apart[id]
			}
			return slices.ContainsFunc(g.owners, func(o string) bool { return p.c.host(o).Resells == id && apart[o] })
		})
	}
	p.signs = slices.DeleteFunc(p.signs, func(g sign) bool { return len(g.owners) == 0 })
}

// behindGateway reports whether mail comes in or goes out through a gateway, which nobody puts in front of a free
// account.
func (d *detector) behindGateway() bool {
	gateway := func(id string) bool { return d.c.sender(id).Kind == KindGateway }
	return slices.ContainsFunc(d.servers, func(m mailServer) bool {
		return slices.ContainsFunc(d.x.sMX.find(m.name).owners, gateway)
	}) || slices.ContainsFunc(d.spf, func(t term) bool {
		_, owners := d.x.spfOwners(t.target)
		return d.roots[t.name] && slices.ContainsFunc(owners, gateway)
	})
}

// drop removes the entries for which out is true.
func (p *pile) drop(out func(id string) bool) {
	for i, g := range p.signs {
		p.signs[i].owners = slices.DeleteFunc(slices.Clone(g.owners), out)
	}
	p.signs = slices.DeleteFunc(p.signs, func(g sign) bool { return len(g.owners) == 0 })
}

// own returns the entry for the owner's own server if the MX is in the owner's domain and shows no company.
func (d *detector) own() (out []Clue) {
	i := slices.IndexFunc(d.servers, func(m mailServer) bool { return snapshot.Below(m.name, d.s.Domain) })
	if i < 0 {
		return nil
	}
	for _, h := range d.c.hosts.all() {
		if h.Own {
			p := pile{c: d.c}
			p.add([]string{h.ID}, "because-own", byShared, []snapshot.Key{d.mx.Key}, "mx", d.servers[i].name)
			k := Clue{ID: h.ID, Kind: h.Kind, Code: "because-own", Args: p.signs[0].args, Value: first(d.values(*h)),
				Receives: true, Sends: true, Ambiguous: true}
			k.take(p.signs[0], GroundShared)
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b Clue) int { return strings.Compare(a.ID, b.ID) })
	return out
}
