package catalog

import (
	"slices"
	"strings"
)

// LikelyPanels are the panels in which the owner may edit records: the one that was named (said: its ID, "" where none
// was), and those of the companies that run the mail hosts. A company with several kinds of hosting has one MX for all.
func (c *Catalog) LikelyPanels(said string, hosts []string) []Panel {
	var out []Panel
	add := func(p Panel) {
		if !slices.ContainsFunc(out, func(x Panel) bool { return x.ID == p.ID }) {
			out = append(out, p)
		}
	}
	if p, ok := c.Panel(said); ok {
		add(p)
	}
	for _, id := range hosts {
		h, _ := c.Host(id)
		kin := []Host{h}
		for _, other := range c.Hosts {
			if other.ID != id && slices.ContainsFunc(other.Detect.MX, func(mx string) bool { return slices.Contains(h.Detect.MX, mx) }) {
				kin = append(kin, other)
			}
		}
		for _, k := range kin {
			for _, p := range c.Panels {
				if slices.ContainsFunc(k.Detect.NS, p.Serves) {
					add(p)
				}
			}
		}
	}
	return out
}

// SPFOwners lists the IDs of the hosts and senders to whom a name in an SPF term belongs: include:NAME, or a:NAME of one
// of a host's servers.
func (c *Catalog) SPFOwners(name string) []string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	var out []string
	for _, h := range c.Hosts {
		if h.Kind != KindFreeMail && owns(h.Detect.SPF, name) { // the company's paid product gives the name out
			out = append(out, h.ID)
		}
	}
	for _, s := range c.Senders {
		if owns(s.Detect.SPF, name) && !slices.Contains(out, s.ID) {
			out = append(out, s.ID)
		}
	}
	return out
}

func owns(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		return p == name || strings.ContainsAny(p, "*#") && newPattern(p).whole(reversed(name))
	})
}

// Shows reports whether mail can show by its names (a return path, a signature, a reverse name) that a sender or host sent
// it: one that sends by the owner's own server, or in its own name alone, cannot be told so.
func (c *Catalog) Shows(id string) bool {
	if s, ok := c.Sender(id); ok {
		return !s.OnSite() && !s.OwnFrom && s.Detect.named()
	}
	h, ok := c.Host(id)
	return ok && h.Detect.named()
}

func (d Detect) named() bool { return len(d.SPF)+len(d.CNAME)+len(d.PTR)+len(d.MX) > 0 }

// NameOwners lists the IDs of the hosts to which a server of that name belongs, by its reverse name or as a mail server.
func (c *Catalog) NameOwners(name string) []string {
	if c.index == nil { // not read from files
		c.finish()
	}
	x := c.index()
	out := slices.Concat(x.ptr.find(name).owners, x.mx.find(name).owners)
	out = append(out, x.serverOwners(strings.ToLower(strings.TrimSuffix(name, ".")))...)
	slices.Sort(out)
	return slices.Compact(out)
}

// Replaces reports whether a term of an SPF record meets the host's whole need in place of its own terms.
func (h Host) Replaces(term string) bool { return replaces(h.Instead, term) }

// Replaces reports whether a term of an SPF record meets the service's whole need in place of its own terms: its old
// name, or the one of the owner's contract or region.
func (s Sender) Replaces(term string) bool { return replaces(s.Instead, term) }

func replaces(instead []string, term string) bool {
	kind, name, ok := strings.Cut(strings.ToLower(strings.TrimPrefix(term, "+")), ":")
	return ok && slices.ContainsFunc(instead, func(p string) bool {
		k, pattern, _ := strings.Cut(p, ":")
		return k == kind && newPattern(pattern).whole(reversed(strings.TrimSuffix(name, ".")))
	})
}

// Fixed lists the selectors that are the same for every customer, so that they can be asked for.
func (d DKIM) Fixed() (out []string) {
	for _, s := range d.Selectors {
		if !strings.ContainsAny(s, "*#") {
			out = append(out, s)
		}
	}
	return out
}

// Together lists the selectors whose records its console gives at once; fewer than two where it gives one record.
func (d DKIM) Together() []string {
	if d.All {
		return d.Fixed()
	}
	return d.Set
}

// Uses reports whether a selector is one of the entry's, or formed as its are (a date, a customer's number).
func (d DKIM) Uses(selector string) bool {
	return slices.ContainsFunc(d.Selectors, func(p string) bool { return glob(p, strings.ToLower(selector)) })
}

// ServiceOf is the ID of the sender or host to whom a name belongs that mail shows: the domain of a return path, of a
// signature (d=), or a server's reverse name. The first name that belongs to just one entry decides; "" where none does.
func (c *Catalog) ServiceOf(names ...string) string {
	if c.index == nil { // not read from files
		c.finish()
	}
	x := c.index()
	for _, name := range names {
		var best matches
		for _, t := range []*table{&x.sSPF, &x.sCNAME, &x.spf, &x.cname, &x.ptr, &x.mx} {
			switch m := t.find(name); {
			case m.weight > best.weight:
				best = m
			case m.weight == best.weight:
				best.owners = append(slices.Clip(best.owners), m.owners...)
			}
		}
		slices.Sort(best.owners)
		if owners := slices.Compact(best.owners); len(owners) == 1 {
			return owners[0]
		}
	}
	return ""
}

// MailboxOwner is the host at whose own domains an address is, as those of free mailboxes are.
func (c *Catalog) MailboxOwner(domain string) (Host, bool) {
	i := slices.IndexFunc(c.Hosts, func(h Host) bool { return slices.Contains(h.Inbox.Domains, strings.ToLower(domain)) })
	if i < 0 {
		return Host{}, false
	}
	return c.Hosts[i], true
}
