package probe

import (
	"net/netip"
	"slices"

	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
)

// mail looks up the mail servers' addresses and reverse names, those of known senders, and the report mailboxes.
func (n *asker) mail() {
	mx := n.s.Get(n.d, snapshot.MX)
	hosts := mx.Data()
	for _, h := range hosts {
		if ip, ok := reading.Literal(h, n.apex); ok { // look for a name with that address
			n.route("mail."+n.d, snapshot.A)
			n.reverse(ip)
		}
	}
	hosts = slices.DeleteFunc(hosts, func(h string) bool {
		_, literal := reading.Literal(h, n.apex)
		return h == "" || literal
	})
	for i, h := range hosts[:min(len(hosts), maxMX)] {
		n.exchange(h, i == 0) // the first is most likely to send too; its reverse name often shows the host
	}
	if mx.Absent() { // mail goes to the domain's own address (RFC 5321 section 5.1)
		n.certain(n.d, snapshot.A)
		if records, _ := reading.SPFRecords(n.s, n.d); len(records) > 0 {
			n.reverses(n.d)
		} else { // nothing says that it sends: the name is enough to see whose server it is
			n.reverseNames(n.d)
		}
	}
	for _, h := range n.a.Hosts {
		if ip, err := netip.ParseAddr(h.Value); err == nil {
			n.reverse(ip)
		}
	}
	for _, ip := range slices.Concat(n.a.IPs, n.a.Mail.IPs) {
		n.reverse(ip)
	}
	n.site()
	n.typedReverse()
	n.wild()
	n.undotted()
	n.reports()
}

// site looks up whose server the website's is, if something on it sends.
func (n *asker) site() {
	if n.cat == nil || !slices.ContainsFunc(n.a.Senders, func(id string) bool {
		s, ok := n.cat.Sender(id)
		return ok && s.OnSite()
	}) {
		return
	}
	n.route(n.d, snapshot.A)
	n.reverses(n.d)
	if n.best(n.d, snapshot.A).Absent() {
		n.route("www."+n.d, snapshot.A)
		n.reverses("www." + n.d)
	}
}

// wild looks up made-up names beside and below the domain, to see whether the domain's records come only from a wildcard,
// which stops applying with the first record created there (RFC 4592 section 2.2), or has already. At a zone apex that
// cannot be.
func (n *asker) wild() {
	if n.d == n.apex || !snapshot.Below(n.d, n.apex) {
		return
	}
	for _, t := range []snapshot.Type{snapshot.MX, snapshot.A, snapshot.AAAA, snapshot.TXT} {
		a := n.s.Get(n.d, t)
		if t != snapshot.AAAA && a.Status == snapshot.NoData { // something below the name hides the wildcard
			n.route(WildcardLabel+"."+snapshot.Parent(n.d), t)
		}
		if len(a.Records)+len(a.Chain) > 0 {
			n.route(WildcardLabel+"."+snapshot.Parent(n.d), t)
			if b := n.s.Get(WildcardLabel+"."+snapshot.Parent(n.d), t); len(b.Records)+len(b.Chain) > 0 {
				n.route(WildcardLabel+"."+n.d, t)
			}
		}
	}
}

// typedReverse looks for a PTR record that was wrongly entered in the domain's own zone, for each given address.
func (n *asker) typedReverse() {
	for _, h := range n.a.Hosts {
		if ip, err := netip.ParseAddr(h.Value); err == nil && n.apex != "" {
			n.route(snapshot.Reverse(ip)+"."+n.apex, snapshot.PTR)
		}
	}
}

// exchange looks up a mail server's addresses. For servers outside the zone IPv6 is only looked up without IPv4, since it
// only matters whether mail can be delivered.
func (n *asker) exchange(host string, first bool) {
	n.certain(host, snapshot.A)
	four := n.s.Get(host, snapshot.A)
	if first || snapshot.Below(host, n.apex) || four.Absent() {
		n.route(host, snapshot.AAAA)
	}
	if four.Absent() {
		n.certain(host, snapshot.AAAA)
	}
	if first && (n.cat == nil || snapshot.Below(host, n.apex) || !n.cat.Named(host)) {
		n.reverses(host)
	}
	if plain := reading.Plain(host); plain != host {
		n.route(plain, snapshot.A)
		return
	}
	meant, ok := reading.Undotted(host, n.apex)
	switch {
	case !ok:
	case four.Absent():
		n.route(meant, snapshot.A)
	case len(four.Records) > 0: // the address may come from a wildcard
		n.route(meant, snapshot.A)
		n.route(WildcardLabel+"."+n.d, snapshot.A)
	}
}

// reverses looks up the reverse names of the first address of each family, and their addresses.
func (n *asker) reverses(host string) {
	for _, ip := range n.firstOf(host) {
		n.reverse(ip)
	}
}

// reverseNames looks up those reverse names only.
func (n *asker) reverseNames(host string) {
	for _, ip := range n.firstOf(host) {
		n.resolver(snapshot.Reverse(ip), snapshot.PTR)
	}
}

// firstOf returns the first address of each family.
func (n *asker) firstOf(host string) (out []netip.Addr) {
	for _, t := range []snapshot.Type{snapshot.A, snapshot.AAAA} {
		if ips := addrs(n.s.Get(host, t)); len(ips) > 0 {
			out = append(out, ips[0])
		}
	}
	return out
}

// undotted looks up where a CNAME whose target lacks its final dot was meant to lead.
func (n *asker) undotted() {
	for _, a := range n.positives() {
		if a.Via == snapshot.Cache || len(a.Chain) == 0 || len(a.Records) > 0 || !a.Known() || !snapshot.Below(a.Name, n.apex) {
			continue
		}
		if meant, ok := reading.Undotted(a.Chain[len(a.Chain)-1].Target, n.apex); ok {
			n.route(meant, a.Type)
		}
	}
}
