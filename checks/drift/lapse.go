package drift

import (
	"slices"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/snapshot"
)

// Lapse is a key that stood in the good state and stands no longer, where DNS cannot tell whether mail is still signed with
// it: names of keys cannot be listed (RFC 6376 section 3.6.2), so that another may stand under a name nobody told.
type Lapse struct {
	Name     string // where it stood
	Selector string
	Service  string // that signed with it; "" where that is not known
}

// lapses lists them. A key is seen to be lost, and is none of these, where the name above all keys does not exist, where its
// service gives every customer the same names, and where the whole domain is out of use.
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

// appointed reports whether the names of a service's keys are the service's to choose: it gives aliases, at the same names
// to every customer.
func appointed(in *facts.Facts, selector string) bool {
	return slices.ContainsFunc(in.Services(), func(s facts.Service) bool {
		return s.DKIM.Form == snapshot.CNAME && slices.Contains(s.DKIM.Fixed(), selector)
	})
}

// fresh lists the selectors at which a key stands now, and none stood before.
func fresh(old, now *facts.Facts) []string {
	return slices.DeleteFunc(slices.Clone(now.GoodSelectors()), func(sel string) bool {
		return sel == "*" || slices.Contains(old.GoodSelectors(), sel)
	})
}

// presuming gives the later look with the keys that lapsed as they were.
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
