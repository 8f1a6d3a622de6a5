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
	maxCaches   = 2  // of one place that are looked at
	maxKeys     = 2  // keys whose copies are looked at
	maxMemories = 40 // questions to all places
)

// remember asks the watched resolvers what they hold of the records that mail needs: only of those that the authority
// has, since asking for a record before it exists plants the absence that everybody then waits for (RFC 2308).
func (r *run) remember(ctx context.Context, end *snapshot.Snapshot) {
	room := min(maxMemories, r.c.cfg.Budget-r.count)
	var wanted []memory
	for _, k := range r.standing(end) {
		for _, p := range r.c.cfg.Places {
			m := memory{key: k, at: p, said: make([]snapshot.Answer, max(1, min(p.Caches, maxCaches)))}
			k.Via, k.At = snapshot.Cache, p.ID
			if _, known := end.Find(k); known || room < len(m.said) {
				continue
			}
			room -= len(m.said)
			wanted = append(wanted, m)
		}
	}
	var group sync.WaitGroup
	for _, m := range wanted {
		for i := range m.said {
			group.Go(func() { m.said[i] = m.ask(ctx, r.ses) })
		}
	}
	group.Wait()
	for _, m := range wanted {
		for i, a := range m.distinct() {
			a.Key.At = snapshot.CacheAt(m.at.ID, i)
			end.Add(a)
		}
	}
}

// standing are the questions of mail to which the authority has an answer with something in it, the gravest first.
func (r *run) standing(end *snapshot.Snapshot) (out []snapshot.Key) {
	n := newAsker(r.a, end, r.c.cat)
	n.delegation()
	stays := func(snapshot.Answer) bool { return true }
	if r.c.cfg.Stays != nil && len(r.c.cfg.Places) > 0 {
		stays = r.c.cfg.Stays(r.a, end)
	}
	put := func(name string, t snapshot.Type) {
		k := snapshot.Key{Name: name, Type: t, Via: snapshot.Authority}
		if a, _ := end.Find(k); a.Status == snapshot.OK && stays(a) {
			out = append(out, k)
		}
	}
	put(n.d, snapshot.TXT)
	put(n.d, snapshot.MX)
	for _, name := range n.policies() {
		put(name, snapshot.TXT)
	}
	for i, sel := range n.keys() {
		if i < maxKeys {
			put(dnsname.Key(sel, n.d), snapshot.TXT)
		}
	}
	return out
}

// memory is what one place says of one name, as often as shows its several caches.
type memory struct {
	key  snapshot.Key
	at   Place
	said []snapshot.Answer
}

func (m memory) ask(ctx context.Context, ses *session) snapshot.Answer {
	q := snapshot.Question{Key: snapshot.Key{Name: m.key.Name, Type: m.key.Type, Via: snapshot.Cache, At: m.at.ID}}
	return ses.pursue(ctx, q, []place{{addr: m.at.Addr}}, false, nil)
}

// distinct are the answers in a steady order, those that say the same only once, with the longest time: which of several
// caches answers first tells nothing.
func (m memory) distinct() []snapshot.Answer {
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
