package catalog

import (
	"slices"
	"strings"
)

// SPFOwners lists the IDs of the hosts and senders to whom a name in an SPF term belongs: include:NAME, or a:NAME of one
// of a host's servers.
func (c *Catalog) SPFOwners(name string) []string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	var out []string
	for _, h := range c.Hosts {
		if owns(h.Detect.SPF, name) {
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
		return p == name || strings.Contains(p, "*") && newPattern(p).whole(reversed(name))
	})
}

// NameOwners lists the IDs of the hosts to which a server of that name belongs, by its reverse name or as a mail server.
func (c *Catalog) NameOwners(name string) []string {
	if c.index == nil { // not read from files
		c.finish()
	}
	x := c.index()
	out := slices.Concat(x.ptr.find(name).owners, x.mx.find(name).owners)
	for _, sv := range x.server {
		if sv.whole(reversed(name)) {
			out = append(out, sv.owner)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
