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

// WildcardLabel is a label that no one uses, so that an answer for it comes from a wildcard.
const WildcardLabel = snapshot.WildcardLabel

// FromWildcard reports whether an answer is the same as the one for a name that does not exist, so it comes from a wildcard
// (RFC 4592) and there is no record at the name itself.
func (f *Facts) FromWildcard(a snapshot.Answer) bool {
	places := []string{f.Owner.Domain, dnsname.Keys(f.Owner.Domain)}
	if at, _, doubled := f.Doubled(a.Name); doubled {
		places = append(places, at)
	}
	for _, at := range places {
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

// MaybeWildcard reports whether an answer may come from a wildcard. Unlike FromWildcard it is true also if the look-up of
// WildcardLabel failed.
func (f *Facts) MaybeWildcard(a snapshot.Answer) bool {
	if at, _, doubled := f.Doubled(a.Name); doubled && !f.DNS.TXT(WildcardLabel+"."+at).Known() {
		return true
	}
	return f.DNS.TXT(WildcardLabel+"."+f.Owner.Domain).Status == snapshot.Failed || f.FromWildcard(a)
}

// Apex returns the zone apex, which panels append to a typed name, or the domain itself if the zone is not known.
func (f *Facts) Apex() string { return f.apex() }

func (f *Facts) readApex() string {
	if zone, ok := f.DNS.Zone(); ok {
		return zone
	}
	return f.Owner.Domain
}

// HalfTyped returns the domain with its first label doubled: the name of a record if only the first label was typed into
// a panel field that appends the domain.
func (f *Facts) HalfTyped() string {
	_, half := dnsname.Doubled(f.Owner.Domain, f.Apex())
	return half
}

// DoubledDomains returns what a panel makes of the domain by appending the zone apex to it, whole and typed in part.
func (f *Facts) DoubledDomains() []string {
	whole, half := dnsname.Doubled(f.Owner.Domain, f.Apex())
	return []string{whole, half}
}

// Doubled returns the name that stands for the domain in a name in which the domain occurs twice, whole or in part, and the
// name that was meant. ok is false for other names.
func (f *Facts) Doubled(name string) (at, meant string, ok bool) {
	for _, at := range f.DoubledDomains() {
		if above, ok := strings.CutSuffix(name, at); ok && (above == "" || strings.HasSuffix(above, ".")) {
			return at, above + f.Owner.Domain, true
		}
	}
	return "", "", false
}

// formats recognize the kinds of mail record.
var formats = []func(string) bool{spf.Is, dmarc.Is, dkim.Is}

// IsMailRecord reports whether one of the texts is an SPF, DMARC or DKIM record.
func IsMailRecord(texts []string) bool {
	return slices.ContainsFunc(texts, func(t string) bool {
		return slices.ContainsFunc(formats, func(is func(string) bool) bool { return is(t) })
	})
}

// SameKind reports whether the right name has a record of the kind that the copy has.
func SameKind(right, copied snapshot.Answer) bool {
	for _, is := range formats {
		if slices.ContainsFunc(copied.Data(), is) {
			return slices.ContainsFunc(right.Data(), is)
		}
	}
	return false
}

// TextTarget returns the record text that was saved as the target of an alias; false if the target is an ordinary name.
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

// OwnAlias reports whether an answer shows a CNAME at the queried name itself, in the owner's domain, that was not
// synthesized from a wildcard or a DNAME.
func (f *Facts) OwnAlias(a snapshot.Answer) bool {
	return len(a.Chain) > 0 && a.Chain[0].Name == a.Name && a.Chain[0].DNAME == "" && a.Type != snapshot.CNAME &&
		snapshot.Below(a.Name, f.Owner.Domain) && (a.Name == f.Owner.Domain || !f.FromWildcard(a))
}

// AliasAt returns the target of the CNAME at a name of the domain, or "" if none was seen.
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

// AliasAbove returns the parent domain in the same zone of which the owner's domain is a CNAME, and the answers that show
// it. It returns "" if there is none, or if a key, a policy or a mail shows that the name sends mail itself.
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

// UndottedAlias returns where the CNAME at a name leads because its final dot is missing, and where it was meant to lead.
// It returns "" if there is no such CNAME or if its target has records.
func (f *Facts) UndottedAlias(name string) (target, meant string) {
	a := f.DNS.TXT(name)
	if !a.Known() || len(a.Chain) != 1 || !f.OwnAlias(a) || len(a.Records) > 0 && !f.FromWildcard(a) {
		return "", ""
	}
	target = a.Chain[0].Target
	meant, ok := reading.Undotted(target, f.Apex())
	if _, text := f.TextTarget(target); !ok || text {
		return "", ""
	}
	if there := f.DNS.TXT(meant); !snapshot.Below(meant, f.Apex()) && !there.Known() {
		return "", "" // it is unknown whether the meant name exists
	}
	return target, meant
}

// TypedTarget returns a CNAME target that was saved as a TXT record: a lone host name at the name of a key or policy, or
// at another name below the domain if the catalogue knows it as a target. ok is false if there is none, or if it is the
// record's own name, typed into the wrong field.
func (f *Facts) TypedTarget(name string) (target string, ok bool) {
	a := f.DNS.TXT(name)
	if name == f.Owner.Domain || !snapshot.Below(name, f.Owner.Domain) || !a.Known() || len(a.Records) != 1 || len(a.Chain) > 0 || f.MaybeWildcard(a) {
		return "", false
	}
	target, ok = dkim.Target(a.Records[0].Data)
	if !ok || strings.HasPrefix(name+".", target+".") {
		return "", false
	}
	if dnsname.IsKey(name) || name == f.PolicyName() {
		return target, true
	}
	return target, f.Catalog != nil && f.Catalog.Leads(target)
}

// AliasBeside returns the target of a CNAME that exists beside a TXT record, so that the answer depends on the query
// type, or "" if there is none. RFC 1034 section 3.6.2 forbids that, but some panels allow it.
func (f *Facts) AliasBeside(name string) string {
	alias := f.DNS.Get(name, snapshot.CNAME)
	if len(alias.Records) == 0 {
		return ""
	}
	if a := f.DNS.TXT(name); len(a.Records) == 0 || len(a.Chain) > 0 || f.FromWildcard(a) {
		return ""
	}
	return alias.Records[0].Data
}

// HiddenByAlias reports whether a CNAME at the zone apex hides the other records there from some receivers.
func (f *Facts) HiddenByAlias() bool {
	zone, _ := f.DNS.Zone()
	return zone == f.Owner.Domain && f.AliasAt(zone) != ""
}

// ByWildcard returns the answers for the domain that come only from a wildcard, one for each type: a made-up name beside
// the domain and one below it have the same records. It returns nil if the domain is a zone apex, has a record of its
// own, or if a look-up is missing.
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

// PassedBy returns the answers of a wildcard beside the domain that do not apply to it, since the name exists without a
// record of that type (RFC 4592 section 2.2.1). It returns nil at a zone apex.
func (f *Facts) PassedBy() (out []snapshot.Answer) {
	d := f.Owner.Domain
	if zone, ok := f.DNS.Zone(); !ok || zone == d {
		return nil
	}
	for _, t := range []snapshot.Type{snapshot.MX, snapshot.TXT, snapshot.A} {
		own, wild := f.DNS.Get(d, t), f.DNS.Get(WildcardLabel+"."+snapshot.Parent(d), t)
		if own.Status == snapshot.NoData && len(own.Chain) == 0 && len(wild.Records) > 0 {
			out = append(out, wild)
		}
	}
	return out
}

// WildcardUnseen reports whether a look-up failed that would show whether the domain's records come from a wildcard.
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

// alike reports whether two answers have the same records or the same alias.
func alike(a, b snapshot.Answer) bool {
	if len(a.Chain) > 0 && len(b.Chain) > 0 {
		return a.Chain[0].Target == b.Chain[0].Target
	}
	sorted := func(a snapshot.Answer) []string { return slices.Sorted(slices.Values(a.Data())) }
	return len(a.Chain) == len(b.Chain) && slices.Equal(sorted(a), sorted(b))
}
