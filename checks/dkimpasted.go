package checks

import (
	"strings"

	"todoku/checks/dkim"
	"todoku/checks/owner"
	"todoku/checks/reading"
)

// dkimMismatch: what the console shows, as pasted, is not what DNS has at the selector. kind tells how they differ:
// alias (another target), cut (the beginning of the same key), service (the key pasted for another service), old (some
// other good key). A DNS key that is broken by itself is said by its own rule.
func dkimMismatch(in In) []Finding {
	var out []Finding
	for _, k := range in.Answers.Keys {
		sel := strings.ToLower(k.Selector)
		if k.Value == "" || sel == "" {
			continue
		}
		name := KeyName(in, sel)
		if kind, other := differs(in, k); kind != "" {
			out = append(out, Finding{Name: name, Args: Args{"selector": sel, "kind": kind, "service": other}, Evidence: evidence(in.DNS.TXT(name))})
		}
	}
	return out
}

// differs says how DNS differs from a pasted key; "" where it does not, or where that is not known.
func differs(in In, k owner.Key) (kind, service string) {
	sel := strings.ToLower(k.Selector)
	recs, known := reading.DKIMRecords(in.DNS, sel, in.Answers.Domain)
	a := in.DNS.TXT(KeyName(in, sel))
	switch {
	case k.Alias && len(a.Chain) > 0 && !strings.EqualFold(strings.TrimSuffix(k.Value, "."), a.Chain[0].Target):
		return "alias", "" // whether or not the other target's own answer is known
	case !known || Anywhere(in, a):
		return "", ""
	case k.Alias && len(a.Chain) == 0 && len(recs) > 0:
		return "alias", ""
	case k.Alias || len(recs) != 1 || dkim.Same(recs[0], k.Value):
		return "", ""
	}
	have, want := dkim.Parse(recs[0]), dkim.Parse(k.Value)
	if !have.Valid() {
		if len(have.Key) > 24 && strings.HasPrefix(want.Key, strings.TrimRight(have.Key, "=")) {
			return "cut", ""
		}
		return "", ""
	}
	for _, o := range in.Answers.Keys {
		if o.Selector != k.Selector && o.Value != "" && !o.Alias && dkim.Same(recs[0], o.Value) {
			return "service", o.Service
		}
	}
	return "old", ""
}
