package facts

import (
	"slices"
	"strings"

	"todoku/checks/catalog"
	"todoku/checks/owner"
	"todoku/checks/reading"
	"todoku/checks/snapshot"
	"todoku/checks/spf"
)

// SPFAligned says whether some mail in use passes SPF in the domain's own name: that of its hosts, and of senders that
// use it for their bounces. known is false where that cannot be told.
func (f *Facts) SPFAligned() (passes, known bool) {
	recs, seen := reading.SPFRecords(f.DNS, f.Owner.Domain)
	if !seen {
		return false, false
	}
	if len(recs) != 1 || slices.ContainsFunc(spf.Parse(recs[0]).Problems, func(p spf.Problem) bool { return p.Fatal }) {
		return false, true // no record, or a permanent error (RFC 7208 section 4.6)
	}
	t, _ := f.SPFTree()
	asked := false
	for _, term := range f.Terms() {
		if term.Usual || !f.ownBounces(term.Service) {
			continue
		}
		if term.Text == "" {
			return false, false
		}
		covered, sure := Covered(f.DNS, t, f.Owner.Domain, term.Text)
		if covered || !sure {
			return covered, sure
		}
		asked = true
	}
	return false, asked
}

// AllSigned reports whether a good key stands for every service in use that can sign, so that forwarded mail passes DMARC by
// its signature.
func (f *Facts) AllSigned() bool {
	return len(f.GoodSelectors()) > 0 && len(f.Unsigned()) == 0 && len(f.Unaligned()) == 0
}

// ownBounces reports whether a service's mail bounces to the domain itself, so that an SPF pass is one for it.
func (f *Facts) ownBounces(service string) bool {
	if service == "given" {
		return true
	}
	if f.Catalog == nil {
		return false
	}
	if _, ok := f.Catalog.Host(service); ok {
		return true
	}
	s, ok := f.Catalog.Sender(service)
	return ok && s.Align == catalog.AlignDefault
}

// Unaligned is a service in use whose mail passes SPF only in its own name and has no key of the domain, so that DMARC fails
// for it (RFC 9989 section 4.4).
type Unaligned struct {
	Unsigned
	Align catalog.Alignment // of the catalogue: never, or custom where a return path of the domain would mend it
}

// Unaligned lists them. A service with a return path in the domain's name, or with a pasted key, is none.
func (f *Facts) Unaligned() []Unaligned { return f.unaligned() }

func (f *Facts) readUnaligned() []Unaligned {
	if f.Catalog == nil || f.SendsNothing() {
		return nil
	}
	var out []Unaligned
	for _, u := range f.Unsigned() {
		s, ok := f.Catalog.Sender(u.Service.ID)
		pasted := slices.ContainsFunc(f.Owner.Keys, func(k owner.Key) bool { return k.Service == u.Service.ID && k.Value != "" })
		if !ok || pasted || s.Align != catalog.AlignNever && s.Align != catalog.AlignCustom || s.Align == catalog.AlignCustom && f.returnPathSeen(s.Detect.Bounce) {
			continue
		}
		out = append(out, Unaligned{u, s.Align})
	}
	return out
}

// returnPathSeen reports whether a bounce host of a service was seen below the domain.
func (f *Facts) returnPathSeen(labels []string) bool {
	for _, l := range labels {
		name := strings.ToLower(l) + "." + f.Owner.Domain
		for _, t := range []snapshot.Type{snapshot.MX, snapshot.TXT} {
			a := f.DNS.Get(name, t)
			if (len(a.Records) > 0 || len(a.Chain) > 0) && !(t == snapshot.TXT && f.Anywhere(a)) {
				return true
			}
		}
	}
	return false
}
