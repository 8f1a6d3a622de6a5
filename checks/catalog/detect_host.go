package catalog

import (
	"net/netip"
	"slices"
	"strings"

	"todoku/checks/snapshot"
)

// mailServer is one MX target with what DNS says of its addresses.
type mailServer struct {
	name  string
	addrs []netip.Addr
	ptrs  []string
	keys  []snapshot.Key // of the questions behind the PTR names
}

// mailServers reads the MX of the domain, and the reverse names of its addresses.
func (d *detector) mailServers() (list []mailServer, mx snapshot.Answer) {
	mx = d.s.Get(d.s.Domain, snapshot.MX)
	for _, r := range mx.Records {
		if r.Data == "" { // null MX, RFC 7505
			continue
		}
		m := mailServer{name: r.Data}
		for _, t := range []snapshot.Type{snapshot.A, snapshot.AAAA} {
			a := d.s.Get(r.Data, t)
			for _, v := range a.Data() {
				ip, err := netip.ParseAddr(v)
				if err != nil {
					continue
				}
				m.addrs = append(m.addrs, ip)
				if p := d.s.Get(snapshot.Reverse(ip), snapshot.PTR); len(p.Records) > 0 {
					m.ptrs = append(m.ptrs, p.Data()...)
					m.keys = append(m.keys, a.Key, p.Key)
				}
			}
		}
		list = append(list, m)
	}
	return list, mx
}

func (d *detector) hosts() []Clue {
	var p pile
	servers, mx := d.mailServers()
	found := d.hostsByMX(&p, servers, mx)
	for _, t := range d.spf {
		if t.name != d.s.Domain {
			continue
		}
		weight := bySPF
		owners, _ := d.x.spfOwners(t.target)
		for _, sv := range d.x.server {
			if sv.whole(reversed(t.target)) {
				owners, weight, found = append(owners, sv.owner), byServer, true
			}
		}
		p.add(owners, "because-spf", weight, []snapshot.Key{t.key}, "term", t.text)
	}
	d.aliases(&p, &d.x.cname)
	d.tokens(&p, d.x.txt)
	for _, k := range d.keys {
		owners, weight := d.selectorOwners(k.selector, func(id string) bool { _, ok := d.x.hosts[id]; return ok })
		p.add(owners, "because-selector", weight, []snapshot.Key{k.key}, "selector", k.selector)
	}
	p.resold(d.x.hosts)
	clues := p.settle(func(id string) bool { return d.served(d.x.hosts[id].Detect.NS) })
	for i := range clues {
		clues[i].Value = d.value(d.x.hosts[clues[i].ID], servers)
	}
	if !found {
		for _, k := range d.own(servers, mx) {
			if i := slices.IndexFunc(clues, func(c Clue) bool { return c.ID == k.ID }); i >= 0 {
				clues[i] = k // the MX says more than a selector that many use
				continue
			}
			clues = append(clues, k)
		}
	}
	return clues
}

// hostsByMX looks at the MX targets and, where these name nobody, at the reverse names of their addresses.
func (d *detector) hostsByMX(p *pile, servers []mailServer, mx snapshot.Answer) (found bool) {
	for _, m := range servers {
		if hit := d.x.mx.find(m.name); len(hit.owners) > 0 && !snapshot.Below(m.name, d.s.Domain) {
			p.add(hit.owners, "because-mx", byMX, []snapshot.Key{mx.Key}, "mx", m.name)
			found = true
			continue
		}
		for _, ptr := range m.ptrs {
			hit := d.x.ptr.find(ptr)
			if len(hit.owners) == 0 {
				continue
			}
			p.add(hit.owners, "because-ptr", byPTR, append([]snapshot.Key{mx.Key}, m.keys...),
				"mx", m.name, "address", m.addrs[0].String(), "ptr", ptr)
			found = true
			break
		}
	}
	return found
}

// resold takes a sign away from the reseller of a host that has it too, and from the host where the reseller has a
// sign that the host lacks.
func (p *pile) resold(hosts map[string]Host) {
	apart := map[string]bool{}
	for _, g := range p.signs {
		for _, id := range g.owners {
			if base := hosts[id].Resells; base != "" && !slices.Contains(g.owners, base) && g.weight > byShared {
				apart[id] = true
			}
		}
	}
	for i, g := range p.signs {
		p.signs[i].owners = slices.DeleteFunc(slices.Clone(g.owners), func(id string) bool {
			if base := hosts[id].Resells; base != "" && slices.Contains(g.owners, base) {
				return !apart[id]
			}
			return slices.ContainsFunc(g.owners, func(o string) bool { return hosts[o].Resells == id && apart[o] })
		})
	}
}

// value finds what stands for the host's <server> or <ip>.
func (d *detector) value(h Host, servers []mailServer) string {
	if h.Server == nil {
		return ""
	}
	if h.Server.Pattern == "" {
		for _, m := range servers {
			if snapshot.Below(m.name, d.s.Domain) && len(m.addrs) > 0 {
				return m.addrs[0].String()
			}
		}
		return ""
	}
	var names []string
	for _, m := range servers {
		names = append(names, m.ptrs...)
		names = append(names, m.name)
	}
	for _, t := range d.spf {
		if t.name == d.s.Domain {
			names = append(names, t.target)
		}
	}
	p := newPattern(h.Server.Pattern)
	for _, n := range names {
		if p.whole(reversed(n)) {
			return n
		}
	}
	return ""
}

// own offers the entry for a server of one's own where the MX lies in the owner's domain and names no company.
func (d *detector) own(servers []mailServer, mx snapshot.Answer) (out []Clue) {
	for _, m := range servers {
		if !snapshot.Below(m.name, d.s.Domain) {
			continue
		}
		for _, h := range d.x.hosts {
			if h.Own {
				out = append(out, Clue{ID: h.ID, Value: d.value(h, servers), Code: "because-own", Ambiguous: true,
					Args: map[string]string{"mx": snapshot.Printable(m.name)}, Evidence: []snapshot.Key{mx.Key}})
			}
		}
		break
	}
	slices.SortFunc(out, func(a, b Clue) int { return strings.Compare(a.ID, b.ID) })
	return out
}
