package catalog

import (
	"net/netip"
	"slices"
)

// ProxyAt returns the ID of the panel that serves a zone with these name servers and whose web proxy has the address. A
// proxy passes web traffic only, so no mail server answers there.
func (c *Catalog) ProxyAt(servers []string, addr netip.Addr) (panel string, ok bool) {
	if c.index == nil {
		c.finish(pack{})
	}
	for _, host := range servers {
		for _, id := range c.index().ns.find(host).owners {
			p, _ := c.Panel(id)
			if slices.ContainsFunc(p.Proxy, func(n string) bool {
				net, err := netip.ParsePrefix(n)
				return err == nil && net.Contains(addr)
			}) {
				return id, true
			}
		}
	}
	return "", false
}
