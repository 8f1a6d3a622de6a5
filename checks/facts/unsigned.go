package facts

import (
	"slices"

	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/snapshot"
)

// Unsigned is a service that can sign and whose key is not in DNS.
type Unsigned struct {
	Service  Service
	Selector string // where its key belongs; "" if only its console shows that
	Below    string // the subdomain that it signs for; "" for the domain itself
	Usual    bool   // only the usual selectors were seen to have no key, and the key may have been made under another one
	Proven   bool   // every selector that it could use was seen to have no key; else no key was found
	Broken   bool   // Selector has a record that no receiver can use
}

// Unsigned returns the services in use without a usable key.
func (f *Facts) Unsigned() []Unsigned { return f.unsigned() }

func (f *Facts) readUnsigned() []Unsigned {
	if _, wild := f.WildcardKey(); wild {
		return nil // every selector has a key; whose it is cannot be seen
	}
	good, bad := f.GoodSelectors(), f.FaultySelectors()
	var out []Unsigned
	for _, s := range f.Services() {
		if !s.DKIM.Can.Signs() {
			continue
		}
		sels := f.Expected(s)
		places, apart := f.SetUpBelow(s)
		if slices.ContainsFunc(good, func(sel string) bool { return f.MaySign(s, sel) }) || f.KeyBelow(places) || f.signedBelow(s) {
			continue
		}
		u := Unsigned{Service: s, Proven: f.NoKeys()}
		if i := slices.IndexFunc(sels, func(sel string) bool { return slices.Contains(bad, sel) }); i >= 0 {
			u.Selector, u.Broken = sels[i], true
		} else if i := slices.IndexFunc(bad, func(sel string) bool { return f.MaySign(s, sel) }); i >= 0 {
			u.Selector, u.Broken = bad[i], true
		} else if apart {
			u.Proven = (u.Proven || f.lacksAll(s, sels)) && len(places) > 0 && !slices.ContainsFunc(places, func(at string) bool {
				return f.DNS.TXT(dnsname.Keys(at)).Status != snapshot.NXDomain && !f.allAbsent(sels, at)
			})
			if u.Proven && len(sels) > 0 {
				u.Selector, u.Below = sels[0], places[0]
			}
		} else if len(sels) > 0 {
			u.Selector, u.Usual = sels[0], !u.Proven && s.DKIM.Form == snapshot.TXT && !f.named(s) && !f.Switched(s)
			u.Proven = u.Proven || f.lacksAll(s, sels)
		} else if slices.ContainsFunc(good, func(sel string) bool { return !f.othersKey(s, sel) }) {
			// Its selector is unknown; a key that belongs to no other service may be its own.
			continue
		}
		out = append(out, u)
	}
	return out
}

// lacksAll reports whether a service was seen to have no key at the selectors that it signs with. That cannot be seen of a service
// which also uses names that differ by account, unless the owner named the selector.
func (f *Facts) lacksAll(s Service, sels []string) bool {
	return (f.named(s) || len(s.DKIM.Fixed()) == len(s.DKIM.Selectors)) && f.allAbsent(sels, f.Owner.Domain)
}

// allAbsent reports whether every selector was seen to have no key below name. It is false for an empty list.
func (f *Facts) allAbsent(sels []string, name string) bool {
	return len(sels) > 0 && !slices.ContainsFunc(sels, func(sel string) bool {
		a := f.DNS.TXT(dnsname.Key(sel, name))
		return !a.Known() || a.Cut()
	})
}

// Half is a service that needs keys at several selectors at once, of which only some are in DNS.
type Half struct {
	Service Service
	Lacking []string // selectors without a record
}

// Halves returns the services of which some but not all keys are in DNS.
func (f *Facts) Halves() []Half {
	if _, wild := f.WildcardKey(); wild || f.SendsNothing() {
		return nil
	}
	good := f.GoodSelectors()
	var out []Half
	for _, s := range f.Services() {
		if !s.DKIM.Can.Signs() || !s.DKIM.All {
			continue
		}
		lacking := missing(s.DKIM.Fixed(), good)
		none := len(lacking) == len(s.DKIM.Fixed())
		if !none && f.allAbsent(lacking, f.Owner.Domain) && !slices.ContainsFunc(lacking, func(sel string) bool {
			a := f.DNS.TXT(f.KeyName(sel))
			return len(a.Chain) > 0 || len(a.Records) > 0 // other rules report a broken record
		}) {
			out = append(out, Half{s, lacking})
		}
	}
	return out
}

// Keyless returns the services in use that can sign and were seen to have no key in DNS, without those in Unaligned and
// those with a broken key.
func (f *Facts) Keyless() []Unsigned {
	if f.SendsNothing() {
		return nil
	}
	told, bad := f.Unaligned(), f.FaultySelectors()
	return slices.DeleteFunc(slices.Clone(f.Unsigned()), func(u Unsigned) bool {
		return !u.Proven || slices.Contains(bad, u.Selector) ||
			slices.ContainsFunc(told, func(t Unaligned) bool { return t.Service.ID == u.Service.ID })
	})
}
