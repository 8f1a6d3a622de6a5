package catalog

import (
	"slices"
	"strings"
)

// Serves reports whether a host is one of the panel's name servers.
func (p Panel) Serves(host string) bool {
	labels := reversed(strings.ToLower(strings.TrimSuffix(host, ".")))
	return slices.ContainsFunc(p.NS, func(s string) bool { return newPattern(s).suffix(labels) })
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
