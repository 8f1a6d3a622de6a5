package propagation

import (
	"slices"
	"strings"
	"time"

	"example.org/todoku/checks/snapshot"
)

// spot is one name and type at one place.
type spot struct {
	place, name string
	t           snapshot.Type
}

// seen is one look, classified for one want.
type seen struct {
	at     time.Time
	answer snapshot.Answer
	class  class
	norm   string        // the values, to tell wrong ones apart
	until  time.Time     // for resolvers: when the answer expires; zero if unknown
	total  time.Duration // the full duration that ends at until
}

// roundSpan is the time within which looks at one place belong to one round of questions.
const roundSpan = 4 * time.Second

// slack is the tolerance for TTLs, which are whole seconds, so that the same expiry seen twice can differ.
const slack = 2 * time.Second

// picture is everything that was seen, prepared for judging.
type picture struct {
	targets []target
	places  []Place
	looks   map[spot][]Look
	strays  []Look               // at servers that are not in charge
	serials map[string][]edition // by place
	now     time.Time
	seenAt  [][][]seen // want, place
}

// newPicture sorts the looks and classifies them for each want.
func newPicture(wants []Want, places []Place, looks []Look, now time.Time) *picture {
	p := &picture{places: places, looks: map[spot][]Look{}, now: now}
	known := map[string]bool{}
	for _, pl := range places {
		known[pl.ID] = true
	}
	for _, l := range looks {
		if l.At.After(now) {
			l.At = now // the clock was set back
		}
		if !known[l.Place] {
			p.strays = append(p.strays, l)
			continue
		}
		k := spot{l.Place, strings.ToLower(l.Answer.Name), l.Answer.Type}
		p.looks[k] = append(p.looks[k], l)
	}
	p.serials = editions(looks)
	for _, w := range wants {
		w.Name = strings.ToLower(w.Name)
		t := newTarget(w)
		p.targets = append(p.targets, t)
		rows := make([][]seen, len(places))
		for i, pl := range places {
			rows[i] = t.history(pl, p.looks[spot{pl.ID, w.Name, w.Type}])
		}
		p.seenAt = append(p.seenAt, rows)
	}
	return p
}

// history classifies the looks at one place, in order.
func (t target) history(pl Place, looks []Look) []seen {
	out := make([]seen, 0, len(looks))
	negSince := time.Time{} // start of the current run of negative answers without SOA
	for _, l := range looks {
		s := t.judged(l, out)
		if !pl.Authority {
			switch s.class {
			case before, other:
				t.positive(&s, pl)
			case absent:
				if l.Answer.SOA != nil {
					t.negative(&s, pl)
					break
				}
				full := limit(time.Duration(t.NegTTL)*time.Second, pl.NegCap)
				if negSince.IsZero() || s.at.After(negSince.Add(full+slack)) {
					negSince = s.at
				}
				if full > 0 {
					s.until, s.total = negSince.Add(full), full
				}
			}
			if s.class == good {
				negSince = time.Time{}
			}
		}
		if pl.Caches < 2 {
			steady(&s, out)
		}
		out = append(out, s)
	}
	return out
}

// judged classifies a look. Most looks repeat one just before, whose class is reused.
func (t target) judged(l Look, earlier []seen) seen {
	s := seen{at: l.At, answer: l.Answer}
	for i := len(earlier) - 1; i >= max(0, len(earlier)-4); i-- {
		if e := earlier[i]; e.answer.Status == l.Answer.Status && slices.EqualFunc(e.answer.Records, l.Answer.Records, func(a, b snapshot.Record) bool {
			return a.Data == b.Data && a.Pref == b.Pref
		}) {
			s.class, s.norm = e.class, e.norm
			return s
		}
	}
	vals := t.of(l.Answer)
	s.class, s.norm = t.classOf(l.Answer, vals), strings.Join(vals, "\x00")
	return s
}

// positive sets when the answer expires. If there is an alias at the name itself, its TTL counts.
func (t target) positive(s *seen, pl Place) {
	ttl, ok := s.answer.TTL()
	if c := s.answer.Chain; len(c) > 0 && strings.EqualFold(c[0].Name, t.Name) {
		ttl, ok = c[0].TTL, true
	}
	if !ok {
		return
	}
	left := limit(time.Duration(ttl)*time.Second, pl.Cap)
	s.until, s.total = s.at.Add(left), left
	if old, ok := t.Old.TTL(); ok && s.class == before {
		s.total = max(left, limit(time.Duration(old)*time.Second, pl.Cap))
	}
}

// negative sets when a negative answer expires (RFC 2308 section 5). Caches count down the TTL of the SOA.
func (t target) negative(s *seen, pl Place) {
	left := limit(time.Duration(s.answer.SOA.NegativeTTL())*time.Second, pl.NegCap)
	s.until = s.at.Add(left)
	s.total = max(left, limit(time.Duration(max(t.NegTTL, s.answer.SOA.Minimum))*time.Second, pl.NegCap))
	if t.NegTTL > 0 {
		s.total = max(left, limit(time.Duration(t.NegTTL)*time.Second, pl.NegCap))
	}
}

// limit returns d, at most most unless that is 0.
func limit(d, most time.Duration) time.Duration {
	if most > 0 {
		return min(d, most)
	}
	return d
}

// steady keeps a countdown from jumping: if the same cached answer seems to expire slightly later than before, the
// earlier time is kept, since TTLs are rounded down.
func steady(s *seen, earlier []seen) {
	if len(earlier) == 0 || s.until.IsZero() {
		return
	}
	e := earlier[len(earlier)-1]
	if e.class == s.class && e.norm == s.norm && s.until.After(e.until) && s.until.Sub(e.until) <= slack && s.at.Before(e.until) {
		s.until = e.until
	}
}

// round returns the latest round of looks: as many as the place has caches, made together.
func round(h []seen, caches int) []seen {
	if len(h) == 0 {
		return nil
	}
	last := h[len(h)-1].at
	n := 1
	for n < len(h) && n < max(1, caches) && last.Sub(h[len(h)-1-n].at) <= roundSpan {
		n++
	}
	return h[len(h)-n:]
}

// rounds splits the history into rounds, the latest first, at most limit.
func rounds(h []seen, caches, limit int) [][]seen {
	var out [][]seen
	for len(h) > 0 && len(out) < limit {
		r := round(h, caches)
		out = append(out, r)
		h = h[:len(h)-len(r)]
	}
	return out
}

// worst returns the least favourable look of a round; failed looks only count if there are no others.
func worst(r []seen) seen {
	w := seen{class: failed, at: r[len(r)-1].at}
	for _, s := range r {
		switch {
		case s.class == failed:
		case w.class == failed, w.class == good && s.class != good, s.class == other && w.class != other:
			w = s
		case s.class != good && s.class == w.class && s.until.After(w.until):
			w = s
		case w.class != good && w.class != other && s.class != good && s.until.After(w.until):
			w = s
		}
	}
	return w
}
