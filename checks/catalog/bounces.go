package catalog

import (
	"slices"
	"strings"
)

// Bounce is a label below the owner's domain to which mail of some services comes back, and the selectors of those services.
type Bounce struct {
	Label     string
	Selectors []string
}

// Bounces lists the bounce hosts of all hosts and senders, each label once, in the order of the catalogue.
func (c *Catalog) Bounces() []Bounce { return c.index().bounces }

// bounce takes in the bounce hosts of one service.
func (x *index) bounce(d Detect, k DKIM) {
	for _, l := range d.Bounce {
		l = strings.ToLower(l)
		i := slices.IndexFunc(x.bounces, func(b Bounce) bool { return b.Label == l })
		if i < 0 {
			i = len(x.bounces)
			x.bounces = append(x.bounces, Bounce{Label: l})
		}
		x.bounces[i].Selectors = append(x.bounces[i].Selectors, k.Selectors...)
	}
}
