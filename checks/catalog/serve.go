package catalog

import (
	"slices"
	"strings"
)

// Serves reports whether a host is one of the panel's name servers.
func (p Panel) Serves(host string) bool {
	return served(p.NS, host)
}

func served(patterns []string, host string) bool {
	labels := reversed(strings.ToLower(strings.TrimSuffix(host, ".")))
	return slices.ContainsFunc(patterns, func(s string) bool { return newPattern(s).suffix(labels) })
}

// ParkedAt is where a domain with these name servers is parked; ok is false where a single one of them is nobody's
// parking.
func (c *Catalog) ParkedAt(hosts []string) (found Parking, ok bool) {
	for _, h := range hosts {
		i := slices.IndexFunc(c.Parking, func(p Parking) bool { return served(p.NS, h) })
		if i < 0 {
			return Parking{}, false
		}
		found, ok = c.Parking[i], true
	}
	return found, ok
}

// Servers lists those of the panel's name servers that are known by their whole name, so that they can be asked. Where
// every customer gets others (a pattern, or a suffix alone) there are none. A whole name has a number in its first
// label, and a domain below it.
func (p Panel) Servers() []string {
	var out []string
	for _, s := range p.NS {
		first, rest, _ := strings.Cut(s, ".")
		if strings.ContainsAny(first, "0123456789") && strings.Contains(rest, ".") && !strings.Contains(s, "*") {
			out = append(out, s)
		}
	}
	return out
}
