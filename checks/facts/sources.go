package facts

import (
	"net/netip"
	"slices"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/spf"
)

// Source is a known sending address and where it is known from: a service's ID, owner.FromOwner or owner.FromBounce.
type Source struct {
	IP   netip.Addr
	From string
}

// maxSources limits the number of sending addresses that are tried.
const maxSources = 12

// Sources returns the known sending addresses: those that the owner gave, those that a bounce names, and for each term of
// each service the first address that it lets pass.
func (f *Facts) Sources() []Source { return f.sources() }

func (f *Facts) readSources() []Source {
	var out []Source
	add := func(ip netip.Addr, from string) {
		if len(out) < maxSources && !slices.ContainsFunc(out, func(s Source) bool { return s.IP == ip }) {
			out = append(out, Source{ip, from})
		}
	}
	for _, ip := range f.Owner.IPs {
		add(ip, owner.FromOwner)
	}
	for _, ip := range f.Bounced() {
		add(ip, owner.FromBounce)
	}
	for _, t := range f.Terms() {
		if t.Text == "" || t.Usual || t.Service == owner.FromOwner || !f.Settled(t.Service) {
			continue
		}
		nets := spf.Walk(reading.SPF(f.DNS), f.Owner.Domain, "v=spf1 "+t.Text+" -all").Networks
		if len(nets) > 0 {
			add(nets[0].Addr(), t.Service)
		}
	}
	return out
}
