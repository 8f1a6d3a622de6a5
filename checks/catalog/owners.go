package catalog

import (
	"slices"
	"strings"
)

// SPFOwners lists the IDs of the hosts and senders whose servers a name lists, as in include:NAME.
func (c *Catalog) SPFOwners(name string) []string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	var out []string
	for _, h := range c.Hosts {
		if slices.Contains(h.Detect.SPF, name) {
			out = append(out, h.ID)
		}
	}
	for _, s := range c.Senders {
		if slices.Contains(s.Detect.SPF, name) && !slices.Contains(out, s.ID) {
			out = append(out, s.ID)
		}
	}
	return out
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
