package propagation

import (
	"slices"
	"strings"
	"time"

	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/snapshot"
)

// Intervals between looks. Looking at an authoritative server has no side effect; the limits are a courtesy.
const (
	floor        = 5 * time.Second
	authorityMin = 15 * time.Second
	patience     = 60 * time.Second
	calm         = 5 * time.Minute
	recheck      = 10 * time.Minute
)

// Asks returns the questions that are due now. A resolver is only asked for a name once every authoritative server that
// answers has everything that is wanted there, since an earlier question would make it cache a negative answer (RFC
// 2308). While a record is missing, its doubled name is looked up too if Want.Zone is known.
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

// AsksNow returns every question that may be asked, whether due or not, for "look now". Resolvers are restricted as in
// Asks.
func AsksNow(wants []Want, places []Place, looks []Look, now time.Time) []Ask {
	return newPicture(wants, places, looks, now).asks(func(int, int) bool { return true })
}

// asks returns the questions about wants and places for which due is true.
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

// again adds questions to the authoritative servers when a resolver is looked at and their last answers are old, since
// the record may have been changed meanwhile.
func (p *picture) again(w int, add func(string, string, snapshot.Type)) {
	p.eachAuthority(w, func(i int, s seen) {
		if p.now.Sub(s.at) >= recheck {
			add(p.places[i].ID, p.targets[w].Name, p.targets[w].Type)
		}
	})
}

// firstAuthority returns the index of the first authoritative server that is not known to be silent, or of the first one;
// -1 if there is none.
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

// doubled returns the name that results if a panel appends the zone to a full name. ok is false if the zone is not known,
// or if no name can be so long (RFC 1035 section 2.3.4).
func doubled(name, zone string) (twice string, ok bool) {
	zone = strings.ToLower(zone)
	twice, _ = dnsname.Doubled(name, zone)
	return twice, zone != "" && snapshot.Below(name, zone) && len(twice) <= 253
}

// mayAsk reports whether everything that is wanted at the name is at the authoritative servers, for all types, since
// NXDOMAIN is cached for all of them.
func (p *picture) mayAsk(w int) bool {
	for k, t := range p.targets {
		if t.Name == p.targets[w].Name && !p.open(k) {
			return false
		}
	}
	return true
}

// due returns when a place is to be asked for a want again; ok is false if it is not.
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
	for _, x := range r { // one of several caches may expire before the slowest
		if x.class != good && x.until.After(last) && x.until.Before(end) {
			end = x.until
		}
	}
	switch {
	case end.IsZero():
		return last.Add(grow(authorityMin, unchanged(h, pl))), true
	case !end.After(last):
		// It should have expired: the TTL is 0, or stale answers are served (RFC 8767).
		return last.Add(grow(floor, overdue(h, pl))), true
	}
	next := end.Add(time.Second)
	if soonest := last.Add(floor); next.Before(soonest) {
		next = soonest
	}
	return next, true
}

// unchanged returns the number of latest rounds with the same answer.
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

// lasting returns for how long the place has given the same answer, so that it can be looked at less often.
func lasting(h []seen) time.Duration {
	last := h[len(h)-1]
	first := last
	for i := len(h) - 1; i >= 0 && h[i].class == last.class && h[i].norm == last.norm; i-- {
		first = h[i]
	}
	return last.at.Sub(first.at)
}

// overdue returns the number of latest rounds with an answer that should have expired.
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

// grow returns from, increased by half for each look without news, up to patience.
func grow(from time.Duration, n int) time.Duration {
	for ; n > 1 && from < patience; n-- {
		from += from / 2
	}
	return min(from, patience)
}

// next returns the earliest time at which a question is due.
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

// Jitter returns the most by which a look may be delayed at random, so that many who wait for the same TTL do not ask at
// once: a tenth of the wait, up to 2 seconds.
func Jitter(wait time.Duration) time.Duration { return min(max(wait/10, 0), 2*time.Second) }

// Elsewhere returns, for every question to an authoritative server, the same question to the servers of a panel that is
// not in charge.
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
