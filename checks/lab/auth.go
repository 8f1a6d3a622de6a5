package lab

import (
	"slices"
	"strings"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// maxAliases is how many aliases in a row are followed before giving up.
const maxAliases = 16

// authoritative answers as an authoritative-only name server does (RFC 1034 section 4.3.2).
func (n *Internet) authoritative(s *server, req *dns.Msg) *dns.Msg {
	resp := new(dns.Msg)
	resp.SetReply(req)
	resp.RecursionAvailable = false
	q := req.Question[0]
	name := canon(q.Name)
	z, ok := s.holds(name, q.Qtype)
	if !ok {
		resp.Rcode = dns.RcodeRefused
		return resp
	}
	c, err := n.content(z)
	if err != nil {
		resp.Rcode = dns.RcodeServerFailure
		return resp
	}
	for range maxAliases {
		if cut, ok := c.cut(name); ok && !(q.Qtype == dns.TypeDS && cut == name) {
			n.refer(resp, c, cut)
			return resp
		}
		resp.Authoritative = true
		rrs, exists := c.find(name, q.Qtype)
		resp.Answer = append(resp.Answer, rrs...)
		if opt := req.IsEdns0(); opt != nil && opt.Do() && len(rrs) > 0 {
			resp.Answer = append(resp.Answer, c.signatures(name, q.Qtype)...)
		}
		if len(rrs) == 0 {
			if !exists {
				resp.Rcode = dns.RcodeNameError
			}
			resp.Ns = append(resp.Ns, c.negative())
			return resp
		}
		alias, ok := rrs[len(rrs)-1].(*dns.CNAME)
		if !ok || q.Qtype == dns.TypeCNAME || q.Qtype == dns.TypeANY {
			return resp
		}
		if name = canon(alias.Target); !snapshot.Below(name, c.apex) {
			return resp
		}
	}
	return resp // a loop of aliases: return what was collected, as servers do
}

// signatures returns the signatures of a record set, if the zone's text has them (RFC 4035 section 3.1.1).
func (c *content) signatures(name string, t uint16) []dns.RR {
	return slices.DeleteFunc(slices.Clone(c.sets[name][dns.TypeRRSIG]), func(rr dns.RR) bool {
		sig, ok := rr.(*dns.RRSIG)
		return !ok || sig.TypeCovered != t
	})
}

// holds returns the zone in which the server looks for name: the deepest one, but for DS the parent (RFC 4035 section
// 3.1.4.1).
func (s *server) holds(name string, t uint16) (*zone, bool) {
	if t == dns.TypeDS {
		if apex, ok := enclosing(s.zones, name, false); ok {
			return s.zones[apex], true
		}
	}
	apex, ok := enclosing(s.zones, name, true)
	return s.zones[apex], ok
}

// refer adds a referral: the delegation, and the addresses of its servers that the zone knows.
func (n *Internet) refer(resp *dns.Msg, c *content, cut string) {
	if len(resp.Answer) > 0 {
		return // the alias leads into a delegated zone, so the client has to look up its target
	}
	resp.Ns = append(resp.Ns, c.sets[cut][dns.TypeNS]...)
	for _, rr := range c.sets[cut][dns.TypeNS] {
		ns, ok := rr.(*dns.NS)
		if !ok {
			continue
		}
		host := canon(ns.Ns)
		if !snapshot.Below(host, c.apex) {
			continue
		}
		written := slices.Concat(c.sets[host][dns.TypeA], c.sets[host][dns.TypeAAAA])
		if s := n.hosts[host]; len(written) == 0 && s != nil {
			written = s.records()
		}
		resp.Extra = append(resp.Extra, written...)
	}
}

// find returns the records of a name, its alias, or what a wildcard synthesises for it (RFC 4592 section 3.3.1);
// exists tells NODATA from NXDOMAIN.
func (c *content) find(name string, t uint16) (rrs []dns.RR, exists bool) {
	if rrs = c.redirect(name); rrs != nil {
		return rrs, true
	}
	types, exists := c.sets[name], c.names[name]
	owner := name
	if !exists {
		encloser, _ := enclosing(c.names, name, false)
		wild := "*." + encloser
		if encloser == "" {
			wild = "*"
		}
		if types = c.sets[wild]; types == nil {
			return nil, false
		}
		exists, owner = true, wild
	}
	switch {
	case t == dns.TypeANY:
		for _, set := range types {
			rrs = append(rrs, set...)
		}
	case len(types[t]) > 0: // in a loose zone, beside an alias
		rrs = types[t]
	default:
		rrs = types[dns.TypeCNAME]
	}
	if owner == name {
		return rrs, exists
	}
	made := make([]dns.RR, len(rrs))
	for i, rr := range rrs {
		made[i] = dns.Copy(rr)
		made[i].Header().Name = dns.Fqdn(name)
	}
	return made, exists
}

// redirect returns the DNAME above a name and the CNAME synthesised from it (RFC 6672 section 3.1); nil for none.
func (c *content) redirect(name string) []dns.RR {
	for up := name; up != c.apex; {
		if up = snapshot.Parent(up); len(c.sets[up][dns.TypeDNAME]) == 0 {
			continue
		}
		d, _ := c.sets[up][dns.TypeDNAME][0].(*dns.DNAME)
		made := &dns.CNAME{Hdr: rrHeader(name, dns.TypeCNAME, d.Hdr.Ttl), Target: strings.TrimSuffix(name, up) + d.Target}
		return []dns.RR{d, made}
	}
	return nil
}

// negative returns the SOA of a negative answer; its TTL is the negative TTL (RFC 2308 section 3).
func (c *content) negative() dns.RR {
	rr := dns.Copy(c.soa())
	rr.Header().Ttl = min(rr.Header().Ttl, c.soa().Minttl)
	return rr
}
