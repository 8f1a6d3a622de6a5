package catalog

import (
	"slices"
	"strings"
)

// LikelyPanels returns the panels in which the owner may edit records: the one with the ID said ("" for none), and those
// of the companies of the mail hosts. Hosts with the same MX count as one company.
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
		h := c.host(id)
		kin := []*Host{h}
		for _, other := range c.hosts.all() {
			if other.ID != id && slices.ContainsFunc(other.Detect.MX, func(mx string) bool { return slices.Contains(h.Detect.MX, mx) }) {
				kin = append(kin, other)
			}
		}
		for _, k := range kin {
			for _, p := range c.panels.all() {
				if slices.ContainsFunc(k.Detect.NS, func(host string) bool { return serves(p.NS, host) }) {
					whole, _ := c.Panel(p.ID)
					add(whole)
				}
			}
		}
	}
	return out
}

// SPFOwners returns the IDs of the hosts and senders to which a name in an include or a term belongs.
func (c *Catalog) SPFOwners(name string) []string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	var out []string
	for _, h := range c.hosts.all() {
		if h.Kind != KindFreeMail && owns(h.Detect.SPF, name) { // the name belongs to the company's paid product
			out = append(out, h.ID)
		}
	}
	for _, s := range c.senders.all() {
		if owns(s.Detect.SPF, name) && !slices.Contains(out, s.ID) {
			out = append(out, s.ID)
		}
	}
	return out
}

// owns reports whether one of the patterns is or matches the whole name.
func owns(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		return p == name || strings.ContainsAny(p, "*#") && newPattern(p).whole(name)
	})
}

// Shows reports whether a mail can show by names (envelope sender, signature, reverse name) that an entry sent it. It is
// false for those that send through the owner's own server or only in their own name.
func (c *Catalog) Shows(id string) bool {
	if s, ok := c.Sender(id); ok {
		return !s.OnSite() && !s.OwnFrom && s.Detect.named()
	}
	h, ok := c.Host(id)
	return ok && h.Detect.named()
}

// named reports whether there is a pattern for names that a mail can show.
func (d Detect) named() bool { return len(d.SPF)+len(d.CNAME)+len(d.PTR)+len(d.MX) > 0 }

// NameOwners returns the sorted IDs of the hosts to which a server belongs by its name, be it a reverse name, an MX
// target or a server name.
func (c *Catalog) NameOwners(name string) []string {
	if c.index == nil { // not read from files
		c.finish(pack{})
	}
	x := c.index()
	out := slices.Concat(x.ptr.find(name).owners, x.mx.find(name).owners)
	out = append(out, x.serverOwners(strings.ToLower(strings.TrimSuffix(name, ".")))...)
	slices.Sort(out)
	return slices.Compact(out)
}

// Resells returns the host whose servers a mail host sells under its own name, "" if there is none; false if there is no such
// mail host.
func (c *Catalog) Resells(id string) (base string, ok bool) {
	h := c.hosts.find(id)
	if h == nil {
		return "", false
	}
	return h.Resells, true
}

// Inbound returns the IDs of the senders whose mail server for incoming mail has that name.
func (c *Catalog) Inbound(name string) []string {
	if c.index == nil { // not read from files
		c.finish(pack{})
	}
	return c.index().sMX.find(name).owners
}

// Replaces reports whether an SPF term covers the host in place of its own terms.
func (h Host) Replaces(term string) bool { return replaces(h.Instead, term) }

// Replaces reports whether an SPF term covers the service in place of its own terms, such as an older name or that of a
// contract or region.
func (s Sender) Replaces(term string) bool { return replaces(s.Instead, term) }

func replaces(instead []string, term string) bool {
	kind, name, ok := strings.Cut(strings.ToLower(strings.TrimPrefix(term, "+")), ":")
	return ok && slices.ContainsFunc(instead, func(p string) bool {
		k, pattern, _ := strings.Cut(p, ":")
		return k == kind && newPattern(pattern).whole(strings.TrimSuffix(name, "."))
	})
}

// Fixed returns the selectors that are the same for every customer, so that they can be looked up.
func (d DKIM) Fixed() (out []string) {
	for _, s := range d.Selectors {
		if !strings.ContainsAny(s, "*#") {
			out = append(out, s)
		}
	}
	return out
}

// Together returns the selectors whose records the console gives at once; fewer than two if it gives a single record.
func (d DKIM) Together() []string {
	if d.All {
		return d.Fixed()
	}
	return d.Set
}

// Uses reports whether a selector is one of the entry's, or matches a pattern of its selectors.
func (d DKIM) Uses(selector string) bool {
	return slices.ContainsFunc(d.Selectors, func(p string) bool { return glob(p, strings.ToLower(selector)) })
}

// ServiceOf returns the ID of the sender or host to which one of the names in a mail belongs: the domain of the envelope
// sender or a signature, or a reverse name. The first name that belongs to exactly one entry decides; "" if there is
// none.
func (c *Catalog) ServiceOf(names ...string) string {
	if c.index == nil { // not read from files
		c.finish(pack{})
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

// MailboxOwner returns the host that gives out addresses at the domain, as free mail services do.
func (c *Catalog) MailboxOwner(domain string) (Host, bool) {
	hosts := c.Hosts()
	i := slices.IndexFunc(hosts, func(h Host) bool { return slices.Contains(h.Inbox.Domains, strings.ToLower(domain)) })
	if i < 0 {
		return Host{}, false
	}
	return hosts[i], true
}
