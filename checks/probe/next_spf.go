package probe

import (
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// tried looks up what a receiver of mail from the known sending addresses would, since names with macros depend on the
// address. Every term is evaluated by itself, because a plan may move terms in front of the tenth look-up.
func (n *asker) tried(records, needed []string) {
	ips := slices.Clone(n.a.IPs)
	if strings.EqualFold(n.a.Mail.Envelope, n.d) {
		ips = append(ips, n.a.Mail.IPs...)
	}
	data := reading.SPF(n.s)
	for _, t := range needed {
		if nets := spf.Walk(data, n.d, "v=spf1 "+t+" -all").Networks; len(nets) > 0 && !slices.Contains(ips, nets[0].Addr()) {
			ips = append(ips, nets[0].Addr())
		}
	}
	for _, r := range records {
		terms := spf.Parse(r).Terms
		for _, t := range terms[:min(len(terms), 2*spf.MaxLookups)] {
			if t.Lookups() == 0 {
				continue
			}
			for _, ip := range ips[:min(len(ips), reading.MaxTried)] {
				n.through(t.Text, ip)
			}
			n.hosted(t, ips)
		}
	}
}

// hosted looks up the fixed part of names that depend on the sender's address, if those of all known senders do not
// exist: nothing exists below a name that does not (RFC 8020). If the fixed part exists, other addresses are tried.
func (n *asker) hosted(t spf.Term, ips []netip.Addr) {
	if t.Name != "include" && t.Name != "redirect" || len(ips) == 0 {
		return
	}
	for _, ip := range ips[:min(len(ips), reading.MaxTried)] {
		name, ok := spf.Expanded(t, n.d, spf.Request{IP: ip, MailFrom: "postmaster@" + n.d, HELO: n.d})
		if !ok || !strings.Contains(t.Value, "%") || !n.s.TXT(name).Absent() {
			return
		}
	}
	base := spf.Unexpanded(t)
	if base == "" {
		return
	}
	n.route(base, snapshot.TXT)
	if a := n.s.TXT(base); a.Known() && a.Status != snapshot.NXDomain {
		for _, ip := range reading.Strangers {
			n.through(t.Text, netip.MustParseAddr(ip))
		}
	}
}

// through looks up what the evaluation of one term lacks.
func (n *asker) through(term string, ip netip.Addr) {
	alone := only{reading.SPF(n.s), n.d, "v=spf1 " + term}
	req := spf.Request{IP: ip, MailFrom: "postmaster@" + n.d, HELO: n.d}
	n.missing(spf.Evaluate(alone, req).Missing)
}

// only is a source of data in which one domain has a different SPF record.
type only struct {
	spf.Data
	domain, record string
}

func (d only) Reply(n spf.Need) spf.Reply {
	if n.Type == "TXT" && n.Name == d.domain {
		return spf.Reply{Status: spf.Found, TXT: []string{d.record}}
	}
	return d.Data.Reply(n)
}

// confirm asks a second server for names in the zone that SPF terms refer to and that one server says do not exist.
func (n *asker) confirm(records []string) {
	for _, r := range records {
		terms := spf.Parse(r).Terms
		for _, t := range terms[:min(len(terms), 2*spf.MaxLookups)] {
			types := map[string]snapshot.Type{"include": snapshot.TXT, "redirect": snapshot.TXT, "a": snapshot.A, "mx": snapshot.MX, "exists": snapshot.A}
			if typ, ok := types[t.Name]; ok && t.Value != "" && label(strings.ToLower(t.Value)) {
				if name := strings.ToLower(t.Value); n.s.Get(name, typ).Absent() {
					n.certain(name, typ)
				}
			}
		}
	}
}
