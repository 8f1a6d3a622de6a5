package forecast

import (
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// anybody judges the mail of whoever sends, where nobody is known. The server that takes mail in most likely does: what its
// address lacks is not certain, and keeps from promising.
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

// assumed: nobody said who sends. The server that takes the domain's mail in may well send too; that it would pass is said,
// and promises nothing.
func (f subject) assumed(apex snapshot.Answer) fact {
	for _, p := range f.in.Passing() {
		if p.Likely && len(p.Servers) > 0 {
			return said(Unsure, "sender-assumed", apex).with("host", p.Servers[0])
		}
	}
	return said(Unsure, "sender-unknown", apex)
}
