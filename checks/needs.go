package checks

import (
	"net/netip"
	"slices"
	"strings"

	"todoku/checks/catalog"
	"todoku/checks/owner"
	"todoku/checks/reading"
	"todoku/checks/snapshot"
	"todoku/checks/spf"
)

// Service is a mail host or sender that is in use: the owner said so, or DNS shows it.
type Service struct {
	ID    string
	Value string // stands for <server>, <ip> or <ip6> in its terms
	Host  bool   // the host of the own mail, not a sender beside it
	SPF   []string
	Ask   bool // what it needs in the SPF record is told only by its own console or guide
	DKIM  catalog.DKIM
}

// Services lists what sends in the owner's name: the answers where they were given, else what DNS shows for certain.
func Services(in In) []Service {
	if in.Catalog == nil {
		return nil
	}
	in = in.WithSeen()
	var out []Service
	hosts := in.Answers.Hosts
	if len(hosts) == 0 {
		for _, c := range in.Seen.Hosts {
			if !c.Ambiguous && c.Sends {
				hosts = append(hosts, owner.Host{ID: c.ID, Value: c.Value})
			}
		}
	}
	for _, h := range hosts {
		e, ok := in.Catalog.Host(h.ID)
		if !ok {
			continue
		}
		if h.Value == "" {
			h.Value = seenValue(in.Seen.Hosts, e.ID)
		}
		out = append(out, Service{ID: e.ID, Value: h.Value, Host: true, SPF: e.SPF, Ask: len(e.SPF) == 0, DKIM: e.DKIM})
	}
	senders := in.Answers.Senders
	if len(senders) == 0 && !in.Answers.NoSender {
		for _, c := range in.Seen.Senders {
			if !c.Ambiguous && c.Sends {
				senders = append(senders, c.ID)
			}
		}
	}
	for _, id := range senders {
		e, ok := in.Catalog.Sender(id)
		if !ok || e.OwnFrom || slices.ContainsFunc(out, func(s Service) bool { return s.ID == e.ID }) {
			continue
		}
		out = append(out, Service{ID: e.ID, SPF: e.SPF, Ask: e.SPFAsk, DKIM: e.DKIM})
	}
	return out
}

func seenValue(clues []catalog.Clue, id string) string {
	for _, c := range clues {
		if c.ID == id && c.Value != "" {
			return c.Value
		}
	}
	return ""
}

// Term is one SPF term that a service needs, with its placeholders filled.
type Term struct {
	Service string
	Text    string // "" where the value for its placeholder is not known
	Raw     string // as the catalogue has it
	// Usual terms are habit (mx, a:<domain>): they are added with the others, but their absence alone is no fault.
	Usual bool
}

// Terms lists the SPF terms that a domain needs for its services and its known sending addresses.
func Terms(in In) []Term {
	var out []Term
	for _, s := range Services(in) {
		needed := false
		var mine []Term
		for _, raw := range s.SPF {
			t := Term{Service: s.ID, Raw: raw, Text: Fill(raw, s, in.Answers)}
			bare := strings.TrimLeft(raw, "+")
			t.Usual = bare == "mx" || bare == "a" || bare == "a:<domain>"
			if strings.Contains(raw, "<ip6>") && t.Text == "" {
				continue // most have no such address; the bounce would show it
			}
			needed = needed || !t.Usual
			mine = append(mine, t)
		}
		for i := range mine {
			mine[i].Usual = mine[i].Usual && needed
		}
		out = append(out, mine...)
	}
	for _, ip := range in.Answers.IPs {
		kind := "ip4:"
		if ip.Is6() {
			kind = "ip6:"
		}
		out = append(out, Term{Service: "given", Raw: kind + ip.String(), Text: kind + ip.String()})
	}
	return out
}

// Fill puts a service's values in place of a term's placeholders; "" where one is not known.
func Fill(raw string, s Service, a owner.Answers) string {
	t := strings.ReplaceAll(raw, "<domain>", a.Domain)
	for _, p := range []struct {
		name string
		fits func(netip.Addr) bool
	}{{"<ip>", netip.Addr.Is4}, {"<ip6>", netip.Addr.Is6}} {
		if !strings.Contains(t, p.name) {
			continue
		}
		ip, err := netip.ParseAddr(s.Value)
		if err != nil || !p.fits(ip) {
			i := slices.IndexFunc(a.IPs, p.fits)
			if i < 0 {
				return ""
			}
			ip = a.IPs[i]
		}
		t = strings.ReplaceAll(t, p.name, ip.String())
	}
	if strings.Contains(t, "<server>") {
		if s.Value == "" {
			return ""
		}
		t = strings.ReplaceAll(t, "<server>", s.Value)
	}
	if strings.Contains(t, "<") {
		return ""
	}
	return t
}

// maxSamples bounds how many of a term's address ranges are tried.
const maxSamples = 32

// Covered reports whether a record lets pass what the term would, by whatever means: mail from every address range of
// the term is judged as a receiver would judge it, so that the order of the record and refusals before a match count.
// known is false where an answer that would decide it is missing. A term whose addresses cannot be seen is covered
// where it stands in the record itself.
func Covered(s *snapshot.Snapshot, tree spf.Tree, domain, term string) (covered, known bool) {
	need := spf.Walk(reading.SPF(s), domain, "v=spf1 "+term+" -all")
	if len(need.Networks) == 0 {
		return named(tree.Root, domain, term), len(need.Missing) == 0
	}
	data := proposed{reading.SPF(s), domain, tree.Root.Record, new(bool)}
	for _, n := range need.Networks[:min(len(need.Networks), maxSamples)] {
		v := spf.Evaluate(data, spf.Request{IP: n.Addr(), MailFrom: "postmaster@" + domain, HELO: domain})
		if v.Result == spf.PermError && (named(tree.Root, domain, term) || slices.ContainsFunc(tree.Networks, func(t netip.Prefix) bool { return t.Contains(n.Addr()) })) {
			continue // the record is broken, which is a finding of its own; the sender is in it
		}
		if v.Result != spf.Pass {
			return false, v.Result != spf.TempError && !*data.blind
		}
	}
	return true, true
}

// proposed is the data with one domain's record replaced. What nobody could ask before the sender's address was known
// (exists: with macros) matches nothing there, and is remembered.
type proposed struct {
	spf.Data
	domain, record string
	blind          *bool
}

func (d proposed) Reply(n spf.Need) spf.Reply {
	if n.Type == "TXT" && strings.EqualFold(n.Name, d.domain) {
		return spf.Reply{Status: spf.Found, TXT: []string{d.record}}
	}
	r := d.Data.Reply(n)
	if r.Status == spf.Missing {
		*d.blind = true
		return spf.Reply{Status: spf.Void}
	}
	return r
}

// named reports whether the term itself stands anywhere in the tree.
func named(n spf.Node, domain, term string) bool {
	want := spf.Parse("v=spf1 " + term)
	if len(want.Terms) == 0 {
		return false
	}
	for _, t := range n.Parsed.Terms {
		w := want.Terms[0]
		if t.Modifier || t.Name != w.Name || t.Qualifier != '+' || t.Prefix != w.Prefix || t.CIDR4 != w.CIDR4 || t.CIDR6 != w.CIDR6 {
			continue
		}
		if strings.EqualFold(or(t.Value, n.Domain), or(w.Value, domain)) {
			return true
		}
	}
	return slices.ContainsFunc(n.Children, func(c spf.Node) bool { return named(c, domain, term) })
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
