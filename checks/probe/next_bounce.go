package probe

import (
	"strings"

	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/snapshot"
)

const (
	maxBounces = 40 // bounce hosts of services that are looked up without a hint
	maxLiving  = 3  // if more of them than this exist, they come from a wildcard
	maxBelow   = 10 // selectors that are looked up below each
)

// bounces looks up the bounce hosts of all services, which are often the only trace of a service. Below one that exists
// it looks for the service's keys, since mail sent from there is signed for that name.
func (n *asker) bounces() {
	var living []bounceHost
	for _, b := range n.bounceHosts() {
		n.route(b.name, snapshot.MX)
		a, _ := n.find(b.name, snapshot.MX, snapshot.Authority)
		if len(a.Records) > 0 && len(a.Chain) == 0 || a.Reason == snapshot.Delegated { // a zone of its own, most likely the service's
			living = append(living, b)
		}
	}
	if len(living) > maxLiving {
		return
	}
	for _, b := range living {
		n.below(b.name, b.selectors)
	}
}

// bounceHost is a name below the domain to which mail of some services comes back, and the selectors of those services.
type bounceHost struct {
	name      string
	selectors []string
}

// bounceHosts returns the bounce hosts that are looked up without a hint.
func (m *notes) bounceHosts() []bounceHost {
	if m.bounce != nil || m.cat == nil {
		return m.bounce
	}
	m.bounce = make([]bounceHost, 0, maxBounces)
	for _, b := range m.cat.Bounces() {
		if label(b.Label) && len(m.bounce) < maxBounces { // a pattern cannot be asked for
			m.bounce = append(m.bounce, bounceHost{b.Label + "." + m.d, b.Selectors})
		}
	}
	return m.bounce
}

// below looks up the SPF record and the keys of a subdomain from which a service sends.
func (n *asker) below(host string, selectors []string) {
	n.route(host, snapshot.TXT)
	n.route(dnsname.Keys(host), snapshot.TXT)
	if branch := n.s.TXT(dnsname.Keys(host)); !branch.Known() || branch.Status == snapshot.NXDomain {
		return
	}
	asked := 0
	for _, sel := range selectors {
		if sel = strings.ToLower(sel); label(sel) && asked < maxBelow {
			n.route(dnsname.Key(sel, host), snapshot.TXT)
			asked++
		}
	}
}
