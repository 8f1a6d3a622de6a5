package propagation

import (
	"slices"
	"strings"
	"time"
)

// tries: after so many rounds without an answer a place is not waited for any more.
const tries = 3

// lag is how long a secondary server may take to follow the first one, once that has the record.
const lag = time.Hour

// Judge says how every wanted record stands at every place, when all will be well, and when to look next.
func Judge(wants []Want, places []Place, looks []Look, now time.Time) Verdict {
	return newPicture(wants, places, looks, now).verdict()
}

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
		// What was typed wrongly before the wait began is wrong, not merely still to be saved.
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

func (s seen) state() State {
	if s.class == absent {
		return Negative
	}
	return Old
}

// silent: the latest round brought no answer. What was known before still counts for something.
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

// remembered finds an old answer that another cache of the place must still hold: each question reaches only one of
// them. Two rounds in a row without it, and it is taken for cleared.
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

// wrong decides whether an answer that is neither old nor asked for is a mistake, or one more thing that goes by itself.
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
		return nil // it may ask the servers of before
	case p.atAuthority(w, last.norm):
		return d
	case p.refetched(w, i, last):
		return d // fetched anew although the authority is right: it asks somebody else
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

// eachAuthority gives the latest answer of every authority that answers.
func (p *picture) eachAuthority(w int, f func(i int, last seen)) {
	for i, pl := range p.places {
		if h := p.seenAt[w][i]; pl.Authority && len(h) > 0 && h[len(h)-1].class != failed {
			f(i, h[len(h)-1])
		}
	}
}

// isGood: the server's latest answer has the record.
func (p *picture) isGood(w, i int) bool {
	h := p.seenAt[w][i]
	return len(h) > 0 && h[len(h)-1].class == good
}

func (p *picture) anyGood(w int) (any bool) {
	p.eachAuthority(w, func(_ int, s seen) { any = any || s.class == good })
	return any
}

// open: every authority that answers has the record, and one does.
func (p *picture) open(w int) bool {
	any, all := false, true
	p.eachAuthority(w, func(_ int, s seen) { any, all = true, all && s.class == good })
	return any && all || !p.hasAuthority()
}

// goodSince is when an authority that still has the record showed it first, and when the last one did.
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

// stoodBefore: some authority showed exactly this before the record was right.
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

// elsewhere finds the record where it does not help: under a doubled name, or at a panel whose servers nobody asks.
func (p *picture) elsewhere(t target) *Diff {
	if t.Value == "" {
		return nil
	}
	at := ""
	for k, looks := range p.looks {
		rest, ok := strings.CutPrefix(k.name, t.Name+".")
		if !ok || k.t != t.Type || rest != t.Name && !strings.HasSuffix(t.Name, "."+rest) {
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
		if x, ok := latest[l.Place]; ok && (t.class(x.Answer) == good || slices.Contains(x.Answer.Data(), t.Value)) { // also beside an older one
			return &Diff{Kind: OtherPanel, Want: t.Value, Found: l.Place}
		}
	}
	return nil
}

// result puts the sights into one word.
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

// everywhere: published at every place that answers; of the authorities and of the resolvers at least one must, and
// those that do not were asked often enough.
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

// failures counts the latest rounds that brought no answer.
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

// done is when the last old answer must be gone: a second after its end, for a TTL is told in
// whole seconds.
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
				return time.Time{} // not asked yet
			}
		}
	}
	if last.IsZero() {
		return last
	}
	return last.Add(time.Second)
}
