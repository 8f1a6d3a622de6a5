package probe

import (
	"slices"
	"strings"
	"sync"

	"example.org/todoku/checks/catalog"
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
	if n.cat == nil {
		return
	}
	labels, selectors := bouncesOf(n.cat)
	var living []string
	for _, l := range labels {
		n.route(l+"."+n.d, snapshot.MX)
		if a, _ := n.find(l+"."+n.d, snapshot.MX, snapshot.Authority); len(a.Records) > 0 && len(a.Chain) == 0 {
			living = append(living, l)
		}
	}
	if len(living) > maxLiving {
		return
	}
	for _, l := range living {
		n.below(l+"."+n.d, selectors[l])
	}
}

// bounceHosts are the labels of bounce hosts, and the selectors of the services that use each.
type bounceHosts struct {
	labels    []string
	selectors map[string][]string
}

var bouncesBy sync.Map // of bounceHosts, by catalogue

// bouncesOf returns the catalogue's bounce hosts, computed once.
func bouncesOf(cat *catalog.Catalog) ([]string, map[string][]string) {
	if b, ok := bouncesBy.Load(cat); ok {
		return b.(bounceHosts).labels, b.(bounceHosts).selectors
	}
	b := bounceHosts{selectors: map[string][]string{}}
	add := func(d catalog.Detect, k catalog.DKIM) {
		for _, l := range d.Bounce {
			l = strings.ToLower(l)
			if !label(l) {
				continue
			}
			if !slices.Contains(b.labels, l) && len(b.labels) < maxBounces {
				b.labels = append(b.labels, l)
			}
			b.selectors[l] = append(b.selectors[l], k.Selectors...)
		}
	}
	for _, h := range cat.Hosts {
		add(h.Detect, h.DKIM)
	}
	for _, s := range cat.Senders {
		add(s.Detect, s.DKIM)
	}
	bouncesBy.Store(cat, b)
	return b.labels, b.selectors
}

// below looks up the SPF record and the keys of a subdomain from which a service sends.
func (n *asker) below(host string, selectors []string) {
	n.route(host, snapshot.TXT)
	n.route("_domainkey."+host, snapshot.TXT)
	if branch := n.s.TXT("_domainkey." + host); !branch.Known() || branch.Status == snapshot.NXDomain {
		return
	}
	asked := 0
	for _, sel := range selectors {
		if sel = strings.ToLower(sel); label(sel) && asked < maxBelow {
			n.route(sel+"._domainkey."+host, snapshot.TXT)
			asked++
		}
	}
}
