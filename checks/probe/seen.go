package probe

import (
	"hash/maphash"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/snapshot"
)

// sights are what the catalogue saw in the states that a run's snapshot went through. Most answers say that there is
// nothing, and change nothing of it: then it is not looked for again.
type sights struct {
	seed maphash.Seed
	by   map[uint64]catalog.Detected
}

func newSights() *sights { return &sights{maphash.MakeSeed(), map[uint64]catalog.Detected{}} }

// of is what the catalogue sees in a snapshot. The receiver may be nil.
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

// sum is one number for all that a sight can depend on: the answers that hold something; how those ended that find the
// zone; and whether the authority has denied what a resolver has.
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
			own, _ := s.Find(snapshot.Key{Name: a.Name, Type: a.Type, Via: snapshot.Authority})
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
