package checks

import (
	"net/netip"
	"slices"
	"strings"

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
	r := Reverse{IP: ip, Names: ptr.Data(), Known: ptr.Known(), Evidence: evidence(ptr)}
	t := snapshot.A
	if ip.Is6() {
		t = snapshot.AAAA
	}
	for _, name := range r.Names {
		a := s.Get(name, t)
		r.Evidence = append(r.Evidence, evidence(a)...)
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
func SendingAddresses(in In) []SendingAddress {
	var out []SendingAddress
	told, own := ownServer(in)
	add := func(text string) {
		ip, err := netip.ParseAddr(text)
		if err != nil || !public(text) || slices.ContainsFunc(out, func(s SendingAddress) bool { return s.IP == ip.Unmap() }) {
			return
		}
		x := SendingAddress{IP: ip.Unmap()}
		if text != told || !own {
			x.Of = serviceAt(in, x.IP)
		}
		out = append(out, x)
	}
	for _, ip := range in.Answers.IPs {
		add(ip.String())
	}
	if own && told != "" {
		add(told)
	}
	if own && len(out) == 0 {
		for _, x := range Exchanges(in) {
			if (x.State == ExchangeOK || x.State == ExchangeAlias) && snapshot.Below(x.Target, in.Answers.Domain) {
				for _, v := range in.DNS.Get(x.Target, snapshot.A).Data() {
					add(v)
				}
				break
			}
		}
	}
	return out
}

// serviceAt is the company in use that an address belongs to: its own SPF lists it, or it names it.
func serviceAt(in In, ip netip.Addr) string {
	if in.Catalog == nil {
		return ""
	}
	names := in.DNS.Get(snapshot.Reverse(ip), snapshot.PTR).Data()
	likely := ""
	for _, s := range Services(in) {
		if h, ok := in.Catalog.Host(s.ID); ok && h.Own {
			continue
		}
		nets := networks(in, s)
		if slices.ContainsFunc(nets, func(n netip.Prefix) bool { return n.Contains(ip) }) {
			return s.ID
		}
		if s.Host && len(nets) == 0 {
			likely = s.ID // where it sends from is not known, so that this may well be the place
		}
	}
	if _, own := ownServer(in); own {
		return "" // a rented machine often has a name of the company that rents it out
	}
	for _, n := range names {
		if owners := in.Catalog.NameOwners(n); len(owners) > 0 {
			return owners[0]
		}
	}
	return likely
}

// nameFor is a name of the domain that leads to the address, as its reverse name could be; "" where none was seen.
func nameFor(in In, ip netip.Addr) string {
	t := snapshot.A
	if ip.Is6() {
		t = snapshot.AAAA
	}
	for _, name := range append(in.DNS.Get(in.Answers.Domain, snapshot.MX).Data(), "mail."+in.Answers.Domain, in.Answers.Domain) {
		if snapshot.Below(name, in.Answers.Domain) && slices.Contains(in.DNS.Get(name, t).Data(), ip.String()) {
			return name
		}
	}
	return ""
}

// ptrMissing: a sending address without a name; Gmail refuses mail from it.
func ptrMissing(in In) []Finding {
	return unnamed(in, func(r Reverse) bool { return len(r.Names) == 0 })
}

// ptrMismatch: the address's name leads elsewhere, so that receivers take it for invented.
func ptrMismatch(in In) []Finding {
	return unnamed(in, func(r Reverse) bool { return len(r.Names) > 0 && r.Host == "" })
}

func unnamed(in In, wrong func(Reverse) bool) []Finding {
	var out []Finding
	for _, s := range SendingAddresses(in) {
		r := ReverseOf(in.DNS, s.IP)
		if !r.Known || !wrong(r) {
			continue
		}
		f := Finding{
			Name:     snapshot.Reverse(s.IP),
			Args:     Args{"ip": s.IP.String(), "names": strings.Join(r.Names, ", "), "whose": "own", "service": s.Of, "host": nameFor(in, s.IP)},
			Evidence: r.Evidence,
		}
		if s.Of != "" {
			f.Args["whose"] = "service" // naming it is that company's job; mail is refused all the same
		}
		out = append(out, f)
	}
	return out
}
