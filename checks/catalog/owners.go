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
