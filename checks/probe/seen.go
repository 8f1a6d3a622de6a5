package probe

import (
	"hash/maphash"
	"slices"

	"example.org/todoku/checks/snapshot"
)

// sights caches which services are in use in the states of a run's snapshot, since most answers are negative and change
// nothing.
type sights struct {
	seed maphash.Seed
	by   map[uint64][]service
}

func newSights() sights { return sights{seed: maphash.MakeSeed(), by: map[uint64][]service{}} }

// services returns the services in use.
func (n *asker) services() []service {
	if n.known.services == nil {
		k := n.sum()
		list, ok := n.sights.by[k]
		if !ok {
			list = n.lookForServices()
			n.sights.by[k] = list
		}
		n.known.services = list
	}
	return n.known.services
}

// sum hashes everything that detection can depend on: of the answers about the domain, about its servers, and about where
// an alias or MX leads, those with records, aliases or referrals, the outcome of NS questions, and whether the
// authoritative servers denied what a resolver has. What an SPF record includes shows nobody but what the record names.
func (n *asker) sum() uint64 {
	var h maphash.Hash
	h.SetSeed(n.sights.seed)
	put := func(text string) {
		h.WriteString(text)
		h.WriteByte(0)
	}
	if n.visible() {
		h.WriteByte(1)
	}
	led := n.led()
	for i := range n.s.Answers {
		a := &n.s.Answers[i]
		if !positive(a) && len(a.Referral) == 0 && a.Type != snapshot.NS {
			continue
		}
		if a.Type != snapshot.NS && a.Type != snapshot.PTR && !snapshot.Below(a.Name, n.d) && !slices.Contains(led, a.Name) {
			continue
		}
		put(a.Name)
		put(string(a.Type))
		put(string(a.Via))
		put(a.Key.At)
		put(string(a.Status))
		put(string(a.Reason))
		if a.Via == snapshot.Resolver {
			own, _ := n.find(a.Name, a.Type, snapshot.Authority)
			put(string(own.Status))
		}
		for j := range a.Records {
			put(a.Records[j].Data)
		}
		h.WriteByte(1)
		for _, l := range a.Chain {
			put(l.Target)
		}
		h.WriteByte(1)
		for _, host := range a.Referral {
			put(host)
		}
	}
	return h.Sum64()
}

// led returns where the aliases and MX lead.
func (n *asker) led() (names []string) {
	for _, a := range n.positives() {
		for _, l := range a.Chain {
			names = append(names, l.Target)
		}
		for i := range a.Records {
			if a.Type == snapshot.MX {
				names = append(names, a.Records[i].Data)
			}
		}
	}
	return names
}
