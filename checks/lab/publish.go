package lab

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"example.org/todoku/checks/snapshot"
)

// Publish makes the edits at the servers that the domain is delegated to, and raises the zone's serial: all edits or,
// with an error, none. An edit is refused if no zone of the owner's can hold it: the name is not registered, it belongs
// to somebody else, its servers do not hold the zone, or an alias is in the way. Removing a missing record and adding
// an existing one change nothing and are no errors.
func (n *Internet) Publish(edits []snapshot.Edit) error {
	return n.publish(edits, n.owners)
}

// PublishAt makes the edits in the zones that one server holds, delegated to it or not, as an owner does who edits
// in the wrong panel.
func (n *Internet) PublishAt(host string, edits []snapshot.Edit) error {
	s := n.hosts[canon(host)]
	if s == nil {
		return fmt.Errorf("the lab has no server %q", host)
	}
	return n.publish(edits, func(name string) ([]*zone, error) {
		z, ok := s.holds(name, dns.TypeNone)
		if !ok || !z.own {
			return nil, fmt.Errorf("%s holds no zone of yours for %q", host, name)
		}
		return []*zone{z}, nil
	})
}

func (n *Internet) publish(edits []snapshot.Edit, where func(string) ([]*zone, error)) error {
	n.remember()
	n.publishMu.Lock()
	defer n.publishMu.Unlock()
	next := map[*zone]sets{}
	changed := map[*zone]bool{}
	for _, e := range edits {
		e.Name = canon(e.Name)
		zones, err := where(e.Name)
		if err != nil {
			return err
		}
		for _, z := range zones {
			if next[z] == nil {
				c, err := n.content(z)
				if err != nil {
					return err
				}
				next[z] = c.sets.clone()
			}
			diff, err := next[z].edit(e)
			if err != nil {
				return err
			}
			changed[z] = changed[z] || diff
		}
	}
	for z := range changed {
		if changed[z] {
			z.set(next[z])
		}
	}
	return nil
}

// set puts new records into the zone and raises its serial (RFC 1982).
func (z *zone) set(s sets) {
	z.mu.Lock()
	defer z.mu.Unlock()
	c := newContent(z.name, s)
	soa := *c.soa()
	soa.Serial++
	s[z.name][dns.TypeSOA] = []dns.RR{&soa}
	z.data = c
}

// owners returns the copies of the zone that the delegations lead to; there are several if the servers disagree.
func (n *Internet) owners(name string) ([]*zone, error) {
	apex, hosts := "", n.root
	for {
		var held []*zone
		for _, h := range hosts {
			s := n.hosts[h]
			if s == nil || s.zones[apex] == nil || slices.Contains(held, s.zones[apex]) {
				continue
			}
			held = append(held, s.zones[apex])
		}
		if len(held) == 0 {
			return nil, fmt.Errorf("no record can be made for %q: %q is delegated to servers that do not hold it (%s)", name, apex, strings.Join(hosts, ", "))
		}
		c, err := n.content(held[0])
		if err != nil {
			return nil, err
		}
		cut, ok := c.cut(name)
		if !ok {
			if !held[0].own {
				return nil, fmt.Errorf("no record can be made for %q: no zone of yours is delegated there (nearest: %q)", name, apex)
			}
			return held, nil
		}
		apex, hosts = cut, nil
		for _, rr := range c.sets[cut][dns.TypeNS] {
			if ns, ok := rr.(*dns.NS); ok {
				hosts = append(hosts, canon(ns.Ns))
			}
		}
	}
}

// edit changes the records as a panel does; it reports whether anything changed.
func (s sets) edit(e snapshot.Edit) (bool, error) {
	t, ok := dns.StringToType[string(e.Type)]
	if !ok {
		return false, fmt.Errorf("%q: unknown record type %q", e.Name, e.Type)
	}
	ttl := e.TTL
	if ttl == 0 {
		ttl = defaultTTL
	}
	old := s[e.Name][t]
	now := slices.DeleteFunc(slices.Clone(old), func(rr dns.RR) bool {
		return slices.ContainsFunc(e.Remove, func(v string) bool { return sameValue(rr, v) })
	})
	for _, v := range e.Add {
		if slices.ContainsFunc(now, func(rr dns.RR) bool { return sameValue(rr, v) && rr.Header().Ttl == ttl }) {
			continue
		}
		now = slices.DeleteFunc(now, func(rr dns.RR) bool { return sameValue(rr, v) })
		rr, err := newRecord(e.Name, t, ttl, v)
		if err != nil {
			return false, err
		}
		now = append(now, rr)
	}
	if slices.Equal(old, now) {
		return false, nil
	}
	if len(e.Add) > 0 { // records of one set have one TTL (RFC 2181 section 5.2)
		for i, rr := range now {
			now[i] = dns.Copy(rr)
			now[i].Header().Ttl = ttl
		}
	}
	types := s[e.Name]
	if types == nil {
		types = map[uint16][]dns.RR{}
		s[e.Name] = types
	}
	loose := soundNode(e.Name, types) != nil // an invalid combination that exists already may stay
	types[t] = now
	if len(now) == 0 {
		delete(types, t)
	}
	if len(types) == 0 {
		delete(s, e.Name)
	}
	if loose {
		return true, nil
	}
	return true, soundNode(e.Name, types)
}

// sameValue compares a record with a value as package snapshot writes it.
func sameValue(rr dns.RR, value string) bool {
	switch rr := rr.(type) {
	case *dns.TXT:
		return joined(rr.Txt) == value
	case *dns.SPF:
		return joined(rr.Txt) == value
	case *dns.MX:
		_, host, err := splitMX(value)
		return err == nil && canon(rr.Mx) == canon(host)
	case *dns.CNAME:
		return canon(rr.Target) == canon(value)
	case *dns.NS:
		return canon(rr.Ns) == canon(value)
	case *dns.PTR:
		return canon(rr.Ptr) == canon(value)
	case *dns.A:
		return rr.A.String() == value
	case *dns.AAAA:
		return rr.AAAA.String() == value
	}
	return false
}

// newRecord makes a record from a value as package snapshot writes it; an MX value may begin with its preference.
func newRecord(name string, t uint16, ttl uint32, value string) (dns.RR, error) {
	hdr := rrHeader(name, t, ttl)
	switch t {
	case dns.TypeTXT:
		return &dns.TXT{Hdr: hdr, Txt: escaped(value)}, nil
	case dns.TypeSPF:
		return &dns.SPF{Hdr: hdr, Txt: escaped(value)}, nil
	case dns.TypeMX:
		pref, host, err := splitMX(value)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", name, err)
		}
		return &dns.MX{Hdr: hdr, Preference: pref, Mx: dns.Fqdn(host)}, nil
	case dns.TypeCNAME, dns.TypeNS, dns.TypePTR:
		value = dns.Fqdn(value)
	case dns.TypeA, dns.TypeAAAA:
	default:
		return nil, fmt.Errorf("%q: records of type %s cannot be made here", name, dns.TypeToString[t])
	}
	if strings.ContainsAny(value, " \t\r\n;\"()") {
		return nil, fmt.Errorf("%q: bad value for %s: %q", name, dns.TypeToString[t], value)
	}
	rr, err := dns.NewRR(fmt.Sprintf("%s %d IN %s %s", dns.Fqdn(name), ttl, dns.TypeToString[t], value))
	if err != nil {
		return nil, fmt.Errorf("%q: bad value for %s: %q", name, dns.TypeToString[t], value)
	}
	return rr, nil
}

func splitMX(value string) (uint16, string, error) {
	first, host, ok := strings.Cut(strings.TrimSpace(value), " ")
	host = strings.TrimSpace(host)
	switch plain := strings.ReplaceAll(host, `\ `, ""); { // a name may have a space in it, escaped
	case !ok && first != "":
		return 10, first, nil
	case ok && !strings.ContainsAny(plain, " \t"):
		pref, err := strconv.ParseUint(first, 10, 16)
		return uint16(pref), host, err
	}
	return 0, "", fmt.Errorf("bad value for MX: %q", value)
}

// joined returns the raw bytes of a TXT value, which miekg/dns keeps escaped (RFC 1035 section 5.1).
func joined(parts []string) string {
	var b strings.Builder
	for _, p := range parts {
		for i := 0; i < len(p); i++ {
			if p[i] != '\\' || i+1 == len(p) {
				b.WriteByte(p[i])
				continue
			}
			i++
			if n, err := strconv.ParseUint(p[i:min(i+3, len(p))], 10, 8); err == nil && i+3 <= len(p) {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
			b.WriteByte(p[i])
		}
	}
	return b.String()
}

// escaped is the inverse of joined, in strings of at most 255 bytes.
func escaped(value string) []string {
	var out []string
	for _, part := range snapshot.Split255(value) {
		var b strings.Builder
		for i := range len(part) {
			switch c := part[i]; {
			case c == '"' || c == '\\':
				b.WriteByte('\\')
				b.WriteByte(c)
			case c < ' ' || c > '~':
				fmt.Fprintf(&b, "\\%03d", c)
			default:
				b.WriteByte(c)
			}
		}
		out = append(out, b.String())
	}
	return out
}
