package facts

import (
	"slices"
	"strings"

	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// WildcardLabel is a label that nobody uses: an answer for it shows a wildcard.
const WildcardLabel = snapshot.WildcardLabel

// Anywhere reports whether an answer is what the zone says of any name (a wildcard, RFC 4592), so that nothing stands at
// the asked name itself.
func (f *Facts) Anywhere(a snapshot.Answer) bool {
	for _, at := range []string{f.Owner.Domain, dnsname.Keys(f.Owner.Domain)} {
		wild := f.DNS.TXT(WildcardLabel + "." + at)
		switch {
		case len(wild.Chain) > 0 && len(a.Chain) > 0 && wild.Chain[0].Target == a.Chain[0].Target:
			return true
		case len(wild.Records) > 0 && slices.Equal(slices.Sorted(slices.Values(wild.Data())), slices.Sorted(slices.Values(a.Data()))):
			return true
		}
	}
	return false
}

// MaybeWildcard is Anywhere for copies at wrong names: where it could not be seen what the zone says of any name, nothing is
// claimed of one.
func (f *Facts) MaybeWildcard(a snapshot.Answer) bool {
	return f.DNS.TXT(WildcardLabel+"."+f.Owner.Domain).Status == snapshot.Failed || f.Anywhere(a)
}

// Apex is the apex to which a panel appends what is typed; the domain itself while that is not known.
func (f *Facts) Apex() string { return f.apex() }

func (f *Facts) readApex() string {
	if zone, ok := f.DNS.Zone(); ok {
		return zone
	}
	return f.Owner.Domain
}

// HalfTyped is the domain with its first label once more in front: what comes of a name of which only the beginning was typed.
func (f *Facts) HalfTyped() string {
	label, _, _ := strings.Cut(f.Owner.Domain, ".")
	return label + "." + f.Owner.Domain
}

// formats tell the mail records apart; a copy counts by its kind.
var formats = []func(string) bool{spf.Is, dmarc.Is, dkim.Is}

// IsMailRecord reports whether one of the texts is a record of mail.
func IsMailRecord(texts []string) bool {
	return slices.ContainsFunc(texts, func(t string) bool {
		return slices.ContainsFunc(formats, func(is func(string) bool) bool { return is(t) })
	})
}

// Stands reports whether a record of the same kind as one of the copy's stands at the right place.
func Stands(right, copied snapshot.Answer) bool {
	for _, is := range formats {
		if slices.ContainsFunc(copied.Data(), is) {
			return slices.ContainsFunc(right.Data(), is)
		}
	}
	return false
}

// TextTarget reads an alias's target that is really a record's text.
func (f *Facts) TextTarget(target string) (string, bool) {
	text := reading.Unescape(strings.TrimSuffix(target, "."+f.Apex()))
	squeezed := strings.ToLower(strings.Join(strings.Fields(strings.Trim(text, `"'`)), ""))
	for _, head := range []string{"v=spf1", "v=dmarc1", "v=dkim1", "k=rsa;"} {
		if strings.HasPrefix(squeezed, head) {
			return text, true
		}
	}
	return "", false
}

// OwnAlias reports whether an answer shows a CNAME at the asked name itself, in the domain's own zone, that neither a wildcard
// nor a DNAME above made.
func (f *Facts) OwnAlias(a snapshot.Answer) bool {
	return len(a.Chain) > 0 && a.Chain[0].Name == a.Name && a.Chain[0].DNAME == "" && a.Type != snapshot.CNAME &&
		snapshot.Below(a.Name, f.Owner.Domain) && (a.Name == f.Owner.Domain || !f.Anywhere(a))
}

// AliasAt finds the target of the CNAME that stands at a name of the domain; "" where none was seen.
func (f *Facts) AliasAt(name string) string {
	for i := range f.DNS.Answers {
		q := &f.DNS.Answers[i]
		if q.Name != name {
			continue
		}
		if a := f.DNS.Get(q.Name, q.Type); a.Known() && f.OwnAlias(a) {
			return a.Chain[0].Target
		}
	}
	return ""
}

// AliasAbove is the domain above, in the same zone, of which the owner's name is an alias, and the answers that show it; ""
// where it is none, and where a key, a policy or a mail shows that the name has mail of its own all the same.
func (f *Facts) AliasAbove() (above string, seen []snapshot.Answer) {
	d := f.Owner.Domain
	zone, ok := f.DNS.Zone()
	above = f.AliasAt(d)
	if !ok || above == d || !snapshot.Below(d, above) || !snapshot.Below(above, zone) {
		return "", nil
	}
	stands := func(k Key) bool { return len(k.Records) > 0 }
	if len(f.Owner.Keys) > 0 || slices.ContainsFunc(f.keys(), stands) || len(f.DNS.TXT(f.PolicyName()).Records) > 0 || f.Owner.Mail.Domain == d {
		return "", nil
	}
	for _, t := range []snapshot.Type{snapshot.MX, snapshot.TXT, snapshot.A} {
		if a := f.DNS.Get(d, t); len(a.Chain) > 0 {
			seen = append(seen, a)
		}
	}
	return above, seen
}

// UndottedAlias tells where the CNAME at a name leads by mistake, and where it was meant to; "" where it is none such. A
// target of the own zone that has records is none: somebody made it.
func (f *Facts) UndottedAlias(name string) (target, meant string) {
	a := f.DNS.TXT(name)
	if !a.Known() || len(a.Chain) != 1 || !f.OwnAlias(a) || len(a.Records) > 0 && !f.Anywhere(a) {
		return "", ""
	}
	target = a.Chain[0].Target
	meant, ok := reading.Undotted(target, f.Apex())
	if _, text := f.TextTarget(target); !ok || text {
		return "", ""
	}
	if there := f.DNS.TXT(meant); !snapshot.Below(meant, f.Apex()) && !there.Known() {
		return "", "" // whether there is such a name at all was not seen
	}
	return target, meant
}

// TypedTarget is the name to which an alias should lead and that was saved as a text: at the name of a key or of the policy,
// where a lone host name means nothing else, and at other names below the domain where it is one of a service's. ok is
// false where there is none.
func (f *Facts) TypedTarget(name string) (target string, ok bool) {
	a := f.DNS.TXT(name)
	if name == f.Owner.Domain || !snapshot.Below(name, f.Owner.Domain) || !a.Known() || len(a.Records) != 1 || len(a.Chain) > 0 || f.MaybeWildcard(a) {
		return "", false
	}
	target, ok = dkim.Target(a.Records[0].Data)
	if !ok || target == name {
		return "", false
	}
	if dnsname.IsKey(name) || name == f.PolicyName() {
		return target, true
	}
	return target, f.Catalog != nil && f.Catalog.Leads(target)
}

// AliasBeside is the target of an alias that stands beside a name's text, so that the answer hangs on the type that is asked
// for; "" where there is none. No zone may have both (RFC 1034 section 3.6.2), but some panels let it be.
func (f *Facts) AliasBeside(name string) string {
	alias := f.DNS.Get(name, snapshot.CNAME)
	if len(alias.Records) == 0 {
		return ""
	}
	if a := f.DNS.TXT(name); len(a.Records) == 0 || len(a.Chain) > 0 || f.Anywhere(a) {
		return ""
	}
	return alias.Records[0].Data
}

// HiddenByAlias reports whether an alias at the domain itself keeps its other records from some receivers.
func (f *Facts) HiddenByAlias() bool {
	zone, _ := f.DNS.Zone()
	return zone == f.Owner.Domain && f.AliasAt(zone) != ""
}

// ByWildcard lists what the domain has by a wildcard alone, one answer a type: the zone says the same of a name beside it and
// of one below it, which nobody made. It lists nothing where something stands at the domain itself, at the zone's apex, and
// where an answer that would tell did not come.
func (f *Facts) ByWildcard() (out []snapshot.Answer) {
	d := f.Owner.Domain
	if zone, ok := f.DNS.Zone(); !ok || zone == d {
		return nil
	}
	for _, t := range []snapshot.Type{snapshot.A, snapshot.AAAA, snapshot.MX, snapshot.TXT} {
		own := f.DNS.Get(d, t)
		if own.Status == snapshot.Unasked {
			continue
		}
		below, beside := f.DNS.Get(WildcardLabel+"."+d, t), f.DNS.Get(WildcardLabel+"."+snapshot.Parent(d), t)
		switch {
		case len(own.Records)+len(own.Chain) == 0 && own.Known():
		case !own.Known() || !alike(own, below) || !alike(own, beside):
			return nil
		default:
			out = append(out, own)
		}
	}
	return out
}

// WildcardUnseen reports whether it could not be seen that the domain has what it has by a wildcard alone.
func (f *Facts) WildcardUnseen() bool {
	d := f.Owner.Domain
	if zone, ok := f.DNS.Zone(); !ok || zone == d {
		return false
	}
	return slices.ContainsFunc([]snapshot.Type{snapshot.A, snapshot.AAAA, snapshot.MX}, func(t snapshot.Type) bool {
		own, below, beside := f.DNS.Get(d, t), f.DNS.Get(WildcardLabel+"."+d, t), f.DNS.Get(WildcardLabel+"."+snapshot.Parent(d), t)
		return len(own.Records)+len(own.Chain) > 0 && (failed(beside) || failed(below) && alike(own, beside))
	})
}

// alike reports whether two names have the same records, or the same alias.
func alike(a, b snapshot.Answer) bool {
	if len(a.Chain) > 0 && len(b.Chain) > 0 {
		return a.Chain[0].Target == b.Chain[0].Target
	}
	sorted := func(a snapshot.Answer) []string { return slices.Sorted(slices.Values(a.Data())) }
	return len(a.Chain) == len(b.Chain) && slices.Equal(sorted(a), sorted(b))
}
