package facts

import (
	"net/netip"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/spf"
)

// RefusedBefore returns the SPF term that matches the service's servers first and does not let them pass, although the
// terms that the service needs are in the record, later or with another qualifier. ok is false if it is not so.
func (f *Facts) RefusedBefore(l Lacking) (term string, ok bool) {
	t, one := f.SPFTree()
	if !one || len(l.Terms) == 0 || l.Unknown {
		return "", false
	}
	for _, text := range l.Terms {
		if !standsIn(t.Root, f.Owner.Domain, text, true) {
			return "", false
		}
	}
	nets := spf.Walk(reading.SPF(f.DNS), f.Owner.Domain, "v=spf1 "+l.Terms[0]+" -all").Networks
	for _, n := range nets[:min(len(nets), maxSamples)] {
		for _, ip := range ends(n) {
			if v := spf.Evaluate(reading.SPF(f.DNS), f.request(ip)); v.Term != "" && (v.Result == spf.Fail || v.Result == spf.SoftFail || v.Result == spf.Neutral) {
				return v.Term, true
			}
		}
	}
	return "", false
}

// ends returns the first and the last address of a range, or its only one.
func ends(n netip.Prefix) []netip.Addr {
	first := n.Masked().Addr()
	if n.IsSingleIP() {
		return []netip.Addr{first}
	}
	b := first.AsSlice()
	for i := n.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	last, _ := netip.AddrFromSlice(b)
	return []netip.Addr{first, last}
}

// UncoveredSeen returns the addresses from which a mail in hand was sent with the domain as its envelope sender and that
// the SPF record does not let pass. It returns nil for forwarded and list mail, whose address is another server's.
func (f *Facts) UncoveredSeen() (out []netip.Addr) {
	t, ok := f.SPFTree()
	if !ok || f.Owner.Mail.Route != "" || f.Owner.Route != "" && f.Owner.Route != owner.Direct {
		return nil
	}
	for _, ip := range f.Bounced() {
		data := proposed{reading.SPF(f.DNS), f.Owner.Domain, t.Root.Record, new(bool)}
		v := spf.Evaluate(data, f.request(ip))
		if !*data.blind && (v.Result == spf.Fail || v.Result == spf.SoftFail || v.Result == spf.Neutral) && !AsksForMail(t.Root) {
			out = append(out, ip)
		}
	}
	return out
}
