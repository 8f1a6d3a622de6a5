package forecast

import (
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// anybody returns the way of unknown senders. The MX server most likely sends, but that is not certain, so what its
// address lacks is Unsure.
func (f subject) anybody(keys promised) way {
	w := f.way(facts.Service{}, nil, keys)
	for _, s := range f.in.SendingAddresses() {
		if !s.Assumed {
			continue
		}
		if one := confirmed(facts.ReverseOf(f.in.DNS, s.IP)); one.state == Unmet {
			one.state = Unsure
			w.ptr = one.with("ip", s.IP.String())
		}
	}
	return w
}

// assumed returns the SPF fact if nobody said who sends. If the MX server, which may well send, would pass, the fact says
// so and stays Unsure.
func (f subject) assumed(apex snapshot.Answer) fact {
	for _, p := range f.in.Passing() {
		if p.Likely && len(p.Servers) > 0 {
			return said(Unsure, "sender-assumed", apex).with("host", p.Servers[0])
		}
	}
	return said(Unsure, "sender-unknown", apex)
}
