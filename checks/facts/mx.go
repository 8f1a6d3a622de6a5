package facts

import (
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// ExchangeState is what is known of one MX record.
type ExchangeState string

// The states of an MX record. Only ExchangeOK and ExchangeAlias receive mail.
const (
	ExchangeOK       ExchangeState = "ok"
	ExchangeAlias    ExchangeState = "alias"    // the name is a CNAME, outside the standard (RFC 5321 section 5.1)
	ExchangeUnseen   ExchangeState = "unseen"   // its addresses are unknown
	ExchangeNull     ExchangeState = "null"     // "." (RFC 7505)
	ExchangeLiteral  ExchangeState = "literal"  // an IP address in place of a name
	ExchangeWidth    ExchangeState = "width"    // full-width letters in the name
	ExchangeText     ExchangeState = "text"     // more than a name: its priority, http://, a port
	ExchangeUndotted ExchangeState = "undotted" // the final dot is missing, so the zone was appended
	ExchangeDead     ExchangeState = "dead"     // the name has no address
	ExchangePrivate  ExchangeState = "private"  // it has only private addresses
	ExchangeProxied  ExchangeState = "proxied"  // a name in the zone that leads to the web proxy of its DNS panel
)

// Exchange is one MX record and its state.
type Exchange struct {
	Pref   uint16
	Target string
	State  ExchangeState
	// Meant is the name that should be there, or the canonical name with ExchangeAlias. It was seen to have an address;
	// "" if unknown.
	Meant    string
	Panel    string            // ID of the DNS panel that has the proxy, with ExchangeProxied
	Evidence []snapshot.Answer // the answers about its addresses
}

// Exchanges returns the MX records of the domain with their states, in the order of the answer.
func (f *Facts) Exchanges() []Exchange { return f.exchanges() }

func (f *Facts) readExchanges() []Exchange {
	var out []Exchange
	for _, r := range f.DNS.Get(f.Owner.Domain, snapshot.MX).Records {
		x := Exchange{Pref: r.Pref, Target: r.Data}
		x.judge(f)
		out = append(out, x)
	}
	return out
}

// judge sets State, Meant and Evidence.
func (x *Exchange) judge(f *Facts) {
	zone := f.Apex()
	four, six := f.DNS.Get(x.Target, snapshot.A), f.DNS.Get(x.Target, snapshot.AAAA)
	x.Evidence = Evidence(four, six)
	ip, literal := reading.Literal(x.Target, zone)
	plain := reading.Plain(x.Target)
	meant, undotted := reading.Undotted(x.Target, zone)
	absent := four.Absent() && six.Absent()
	switch {
	case x.Target == "" || x.Target == ".":
		x.State = ExchangeNull
	case literal:
		x.State, x.Meant = ExchangeLiteral, f.hostWith(ip)
	case plain != x.Target:
		if x.State = ExchangeWidth; isASCII(reading.Unescape(x.Target)) {
			x.State = ExchangeText
		}
		if f.addressed(plain) {
			x.Meant = plain
		}
	case undotted && (absent || f.byWildcard(four)) && (f.addressed(meant) || snapshot.Below(meant, zone)):
		x.State = ExchangeUndotted
		if f.addressed(meant) {
			x.Meant = meant
		}
	case absent:
		x.State = ExchangeDead
	case len(four.Records)+len(six.Records) == 0:
		x.State = ExchangeUnseen
	case !slices.ContainsFunc(slices.Concat(four.Data(), six.Data()), Public):
		x.State = ExchangePrivate
	case f.proxied(x, four):
		x.State = ExchangeProxied
	case len(four.Chain) > 0 && four.Chain[0].Name == x.Target:
		x.State, x.Meant = ExchangeAlias, four.Chain[len(four.Chain)-1].Target
	default:
		x.State = ExchangeOK
	}
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}

// proxied reports whether a mail server's name is in the zone and all its IPv4 addresses are those of the web proxy of the
// zone's DNS panel, and sets Panel.
func (f *Facts) proxied(x *Exchange, four snapshot.Answer) bool {
	if zone, ok := f.DNS.Zone(); !ok || !snapshot.Below(x.Target, zone) {
		return false
	}
	panel, ok := f.ProxyIn(four)
	x.Panel = panel
	return ok
}

// ProxyIn returns the ID of the zone's DNS panel if all addresses of an answer are those of its web proxy.
func (f *Facts) ProxyIn(addresses snapshot.Answer) (panel string, ok bool) {
	zone, known := f.DNS.Zone()
	if !known || f.Catalog == nil || len(addresses.Records) == 0 {
		return "", false
	}
	servers := f.DNS.NameServers(zone)
	for _, v := range addresses.Data() {
		ip, err := netip.ParseAddr(v)
		if err != nil {
			return "", false
		}
		if panel, ok = f.Catalog.ProxyAt(servers, ip); !ok {
			return "", false
		}
	}
	return panel, true
}

// SixOnlyMX returns the mail servers if none of them has an IPv4 address, so that senders without IPv6 cannot deliver.
func (f *Facts) SixOnlyMX() []Exchange {
	list := f.Exchanges()
	if slices.ContainsFunc(list, func(x Exchange) bool {
		return x.State != ExchangeOK || !f.DNS.Get(x.Target, snapshot.A).Absent()
	}) {
		return nil
	}
	return list
}

// byWildcard reports whether the A records are those that the zone gives for every name.
func (f *Facts) byWildcard(a snapshot.Answer) bool {
	wild := f.DNS.Get(WildcardLabel+"."+f.Owner.Domain, snapshot.A)
	return len(wild.Records) > 0 && slices.Equal(wild.Data(), a.Data())
}

// addressed reports whether a name was seen to have an address.
func (f *Facts) addressed(name string) bool {
	return len(f.DNS.Get(name, snapshot.A).Records)+len(f.DNS.Get(name, snapshot.AAAA).Records) > 0
}

// Public reports whether addr is an IP address that is reachable from the internet.
func Public(addr string) bool {
	ip, err := netip.ParseAddr(addr)
	return err == nil && !snapshot.IsPrivate(ip)
}

// hostWith returns a name that has the address: mail.<domain>, the reverse name if it resolves back, or the domain
// itself. It returns "" if none was seen.
func (f *Facts) hostWith(ip netip.Addr) string {
	names := []string{"mail." + f.Owner.Domain}
	names = append(names, f.DNS.Get(snapshot.Reverse(ip), snapshot.PTR).Data()...)
	for _, name := range append(names, f.Owner.Domain) {
		for _, t := range []snapshot.Type{snapshot.A, snapshot.AAAA} {
			if a := f.DNS.Get(name, t); len(a.Chain) == 0 && slices.Contains(a.Data(), ip.String()) {
				return name
			}
		}
	}
	return ""
}

// NullMX reports whether the domain has a null MX, which says that it accepts no mail (RFC 7505 section 3).
func (f *Facts) NullMX() bool {
	mx := f.DNS.Get(f.Owner.Domain, snapshot.MX)
	return len(mx.Records) == 1 && (mx.Records[0].Data == "" || mx.Records[0].Data == ".")
}

// reverseOf returns what DNS has at the in-addr.arpa or ip6.arpa name of the answer's first address; that is not known
// without an address.
func (f *Facts) reverseOf(a snapshot.Answer) snapshot.Answer {
	if len(a.Records) == 0 {
		return snapshot.Answer{}
	}
	ip, err := netip.ParseAddr(a.Records[0].Data)
	if err != nil {
		return snapshot.Answer{}
	}
	return f.DNS.Get(snapshot.Reverse(ip), snapshot.PTR)
}

// HostElsewhere returns the ID of the mail host in use if the addresses are known not to be that host's: they are not in
// its SPF networks, and their reverse names are not its. sure is false if only DNS names the host, which may be out of
// date. service is "" if the addresses may be the host's.
func (f *Facts) HostElsewhere(at snapshot.Answer) (service string, sure bool) {
	if len(at.Records) == 0 || f.Catalog == nil {
		return "", false
	}
	ptr := f.reverseOf(at)
	if !ptr.Known() {
		return "", false
	}
	for _, s := range f.Services() {
		if !s.Host {
			continue
		}
		h, ok := f.Catalog.Host(s.ID)
		if !ok || h.Own || f.mayBeAt(s, h, at, ptr.Data()) {
			return "", false
		}
		if service == "" {
			service = s.ID
		}
	}
	return service, len(f.Owner.HostIDs()) > 0
}

// mayBeAt reports whether the addresses may belong to the host. A missing reverse name proves nothing about a host that
// is recognized by reverse names, unless its very server is known.
func (f *Facts) mayBeAt(s Service, h catalog.Host, at snapshot.Answer, names []string) bool {
	for _, n := range names {
		if slices.Contains(f.Catalog.NameOwners(n), h.ID) {
			return true
		}
	}
	nets := f.networks(s)
	if len(nets) == 0 || len(h.Detect.MX)+len(h.Detect.PTR) == 0 || len(h.Detect.PTR) > 0 && len(names) == 0 && s.Value == "" {
		return true // it is unknown where its servers are
	}
	return slices.ContainsFunc(at.Data(), func(v string) bool {
		ip, err := netip.ParseAddr(v)
		return err != nil || slices.ContainsFunc(nets, func(n netip.Prefix) bool { return n.Contains(ip) })
	})
}

// networks returns the addresses from which a service sends by its own SPF terms, without the terms that depend on where
// the domain points (mx, a). It returns nil if a look-up is missing.
func (f *Facts) networks(s Service) []netip.Prefix {
	var out []netip.Prefix
	for _, t := range f.Terms() {
		if t.Service != s.ID || t.Text == "" || t.Usual {
			continue
		}
		tree := spf.Walk(reading.SPF(f.DNS), f.Owner.Domain, "v=spf1 "+t.Text+" -all")
		if len(tree.Missing) > 0 {
			return nil
		}
		out = append(out, tree.Networks...)
	}
	return out
}

// Receives reports whether one of the MX records receives mail.
func Receives(list []Exchange) bool {
	return slices.ContainsFunc(list, func(x Exchange) bool { return x.State == ExchangeOK || x.State == ExchangeAlias })
}

// MXUnseen returns the failed look-ups because of which it is unknown where mail goes: that of the MX, or, if no mail
// server was seen, one for each server without known address. Without an MX the domain itself counts (RFC 5321 section
// 5.1).
func (f *Facts) MXUnseen() []snapshot.Answer {
	mx := f.DNS.Get(f.Owner.Domain, snapshot.MX)
	if failed(mx) {
		return []snapshot.Answer{mx}
	}
	if !mx.Known() || Receives(f.Exchanges()) || f.NullMX() {
		return nil
	}
	hosts := mx.Data()
	if mx.Absent() && !f.SendsNothing() {
		hosts = []string{f.Owner.Domain}
	}
	var out []snapshot.Answer
	for _, h := range hosts {
		four, six := f.DNS.Get(h, snapshot.A), f.DNS.Get(h, snapshot.AAAA)
		switch {
		case len(four.Records)+len(six.Records) > 0:
		case failed(four):
			out = append(out, four)
		case failed(six):
			out = append(out, six)
		}
	}
	return Evidence(out...)
}

// failed reports whether a question was asked and not answered. A referral does not count, since the question was then
// asked elsewhere.
func failed(a snapshot.Answer) bool {
	return a.Status == snapshot.Failed && a.Reason != snapshot.Delegated
}

// StrayMX returns a name at which the domain's MX was made by mistake, with its records: mail.<domain> or www.<domain>, or
// the domain twice, because a panel appended it. It returns "" if the domain has an MX, or if the servers may be meant for
// mail to that name.
func (f *Facts) StrayMX() (at string, a snapshot.Answer) {
	if !f.LacksMX() {
		return "", a
	}
	twice := f.DoubledDomains()[0]
	for _, at := range []string{twice, "mail." + f.Owner.Domain, "www." + f.Owner.Domain} {
		a := f.DNS.Get(at, snapshot.MX)
		wild, top := f.DNS.Get(WildcardLabel+"."+f.Owner.Domain, snapshot.MX), f.DNS.Get(WildcardLabel+"."+f.Apex(), snapshot.MX)
		if len(a.Records) == 0 || len(a.Chain) > 0 || alike(a, wild) || alike(a, top) || at == twice && !top.Known() && top.Status != snapshot.Unasked {
			continue
		}
		if !slices.ContainsFunc(a.Data(), func(host string) bool { return at != twice && !f.mailboxes(host) }) {
			return at, a
		}
	}
	return "", snapshot.Answer{}
}

// mailboxes reports whether a name belongs to a host with mailboxes, the owner's if the owner named one.
func (f *Facts) mailboxes(name string) bool {
	if f.Catalog == nil {
		return false
	}
	told := f.Owner.HostIDs()
	return slices.ContainsFunc(f.Catalog.NameOwners(name), func(id string) bool {
		return f.keepsMail(id) && (len(told) == 0 || slices.ContainsFunc(told, func(t string) bool {
			h, ok := f.Catalog.Host(t)
			return ok && f.kin(h, id)
		}))
	})
}

// LacksMX reports whether the domain was seen to have no MX and sends mail.
func (f *Facts) LacksMX() bool {
	return f.DNS.Get(f.Owner.Domain, snapshot.MX).Absent() && !f.SendsNothing()
}

// MovedMX is an MX record that leads to the website's server while the mail host is known to be elsewhere.
type MovedMX struct {
	Target, Address string
	Service         string // the mail host's ID
	Told            bool   // the owner named the host; else only DNS does, which may be out of date
	Evidence        []snapshot.Answer
}

// MovedMX finds an MX that names a host of the domain which has the address of the website.
func (f *Facts) MovedMX() (m MovedMX, ok bool) {
	own := f.DNS.Get(f.Owner.Domain, snapshot.A)
	i := slices.IndexFunc(f.Exchanges(), func(x Exchange) bool { return x.State == ExchangeOK || x.State == ExchangeAlias })
	if i < 0 {
		return m, false
	}
	x := f.Exchanges()[i]
	at := f.DNS.Get(x.Target, snapshot.A)
	if !snapshot.Below(x.Target, f.Owner.Domain) || len(own.Records) == 0 || !slices.Equal(own.Data(), at.Data()) {
		return m, false // it is not the website's server
	}
	service, told := f.HostElsewhere(at)
	if service == "" {
		return m, false
	}
	return MovedMX{x.Target, at.Records[0].Data, service, told,
		Evidence(f.DNS.Get(f.Owner.Domain, snapshot.MX), at, f.reverseOf(at))}, true
}

// ElsewhereMX is mail that is delivered to another company than the owner's mail host.
type ElsewhereMX struct {
	Host    catalog.Host // the owner's
	At      string       // ID of the host whose servers receive the mail
	Targets []string     // the MX targets that lead there
	All     bool         // all MX records do
	Sending bool         // At is a service for sending, which asks for such an MX at a subdomain of its own
}

// ElsewhereMX finds MX records of a known host other than the only one that the owner named. ok is false if one of them
// may be a filter in front, or if it is unknown whose server it is.
func (f *Facts) ElsewhereMX() (m ElsewhereMX, ok bool) {
	ids := f.Owner.HostIDs()
	if f.Catalog == nil || len(ids) > 1 {
		return m, false
	}
	if m, ok := f.sendingMX(ids); ok || len(ids) == 0 {
		return m, ok
	}
	m.Host, ok = f.Catalog.Host(ids[0])
	if !ok || m.Host.Own || m.Host.Kind != "" && m.Host.Kind != catalog.KindHost {
		return m, false
	}
	for _, x := range f.Exchanges() {
		owners := f.Catalog.NameOwners(x.Target)
		switch {
		case len(owners) == 0 && x.State == ExchangeDead:
		case len(owners) == 0 || slices.ContainsFunc(owners, func(id string) bool { return !f.keepsMail(id) }):
			return m, false
		case slices.ContainsFunc(owners, func(id string) bool { return f.kin(m.Host, id) }):
			ok = false
		default:
			m.At, m.Targets = owners[0], append(m.Targets, x.Target)
		}
	}
	m.All = ok
	return m, len(m.Targets) > 0
}

// sendingMX finds MX records of a service for sending beside those of the only mail host, which the owner named or the
// other MX records show.
func (f *Facts) sendingMX(ids []string) (m ElsewhereMX, ok bool) {
	for _, x := range f.Exchanges() {
		if in := f.Catalog.Inbound(x.Target); len(in) == 1 {
			if s, ok := f.Catalog.Sender(in[0]); !ok || s.Category != catalog.Transactional {
				return m, false // a filter in front, or a forwarder
			}
			m.At, m.Targets = in[0], append(m.Targets, x.Target)
			continue
		}
		owners := slices.DeleteFunc(slices.Clone(f.Catalog.NameOwners(x.Target)), func(id string) bool {
			base, ok := f.Catalog.Resells(id)
			return !ok || len(ids) == 0 && base != ""
		})
		if len(owners) == 0 || !f.keepsMail(owners[0]) {
			return m, false
		}
		if len(ids) == 0 {
			ids = owners[:1]
		}
		h, known := f.Catalog.Host(ids[0])
		if !known || !slices.ContainsFunc(owners, func(id string) bool { return f.kin(h, id) }) {
			return m, false
		}
		m.Host = h
	}
	m.Sending = true
	return m, m.Host.ID != "" && len(m.Targets) > 0
}

// keepsMail reports whether a catalogue entry is a host with mailboxes, not a filter or forwarder.
func (f *Facts) keepsMail(id string) bool {
	h, ok := f.Catalog.Host(id)
	return ok && (h.Kind == "" || h.Kind == catalog.KindHost)
}

// kin reports whether two hosts are the same, belong to one company, or one resells the other.
func (f *Facts) kin(h catalog.Host, id string) bool {
	o, _ := f.Catalog.Host(id)
	return h.ID == id || h.Company != "" && h.Company == o.Company || h.Resells == id || o.Resells == h.ID
}

// MayReceive reports whether the mail servers may be those of the owner's mail hosts, that is, none is known to be
// another company's.
func (f *Facts) MayReceive(targets []string) bool {
	hosts := f.Services()
	return f.Catalog == nil || !slices.ContainsFunc(targets, func(t string) bool {
		owners := f.Catalog.NameOwners(t)
		return len(owners) > 0 && slices.ContainsFunc(hosts, func(s Service) bool { return s.Host }) && !slices.ContainsFunc(hosts, func(s Service) bool {
			h, ok := f.Catalog.Host(s.ID)
			return ok && slices.ContainsFunc(owners, func(id string) bool { return f.kin(h, id) || !f.keepsMail(id) })
		})
	})
}
