package facts

import (
	"slices"
	"strings"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/input"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
)

// BrokenBy returns the code of package dkim for what makes a key unusable, or "" for a usable key and for a revoked one.
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

// FaultySelectors returns the selectors with something that no receiver can use: a broken key, several records, or an
// alias that leads nowhere.
func (f *Facts) FaultySelectors() []string {
	var out []string
	for _, k := range f.KeysAsked() {
		_, typed := f.TypedTarget(k.Answer.Name)
		if k.Several() || len(k.Records) == 1 && !dkim.Parse(k.Records[0]).Valid() || DeadAlias(k.Answer) || typed || f.crossedAt(k.Selector) {
			out = append(out, k.Selector)
		}
	}
	return out
}

// DeadAlias reports whether a CNAME is known to lead to no record. One synthesized from a DNAME does not count, since it
// exists at every name (RFC 6672 section 3.3).
func DeadAlias(a snapshot.Answer) bool {
	return len(a.Chain) > 0 && a.Chain[0].DNAME == "" && a.Absent()
}

// ServiceOf returns the ID of the service in use that signs with the selector, or "" if there is none. An alias whose final
// dot is missing belongs to the service to which it was meant to lead.
func (f *Facts) ServiceOf(k Key) string {
	if _, meant := f.UndottedAlias(k.Answer.Name); meant != "" && f.Catalog != nil {
		owner := f.Catalog.ServiceOf(meant)
		if slices.ContainsFunc(f.Services(), func(s Service) bool { return s.ID == owner }) {
			return owner
		}
	}
	for _, s := range f.Services() {
		if f.MaySign(s, k.Selector) {
			return s.ID
		}
	}
	return ""
}

// Matters reports whether mail in use depends on a selector: the owner named it, its service has no other key, or there
// is no usable key at all. Otherwise it is a leftover or a spare.
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
			return len(a.Chain) > 0 && !a.Known() // the target of its alias is unknown, so it may well have a key
		})
	})
}

// The ways in which DNS can differ from a pasted key.
const (
	DiffersAlias   = "alias"   // another target, or no alias
	DiffersCut     = "cut"     // DNS has the beginning of the pasted key
	DiffersService = "service" // DNS has the key that was pasted for another service
	DiffersOld     = "old"     // DNS has some other good key
)

// Mismatch is a selector at which DNS holds something else than the key that the owner pasted.
type Mismatch struct {
	Selector string
	How      string // one of the Differs constants
	Service  string // the service whose pasted key DNS holds, with DiffersService
	Answer   snapshot.Answer
}

// Mismatches returns the selectors whose record differs from the pasted key, in the order of the owner's keys. Keys in
// DNS that are broken by themselves do not count, unless they are the beginning of the pasted one.
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

// differs returns how DNS differs from a pasted key, as a Differs constant, and with DiffersService the service whose key
// DNS holds. kind is "" if it does not differ or that is unknown.
func (f *Facts) differs(k owner.Key) (kind, service string) {
	sel := strings.ToLower(k.Selector)
	recs, known := reading.DKIMRecords(f.DNS, sel, f.Owner.Domain)
	a := f.DNS.TXT(f.KeyName(sel))
	_, everywhere := f.WildcardKey()
	switch {
	case k.Alias && len(a.Chain) > 0 && !strings.EqualFold(strings.TrimSuffix(k.Value, "."), a.Chain[0].Target):
		return DiffersAlias, "" // whether or not the other target's own answer is known
	case !known || f.FromWildcard(a) && !everywhere:
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

// Key is a selector that was looked up, and what DNS has there.
type Key struct {
	Selector string
	Answer   snapshot.Answer // aliases followed
	Records  []string        // the TXT records that are, or were meant to be, keys
	Beside   []string        // the other TXT records at the name, if there is a key
}

// Several reports whether there is more than one TXT record with a key among them; receivers may then use any (RFC 6376
// section 3.6.2.2).
func (k Key) Several() bool { return len(k.Records) > 0 && len(k.Records)+len(k.Beside) > 1 }

// Whole joins two TXT records that are the halves of one key, which happens when a panel saves a long record in two
// parts. ok is false if they do not make a usable key together.
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

// KeysAsked returns every selector that was looked up, sorted, without those that only a wildcard answers.
func (f *Facts) KeysAsked() []Key { return f.keys() }

// AddressFor returns the addresses at the name of a key, if they are there and no key is: what a web proxy answers for an
// alias. ok is false if there are none, or if they may come from a wildcard.
func (f *Facts) AddressFor(k Key) (a snapshot.Answer, ok bool) {
	if k.Answer.Status != snapshot.NoData || len(k.Answer.Chain) > 0 || f.DNS.TXT(dnsname.Key(WildcardLabel, f.Owner.Domain)).Status != snapshot.NXDomain {
		return snapshot.Answer{}, false
	}
	a = f.DNS.Get(k.Answer.Name, snapshot.A)
	return a, len(a.Records) > 0
}

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
		if f.FromWildcard(k.Answer) {
			continue // the wildcard is reported by WildcardKey
		}
		if k.Records, _ = reading.DKIMRecords(f.DNS, sel, f.Owner.Domain); len(k.Records) > 0 {
			k.Beside = slices.DeleteFunc(k.Answer.Data(), dkim.Is)
		}
		out = append(out, k)
	}
	return out
}

// GoodSelectors returns the selectors with exactly one usable key.
func (f *Facts) GoodSelectors() []string { return f.good() }

// readGood adds to the usable keys a wildcard key, under the selector of the only service that signs.
func (f *Facts) readGood() []string {
	out := slices.DeleteFunc(usable(f.KeysAsked()), f.crossedAt)
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

// usable returns the selectors of keys with exactly one usable record.
func usable(keys []Key) []string {
	var out []string
	for _, k := range keys {
		if len(k.Records) == 1 && !k.Several() && dkim.Parse(k.Records[0]).Valid() {
			out = append(out, k.Selector)
		}
	}
	return out
}

// Expected returns the selectors that a service is known to sign with: those that the owner named, else the fixed ones of
// the catalogue, or both if the service needs all of them.
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

// named reports whether the owner named a selector of a service.
func (f *Facts) named(s Service) bool {
	return slices.ContainsFunc(f.Owner.Keys, func(k owner.Key) bool { return k.Selector != "" && (k.Service == s.ID || k.Service == "") })
}

// MaySign reports whether the service is known to sign, or may sign, with the selector.
func (f *Facts) MaySign(s Service, selector string) bool {
	return slices.Contains(f.Expected(s), selector) || s.DKIM.Uses(selector)
}

// SeenSigning reports whether the mail in hand passed DKIM for the domain with a selector that is this service's own.
func (f *Facts) SeenSigning(s Service) bool {
	return slices.ContainsFunc(f.Owner.Mail.Signed, func(m owner.Signed) bool {
		return m.Result == "pass" && m.Selector != "" && strings.EqualFold(m.Domain, f.Owner.Domain) &&
			f.MaySign(s, strings.ToLower(m.Selector)) && !f.othersKey(s, strings.ToLower(m.Selector))
	})
}

// related returns the signatures of the mail in hand in the name of another domain under the same registered domain.
func (f *Facts) related() []owner.Signed {
	own := input.Registrable(f.Owner.Domain)
	return slices.DeleteFunc(slices.Clone(f.Owner.Mail.Signed), func(s owner.Signed) bool {
		d := strings.ToLower(s.Domain)
		return d == f.Owner.Domain || s.Selector == "" || input.Registrable(d) != own
	})
}

// SignedAbove returns the domain above in whose name the mail in hand was signed with success, or "".
func (f *Facts) SignedAbove() string {
	for _, s := range f.related() {
		if d := strings.ToLower(s.Domain); s.Result == "pass" && snapshot.Below(f.Owner.Domain, d) {
			return d
		}
	}
	return ""
}

// SignedBeside reports whether the mail in hand passed DMARC and was signed with success in the name of a related domain.
func (f *Facts) SignedBeside() bool {
	return f.SeenPassing() && slices.ContainsFunc(f.related(), func(s owner.Signed) bool { return s.Result == "pass" })
}

// KeylessSignatures returns the signatures of the mail in hand in the name of a related domain whose key was seen to be
// absent, in lower case and each once.
func (f *Facts) KeylessSignatures() (out []owner.Signed) {
	for _, s := range f.related() {
		s.Domain, s.Selector = strings.ToLower(s.Domain), strings.ToLower(s.Selector)
		a := f.DNS.TXT(dnsname.Key(s.Selector, s.Domain))
		same := func(o owner.Signed) bool { return o.Domain == s.Domain && o.Selector == s.Selector }
		if s.Result != "pass" && a.Absent() && len(a.Chain) == 0 && !slices.ContainsFunc(out, same) {
			out = append(out, s)
		}
	}
	return out
}

// SetUpBelow returns the subdomains for which a service was set up, if it signs or may sign for a subdomain. apart is
// false for a service that signs for the domain itself.
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

// BouncesBelow returns the subdomains that a sender uses in its envelope sender.
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

// othersKey reports whether a selector belongs to another service: one in use may sign with it, or by convention it is
// one company's alone.
func (f *Facts) othersKey(s Service, selector string) bool {
	if slices.ContainsFunc(f.Services(), func(o Service) bool { return o.ID != s.ID && f.MaySign(o, selector) }) {
		return true
	}
	all := f.Catalog.Selectors()
	i := slices.IndexFunc(all, func(c catalog.Selector) bool { return c.Name == selector })
	if i < 0 {
		return false
	}
	c := all[i]
	return c.Kind == catalog.SelectorOwn && len(c.Of) > 0 && !slices.Contains(c.Of, s.ID)
}

// signedBelow reports whether there is a usable key at a subdomain for which the service was set up. It aligns with the
// domain unless the policy demands strict alignment (RFC 9989 section 4.4.1).
func (f *Facts) signedBelow(s Service) bool {
	if s.Host || f.Policy().Record.DKIMAlign == "s" {
		return false
	}
	if e, ok := f.Catalog.Sender(s.ID); ok && slices.ContainsFunc(f.DNS.Answers, func(a snapshot.Answer) bool {
		sel, at, key := dnsname.CutKey(a.Name)
		label, rest, _ := strings.Cut(at, ".")
		return key && rest == f.Owner.Domain && slices.Contains(e.Detect.Bounce, label) && slices.Contains(s.DKIM.Fixed(), sel) && !f.othersKey(s, sel) &&
			a.Type == snapshot.TXT && len(a.Data()) == 1 && dkim.Parse(a.Data()[0]).Valid()
	}) {
		return true // its own key stands at one of its usual names
	}
	return len(s.At) > 0 && f.KeyBelow(slices.DeleteFunc(slices.Clone(s.At), func(at string) bool { return !f.sendsAs(at) }))
}

// Astray returns the selectors that the owner named and at which there is no record, without those that Unsigned returns.
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

// KeyBelow reports whether a usable key was seen at one of the subdomains.
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

// WildcardKey returns the usable key that a wildcard gives for every selector without a record of its own (RFC 4592).
func (f *Facts) WildcardKey() (record string, ok bool) {
	texts := f.DNS.TXT(f.KeyName(WildcardLabel)).Data()
	if len(texts) != 1 || !dkim.Parse(texts[0]).Valid() {
		return "", false
	}
	return texts[0], true
}

// Signing returns the number of services in use that can sign.
func (f *Facts) Signing() (n int) {
	for _, s := range f.Services() {
		if s.DKIM.Can.Signs() {
			n++
		}
	}
	return n
}

// Switched reports whether the DNS panel publishes the service's key by a switch of its own, so that the owner has
// nothing to copy.
func (f *Facts) Switched(s Service) bool {
	panel := f.Owner.Panel
	if seen := f.Seen().Panels; panel == "" && len(seen) > 0 && !seen[0].Ambiguous {
		panel = seen[0].ID
	}
	return panel != "" && slices.Contains(s.DKIM.Writes, panel)
}

// KeyOf returns the name at which the key of an unsigned service belongs, or the _domainkey name if the selector is
// unknown.
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

// NoKeys reports whether there can be no selector, since the _domainkey name does not exist (RFC 8020).
func (f *Facts) NoKeys() bool {
	return f.DNS.TXT(dnsname.Keys(f.Owner.Domain)).Status == snapshot.NXDomain && !slices.ContainsFunc(f.KeysAsked(), func(k Key) bool {
		return len(k.Answer.Records)+len(k.Answer.Chain) > 0 // a server that wrongly denies empty non-terminals
	})
}

// KeyName returns the name of the key at a selector.
func (f *Facts) KeyName(selector string) string { return dnsname.Key(selector, f.Owner.Domain) }

// KeyUnseen returns the first key whose look-up failed. ok is false if none failed or if it does not matter: there can be
// no keys, or a usable key was seen and no service is waiting for this one.
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

// awaited reports whether a service in use without a key is known to sign with the selector.
func (f *Facts) awaited(selector string) bool {
	return slices.ContainsFunc(f.Unsigned(), func(u Unsigned) bool { return slices.Contains(f.Expected(u.Service), selector) })
}
