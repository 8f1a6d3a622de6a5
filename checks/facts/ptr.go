package facts

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks/snapshot"
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
	t := AddressType(ip)
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

// AddressType is the type of the records that lead to such an address: A or AAAA.
func AddressType(ip netip.Addr) snapshot.Type {
	if ip.Unmap().Is6() {
		return snapshot.AAAA
	}
	return snapshot.A
}

// OwnReverse is the first of an address's names that stands in the domain's own zone and was seen not to lead back, and where
// it leads; "" where there is none.
func (f *Facts) OwnReverse(r Reverse) (name string, leads []string) {
	for _, n := range r.Names {
		if a := f.DNS.Get(n, AddressType(r.IP)); f.DNS.InZone(n) && a.Known() {
			return n, a.Data()
		}
	}
	return "", nil
}

// genericWords are labels, or their beginnings before a digit or hyphen, of names that a company gives to all its addresses.
var genericWords = []string{"static", "dynamic", "client", "clients", "customer", "customers", "cust", "dsl", "adsl", "vdsl", "pool", "dhcp", "ppp",
	"pppoe", "dyn", "dialup", "broadband", "unassigned"}

// Generic reports whether the name of an address is one that its company gives to every address: it has the address's own
// digits in it, or a word for customers' lines, and it does lead back.
func Generic(r Reverse) bool {
	if r.Host == "" || len(r.Names) != 1 {
		return false
	}
	words := strings.FieldsFunc(r.Host, func(c rune) bool { return c == '.' || c == '-' || c == '_' })
	if slices.ContainsFunc(words, func(w string) bool { return slices.Contains(genericWords, strings.TrimRight(w, "0123456789")) }) {
		return true
	}
	if !r.IP.Is4() {
		joined := strings.ReplaceAll(r.IP.StringExpanded(), ":", "")
		flat := strings.NewReplacer(".", "", "-", "", "_", "").Replace(r.Host)
		return strings.Contains(flat, joined) || strings.Contains(r.Host, strings.TrimSuffix(snapshot.Reverse(r.IP), ".ip6.arpa")) ||
			strings.Contains(r.Host, strings.ReplaceAll(r.IP.String(), ":", "-"))
	}
	var numbers []int
	for _, part := range strings.FieldsFunc(r.Host, func(c rune) bool { return c < '0' || c > '9' }) {
		if n, err := strconv.Atoi(part); err == nil {
			numbers = append(numbers, n)
		}
	}
	b := r.IP.As4()
	forth := []int{int(b[0]), int(b[1]), int(b[2]), int(b[3])}
	back := []int{int(b[3]), int(b[2]), int(b[1]), int(b[0])}
	return holds(numbers, forth) || holds(numbers, back) || holds(numbers, forth[2:]) && len(numbers) > 2
}

// holds reports whether a list has another in it, in one run.
func holds(list, run []int) bool {
	for i := 0; i+len(run) <= len(list); i++ {
		if slices.Equal(list[i:i+len(run)], run) {
			return true
		}
	}
	return false
}

// SendingAddress is an address from which the domain's mail leaves, as far as that is known.
type SendingAddress struct {
	IP netip.Addr
	// Of is the service whose address it is, by ID: naming it is that company's job. "" where it is the owner's own, or
	// nobody's that is known.
	Of string
	// Maybe: nobody said that mail leaves by it; the owner's server has it beside an address of the other family.
	Maybe bool
	// Assumed: nobody said who sends, and the server that takes mail in has it.
	Assumed bool
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
	if len(out) == 0 && !own {
		for _, ip := range f.assumed() {
			n := len(out)
			if add(ip.String()); len(out) > n {
				out[n].Of, out[n].Assumed = "", true
			}
		}
	}
	for _, v := range f.BesideOwn() {
		n := len(out)
		if add(v.String()); len(out) > n {
			out[n].Of, out[n].Maybe = "", true
		}
	}
	return out
}

// assumed lists the addresses of the servers that take the domain's mail in, where nothing else shows who sends and the record
// lets them pass: mostly they do.
func (f *Facts) assumed() (out []netip.Addr) {
	t, ok := f.SPFTree()
	if !ok || len(f.Services())+len(f.Candidates()) > 0 || !f.CoversMX(t) {
		return nil
	}
	for _, name := range f.takers() {
		for _, v := range f.DNS.Get(name, snapshot.A).Data() {
			if ip, err := netip.ParseAddr(v); err == nil {
				out = append(out, ip.Unmap())
			}
		}
	}
	return out
}

// BesideOwn lists the addresses that the owner's server has beside the one that was told, by a name of the domain that leads to
// both. Mail may leave by either: most servers take IPv6 where they have it.
func (f *Facts) BesideOwn() (out []netip.Addr) {
	told, own := f.OwnServer()
	ip, err := netip.ParseAddr(told)
	if !own || err != nil {
		return nil
	}
	name := f.NameFor(ip.Unmap())
	other := snapshot.AAAA
	if ip.Unmap().Is6() {
		other = snapshot.A
	}
	if name == "" || name == f.Owner.Domain { // that is the website's as well
		return nil
	}
	for _, v := range f.DNS.Get(name, other).Data() {
		if b, err := netip.ParseAddr(v); err == nil && Public(v) {
			out = append(out, b.Unmap())
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
	t := AddressType(ip)
	for _, name := range append(f.DNS.Get(f.Owner.Domain, snapshot.MX).Data(), "mail."+f.Owner.Domain, f.Owner.Domain) {
		if snapshot.Below(name, f.Owner.Domain) && slices.Contains(f.DNS.Get(name, t).Data(), ip.String()) {
			return name
		}
	}
	return ""
}
