package drift

import (
	"slices"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// Lapse is a key of the good state that is gone, where DNS cannot show whether mail is still signed with it. Selectors cannot
// be listed (RFC 6376 section 3.1), so there may be a new key at a selector that todoku does not know.
type Lapse struct {
	Name     string // the name of its record
	Selector string
	Service  string // the service that signed with it; "" where that is not known
}

// lapses lists them. It leaves out keys that are certainly lost: the name _domainkey does not exist, the service gives every
// customer the same selectors, or the whole domain is out of use.
func lapses(old *facts.Facts, is Side) (out []Lapse) {
	now := is.In
	if _, wild := now.WildcardKey(); wild || now.NoKeys() || len(fresh(old, now)) > 0 || checks.Fatal(is.Findings) {
		return nil
	}
	for _, sel := range old.GoodSelectors() {
		a := now.DNS.TXT(now.KeyName(sel))
		if sel == facts.WildcardLabel || sel == "*" || !a.Absent() || len(a.Chain) > 0 || appointed(old, sel) {
			continue
		}
		out = append(out, Lapse{now.KeyName(sel), sel, old.ServiceOf(facts.Key{Selector: sel})})
	}
	return out
}

// appointed reports whether a service fixes the selector: it uses aliases with the same names for every customer.
func appointed(in *facts.Facts, selector string) bool {
	return slices.ContainsFunc(in.Services(), func(s facts.Service) bool {
		return s.DKIM.Form == snapshot.CNAME && slices.Contains(s.DKIM.Fixed(), selector)
	})
}

// fresh lists the selectors that have a usable key now and had none before.
func fresh(old, now *facts.Facts) []string {
	return slices.DeleteFunc(slices.Clone(now.GoodSelectors()), func(sel string) bool {
		return sel == "*" || slices.Contains(old.GoodSelectors(), sel)
	})
}

// presuming returns the later look with the lapsed keys put back as they were.
func presuming(old *facts.Facts, now *snapshot.Snapshot, list []Lapse) *snapshot.Snapshot {
	out := now.Clone()
	for _, l := range list {
		out.Answers = slices.DeleteFunc(out.Answers, func(a snapshot.Answer) bool { return a.Name == l.Name })
	}
	whole := snapshot.New(out.Domain, out.Taken)
	for _, a := range out.Answers {
		whole.Add(a)
	}
	for _, a := range old.DNS.Answers {
		lapsed := slices.ContainsFunc(list, func(l Lapse) bool { return l.Name == a.Name })
		behind := slices.ContainsFunc(list, func(l Lapse) bool {
			return slices.ContainsFunc(old.DNS.TXT(l.Name).Chain, func(c snapshot.Link) bool { return c.Target == a.Name })
		})
		if lapsed || behind && !whole.Asked(a.Key) {
			whole.Add(a)
		}
	}
	return whole
}
