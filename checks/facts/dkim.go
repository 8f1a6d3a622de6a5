package facts

import (
	"slices"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
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
		_, typed := f.TypedTarget(k.Answer.Name)
		if k.Several() || len(k.Records) == 1 && !dkim.Parse(k.Records[0]).Valid() || DeadAlias(k.Answer) || typed {
			out = append(out, k.Selector)
		}
	}
	return out
}

// DeadAlias reports whether an alias is known to lead to no record. One that a DNAME above makes is none: it was written
// for no name in particular, and stands at every one (RFC 6672 section 3.3).
func DeadAlias(a snapshot.Answer) bool {
	return len(a.Chain) > 0 && a.Chain[0].DNAME == "" && a.Absent()
}

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
	_, everywhere := f.WildcardKey()
	switch {
	case k.Alias && len(a.Chain) > 0 && !strings.EqualFold(strings.TrimSuffix(k.Value, "."), a.Chain[0].Target):
		return DiffersAlias, "" // whether or not the other target's own answer is known
	case !known || f.Anywhere(a) && !everywhere:
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

// Key is a selector that was asked for, and what stands there.
type Key struct {
	Selector string
	Answer   snapshot.Answer // aliases followed
	Records  []string        // those that are keys, or were meant to be one
	Beside   []string        // other texts at the name, where there is a key
}

// Several reports whether a receiver finds more than one text, of which it may take any (RFC 6376 section 3.6.2.2).
func (k Key) Several() bool { return len(k.Records) > 0 && len(k.Records)+len(k.Beside) > 1 }

// Whole is the key that two texts at the name make together, of which none is one by itself: a long record was saved in two
// parts. ok is false where they make none.
func (k Key) Whole() (record string, ok bool) {
	texts := k.Answer.Data()
	if len(texts) != 2 || len(k.Records) == 0 || slices.ContainsFunc(texts, func(v string) bool { return dkim.Parse(v).Valid() }) {
		return "", false
	}
	for _, joined := range []string{texts[0] + texts[1], texts[1] + texts[0]} {
		if dkim.Is(joined) && dkim.Parse(joined).Valid() {
			return joined, true
		}
	}
	return "", false
}

// KeysAsked lists every selector that was asked for, without the wildcard label and what only the wildcard answers.
func (f *Facts) KeysAsked() []Key { return f.keys() }

func (f *Facts) readKeys() []Key {
	var selectors []string
	for i := range f.DNS.Answers {
		a := &f.DNS.Answers[i]
		if sel, ok := dnsname.SelectorAt(a.Name, f.Owner.Domain); ok && a.Type == snapshot.TXT && sel != WildcardLabel {
			selectors = append(selectors, sel)
		}
	}
	slices.Sort(selectors) // answers come in any order
	selectors = slices.Compact(selectors)
	out := make([]Key, 0, len(selectors))
	for _, sel := range selectors {
		k := Key{Selector: sel, Answer: f.DNS.TXT(dnsname.Key(sel, f.Owner.Domain))}
		if f.Anywhere(k.Answer) {
			continue // a wildcard's answer is nobody's key
		}
		if k.Records, _ = reading.DKIMRecords(f.DNS, sel, f.Owner.Domain); len(k.Records) > 0 {
			k.Beside = slices.DeleteFunc(k.Answer.Data(), dkim.Is)
		}
		out = append(out, k)
	}
	return out
}

// GoodSelectors lists the selectors at which exactly one usable key stands.
func (f *Facts) GoodSelectors() []string { return f.good() }

// readGood: beside the keys that stand, one that a wildcard answers everywhere is the key of the only service that signs.
func (f *Facts) readGood() []string {
	out := sound(f.KeysAsked())
	if _, ok := f.WildcardKey(); !ok || f.Signing() != 1 {
		return out
	}
	for _, s := range f.Services() {
		if s.DKIM.Can.Signs() && !slices.ContainsFunc(out, func(sel string) bool { return f.MaySign(s, sel) }) {
			out = append(out, append(f.Expected(s), "*")[0])
		}
	}
	return out
}

func sound(keys []Key) []string {
	var out []string
	for _, k := range keys {
		if len(k.Records) == 1 && !k.Several() && dkim.Parse(k.Records[0]).Valid() {
			out = append(out, k.Selector)
		}
	}
	return out
}

// Expected lists the selectors that a service is known to sign with: those the owner named, else fixed ones of the catalogue;
// both where it needs several at once.
func (f *Facts) Expected(s Service) []string {
	var out []string
	for _, k := range f.Owner.Keys {
		if k.Selector != "" && (k.Service == s.ID || k.Service == "") {
			out = append(out, strings.ToLower(k.Selector))
		}
	}
	if len(out) > 0 && !s.DKIM.All {
		return out
	}
	for _, sel := range s.DKIM.Fixed() {
		if !slices.Contains(out, sel) {
			out = append(out, sel)
		}
	}
	return out
}

// MaySign reports whether a service signs, or may sign, with a selector.
func (f *Facts) MaySign(s Service, selector string) bool {
	return slices.Contains(f.Expected(s), selector) || s.DKIM.Uses(selector)
}

// Unsigned is a service that can sign, and whose key is not in DNS.
type Unsigned struct {
	Service  Service
	Selector string // where its key belongs; "" where only its console knows
	Below    string // the name below the domain that it signs for; "" for the domain itself
	Proven   bool   // every selector it could use was seen to have no key; otherwise it is only not found
	Broken   bool   // something stands at Selector that no receiver can use
}

// SeenSigning reports whether a mail in hand bears a signature of the domain that passed at its receiver, made with a key that is
// a service's own.
func (f *Facts) SeenSigning(s Service) bool {
	return slices.ContainsFunc(f.Owner.Mail.Signed, func(m owner.Signed) bool {
		return m.Result == "pass" && m.Selector != "" && strings.EqualFold(m.Domain, f.Owner.Domain) &&
			f.MaySign(s, strings.ToLower(m.Selector)) && !f.othersKey(s, strings.ToLower(m.Selector))
	})
}

// Unsigned lists the services in use without a usable key.
func (f *Facts) Unsigned() []Unsigned { return f.unsigned() }

func (f *Facts) readUnsigned() []Unsigned {
	if _, wild := f.WildcardKey(); wild {
		return nil // whatever they sign with, there is a key; whether it is theirs cannot be seen
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
			u.Proven = (u.Proven || f.allAbsent(sels, f.Owner.Domain)) && len(places) > 0 && !slices.ContainsFunc(places, func(at string) bool {
				return f.DNS.TXT(dnsname.Keys(at)).Status != snapshot.NXDomain && !f.allAbsent(sels, at)
			})
			if u.Proven && len(sels) > 0 {
				u.Selector, u.Below = sels[0], places[0]
			}
		} else if len(sels) > 0 {
			u.Selector = sels[0]
			u.Proven = u.Proven || f.allAbsent(sels, f.Owner.Domain)
		} else if slices.ContainsFunc(good, func(sel string) bool { return !f.othersKey(s, sel) }) {
			// Its selector cannot be guessed; a key that no other service claims may well be its own.
			continue
		}
		out = append(out, u)
	}
	return out
}

// allAbsent reports whether it is known of every selector that a name has no key there.
func (f *Facts) allAbsent(sels []string, name string) bool {
	return len(sels) > 0 && !slices.ContainsFunc(sels, func(sel string) bool {
		a := f.DNS.TXT(dnsname.Key(sel, name))
		return !a.Known() || a.Cut()
	})
}

// SetUpBelow lists the names below the domain at which a service was set up that signs, or may sign, for such a name. apart
// is false for a service that signs for the domain itself.
func (f *Facts) SetUpBelow(s Service) (names []string, apart bool) {
	if f.Catalog == nil {
		return nil, false
	}
	e, ok := f.Catalog.Sender(s.ID)
	if !ok || e.Place == "" || e.Place == "domain" {
		return nil, false
	}
	return f.BouncesBelow(s.ID), true
}

// BouncesBelow lists the names below the domain at which a sender was set up: those that its mail comes back to.
func (f *Facts) BouncesBelow(id string) []string {
	var out []string
	c, _ := f.Seen().Find(id)
	for _, at := range c.At {
		if at != f.Owner.Domain && snapshot.Below(at, f.Owner.Domain) && !dnsname.InKeys(at) && !slices.Contains(out, at) {
			out = append(out, at)
		}
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
	return f.KeyBelow(slices.DeleteFunc(slices.Clone(s.At), func(at string) bool { return !f.sendsAt(at) }))
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

// KeyBelow reports whether a usable key was seen at one of some names below the domain.
func (f *Facts) KeyBelow(names []string) bool {
	return slices.ContainsFunc(f.DNS.Answers, func(a snapshot.Answer) bool {
		sel, at, ok := dnsname.CutKey(a.Name)
		if !ok || a.Type != snapshot.TXT || sel == WildcardLabel || !slices.Contains(names, at) {
			return false
		}
		texts := f.DNS.TXT(a.Name).Data()
		return len(texts) == 1 && dkim.Parse(texts[0]).Valid()
	})
}

// WildcardKey is the usable key that answers for every selector that has no record of its own (RFC 4592): a receiver finds
// it whatever the signature names.
func (f *Facts) WildcardKey() (record string, ok bool) {
	texts := f.DNS.TXT(f.KeyName(WildcardLabel)).Data()
	if len(texts) != 1 || !dkim.Parse(texts[0]).Valid() {
		return "", false
	}
	return texts[0], true
}

// Signing counts the services in use that can sign.
func (f *Facts) Signing() (n int) {
	for _, s := range f.Services() {
		if s.DKIM.Can.Signs() {
			n++
		}
	}
	return n
}

// Switched reports whether the records are edited in a panel whose own switch for signing makes the service's key, so that
// nothing is to be copied.
func (f *Facts) Switched(s Service) bool {
	panel := f.Owner.Panel
	if seen := f.Seen().Panels; panel == "" && len(seen) > 0 && !seen[0].Ambiguous {
		panel = seen[0].ID
	}
	return panel != "" && slices.Contains(s.DKIM.Writes, panel)
}

// KeyOf is where the key of an unsigned service belongs; the name above all keys where only its console knows the selector.
func (f *Facts) KeyOf(u Unsigned) string {
	at := f.Owner.Domain
	if u.Below != "" {
		at = u.Below
	}
	if u.Selector == "" {
		return dnsname.Keys(at)
	}
	return dnsname.Key(u.Selector, at)
}

// NoKeys reports whether it is proven that no selector exists: the name above them all does not (RFC 8020).
func (f *Facts) NoKeys() bool {
	return f.DNS.TXT(dnsname.Keys(f.Owner.Domain)).Status == snapshot.NXDomain && !slices.ContainsFunc(f.KeysAsked(), func(k Key) bool {
		return len(k.Answer.Records)+len(k.Answer.Chain) > 0 // a server that denies names of which only others below have records
	})
}

// KeyName is where the key of a selector stands.
func (f *Facts) KeyName(selector string) string { return dnsname.Key(selector, f.Owner.Domain) }

// Half is a service that needs keys at several selectors at once, of which some are in DNS and others are not.
type Half struct {
	Service Service
	Lacking []string // selectors at which nothing stands
}

// Halves lists them.
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
			return len(a.Chain) > 0 || len(a.Records) > 0 // of what stands there, broken as it is, others tell
		}) {
			out = append(out, Half{s, lacking})
		}
	}
	return out
}

// KeyUnseen is the first answer about a key that failed, so that nothing may be said of what stands there. ok is false
// where none did, or where it does not matter: there can be none, or a good key was seen and no service is expected to
// sign with this one.
func (f *Facts) KeyUnseen() (k Key, ok bool) {
	if f.NoKeys() {
		return Key{}, false
	}
	found := len(f.GoodSelectors()) > 0
	i := slices.IndexFunc(f.KeysAsked(), func(k Key) bool { return k.Answer.Status == snapshot.Failed && (!found || f.awaited(k.Selector)) })
	if i < 0 {
		return Key{}, false
	}
	return f.KeysAsked()[i], true
}

// awaited reports whether a service in use, of which no key was seen, is known to sign with a selector.
func (f *Facts) awaited(selector string) bool {
	return slices.ContainsFunc(f.Unsigned(), func(u Unsigned) bool { return slices.Contains(f.Expected(u.Service), selector) })
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
