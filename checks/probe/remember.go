package probe

import (
	"context"
	"slices"
	"strings"
	"sync"

	"example.org/todoku/checks/snapshot"
)

const (
	maxCaches   = 2  // of one place that are looked at
	maxKeys     = 2  // keys whose copies are looked at
	maxMemories = 40 // questions to all places
)

// recalled is what the watched resolvers were asked for, by the key that stands for the first cache of each.
type recalled struct {
	by     map[snapshot.Key]*memory
	under  sync.WaitGroup
	judged map[snapshot.Key]bool // of these records it was asked whether they stay
	times  int                   // how often
}

// maxJudged is how often it is asked, while a look goes on, which records stay.
const maxJudged = 3

// remember asks the watched resolvers what they hold of the records that mail needs: only of those that the authority
// has, since asking for a record before it exists plants the absence that everybody then waits for (RFC 2308). What recall
// has asked is not asked again; that which is to be changed after all is left out.
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

// recall asks them while other names are still looked up: so nobody waits for the one and then for the other. It does so once
// the authority has answered for all records that every domain has, of those that are not to be changed as far as anybody
// knows, and for an SPF record once its whole tree is known. n has just listed the questions that are open.
func (r *run) recall(ctx context.Context, n *asker, open []snapshot.Question) {
	if r.c.share != nil || len(r.c.cfg.Places) == 0 || n == nil || n.apex == "" || r.memories.times == maxJudged || len(open) == 0 ||
		slices.ContainsFunc(n.servers, func(s snapshot.NameServer) bool { return n.repute(s.Host) == unheard }) {
		return
	}
	if slices.ContainsFunc(open, func(q snapshot.Question) bool {
		return q.Via == snapshot.Authority && (q.Name == n.d && (q.Type == snapshot.TXT || q.Type == snapshot.MX) || q.Type == snapshot.TXT && slices.Contains(n.policies(), q.Name))
	}) {
		return
	}
	room := min(maxMemories, r.c.cfg.Budget-r.count)
	for _, m := range r.memories.by {
		room -= len(m.said)
	}
	var ready []snapshot.Key
	for _, k := range n.standing() {
		if !r.memories.judged[k] && !(n.tree && k.Name == n.d && k.Type == snapshot.TXT) {
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

// memory is what a place was or will be asked for.
func (r *run) memory(k snapshot.Key, p Place) *memory {
	if m, ok := r.memories.by[cacheOf(k, p)]; ok {
		return m
	}
	return &memory{key: k, at: p, said: make([]snapshot.Answer, max(1, min(p.Caches, maxCaches)))}
}

func cacheOf(k snapshot.Key, p Place) snapshot.Key {
	return snapshot.Key{Name: k.Name, Type: k.Type, Via: snapshot.Cache, At: p.ID}
}

// lacks reports whether a snapshot does not know yet what a place holds.
func (r *run) lacks(s *snapshot.Snapshot, m *memory) bool { return !s.Asked(cacheOf(m.key, m.at)) }

// recollect asks a place, once.
func (r *run) recollect(ctx context.Context, m *memory) {
	if _, under := r.memories.by[cacheOf(m.key, m.at)]; under {
		return
	}
	r.memories.by[cacheOf(m.key, m.at)] = m
	for i := range m.said {
		r.memories.under.Go(func() { m.said[i] = m.ask(ctx, r.ses) })
	}
}

// stays gives which answers of a snapshot no change is planned for.
func (r *run) stays(s *snapshot.Snapshot) func(snapshot.Answer) bool {
	if r.c.cfg.Stays == nil || len(r.c.cfg.Places) == 0 {
		return func(snapshot.Answer) bool { return true }
	}
	return r.c.cfg.Stays(r.a, s)
}

// standing are the questions of mail to which the authority has an answer with something in it that stays, the gravest first.
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

// standing are the questions of mail to which the authority has an answer with something in it, the gravest first.
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
			put(sel+"._domainkey."+n.d, snapshot.TXT)
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

func (m *memory) ask(ctx context.Context, ses *session) snapshot.Answer {
	q := snapshot.Question{Key: snapshot.Key{Name: m.key.Name, Type: m.key.Type, Via: snapshot.Cache, At: m.at.ID}}
	return ses.pursue(ctx, q, []place{{addr: m.at.Addr}}, false, nil)
}

// distinct are the answers in a steady order, those that say the same only once, with the longest time: which of several
// caches answers first tells nothing.
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
