package facts

import (
	"slices"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
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
	Free  bool              // a free mail account: nothing in DNS mends it
}

// Unaligned lists them. A service with a return path in the domain's name, or with a pasted key, is none.
func (f *Facts) Unaligned() []Unaligned { return f.unaligned() }

func (f *Facts) readUnaligned() []Unaligned {
	if f.Catalog == nil || f.SendsNothing() {
		return nil
	}
	var out []Unaligned
	for _, s := range f.Services() {
		if s.Kind == catalog.KindFreeMail {
			out = append(out, Unaligned{Unsigned: Unsigned{Service: s, Proven: true}, Align: catalog.AlignNever, Free: true})
		}
	}
	for _, u := range f.Unsigned() {
		s, ok := f.Catalog.Sender(u.Service.ID)
		pasted := slices.ContainsFunc(f.Owner.Keys, func(k owner.Key) bool { return k.Service == u.Service.ID && k.Value != "" })
		if !ok || pasted || f.anyFailed(f.Expected(u.Service)) || s.Align != catalog.AlignNever && s.Align != catalog.AlignCustom || s.Align == catalog.AlignCustom && f.returnPathSeen(s.Detect.Bounce) {
			continue
		}
		out = append(out, Unaligned{Unsigned: u, Align: s.Align})
	}
	return out
}

// anyFailed reports whether it could not be seen what stands at one of some selectors: nothing is said of a key then.
func (f *Facts) anyFailed(sels []string) bool {
	return slices.ContainsFunc(sels, func(sel string) bool { return f.DNS.TXT(f.KeyName(sel)).Status == snapshot.Failed })
}

// FreeMailOnly reports whether nothing but a free account sends, for which no key can be made.
func (f *Facts) FreeMailOnly() bool {
	return len(f.Services()) > 0 && !slices.ContainsFunc(f.Services(), func(s Service) bool { return s.Kind != catalog.KindFreeMail })
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

// What strict alignment leaves of a service's mail.
const (
	LeftNothing = "nothing" // neither SPF nor DKIM counts
	LeftUnseen  = "unseen"  // only a key of the domain itself could count, and none was seen
	LeftKey     = "key"
	LeftSPF     = "spf"
)

// Misaligned is a service in use that comes back to, or signs for, a name below the domain, where the policy's alignment is
// strict (RFC 9989 section 4.4).
type Misaligned struct {
	Service Service
	At      string // the name below
	Left    string
	Seen    []snapshot.Answer
}

// Misaligned lists them. One for which strict alignment changes nothing is none.
func (f *Facts) Misaligned() []Misaligned {
	p := f.Policy()
	strictSPF, strictKey := p.Record.SPFAlign == "s", p.Record.DKIMAlign == "s"
	if !p.Readable || !strictSPF && !strictKey || f.SendsNothing() {
		return nil
	}
	var out []Misaligned
	for _, s := range f.Services() {
		if s.Host {
			continue
		}
		at := slices.DeleteFunc(f.BouncesBelow(s.ID), func(name string) bool { return !f.sendsAs(name) })
		if len(at) == 0 {
			continue
		}
		own := slices.ContainsFunc(f.GoodSelectors(), func(sel string) bool { return f.MaySign(s, sel) })
		below := f.KeyBelow(at)
		m := Misaligned{Service: s, At: at[0], Seen: Evidence(f.DNS.Get(at[0], snapshot.MX), f.DNS.TXT(at[0]), f.DNS.TXT(dnsname.Keys(at[0])))}
		switch {
		case strictSPF && (own || below && !strictKey):
			m.Left = LeftKey
		case strictSPF && (f.NoKeys() || f.allAbsent(f.Expected(s), f.Owner.Domain)):
			m.Left = LeftNothing
		case strictSPF:
			m.Left = LeftUnseen
		case below && !own:
			m.Left = LeftSPF
		default:
			continue
		}
		out = append(out, m)
	}
	return out
}

// sendsAs reports whether a name is set up for mail to leave from: it has a mail server, or an SPF record.
func (f *Facts) sendsAs(name string) bool {
	recs, _ := reading.SPFRecords(f.DNS, name)
	return len(recs) > 0 || len(f.DNS.Get(name, snapshot.MX).Records) > 0
}
