package propagation

import (
	"slices"
	"strings"
	"time"

	"example.org/todoku/checks/snapshot"
)

// tries is the number of rounds without an answer after which a place is not waited for any more.
const tries = 3

// lag is how long a secondary server may take to get a record that another server has.
const lag = time.Hour

// Judge returns the state of every wanted record at every place, when everything will be right, and when to look next.
func Judge(wants []Want, places []Place, looks []Look, now time.Time) Verdict {
	return newPicture(wants, places, looks, now).verdict()
}

// verdict judges every want at every place.
func (p *picture) verdict() (v Verdict) {
	for w := range p.targets {
		for i := range p.places {
			v.Sights = append(v.Sights, p.sight(w, i))
		}
	}
	v.Result = p.result(v.Sights)
	v.Done = p.done(v.Sights)
	if v.Result != ResultPublished {
		v.Next = p.next(v.Sights)
	}
	return v
}

// sight judges one want at one place.
func (p *picture) sight(w, i int) Sight {
	t, pl, h := p.targets[w], p.places[i], p.seenAt[w][i]
	s := Sight{Want: w, Place: pl.ID, State: Pending}
	if len(h) == 0 {
		return s
	}
	r := round(h, pl.Caches)
	last := worst(r)
	for _, x := range r {
		if x.class != failed {
			s.Caches++
		}
		if x.class == good {
			s.CachesWith++
		}
	}
	if last.class == failed {
		return p.silent(s, h, pl)
	}
	s.Since, s.Found = last.at, last.answer.Data()
	switch last.class {
	case good:
		s.State = Published
		if m, ok := remembered(h, pl); ok {
			s.State, s.Until, s.Total, s.Found = m.state(), m.until, m.total, m.answer.Data()
		}
		return s
	case other:
		if d := p.wrong(w, i, last); d != nil {
			s.State, s.Diff = Wrong, d
			return s
		}
	case before:
		// A slip that was there before the wait began is wrong, and not just unsaved.
		if d := t.diff(last.answer); pl.Authority && t.Value != "" && d != nil && d.slip() {
			s.State, s.Diff = Wrong, d
			return s
		}
	}
	if pl.Authority {
		if d := p.elsewhere(t); d != nil && !p.anyGood(w) {
			s.State, s.Diff = Wrong, d
			return s
		}
		return p.lacking(s, i)
	}
	s.State, s.Until, s.Total = last.state(), last.until, last.total
	if m, ok := remembered(h, pl); ok && m.until.After(s.Until) {
		s.State, s.Until, s.Total, s.Found = m.state(), m.until, m.total, m.answer.Data()
	}
	if end := t.Taken.Add(t.Moving); t.Moving > 0 && end.After(p.now) {
		s.Why, s.Total = WhyMoving, max(s.Total, t.Moving)
		if end.After(s.Until) {
			s.Until = end
		}
	} else if p.refetched(w, i, last) {
		s.Why = WhyAstray
	}
	return s
}

// state returns Negative or Old.
func (s seen) state() State {
	if s.class == absent {
		return Negative
	}
	return Old
}

// silent judges a place whose latest round brought no answer, by what was known before.
func (p *picture) silent(s Sight, h []seen, pl Place) Sight {
	s.State, s.Since = Unreachable, h[len(h)-1].at
	i := len(h) - 1
	for i >= 0 && h[i].class == failed {
		i--
	}
	switch {
	case i < 0:
	case h[i].class == good:
		s.State, s.Since, s.Found = Published, h[i].at, h[i].answer.Data()
	case !pl.Authority && h[i].until.After(p.now):
		s.Until, s.Total = h[i].until, h[i].total
	}
	return s
}

// remembered returns an old answer that another cache of the place must still hold, since each question reaches only one
// of them. After two rounds without it the caches count as cleared.
func remembered(h []seen, pl Place) (seen, bool) {
	if pl.Authority || pl.Caches < 2 {
		return seen{}, false
	}
	rs := rounds(h, pl.Caches, 8)
	if len(rs) > 1 && allGood(rs[0]) && allGood(rs[1]) {
		return seen{}, false
	}
	at, best := h[len(h)-1].at, seen{}
	for _, r := range rs[1:] {
		for _, s := range r {
			if s.class != good && s.class != failed && s.until.After(at) && s.until.After(best.until) {
				best = s
			}
		}
	}
	return best, !best.until.IsZero()
}

func allGood(r []seen) bool {
	for _, s := range r {
		if s.class != good {
			return false
		}
	}
	return true
}

// wrong returns the difference if an answer that is neither old nor wanted is a mistake, and nil if it will go away by
// itself.
func (p *picture) wrong(w, i int, last seen) *Diff {
	t, pl := p.targets[w], p.places[i]
	d := t.diff(last.answer)
	if d == nil {
		return nil
	}
	since, _ := p.goodSince(w)
	switch {
	case pl.Authority && !since.IsZero() && p.stoodBefore(w, last.norm, since) && last.at.Sub(since) < lag:
		return nil // a secondary server that does not have the correction yet
	case pl.Authority, !p.hasAuthority():
		return d
	case t.Moving > 0 && t.Taken.Add(t.Moving).After(p.now):
		return nil // it may still ask the old servers
	case p.atAuthority(w, last.norm):
		return d
	case p.refetched(w, i, last):
		return d // fetched although the authoritative servers are right: it asks others
	}
	return nil
}

func (p *picture) hasAuthority() bool {
	for _, pl := range p.places {
		if pl.Authority {
			return true
		}
	}
	return false
}

// eachAuthority calls f with the latest answer of every authoritative server that answered.
func (p *picture) eachAuthority(w int, f func(i int, last seen)) {
	for i, pl := range p.places {
		if h := p.seenAt[w][i]; pl.Authority && len(h) > 0 && h[len(h)-1].class != failed {
			f(i, h[len(h)-1])
		}
	}
}

// isGood reports whether the server's latest answer has the record.
func (p *picture) isGood(w, i int) bool {
	h := p.seenAt[w][i]
	return len(h) > 0 && h[len(h)-1].class == good
}

func (p *picture) anyGood(w int) (any bool) {
	p.eachAuthority(w, func(_ int, s seen) { any = any || s.class == good })
	return any
}

// open reports whether at least one authoritative server answers and all that do have the record, or no authoritative
// server is watched.
func (p *picture) open(w int) bool {
	any, all := false, true
	p.eachAuthority(w, func(_ int, s seen) { any, all = true, all && s.class == good })
	return any && all || !p.hasAuthority()
}

// goodSince returns when the first and the last of the authoritative servers that now have the record showed it first.
func (p *picture) goodSince(w int) (first, last time.Time) {
	p.eachAuthority(w, func(i int, s seen) {
		if s.class != good {
			return
		}
		h := p.seenAt[w][i]
		k := len(h) - 1
		for k > 0 && (h[k-1].class == good || h[k-1].class == failed) {
			k--
		}
		if at := h[k].at; first.IsZero() || at.Before(first) {
			first = at
		}
		if at := h[k].at; at.After(last) {
			last = at
		}
	})
	return first, last
}

// stoodBefore reports whether an authoritative server gave exactly this before the record was right.
func (p *picture) stoodBefore(w int, norm string, since time.Time) bool {
	for i, pl := range p.places {
		for _, s := range p.seenAt[w][i] {
			if pl.Authority && s.norm == norm && s.at.Before(since) {
				return true
			}
		}
	}
	return false
}

func (p *picture) atAuthority(w int, norm string) (found bool) {
	p.eachAuthority(w, func(_ int, s seen) { found = found || s.class == other && s.norm == norm })
	return found
}

// elsewhere finds the record where it does not help: at a doubled name, or at a panel that is not in charge.
func (p *picture) elsewhere(t target) *Diff {
	if t.Value == "" {
		return nil
	}
	at := ""
	for k, looks := range p.looks {
		rest, ok := strings.CutPrefix(k.name, t.Name+".")
		if !ok || k.t != t.Type || !snapshot.Below(t.Name, rest) {
			continue
		}
		if t.class(looks[len(looks)-1].Answer) == good && (at == "" || k.name < at) {
			at = k.name
		}
	}
	if at != "" {
		return &Diff{Kind: DoubledName, Want: t.Name, Found: at, Right: t.Name, Now: at}
	}
	latest := map[string]Look{}
	for _, l := range p.strays {
		if strings.EqualFold(l.Answer.Name, t.Name) && l.Answer.Type == t.Type {
			latest[l.Place] = l
		}
	}
	for _, l := range p.strays {
		if x, ok := latest[l.Place]; ok && (t.class(x.Answer) == good || slices.Contains(x.Answer.Data(), t.Value)) { // even if an older one is there too
			return &Diff{Kind: OtherPanel, Want: t.Value, Found: l.Place}
		}
	}
	return nil
}

// result sums the sights up.
func (p *picture) result(sights []Sight) string {
	counts := map[State]int{}
	asked := 0
	for _, s := range sights {
		counts[s.State]++
		if !s.Since.IsZero() {
			asked++
		}
	}
	switch {
	case counts[Wrong] > 0:
		return ResultWrong
	case len(sights) > 0 && p.everywhere(sights):
		return ResultPublished
	case asked > 0 && counts[Unreachable] == asked:
		return ResultUnreachable
	}
	for w := range p.targets {
		if !p.anyGood(w) && p.hasAuthority() {
			return ResultPending
		}
	}
	if asked == 0 {
		return ResultPending
	}
	return ResultWaiting
}

// everywhere reports whether the records are at every place that answers. At least one authoritative server and one
// resolver must answer, and the others must have been asked often enough.
func (p *picture) everywhere(sights []Sight) bool {
	n := len(p.places)
	for w := range p.targets {
		var have, want [2]bool
		for i, pl := range p.places {
			kind := 0
			if !pl.Authority {
				kind = 1
			}
			want[kind] = true
			switch sights[w*n+i].State {
			case Published:
				have[kind] = true
			case Unreachable:
				if failures(p.seenAt[w][i], pl) < tries {
					return false
				}
			default:
				return false
			}
		}
		if want != have {
			return false
		}
	}
	return true
}

// failures returns the number of latest rounds without an answer.
func failures(h []seen, pl Place) int {
	n := 0
	for _, r := range rounds(h, pl.Caches, tries) {
		if worst(r).class != failed {
			break
		}
		n++
	}
	return n
}

// done returns when the last old answer has expired, plus one second since TTLs are whole seconds; zero if unknown.
func (p *picture) done(sights []Sight) time.Time {
	var last time.Time
	n := len(p.places)
	for k, s := range sights {
		pl := p.places[k%n]
		if !p.open(s.Want) {
			return time.Time{}
		}
		switch s.State {
		case Published:
		case Unreachable:
			if s.Until.After(last) {
				last = s.Until
			}
		case Old, Negative:
			if s.Until.IsZero() {
				return time.Time{}
			}
			if s.Until.After(last) {
				last = s.Until
			}
		default:
			if !pl.Authority || s.State == Wrong {
				return time.Time{} // a resolver was not asked yet, or waiting does not help
			}
		}
	}
	if last.IsZero() {
		return last
	}
	return last.Add(time.Second)
}
