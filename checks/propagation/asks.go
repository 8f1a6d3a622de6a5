package propagation

import (
	"slices"
	"strings"
	"time"

	"example.org/todoku/checks/snapshot"
)

// How often to look, at most and at least. A look at an authority plants nothing; it is only to be polite.
const (
	floor        = 5 * time.Second
	authorityMin = 15 * time.Second
	patience     = 60 * time.Second
	calm         = 5 * time.Minute
	recheck      = 10 * time.Minute
)

// Asks lists what to ask now: what is due, and no more. A place that is no authority is asked for a name only once
// every authority that answers has all that is wanted at that name: an early question plants a negative answer
// (RFC 2308). While a record is missing at the authority, its doubled name is asked for there too, where Want.Zone
// is known.
func Asks(wants []Want, places []Place, looks []Look, now time.Time) []Ask {
	p := newPicture(wants, places, looks, now)
	v := p.verdict()
	if v.Result == ResultPublished {
		return nil
	}
	return p.asks(func(w, i int) bool {
		due, ok := p.due(w, i, v.Sights[w*len(places)+i])
		return ok && !now.Before(due)
	})
}

// AsksNow lists everything that may be asked, due or not, for "look now". The rule about resolvers holds all the same.
func AsksNow(wants []Want, places []Place, looks []Look, now time.Time) []Ask {
	return newPicture(wants, places, looks, now).asks(func(int, int) bool { return true })
}

func (p *picture) asks(due func(w, i int) bool) []Ask {
	var out []Ask
	had := map[Ask]bool{}
	add := func(place, name string, t snapshot.Type) {
		a := Ask{place, name, t}
		if !had[a] {
			had[a] = true
			out = append(out, a)
		}
	}
	for w, t := range p.targets {
		resolver := false
		for i, pl := range p.places {
			if !pl.Authority && !p.mayAsk(w) || !due(w, i) {
				continue
			}
			resolver = resolver || !pl.Authority
			add(pl.ID, t.Name, t.Type)
			if pl.Authority && t.Zone != "" && !p.isGood(w, i) {
				add(pl.ID, t.Zone, snapshot.SOA) // its serial tells whether anything was saved at all
			}
			if pl.Authority && t.Value != "" && !p.anyGood(w) && p.firstAuthority(w) == i {
				if name, ok := doubled(t.Name, t.Zone); ok {
					add(pl.ID, name, t.Type)
				}
			}
		}
		if resolver {
			p.again(w, add)
		}
	}
	return out
}

// again has the authorities looked at once more, beside a resolver's look, when their last word is old: somebody may
// have changed the record since.
func (p *picture) again(w int, add func(string, string, snapshot.Type)) {
	p.eachAuthority(w, func(i int, s seen) {
		if p.now.Sub(s.at) >= recheck {
			add(p.places[i].ID, p.targets[w].Name, p.targets[w].Type)
		}
	})
}

// firstAuthority is the first one that answers, as far as is known; -1 where there is none.
func (p *picture) firstAuthority(w int) int {
	first := -1
	for i, pl := range p.places {
		h := p.seenAt[w][i]
		switch {
		case !pl.Authority:
		case len(h) == 0 || h[len(h)-1].class != failed:
			return i
		case first < 0:
			first = i
		}
	}
	return first
}

// doubled is the name that comes about when a panel adds the zone to a name that has it already.
func doubled(name, zone string) (string, bool) {
	zone = strings.ToLower(zone)
	if zone == "" || name != zone && !strings.HasSuffix(name, "."+zone) || len(name)+1+len(zone) > 253 {
		return "", false
	}
	return name + "." + zone, true
}

// mayAsk: everything that is wanted at the name is at the authority. "The name does not exist" counts for all types.
func (p *picture) mayAsk(w int) bool {
	for k, t := range p.targets {
		if t.Name == p.targets[w].Name && !p.open(k) {
			return false
		}
	}
	return true
}

// due is when a place is to be asked for a want again; ok is false where it is not.
func (p *picture) due(w, i int, s Sight) (time.Time, bool) {
	pl, h := p.places[i], p.seenAt[w][i]
	switch {
	case !pl.Authority && !p.mayAsk(w):
		return time.Time{}, false
	case len(h) == 0:
		return p.now, true
	case s.State == Published:
		return time.Time{}, false
	}
	last := h[len(h)-1].at
	if pl.Authority || s.State == Wrong || s.State == Unreachable || s.State == Pending {
		return last.Add(max(grow(authorityMin, unchanged(h, pl)), min(calm, lasting(h)/60))), true
	}
	end := s.Until
	r := round(h, pl.Caches)
	for _, x := range r { // one of several caches changes before the slowest
		if x.class != good && x.until.After(last) && x.until.Before(end) {
			end = x.until
		}
	}
	switch {
	case end.IsZero():
		return last.Add(grow(authorityMin, unchanged(h, pl))), true
	case !end.After(last):
		// It should be gone and is not: a TTL of 0, or an expired answer served all the same (RFC 8767).
		return last.Add(grow(floor, overdue(h, pl))), true
	}
	next := end.Add(time.Second)
	if soonest := last.Add(floor); next.Before(soonest) {
		next = soonest
	}
	return next, true
}

// unchanged counts the latest rounds that said the same.
func unchanged(h []seen, pl Place) int {
	n := 0
	var first seen
	for _, r := range rounds(h, pl.Caches, 8) {
		x := worst(r)
		if n > 0 && (x.class != first.class || x.norm != first.norm) {
			break
		}
		if n == 0 {
			first = x
		}
		n++
	}
	return n
}

// lasting is how long the place has said the same: who has not saved anything for hours is looked at less often.
func lasting(h []seen) time.Duration {
	last := h[len(h)-1]
	first := last
	for i := len(h) - 1; i >= 0 && h[i].class == last.class && h[i].norm == last.norm; i-- {
		first = h[i]
	}
	return last.at.Sub(first.at)
}

// overdue counts the latest rounds that saw an answer which should have been gone.
func overdue(h []seen, pl Place) int {
	n := 0
	for _, r := range rounds(h, pl.Caches, 8) {
		if x := worst(r); x.class == good || x.class == failed || x.until.After(x.at) {
			break
		}
		n++
	}
	return n
}

// grow: half as long again after each look that brought nothing new, up to patience.
func grow(from time.Duration, n int) time.Duration {
	for ; n > 1 && from < patience; n-- {
		from += from / 2
	}
	return min(from, patience)
}

// next is the earliest moment at which something is due.
func (p *picture) next(sights []Sight) time.Time {
	var next time.Time
	for w := range p.targets {
		for i := range p.places {
			at, ok := p.due(w, i, sights[w*len(p.places)+i])
			if ok && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
	}
	return next
}

// Jitter is how much later than its moment a look may be made, at random: a tenth of the wait, at most. Many who wait for
// the same TTL then do not ask at once, and nobody notices.
func Jitter(wait time.Duration) time.Duration { return min(max(wait/10, 0), 2*time.Second) }

// Elsewhere has a panel's own servers, which nobody asks, looked at beside the authorities: for every question put to one
// of these, the same question to the panel's.
func Elsewhere(asks []Ask, places, panel []Place) []Ask {
	var out []Ask
	for _, a := range asks {
		for _, p := range places {
			if p.ID != a.Place || !p.Authority || a.Type == snapshot.SOA {
				continue
			}
			for _, x := range panel {
				if next := (Ask{x.ID, a.Name, a.Type}); !slices.Contains(out, next) {
					out = append(out, next)
				}
			}
		}
	}
	return out
}
