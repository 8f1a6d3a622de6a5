package drift

import (
	"slices"
	"strings"

	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/dmarc"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// order is the order in which kinds of changes are listed, the most consequential first.
var order = []Kind{Servers, Signing, SPF, DKIM, DMARC, MX, Address, Text}

// changes returns the differences between what both looks know.
func changes(old, now *facts.Facts) []Change {
	out := slices.Concat(delegation(old, now), signing(old, now))
	for _, k := range compared(old.DNS, now.DNS) {
		a, b := old.DNS.Get(k.Name, k.Type), now.DNS.Get(k.Name, k.Type)
		if !a.Known() || !b.Known() || a.Cut() || b.Cut() {
			continue
		}
		was, is := values(old, a), values(now, b)
		switch k.Type {
		case snapshot.MX:
			out = append(out, exchange(k.Name, was, is)...)
		case snapshot.TXT:
			found := texts(old.Owner.Domain, k.Name, was, is)
			for i := range found {
				found[i].Stands = len(b.Chain) > 0 && slices.Equal(found[i].Was, []string{arrow + b.Chain[0].Target})
			}
			out = append(out, found...)
		default:
			out = append(out, plain(Address, k.Name, was, is)...)
		}
	}
	slices.SortStableFunc(out, func(x, y Change) int { return slices.Index(order, x.Kind) - slices.Index(order, y.Kind) })
	return out
}

// compared returns the owner's own names and types for which the authoritative servers were asked in both looks.
func compared(old, now *snapshot.Snapshot) (out []snapshot.Key) {
	for _, a := range old.Answers {
		k := snapshot.Key{Name: a.Name, Type: a.Type, Via: snapshot.Authority}
		wanted := slices.Contains([]snapshot.Type{snapshot.MX, snapshot.TXT, snapshot.A, snapshot.AAAA}, a.Type)
		first, _, _ := strings.Cut(a.Name, ".")
		if !wanted || first == snapshot.WildcardLabel || slices.Contains(out, k) {
			continue
		}
		if _, asked := old.Find(k); asked && now.Get(a.Name, a.Type).Status != snapshot.Unasked {
			out = append(out, k)
		}
	}
	return out
}

// values returns an answer's values, sorted. For an alias it returns the target name and whether that has records,
// since the records themselves are changed by somebody else. Values from a wildcard are left out.
func values(in *facts.Facts, a snapshot.Answer) []string {
	if in.FromWildcard(a) {
		return nil
	}
	if len(a.Chain) > 0 {
		if len(a.Records) == 0 {
			return nil
		}
		return []string{arrow + a.Chain[0].Target}
	}
	var out []string
	for _, r := range a.Records {
		out = append(out, r.Value(a.Type))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// arrow marks an alias among values.
const arrow = "CNAME "

// less returns the values of a that are not in b.
func less(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(v string) bool { return slices.Contains(b, v) })
}

// plain compares values of which there may be any number.
func plain(k Kind, name string, was, is []string) []Change {
	gone, come := less(was, is), less(is, was)
	act := Altered
	switch {
	case len(gone)+len(come) == 0:
		return nil
	case len(is) == 0:
		act = Gone
	case len(was) == 0:
		act = Come
	}
	return []Change{{Kind: k, Act: act, Name: name, Gone: gone, Come: come, Was: was}}
}

// single compares records of which there should be only one, part by part.
func single(k Kind, name string, was, is []string, parts func(string) []string) []Change {
	switch {
	case slices.Equal(was, is):
		return nil
	case len(is) > 1 && len(was) < 2:
		return []Change{{Kind: k, Act: Doubled, Name: name, Gone: less(was, is), Come: less(is, was), Was: was}}
	case len(was) != 1 || len(is) != 1:
		return plain(k, name, was, is)
	}
	gone, come := less(parts(was[0]), parts(is[0])), less(parts(is[0]), parts(was[0]))
	if len(gone)+len(come) == 0 {
		return nil // the same parts, written differently
	}
	return []Change{{Kind: k, Act: Altered, Name: name, Gone: gone, Come: come, Was: was}}
}

// texts compares the TXT records of a name, each kind separately.
func texts(domain, name string, was, is []string) []Change {
	if dnsname.IsKeyOf(name, domain) {
		if len(was) == 1 && len(is) == 1 && dkim.Same(was[0], is[0]) {
			return nil
		}
		return plain(DKIM, name, was, is)
	}
	var out []Change
	policy := dnsname.IsPolicy(name)
	for _, f := range []struct {
		kind  Kind
		is    func(string) bool
		parts func(string) []string
	}{{SPF, spf.Is, terms}, {DMARC, func(v string) bool { return policy && (dmarc.Is(v) || strings.HasPrefix(v, arrow)) }, tags}} {
		a, b := keep(was, f.is), keep(is, f.is)
		was, is = less(was, a), less(is, b)
		out = append(out, single(f.kind, name, a, b, f.parts)...)
	}
	return append(out, plain(Text, name, was, is)...)
}

func keep(list []string, want func(string) bool) []string {
	return slices.DeleteFunc(slices.Clone(list), func(v string) bool { return !want(v) })
}

// terms returns the terms of an SPF record in a comparable form: letter case and an explicit "+" make no difference.
func terms(record string) (out []string) {
	for _, t := range spf.Parse(record).Terms {
		out = append(out, strings.ToLower(strings.TrimPrefix(t.Text, "+")))
	}
	return out
}

// tags returns the tags of a DMARC record.
func tags(record string) (out []string) {
	for _, t := range dmarc.Parse(record).Tags {
		if t.Name != "v" {
			out = append(out, t.Name+"="+t.Value)
		}
	}
	return out
}

// exchange compares the mail servers; the act is Moved if none of the old servers is among the new ones.
func exchange(name string, was, is []string) []Change {
	out := plain(MX, name, was, is)
	if len(out) == 1 && len(was) > 0 && len(is) > 0 && len(less(targets(was), targets(is))) == len(targets(was)) {
		out[0].Act = Moved
	}
	return out
}

// targets returns the names of mail servers without their preference.
func targets(values []string) (out []string) {
	for _, v := range values {
		_, name, _ := strings.Cut(v, " ")
		out = append(out, name)
	}
	return out
}

// delegation compares the name servers that the parent zone delegates to.
func delegation(old, now *facts.Facts) []Change {
	zone, ok1 := old.DNS.Zone()
	same, ok2 := now.DNS.Zone()
	if !ok1 || !ok2 || zone != same {
		return nil
	}
	was, is := old.DNS.NameServers(zone), now.DNS.NameServers(zone)
	if len(was) == 0 || len(is) == 0 {
		return nil
	}
	out := plain(Servers, zone, was, is)
	if len(out) == 1 && len(less(was, is)) == len(was) {
		out[0].Act = Moved
	}
	return out
}

// signing compares the DS records in the parent zone.
func signing(old, now *facts.Facts) []Change {
	zone, ok := now.DNS.Zone()
	if !ok {
		return nil
	}
	a, b := old.DS(zone), now.DS(zone)
	if !a.Known() || !b.Known() {
		return nil
	}
	return plain(Signing, zone, values(old, a), values(now, b))
}
