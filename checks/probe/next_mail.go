package probe

import (
	"net/netip"
	"slices"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// own looks up the records of the domain itself, and if they are missing, their common wrong places. Single servers are
// asked for them in nameServers.
func (n *asker) own() {
	n.urgent(n.d, snapshot.TXT, snapshot.MX)
	for _, name := range n.policies {
		n.urgent(name, snapshot.TXT)
	}
	n.urgent(n.keysAt, snapshot.TXT)
	n.route(n.d, snapshot.A, snapshot.AAAA)
	n.certain(n.wildKey, snapshot.TXT)
	n.certain(WildcardLabel+"."+n.d, snapshot.TXT)
	n.beside()
	n.copies()
}

// maxBeside is the number of keys beside which a CNAME is looked for.
const maxBeside = 4

// beside looks for a CNAME beside a policy or key, since some panels allow both and answer by query type. It also looks
// up where such a CNAME leads, or would lead according to a TXT record.
func (n *asker) beside() {
	look := func(name string) {
		a := n.best(name, snapshot.TXT)
		if len(a.Chain) > 0 || len(a.Records) == 0 {
			return
		}
		n.route(name, snapshot.CNAME)
		targets := n.s.Get(name, snapshot.CNAME).Data()
		if target, ok := dkim.Target(a.Records[0].Data); ok && len(a.Records) == 1 {
			targets = append(targets, target)
		}
		for _, t := range targets {
			if label(t) {
				n.certain(t, snapshot.TXT)
			}
		}
	}
	look(n.policy)
	keys := n.keys()
	for _, sel := range keys[:min(len(keys), maxBeside)] {
		look(dnsname.Key(sel, n.d))
	}
}

// label reports whether a text can be one or more labels of a question: letters, digits, '-' and '_', separated by dots.
// Selector patterns of the catalogue ("rs*") cannot.
func label(s string) bool {
	if s == "" || strings.HasPrefix(s, ".") || strings.HasSuffix(s, ".") {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}

// service is a host or sender that is in use, because the owner said so or DNS shows it.
type service struct {
	host   string // its ID if it is a mail host
	spf    []string
	dkim   catalog.DKIM
	bounce []string
	unsure bool // the evidence fits other services too
}

// visible reports whether something can show a service.
func (n *asker) visible() bool {
	return n.s.Best(n.d, snapshot.MX) != nil || n.s.Best(n.d, snapshot.TXT) != nil
}

// lookForServices returns the services in use.
func (n *asker) lookForServices() []service {
	out := []service{}
	if n.cat == nil {
		return out
	}
	var seen catalog.Detected
	if n.visible() {
		seen = n.cat.Detect(n.s)
	}
	done := map[string]bool{}
	host := func(id, value string, unsure bool) {
		h, ok := n.cat.Host(id)
		if name, known := h.ServerName(value); known {
			value = name
		}
		if ok && !done[h.ID+"="+value] {
			done[h.ID+"="+value] = true
			out = append(out, service{host: h.ID, spf: n.fill(h.SPF, value), dkim: h.DKIM, bounce: h.Detect.Bounce, unsure: unsure})
		}
	}
	sender := func(id string, unsure bool) {
		if s, ok := n.cat.Sender(id); ok && !done["+"+s.ID] {
			done["+"+s.ID] = true
			out = append(out, service{spf: n.fill(s.SPF, ""), dkim: s.DKIM, bounce: s.Detect.Bounce, unsure: unsure})
		}
	}
	for _, h := range n.a.Hosts {
		host(h.ID, h.Value, false)
	}
	for _, c := range seen.Hosts {
		host(c.ID, c.Value, c.Ambiguous)
	}
	for _, id := range n.a.Senders {
		sender(id, false)
	}
	for _, c := range seen.Senders {
		sender(c.ID, c.Ambiguous)
	}
	for _, c := range seen.Hints { // only an ownership record so far; looking up its names may show more
		host(c.ID, "", true)
		sender(c.ID, true)
	}
	return out
}

// fill replaces the domain and the server's name in SPF terms, and leaves out terms with other placeholders.
func (n *asker) fill(terms []string, server string) (out []string) {
	for _, t := range terms {
		t = strings.ReplaceAll(t, "<domain>", n.d)
		if server != "" {
			t = strings.ReplaceAll(t, "<server>", server)
		}
		if !strings.Contains(t, "<") {
			out = append(out, t)
		}
	}
	return out
}

// spf looks up everything that the evaluation of the published records lacks, and of the terms that a plan may add, so
// that the plan can be proved without another question.
func (n *asker) spf() {
	if n.best(n.d, snapshot.TXT).Status == snapshot.Unasked {
		return
	}
	data := reading.SPF(n.s)
	records, _ := reading.SPFRecords(n.s, n.d)
	for _, r := range n.best(n.d, snapshot.TXT).Records {
		if text, torn := reading.Meant(r); torn || spf.Resembles(r.Data) { // the plan will correct it, so its includes matter
			mended, _ := spf.Merge([]string{text}, nil)
			records = append(records, mended)
		}
	}
	if len(records) == 0 { // the plan may copy one from servers that are not in charge
		for _, a := range n.s.Answers {
			if a.Via == snapshot.Server && a.Name == n.d && a.Type == snapshot.TXT {
				records = append(records, slices.DeleteFunc(a.Data(), func(v string) bool { return !spf.Is(v) })...)
			}
		}
	}
	records = records[:min(len(records), maxSPF)]
	published := records
	var terms []string
	for _, s := range n.services() {
		terms = append(terms, s.spf...)
		for _, l := range s.bounce {
			if l = strings.ToLower(l); label(l) {
				n.route(l+"."+n.d, snapshot.TXT, snapshot.MX)
			}
		}
	}
	if len(terms) > 0 {
		records = append(records, "v=spf1 "+strings.Join(terms, " ")+" ~all")
	}
	for _, r := range records {
		n.missing(spf.Lacks(data, n.d, r))
	}
	for _, r := range records {
		for _, t := range spf.Parse(r).Terms {
			host := strings.ToLower(strings.TrimSuffix(t.Value, "."))
			if t.Name == "mx" && label(host) && n.s.Get(host, snapshot.MX).Absent() { // usually a was meant
				n.route(host, snapshot.A, snapshot.AAAA)
			}
			if there, known := reading.SPFRecords(n.s, host); t.Name == "include" && label(host) && known && len(there) == 0 { // likewise
				n.route(host, snapshot.A, snapshot.AAAA)
			}
		}
	}
	n.confirm(records)
	n.tried(published, terms)
	if _, host, ok := strings.Cut(n.a.Forward.From, "@"); ok { // the company of these servers shows what forwarding does
		n.route(strings.ToLower(host), snapshot.MX)
	}
	if _, host, ok := strings.Cut(n.a.List.Address, "@"); ok {
		host = strings.ToLower(host)
		n.route(host, snapshot.TXT)
		n.missing(spf.Lacks(data, host, ""))
	}
}

// missing looks up what an SPF evaluation lacks.
func (n *asker) missing(list []spf.Need) {
	for _, m := range list {
		n.route(strings.ToLower(m.Name), snapshot.Type(m.Type))
	}
}

// reverse looks up an address's reverse names and their addresses (forward-confirmed reverse DNS).
func (n *asker) reverse(ip netip.Addr) {
	name := snapshot.Reverse(ip)
	n.resolver(name, snapshot.PTR)
	t := snapshot.A
	if ip.Unmap().Is6() {
		t = snapshot.AAAA
	}
	names := n.s.Get(name, snapshot.PTR).Data()
	for _, to := range names[:min(len(names), 2)] {
		n.route(to, t)
	}
}

// reports looks up whether mailboxes elsewhere accept this domain's reports (RFC 9990 section 4), and their MX.
func (n *asker) reports() {
	var to []dmarc.Report
	for _, name := range n.policies {
		for _, r := range n.s.TXT(name).Data() {
			if dmarc.Is(r) {
				rec := dmarc.Parse(r)
				to = append(to, slices.Concat(rec.Reports, rec.Failures)...)
			}
		}
	}
	if _, host, ok := strings.Cut(n.a.ReportTo, "@"); ok {
		to = append(to, dmarc.Report{Host: strings.ToLower(host)})
	}
	for _, r := range to[:min(len(to), maxReports)] {
		if !label(r.Host) {
			continue
		}
		n.route(r.Host, snapshot.MX)
		if n.s.Get(r.Host, snapshot.MX).Status == snapshot.NoData { // without MX, mail goes to the address (RFC 5321 section 5.1)
			n.route(r.Host, snapshot.A, snapshot.AAAA)
		}
		if !snapshot.Below(r.Host, n.reg) {
			n.resolver(dnsname.ReportPermission(n.d, r.Host), snapshot.TXT)
		}
	}
}

// aliases looks up the targets of CNAMEs that lead out of the zone; snapshot.Get combines the answers.
func (n *asker) aliases() {
	for _, a := range n.positives() {
		if (a.Via == snapshot.Authority || a.Via == snapshot.Resolver) && a.Status == snapshot.OK && len(a.Records) == 0 {
			n.certain(a.Chain[len(a.Chain)-1].Target, a.Type)
		}
	}
}

// addrs returns the addresses in an answer.
func addrs(a snapshot.Answer) (out []netip.Addr) {
	for _, v := range a.Data() {
		if ip, err := netip.ParseAddr(v); err == nil {
			out = append(out, ip)
		}
	}
	return out
}
