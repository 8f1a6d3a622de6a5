package facts

import (
	"net/netip"
	"slices"

	"todoku/checks/snapshot"
)

// Reverse is what DNS says of an address's name (forward-confirmed reverse DNS, RFC 8601 section 2.7.3).
type Reverse struct {
	IP    netip.Addr
	Names []string // as the address's PTR records have them
	Host  string   // the one of the names that leads back to the address; "" where none does
	// Known is false where an answer that would decide it is missing.
	Known    bool
	Evidence []snapshot.Answer
}

// ReverseOf looks an address's name up in the snapshot, and whether that leads back.
func ReverseOf(s *snapshot.Snapshot, ip netip.Addr) Reverse {
	ip = ip.Unmap()
	ptr := s.Get(snapshot.Reverse(ip), snapshot.PTR)
	r := Reverse{IP: ip, Names: ptr.Data(), Known: ptr.Known(), Evidence: Evidence(ptr)}
	t := snapshot.A
	if ip.Is6() {
		t = snapshot.AAAA
	}
	for _, name := range r.Names {
		a := s.Get(name, t)
		r.Evidence = append(r.Evidence, Evidence(a)...)
		r.Known = r.Known && a.Known()
		if r.Host == "" && slices.Contains(a.Data(), ip.String()) {
			r.Host = name
		}
	}
	r.Known = r.Known || r.Host != ""
	return r
}

// SendingAddress is an address from which the domain's mail leaves, as far as that is known.
type SendingAddress struct {
	IP netip.Addr
	// Of is the service whose address it is, by ID: naming it is that company's job. "" where it is the owner's own, or
	// nobody's that is known.
	Of string
}

// SendingAddresses lists those that were told, and the own server's: as told, else where the own MX leads.
func (f *Facts) SendingAddresses() []SendingAddress {
	var out []SendingAddress
	told, own := f.OwnServer()
	add := func(text string) {
		ip, err := netip.ParseAddr(text)
		if err != nil || !Public(text) || slices.ContainsFunc(out, func(s SendingAddress) bool { return s.IP == ip.Unmap() }) {
			return
		}
		x := SendingAddress{IP: ip.Unmap()}
		if text != told || !own {
			x.Of = f.serviceAt(x.IP)
		}
		out = append(out, x)
	}
	for _, ip := range f.Owner.IPs {
		add(ip.String())
	}
	if m := f.Owner.Mail; m.Cause == "ptr" && m.Route == "" { // the receiver itself names the address that lacks a name
		for _, ip := range m.IPs {
			add(ip.String())
		}
	}
	if own && told != "" {
		add(told)
	}
	if own && len(out) == 0 {
		for _, x := range f.Exchanges() {
			if (x.State == ExchangeOK || x.State == ExchangeAlias) && snapshot.Below(x.Target, f.Owner.Domain) {
				for _, v := range f.DNS.Get(x.Target, snapshot.A).Data() {
					add(v)
				}
				break
			}
		}
	}
	return out
}

// serviceAt is the company in use that an address belongs to: its own SPF lists it, or it names it.
func (f *Facts) serviceAt(ip netip.Addr) string {
	if f.Catalog == nil {
		return ""
	}
	names := f.DNS.Get(snapshot.Reverse(ip), snapshot.PTR).Data()
	likely := ""
	for _, s := range f.Services() {
		if h, ok := f.Catalog.Host(s.ID); ok && h.Own {
			continue
		}
		nets := f.networks(s)
		if slices.ContainsFunc(nets, func(n netip.Prefix) bool { return n.Contains(ip) }) {
			return s.ID
		}
		if s.Host && len(nets) == 0 {
			likely = s.ID // where it sends from is not known, so that this may well be the place
		}
	}
	if _, own := f.OwnServer(); own {
		return "" // a rented machine often has a name of the company that rents it out
	}
	for _, n := range names {
		if owners := f.Catalog.NameOwners(n); len(owners) > 0 {
			return owners[0]
		}
	}
	return likely
}

// NameFor is a name of the domain that leads to the address, as its reverse name could be; "" where none was seen.
func (f *Facts) NameFor(ip netip.Addr) string {
	t := snapshot.A
	if ip.Is6() {
		t = snapshot.AAAA
	}
	for _, name := range append(f.DNS.Get(f.Owner.Domain, snapshot.MX).Data(), "mail."+f.Owner.Domain, f.Owner.Domain) {
		if snapshot.Below(name, f.Owner.Domain) && slices.Contains(f.DNS.Get(name, t).Data(), ip.String()) {
			return name
		}
	}
	return ""
}
