package facts

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
)

// Reverse is the forward-confirmed reverse DNS of an address (RFC 8601 section 2.7.3).
type Reverse struct {
	IP    netip.Addr
	Names []string // the targets of the address's PTR records
	Host  string   // the first of Names that resolves back to the address; "" if none does
	// Known is false if a look-up that would decide it is missing.
	Known    bool
	Evidence []snapshot.Answer
}

// ReverseOf returns the reverse names of an address, and whether one of them resolves back to it, as the snapshot has it.
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

// AddressType returns the record type for an address: A or AAAA.
func AddressType(ip netip.Addr) snapshot.Type {
	if ip.Unmap().Is6() {
		return snapshot.AAAA
	}
	return snapshot.A
}

// OwnReverse returns the first reverse name of r that is in the owner's zone and whose addresses are known, and these
// addresses. It returns "" if there is none.
func (f *Facts) OwnReverse(r Reverse) (name string, leads []string) {
	for _, n := range r.Names {
		if a := f.DNS.Get(n, AddressType(r.IP)); f.DNS.InZone(n) && a.Known() {
			return n, a.Data()
		}
	}
	return "", nil
}

// genericWords are labels, or their beginnings before digits, in the names that providers give to all their addresses.
var genericWords = []string{"static", "dynamic", "client", "clients", "customer", "customers", "cust", "dsl", "adsl", "vdsl", "pool", "dhcp", "ppp",
	"pppoe", "dyn", "dialup", "broadband", "unassigned"}

// Generic reports whether the reverse name resolves back and is one that the provider gives to every address: it contains
// the digits of the address or a word for customer lines.
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

// holds reports whether list contains run as a contiguous part.
func holds(list, run []int) bool {
	for i := 0; i+len(run) <= len(list); i++ {
		if slices.Equal(list[i:i+len(run)], run) {
			return true
		}
	}
	return false
}

// SendingAddress is an address from which the domain's mail is sent, as far as that is known.
type SendingAddress struct {
	IP netip.Addr
	// Of is the ID of the service to which the address belongs, which alone can set the reverse name; "" if it is the
	// owner's or unknown.
	Of string
	// Maybe: nobody said that mail is sent from it; the owner's server has it besides an address of the other family.
	Maybe bool
	// Assumed: nobody said who sends; the MX server has it.
	Assumed bool
}

// SendingAddresses returns the addresses that the owner gave or a bounce names, and that of the owner's own server: as
// given, else where the domain's own MX points. Without any, it returns the addresses of the MX servers if the SPF record
// covers them.
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
	if m := f.Owner.Mail; m.Cause == owner.CausePTR && m.Route == "" { // the receiver names the address that lacks a reverse name
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

// assumed returns the addresses of the domain's MX servers, if nothing else shows who sends and the SPF record covers
// them: in most cases they send too.
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

// BesideOwn returns the addresses of the other family that the owner's server has, by a name of the domain that leads to
// the given address. Mail may be sent from either: most servers prefer IPv6.
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
	if name == "" || name == f.Owner.Domain { // the domain's address is the website's as well
		return nil
	}
	for _, v := range f.DNS.Get(name, other).Data() {
		if b, err := netip.ParseAddr(v); err == nil && Public(v) {
			out = append(out, b.Unmap())
		}
	}
	return out
}

// serviceAt returns the ID of the company that an address belongs to: one in use whose SPF terms list it, or the one that
// its reverse name shows. It returns "" if unknown.
func (f *Facts) serviceAt(ip netip.Addr) string {
	if f.Catalog == nil {
		return ""
	}
	names := f.DNS.Get(snapshot.Reverse(ip), snapshot.PTR).Data()
	likely := ""
	for _, s := range f.Services() {
		if f.RunByOwner(s) {
			continue
		}
		nets := f.networks(s)
		if slices.ContainsFunc(nets, func(n netip.Prefix) bool { return n.Contains(ip) }) {
			return s.ID
		}
		if s.Host && len(nets) == 0 {
			likely = s.ID // it is unknown from where it sends, so this may be the place
		}
	}
	if _, own := f.OwnServer(); own {
		return "" // a rented server often has a reverse name of the hosting company
	}
	for _, n := range names {
		if owners := f.Catalog.NameOwners(n); len(owners) > 0 {
			return owners[0]
		}
	}
	return likely
}

// NameFor returns a name of the domain that has the address and could be its reverse name, or "" if none was seen.
func (f *Facts) NameFor(ip netip.Addr) string {
	t := AddressType(ip)
	for _, name := range append(f.DNS.Get(f.Owner.Domain, snapshot.MX).Data(), "mail."+f.Owner.Domain, f.Owner.Domain) {
		if snapshot.Below(name, f.Owner.Domain) && slices.Contains(f.DNS.Get(name, t).Data(), ip.String()) {
			return name
		}
	}
	return ""
}
