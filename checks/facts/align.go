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

// SPFAligned reports whether some mail in use passes SPF with the owner's domain as its envelope sender: that of the mail
// hosts, and of senders that use the domain for bounces. known is false where that cannot be told.
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

// AllSigned reports whether every service in use that can sign has a usable key, so that forwarded mail passes DMARC by
// its signature.
func (f *Facts) AllSigned() bool {
	return len(f.GoodSelectors()) > 0 && len(f.Unsigned()) == 0 && len(f.Unaligned()) == 0
}

// ownBounces reports whether a service uses the owner's domain in its envelope sender, so that its SPF pass aligns.
func (f *Facts) ownBounces(service string) bool {
	if service == owner.FromOwner {
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

// Unaligned is a service in use for which DMARC fails (RFC 9989 section 4.4): SPF passes only for the service's own
// domain, and there is no DKIM key of the owner's.
type Unaligned struct {
	Unsigned
	Align catalog.Alignment // from the catalogue: never, or custom where an envelope sender in the domain would fix it
	Free  bool              // a free mail account: nothing in DNS can fix it
	Path  string            // the envelope sender's domain below the owner's, where it has the service's MX but no SPF record
	NoMX  string            // the same, where it has the service's SPF record but no MX, so that the service does not use it
	Unset bool              // its mail would pass for a domain that is set up there, but nothing shows that one was
	Term  string            // the term that the SPF record of Path needs
}

// Unaligned returns the services in use for which DMARC fails. It leaves out services that have an envelope sender in the
// domain or a pasted key.
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
		if ok && !pasted && f.neverSetUp(u.Service, s) {
			out = append(out, Unaligned{Unsigned: u, Align: s.Align, Unset: true})
			continue
		}
		if !ok || pasted || f.anyFailed(f.Expected(u.Service)) || s.Align != catalog.AlignNever && s.Align != catalog.AlignCustom || s.Align == catalog.AlignCustom && f.returnPathSeen(s.Detect.Bounce) && f.halfPath(s) == "" && f.pathWithoutMX(s) == "" {
			continue
		}
		out = append(out, Unaligned{Unsigned: u, Align: s.Align, Path: f.halfPath(s), NoMX: f.pathWithoutMX(s), Term: s.Detect.SubSPF})
	}
	return out
}

// neverSetUp reports whether the owner named a service that sends in the name of whatever domain or subdomain was set up there,
// while DNS has neither a key nor anything else of it at its usual names.
func (f *Facts) neverSetUp(s Service, e catalog.Sender) bool {
	if _, seen := f.Seen().Find(e.ID); seen || s.Ground != catalog.GroundTold || e.Place != "either" || e.Align != catalog.AlignDefault {
		return false
	}
	return !f.anyFailed(f.Expected(s)) && !slices.ContainsFunc(e.Detect.Bounce, func(l string) bool {
		return !f.DNS.Get(strings.ToLower(l)+"."+f.Owner.Domain, snapshot.MX).Absent()
	})
}

// halfPath returns the name below the domain at which bounces to a service come back, but mail from there fails SPF since
// the name was seen to have no SPF record; "" if there is none, or another such name has one.
func (f *Facts) halfPath(s catalog.Sender) (name string) {
	if s.Detect.SubSPF == "" {
		return ""
	}
	for _, at := range f.BouncesBelow(s.ID) {
		a := f.DNS.TXT(at)
		recs, known := reading.SPFRecords(f.DNS, at)
		if !known || a.Cut() || len(recs) > 0 {
			return ""
		}
		name = at
	}
	return name
}

// pathWithoutMX returns the bounce host of a service that was seen to have its SPF record and no MX, if no other one has an
// MX: the service takes no bounces there, and so does not use it.
func (f *Facts) pathWithoutMX(s catalog.Sender) (name string) {
	if s.Detect.SubSPF == "" || slices.ContainsFunc(f.BouncesBelow(s.ID), func(at string) bool { return len(f.DNS.Get(at, snapshot.MX).Records) > 0 }) {
		return ""
	}
	for _, l := range s.Detect.Bounce {
		at := strings.ToLower(l) + "." + f.Owner.Domain
		mx, a := f.DNS.Get(at, snapshot.MX), f.DNS.TXT(at)
		recs, _ := reading.SPFRecords(f.DNS, at)
		switch {
		case len(mx.Records)+len(mx.Chain)+len(a.Chain) > 0 || !mx.Known():
			return ""
		case len(recs) == 1 && !f.FromWildcard(a) && slices.ContainsFunc(spf.Parse(recs[0]).Terms, func(t spf.Term) bool { return strings.EqualFold(t.Text, s.Detect.SubSPF) }):
			name = at
		}
	}
	return name
}

// anyFailed reports whether the look-up of one of the selectors failed, so that nothing can be said of the key.
func (f *Facts) anyFailed(sels []string) bool {
	return slices.ContainsFunc(sels, func(sel string) bool { return f.DNS.TXT(f.KeyName(sel)).Status == snapshot.Failed })
}

// FreeMailOnly reports whether only free mail accounts send, which cannot sign for the domain.
func (f *Facts) FreeMailOnly() bool {
	return len(f.Services()) > 0 && !slices.ContainsFunc(f.Services(), func(s Service) bool { return s.Kind != catalog.KindFreeMail })
}

// returnPathSeen reports whether one of the bounce hosts of a service was seen below the domain.
func (f *Facts) returnPathSeen(labels []string) bool {
	for _, l := range labels {
		name := strings.ToLower(l) + "." + f.Owner.Domain
		for _, t := range []snapshot.Type{snapshot.MX, snapshot.TXT} {
			a := f.DNS.Get(name, t)
			if (len(a.Records) > 0 || len(a.Chain) > 0) && !(t == snapshot.TXT && f.FromWildcard(a)) {
				return true
			}
		}
	}
	return false
}

// What still aligns of a service's mail in strict mode.
const (
	LeftNothing = "nothing" // neither SPF nor DKIM aligns
	LeftUnseen  = "unseen"  // only a key of the domain itself could align, and none was seen
	LeftKey     = "key"     // only DKIM aligns
	LeftSPF     = "spf"     // only SPF aligns
)

// Misaligned is a service in use that sends from, or signs for, a subdomain while the policy demands strict alignment
// (RFC 9989 section 4.4).
type Misaligned struct {
	Service Service
	At      string // the subdomain
	Left    string // one of the Left constants
	Seen    []snapshot.Answer
}

// Misaligned returns the services for which strict alignment makes a difference.
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
		case strictSPF && (f.NoKeys() || f.lacksAll(s, f.Expected(s))):
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

// sendsAs reports whether a name is set up as an envelope sender: it has an MX or an SPF record.
func (f *Facts) sendsAs(name string) bool {
	recs, _ := reading.SPFRecords(f.DNS, name)
	return len(recs) > 0 || len(f.DNS.Get(name, snapshot.MX).Records) > 0
}
