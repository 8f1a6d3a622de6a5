package drift

import (
	"slices"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
)

// Learn returns the owner's answers with what a good state shows for certain: the services that sent, and the keys that
// were published. A later look is judged with them, since what was removed from DNS can no longer be found there.
func Learn(good *facts.Facts) owner.Answers {
	a := good.Owner.Clone()
	told, chosen := len(a.HostIDs()) > 0, len(a.Senders) > 0 || a.NoSender
	for _, s := range good.Services() {
		switch {
		case s.Host && !told:
			a.Hosts = append(a.Hosts, owner.Host{ID: s.ID, Value: s.Value})
		case !s.Host && !chosen:
			a.Senders = append(a.Senders, s.ID)
		}
	}
	sound := good.GoodSelectors()
	for _, k := range good.KeysAsked() {
		if id := good.ServiceOf(k); id != "" && usual(good, id, k.Selector) {
			continue // the service's own entry looks for it
		}
		if slices.Contains(sound, k.Selector) && !slices.ContainsFunc(a.Keys, func(o owner.Key) bool { return o.Selector == k.Selector }) {
			a.Keys = append(a.Keys, owner.Key{Selector: k.Selector, Service: good.ServiceOf(k)})
		}
	}
	return a
}

// usual reports whether a service uses the selector for every customer.
func usual(in *facts.Facts, id, selector string) bool {
	return slices.ContainsFunc(in.Services(), func(s facts.Service) bool { return s.ID == id && slices.Contains(s.DKIM.Fixed(), selector) })
}

// Renewed replaces keys that are gone by new ones: a service rotates its keys under new selectors, and may then delete
// the old ones. The later look is judged with the result.
func Renewed(a owner.Answers, old, now *facts.Facts) owner.Answers {
	was, is := old.GoodSelectors(), now.GoodSelectors()
	i := slices.IndexFunc(is, func(s string) bool { return s != "*" && !slices.Contains(was, s) })
	if i < 0 {
		return a
	}
	a = a.Clone()
	if gone := slices.IndexFunc(was, func(s string) bool { return !slices.Contains(is, s) && now.DNS.TXT(now.KeyName(s)).Absent() }); gone >= 0 {
		fresh := owner.Key{Selector: is[i], Service: old.ServiceOf(facts.Key{Selector: was[gone]})}
		a.Keys = append(a.Keys, fresh)
	}
	for j, k := range a.Keys {
		if k.Value == "" && slices.Contains(was, k.Selector) && now.DNS.TXT(now.KeyName(k.Selector)).Absent() {
			a.Keys[j].Selector = is[i]
		}
	}
	return a
}
