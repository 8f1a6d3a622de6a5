package probe

import (
	"net/netip"
	"slices"

	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
)

// mail asks for the mail servers' addresses and names, the known senders' names, and the report mailboxes.
func (n *asker) mail() {
	mx := n.s.Get(n.d, snapshot.MX)
	hosts := mx.Data()
	for _, h := range hosts {
		if ip, ok := reading.Literal(h, n.apex); ok { // which name has that address?
			n.route("mail."+n.d, snapshot.A)
			n.reverse(ip)
		}
	}
	hosts = slices.DeleteFunc(hosts, func(h string) bool {
		_, literal := reading.Literal(h, n.apex)
		return h == "" || literal
	})
	for i, h := range hosts[:min(len(hosts), maxMX)] {
		n.exchange(h, i == 0) // the first is the likeliest to send too; its name often tells the host
	}
	if mx.Absent() { // then the domain's own address takes the mail (RFC 5321 section 5.1)
		n.certain(n.d, snapshot.A)
		if records, _ := reading.SPFRecords(n.s, n.d); len(records) > 0 {
			n.reverses(n.d)
		} else { // nobody says that it sends: the name alone tells whose server it is
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
	before := len(n.out)
	n.reports()
	n.boxes = len(n.out) > before
}

// site asks whose server the website's is, where something on it sends.
func (n *asker) site() {
	if n.cat == nil || !slices.ContainsFunc(n.a.Senders, func(id string) bool {
		s, ok := n.cat.Sender(id)
		return ok && s.OnSite()
	}) {
		return
	}
	n.route(n.d, snapshot.A)
	n.reverses(n.d)
	if n.s.Get(n.d, snapshot.A).Absent() {
		n.route("www."+n.d, snapshot.A)
		n.reverses("www." + n.d)
	}
}

// wild asks for the addresses and MX of names that nobody made, beside the domain and below it: whether it has its own only by
// a wildcard, which ends with the first record that is made there (RFC 4592 section 2.2). At the zone's apex none can.
func (n *asker) wild() {
	if n.d == n.apex || !snapshot.Below(n.d, n.apex) {
		return
	}
	for _, t := range []snapshot.Type{snapshot.MX, snapshot.A, snapshot.AAAA, snapshot.TXT} {
		if a := n.s.Get(n.d, t); len(a.Records)+len(a.Chain) > 0 {
			n.route(WildcardLabel+"."+snapshot.Parent(n.d), t)
			if b := n.s.Get(WildcardLabel+"."+snapshot.Parent(n.d), t); len(b.Records)+len(b.Chain) > 0 {
				n.route(WildcardLabel+"."+n.d, t)
			}
		}
	}
}

// typedReverse asks for the reverse name of an address that was told where many type it: into the domain's own zone.
func (n *asker) typedReverse() {
	for _, h := range n.a.Hosts {
		if ip, err := netip.ParseAddr(h.Value); err == nil && n.apex != "" {
			n.route(snapshot.Reverse(ip)+"."+n.apex, snapshot.PTR)
		}
	}
}

// exchange asks for a mail server's addresses. Of other people's servers the second family is asked for only where the
// first is missing: whether mail can be delivered there is all that is wanted.
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
	case len(four.Records) > 0: // a wildcard may answer for a name that nobody made
		n.route(meant, snapshot.A)
		n.route(WildcardLabel+"."+n.d, snapshot.A)
	}
}

// reverses asks for the reverse names of the first address of each family, and where these lead.
func (n *asker) reverses(host string) {
	for _, ip := range n.firstOf(host) {
		n.reverse(ip)
	}
}

// reverseNames asks for those names alone.
func (n *asker) reverseNames(host string) {
	for _, ip := range n.firstOf(host) {
		n.resolver(snapshot.Reverse(ip), snapshot.PTR)
	}
}

// firstOf are the first addresses of each family.
func (n *asker) firstOf(host string) (out []netip.Addr) {
	for _, t := range []snapshot.Type{snapshot.A, snapshot.AAAA} {
		if ips := addrs(n.s.Get(host, t)); len(ips) > 0 {
			out = append(out, ips[0])
		}
	}
	return out
}

// undotted asks where an alias was meant to lead whose target lost its final dot.
func (n *asker) undotted() {
	for _, a := range n.s.Answers {
		if a.Via == snapshot.Cache || len(a.Chain) == 0 || len(a.Records) > 0 || !a.Known() || !snapshot.Below(a.Name, n.apex) {
			continue
		}
		if meant, ok := reading.Undotted(a.Chain[len(a.Chain)-1].Target, n.apex); ok {
			n.route(meant, a.Type)
		}
	}
}
