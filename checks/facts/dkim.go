package facts

import (
	"slices"
	"strings"

	"todoku/checks/catalog"
	"todoku/checks/dkim"
	"todoku/checks/owner"
	"todoku/checks/reading"
	"todoku/checks/snapshot"
)

// BrokenBy names what makes a key useless, as a code of package dkim; "" for a good key and for a revoked one, which is
// how spares are kept.
func BrokenBy(r dkim.Record) string {
	if r.Valid() || r.Revoked {
		return ""
	}
	for _, p := range r.Problems {
		if p.Fatal {
			return p.Code
		}
	}
	return dkim.NoKey
}

// FaultySelectors lists the selectors at which something stands that no receiver can use: broken or several keys, an alias that
// leads nowhere.
func (f *Facts) FaultySelectors() []string {
	var out []string
	for _, k := range f.KeysAsked() {
		if len(k.Records) > 1 || len(k.Records) == 1 && !dkim.Parse(k.Records[0]).Valid() || DeadAlias(k.Answer) {
			out = append(out, k.Selector)
		}
	}
	return out
}

// DeadAlias reports whether an alias is known to lead to no record.
func DeadAlias(a snapshot.Answer) bool { return len(a.Chain) > 0 && a.Absent() }

// ServiceOf is the service in use that signs with a selector, or whose alias it is; "" where none does.
func (f *Facts) ServiceOf(k Key) string {
	for _, s := range f.Services() {
		if f.MaySign(s, k.Selector) {
			return s.ID
		}
	}
	return ""
}

// Matters reports whether mail in use hangs on a selector: the owner named it, its service has no other key, or there is
// no good key at all. Else it is a leftover, or a spare.
func (f *Facts) Matters(k Key) bool {
	if slices.ContainsFunc(f.Owner.Keys, func(a owner.Key) bool { return strings.EqualFold(a.Selector, k.Selector) }) {
		return true
	}
	who := f.ServiceOf(k)
	good := f.GoodSelectors()
	if who == "" {
		return len(good) == 0
	}
	return slices.ContainsFunc(f.Unsigned(), func(u Unsigned) bool {
		return u.Service.ID == who && !slices.ContainsFunc(f.Expected(u.Service), func(sel string) bool {
			a := f.DNS.TXT(f.KeyName(sel))
			return len(a.Chain) > 0 && !a.Known() // where its alias leads is not known, so that it may well have a key
		})
	})
}

// The ways in which DNS differs from what was pasted.
const (
	DiffersAlias   = "alias"   // another target, or no alias
	DiffersCut     = "cut"     // DNS has the beginning of the pasted key
	DiffersService = "service" // DNS has the key that was pasted for another service
	DiffersOld     = "old"     // DNS has some other good key
)

// Mismatch is a selector at which DNS has something else than the console shows, as pasted.
type Mismatch struct {
	Selector string
	How      string // one of the Differs constants
	Service  string // whose pasted key stands there, with DiffersService
	Answer   snapshot.Answer
}

// Mismatches lists them, in the order of the owner's keys. A key in DNS that is broken by itself is no mismatch.
func (f *Facts) Mismatches() []Mismatch {
	var out []Mismatch
	for _, k := range f.Owner.Keys {
		sel := strings.ToLower(k.Selector)
		if k.Value == "" || sel == "" {
			continue
		}
		if how, service := f.differs(k); how != "" {
			out = append(out, Mismatch{sel, how, service, f.DNS.TXT(f.KeyName(sel))})
		}
	}
	return out
}

// differs says how DNS differs from a pasted key; "" where it does not, or where that is not known.
func (f *Facts) differs(k owner.Key) (kind, service string) {
	sel := strings.ToLower(k.Selector)
	recs, known := reading.DKIMRecords(f.DNS, sel, f.Owner.Domain)
	a := f.DNS.TXT(f.KeyName(sel))
	switch {
	case k.Alias && len(a.Chain) > 0 && !strings.EqualFold(strings.TrimSuffix(k.Value, "."), a.Chain[0].Target):
		return DiffersAlias, "" // whether or not the other target's own answer is known
	case !known || f.Anywhere(a):
		return "", ""
	case k.Alias && len(a.Chain) == 0 && len(recs) > 0:
		return DiffersAlias, ""
	case k.Alias || len(recs) != 1 || dkim.Same(recs[0], k.Value):
		return "", ""
	}
	have, want := dkim.Parse(recs[0]), dkim.Parse(k.Value)
	if !have.Valid() {
		if len(have.Key) > 24 && strings.HasPrefix(want.Key, strings.TrimRight(have.Key, "=")) {
			return DiffersCut, ""
		}
		return "", ""
	}
	for _, o := range f.Owner.Keys {
		if o.Selector != k.Selector && o.Value != "" && !o.Alias && dkim.Same(recs[0], o.Value) {
			return DiffersService, o.Service
		}
	}
	return DiffersOld, ""
}

const dkimLabel = "._domainkey."

// Key is a selector that was asked for, and what stands there.
type Key struct {
	Selector string
	Answer   snapshot.Answer // aliases followed
	Records  []string
}

// KeysAsked lists every selector that was asked for, without the wildcard label and what only the wildcard answers.
func (f *Facts) KeysAsked() []Key { return f.keys() }

func (f *Facts) readKeys() []Key {
	var out []Key
	suffix := dkimLabel + f.Owner.Domain
	for _, a := range f.DNS.Answers {
		sel, ok := strings.CutSuffix(a.Name, suffix)
		if !ok || a.Type != snapshot.TXT || sel == WildcardLabel ||
			slices.ContainsFunc(out, func(k Key) bool { return k.Selector == sel }) {
			continue
		}
		if f.Anywhere(f.DNS.TXT(a.Name)) {
			continue // a wildcard's answer is nobody's key
		}
		recs, _ := reading.DKIMRecords(f.DNS, sel, f.Owner.Domain)
		out = append(out, Key{sel, f.DNS.TXT(a.Name), recs})
	}
	slices.SortFunc(out, func(a, b Key) int { return strings.Compare(a.Selector, b.Selector) }) // answers come in any order
	return out
}

// GoodSelectors lists the selectors at which exactly one usable key stands.
func (f *Facts) GoodSelectors() []string { return f.good() }

func sound(keys []Key) []string {
	var out []string
	for _, k := range keys {
		if len(k.Records) == 1 && dkim.Parse(k.Records[0]).Valid() {
			out = append(out, k.Selector)
		}
	}
	return out
}

// Expected lists the selectors that a service is known to sign with: those the owner named, else fixed ones of the catalogue.
func (f *Facts) Expected(s Service) []string {
	var out []string
	for _, k := range f.Owner.Keys {
		if k.Selector != "" && (k.Service == s.ID || k.Service == "") {
			out = append(out, strings.ToLower(k.Selector))
		}
	}
	if len(out) > 0 {
		return out
	}
	return s.DKIM.Fixed()
}

// MaySign reports whether a service signs, or may sign, with a selector.
func (f *Facts) MaySign(s Service, selector string) bool {
	return slices.Contains(f.Expected(s), selector) || s.DKIM.Uses(selector)
}

// Unsigned is a service that can sign, and whose key is not in DNS.
type Unsigned struct {
	Service  Service
	Selector string // where its key belongs; "" where only its console knows
	Proven   bool   // every selector it could use was seen to have no key; otherwise it is only not found
}

// Unsigned lists the services in use without a usable key.
func (f *Facts) Unsigned() []Unsigned { return f.unsigned() }

func (f *Facts) readUnsigned() []Unsigned {
	good, bad := f.GoodSelectors(), f.FaultySelectors()
	var out []Unsigned
	for _, s := range f.Services() {
		if !s.DKIM.Can.Signs() {
			continue
		}
		sels := f.Expected(s)
		if slices.ContainsFunc(good, func(sel string) bool { return f.MaySign(s, sel) }) || f.signedBelow(s) {
			continue
		}
		u := Unsigned{Service: s, Proven: f.NoKeys()}
		if i := slices.IndexFunc(sels, func(sel string) bool { return slices.Contains(bad, sel) }); i >= 0 {
			u.Selector = sels[i] // where its broken key stands
		} else if i := slices.IndexFunc(bad, func(sel string) bool { return f.MaySign(s, sel) }); i >= 0 {
			u.Selector = bad[i]
		} else if len(sels) > 0 {
			u.Selector = sels[0]
			u.Proven = u.Proven || !slices.ContainsFunc(sels, func(sel string) bool {
				return !f.DNS.TXT(f.KeyName(sel)).Known()
			})
		} else if slices.ContainsFunc(good, func(sel string) bool { return !f.othersKey(s, sel) }) {
			// Its selector cannot be guessed; a key that no other service claims may well be its own.
			continue
		}
		out = append(out, u)
	}
	return out
}

// othersKey reports whether a selector is another's: a service in use has it, or it is by convention one company's alone.
func (f *Facts) othersKey(s Service, selector string) bool {
	if slices.ContainsFunc(f.Services(), func(o Service) bool { return o.ID != s.ID && f.MaySign(o, selector) }) {
		return true
	}
	i := slices.IndexFunc(f.Catalog.Selectors, func(c catalog.Selector) bool { return c.Name == selector })
	if i < 0 {
		return false
	}
	c := f.Catalog.Selectors[i]
	return c.Kind == catalog.SelectorOwn && len(c.Of) > 0 && !slices.Contains(c.Of, s.ID)
}

// signedBelow reports whether a key stands at one of the names below the domain at which the service was set up. Its mail
// is signed for that name, which aligns with the domain where the policy does not ask for the very name (RFC 9989
// section 4.4.1).
func (f *Facts) signedBelow(s Service) bool {
	if s.Host || len(s.At) == 0 || f.Policy().Record.DKIMAlign == "s" {
		return false
	}
	for _, a := range f.DNS.Answers {
		sel, at, ok := strings.Cut(a.Name, dkimLabel)
		if !ok || a.Type != snapshot.TXT || !slices.Contains(s.At, at) || sel == WildcardLabel || !f.sendsAt(at) {
			continue
		}
		if recs, known := reading.DKIMRecords(f.DNS, sel, at); known && len(recs) == 1 && dkim.Parse(recs[0]).Valid() {
			return true
		}
	}
	return false
}

// sendsAt reports whether a name below the domain is set up for sending: it has mail servers, or an SPF record.
func (f *Facts) sendsAt(name string) bool {
	recs, _ := reading.SPFRecords(f.DNS, name)
	return len(recs) > 0 || len(f.DNS.Get(name, snapshot.MX).Records) > 0
}

// Astray lists the selectors that the owner named, and at which nothing stands. Those that a service in use waits for are
// in Unsigned.
func (f *Facts) Astray() []Key {
	var out []Key
	for _, k := range f.Owner.Keys {
		sel := strings.ToLower(k.Selector)
		if sel == "" || slices.ContainsFunc(f.Unsigned(), func(u Unsigned) bool { return u.Selector == sel }) {
			continue
		}
		if a := f.DNS.TXT(f.KeyName(sel)); a.Absent() && len(a.Chain) == 0 {
			out = append(out, Key{Selector: sel, Answer: a})
		}
	}
	return out
}

// NoKeys reports whether it is proven that no selector exists: the name above them all does not (RFC 8020).
func (f *Facts) NoKeys() bool {
	return f.DNS.TXT("_domainkey."+f.Owner.Domain).Status == snapshot.NXDomain
}

// KeyName is where the key of a selector stands.
func (f *Facts) KeyName(selector string) string { return selector + dkimLabel + f.Owner.Domain }

// KeyUnseen is the first answer about a key that failed, so that nothing may be said of what stands there. ok is false
// where none did, or where it does not matter: a good key was seen, or there can be none.
func (f *Facts) KeyUnseen() (k Key, ok bool) {
	if len(f.GoodSelectors()) > 0 || f.NoKeys() {
		return Key{}, false
	}
	i := slices.IndexFunc(f.KeysAsked(), func(k Key) bool { return k.Answer.Status == snapshot.Failed })
	if i < 0 {
		return Key{}, false
	}
	return f.KeysAsked()[i], true
}

// Keyless lists the services in use that can sign, and of which it was seen that no key of theirs is in DNS. Those of which
// DMARC fails for want of one are in Unaligned, and those with a broken key in FaultySelectors.
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
