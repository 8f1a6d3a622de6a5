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

// recalled holds what the watched resolvers were asked for, by the key of the first cache of each.
type recalled struct {
	by     map[snapshot.Key]*memory
	under  sync.WaitGroup
	judged map[snapshot.Key]bool // records for which Config.Stays was consulted
	times  int                   // how often that was
}

// maxJudged limits how often Config.Stays is consulted before all other questions have ended.
const maxJudged = 3

// remember asks the watched resolvers what they have cached of the mail records, only for those that the authoritative
// servers have: asking for a record before it exists makes a resolver cache the absence (RFC 2308). What recall asked is
// not asked again, but left out if the record is to be changed after all.
func (r *run) remember(ctx context.Context, end *snapshot.Snapshot) {
	room := min(maxMemories, r.c.cfg.Budget-r.count)
	var wanted []*memory
	for _, k := range r.standing(end) {
		for _, p := range r.c.cfg.Places {
			if m := r.memory(k, p); r.lacks(end, m) && len(m.said) <= room {
				room -= len(m.said)
				r.recollect(ctx, m)
				wanted = append(wanted, m)
			}
		}
	}
	r.memories.under.Wait()
	for _, m := range wanted {
		for i, a := range m.distinct() {
			a.Key.At = snapshot.CacheAt(m.at.ID, i)
			end.Add(a)
		}
	}
}

// recall asks the watched resolvers while other questions are still open, to save time. A record is only asked for when
// no open question can still show it to be wrong, and if no change of it is planned. n has just listed the open
// questions.
func (r *run) recall(ctx context.Context, n *asker, open []snapshot.Question) {
	if r.c.share != nil || len(r.c.cfg.Places) == 0 || n == nil || n.apex == "" || r.memories.times == maxJudged || len(open) == 0 ||
		slices.ContainsFunc(n.servers, func(s snapshot.NameServer) bool { return n.repute(s.Host) == unheard }) ||
		slices.ContainsFunc(open, n.decides) {
		return
	}
	room := min(maxMemories, r.c.cfg.Budget-r.count)
	for _, m := range r.memories.by {
		room -= len(m.said)
	}
	var ready []snapshot.Key
	for _, k := range n.standing() {
		if !r.memories.judged[k] && !n.doubts(k, open) {
			ready = append(ready, k)
		}
	}
	if len(ready) == 0 {
		return
	}
	r.memories.times++
	stays := r.stays(r.snap)
	for _, k := range ready {
		r.memories.judged[k] = true
		if a, _ := r.snap.Find(k); !stays(a) {
			continue
		}
		for _, p := range r.c.cfg.Places {
			if m := r.memory(k, p); r.lacks(r.snap, m) && len(m.said) <= room {
				room -= len(m.said)
				r.recollect(ctx, m)
			}
		}
	}
}

// decides reports whether a question is about a record that every domain has, or about a wildcard that may replace it.
func (n *asker) decides(q snapshot.Question) bool {
	switch {
	case n.d != n.apex && (strings.HasPrefix(q.Name, WildcardLabel+".") || q.Name == n.d):
		return true
	case q.Via != snapshot.Authority:
		return false
	case q.Name == n.d:
		return q.Type == snapshot.TXT || q.Type == snapshot.MX
	}
	return q.Type == snapshot.TXT && slices.Contains(n.policies(), q.Name)
}

// doubts reports whether an open question may show a record to be wrong: for SPF one of the include tree, for MX one
// about the address of a server that the catalogue does not know, for DMARC one about report mailboxes.
func (n *asker) doubts(k snapshot.Key, open []snapshot.Question) bool {
	switch {
	case k.Type == snapshot.MX:
		hosts := n.s.Get(n.d, snapshot.MX).Data()
		return slices.ContainsFunc(open, func(q snapshot.Question) bool {
			return (q.Type == snapshot.A || q.Type == snapshot.AAAA) && slices.Contains(hosts, q.Name) && (n.cat == nil || !n.cat.Named(q.Name))
		})
	case k.Name == n.d:
		return n.tree
	}
	return n.boxes && dnsname.IsPolicy(k.Name)
}

// memory returns what a place was or will be asked for.
func (r *run) memory(k snapshot.Key, p Place) *memory {
	if m, ok := r.memories.by[cacheOf(k, p)]; ok {
		return m
	}
	return &memory{key: k, at: p, said: make([]snapshot.Answer, max(1, min(p.Caches, maxCaches)))}
}

// cacheOf returns the key of a place's cached answer to a question.
func cacheOf(k snapshot.Key, p Place) snapshot.Key {
	return snapshot.Key{Name: k.Name, Type: k.Type, Via: snapshot.Cache, At: p.ID}
}

// lacks reports whether a snapshot has no answer of a place yet.
func (r *run) lacks(s *snapshot.Snapshot, m *memory) bool { return !s.Asked(cacheOf(m.key, m.at)) }

// recollect asks a place, unless it was asked already.
func (r *run) recollect(ctx context.Context, m *memory) {
	if _, under := r.memories.by[cacheOf(m.key, m.at)]; under {
		return
	}
	r.memories.by[cacheOf(m.key, m.at)] = m
	for i := range m.said {
		r.memories.under.Go(func() { m.said[i] = m.ask(ctx, r.ses) })
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
		if a, _ := n.s.Find(k); a.Status == snapshot.OK {
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

// memory is what one place answers for one name, once for each of its caches.
type memory struct {
	key  snapshot.Key
	at   Place
	said []snapshot.Answer
}

func (m *memory) ask(ctx context.Context, ses *session) snapshot.Answer {
	q := snapshot.Question{Key: snapshot.Key{Name: m.key.Name, Type: m.key.Type, Via: snapshot.Cache, At: m.at.ID}}
	return ses.pursue(ctx, q, []place{{addr: m.at.Addr}}, false, nil)
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
