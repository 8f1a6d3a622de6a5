package probe

import (
	"hash/maphash"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/snapshot"
)

// sights caches what the catalogue detects in the states of a run's snapshot, since most answers are negative and change
// nothing.
type sights struct {
	seed maphash.Seed
	by   map[uint64]catalog.Detected

	list, early sheet // for the lists of questions
}

func newSights() *sights { return &sights{seed: maphash.MakeSeed(), by: map[uint64]catalog.Detected{}} }

// of returns what the catalogue detects in a snapshot. m may be nil.
func (m *sights) of(c *catalog.Catalog, s *snapshot.Snapshot) catalog.Detected {
	if m == nil {
		return c.Detect(s)
	}
	k := m.sum(s)
	d, ok := m.by[k]
	if !ok {
		d = c.Detect(s)
		m.by[k] = d
	}
	return d
}

// sum hashes everything that detection can depend on: the answers with records, aliases or referrals, the outcome of NS
// questions, and whether the authoritative servers denied what a resolver has.
func (m *sights) sum(s *snapshot.Snapshot) uint64 {
	var h maphash.Hash
	h.SetSeed(m.seed)
	put := func(text string) {
		h.WriteString(text)
		h.WriteByte(0)
	}
	for i := range s.Answers {
		a := &s.Answers[i]
		if len(a.Records)+len(a.Chain)+len(a.Referral) == 0 && a.Type != snapshot.NS {
			continue
		}
		put(a.Name)
		put(string(a.Type))
		put(string(a.Via))
		put(a.Key.At)
		put(string(a.Status))
		put(string(a.Reason))
		if a.Via == snapshot.Resolver {
			own := s.Look(snapshot.Key{Name: a.Name, Type: a.Type, Via: snapshot.Authority})
			if own == nil {
				own = &none
			}
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
