package probe

import (
	"context"
	"slices"
	"strings"
	"sync"

	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/snapshot"
)

const (
	maxCaches   = 2  // caches of one place that are asked
	maxKeys     = 2  // keys that are asked for
	maxMemories = 40 // questions to all places together
)

// remember asks the watched resolvers what they have cached of the mail records, only for those that the authoritative
// servers have and that no change is planned for: asking for a record before it exists makes a resolver cache the absence
// (RFC 2308). It runs when nothing else is left to ask, since every open question may still lead to a change.
func (r *run) remember(ctx context.Context, end *snapshot.Snapshot) {
	room := min(maxMemories, r.c.cfg.Budget-r.count)
	var wanted []*memory
	var under sync.WaitGroup
	for _, k := range r.standing(end) {
		for _, p := range r.c.cfg.Places {
			m := &memory{key: k, at: p, said: make([]snapshot.Answer, max(1, min(p.Caches, maxCaches)))}
			if end.Asked(snapshot.Key{Name: k.Name, Type: k.Type, Via: snapshot.Cache, At: p.ID}) || len(m.said) > room {
				continue
			}
			room -= len(m.said)
			wanted = append(wanted, m)
			for i := range m.said {
				under.Add(1)
				m.ask(ctx, r.ses, func(a *snapshot.Answer) {
					m.said[i] = *a
					under.Done()
				})
			}
		}
	}
	under.Wait()
	for _, m := range wanted {
		for i, a := range m.distinct() {
			a.Key.At = snapshot.CacheAt(m.at.ID, i)
			end.Add(a)
		}
	}
}

// stays returns the function that reports whether no change of an answer is planned.
func (r *run) stays(s *snapshot.Snapshot) func(snapshot.Answer) bool {
	if r.c.cfg.Stays == nil || len(r.c.cfg.Places) == 0 {
		return func(snapshot.Answer) bool { return true }
	}
	return r.c.cfg.Stays(r.a, s)
}

// standing returns the questions about mail to which the authoritative servers have a positive answer that no change is
// planned for, the most important first.
func (r *run) standing(end *snapshot.Snapshot) []snapshot.Key {
	n := r.asker(end)
	n.delegation()
	stands := n.standing()
	if len(stands) == 0 || len(r.c.cfg.Places) == 0 {
		return nil
	}
	stays := r.stays(end)
	return slices.DeleteFunc(stands, func(k snapshot.Key) bool {
		a, _ := end.Find(k)
		return !stays(a)
	})
}

// standing returns the questions about mail to which the authoritative servers have a positive answer, the most important
// first.
func (n *asker) standing() (out []snapshot.Key) {
	put := func(name string, t snapshot.Type) {
		k := snapshot.Key{Name: name, Type: t, Via: snapshot.Authority}
		if a, _ := n.look(k); a.Status == snapshot.OK {
			out = append(out, k)
		}
	}
	put(n.d, snapshot.TXT)
	put(n.d, snapshot.MX)
	for _, name := range n.policies {
		put(name, snapshot.TXT)
	}
	for i, sel := range n.keys() {
		if i < maxKeys {
			put(dnsname.Key(sel, n.d), snapshot.TXT)
		}
	}
	return out
}

// memory is what one place answers for one name, once for each of its caches.
type memory struct {
	key  snapshot.Key
	at   Place
	said []snapshot.Answer
}

func (m *memory) ask(ctx context.Context, ses *session, then func(*snapshot.Answer)) {
	q := snapshot.Question{Key: snapshot.Key{Name: m.key.Name, Type: m.key.Type, Via: snapshot.Cache, At: m.at.ID}}
	ses.pursue(ctx, &q, []place{{addr: m.at.Addr}}, false, nil, then)
}

// distinct returns the different answers in a fixed order, each with the longest TTL, since the order in which several
// caches answer means nothing.
func (m *memory) distinct() []snapshot.Answer {
	same := func(a, b snapshot.Answer) bool {
		return a.Status == b.Status && slices.Equal(a.Data(), b.Data())
	}
	slices.SortStableFunc(m.said, func(a, b snapshot.Answer) int {
		if c := slices.Compare(a.Data(), b.Data()); c != 0 {
			return c
		}
		if c := strings.Compare(string(a.Status), string(b.Status)); c != 0 {
			return c
		}
		return b.Expires().Compare(a.Expires())
	})
	return slices.CompactFunc(m.said, same)
}
