package propagation

import (
	"slices"
	"time"

	"example.org/todoku/checks/snapshot"
)

// fetches is the number of answers with the same longest TTL, each later than the last, after which a resolver is taken
// to have fetched them again. serious is the shortest TTL that counts, since stale answers have short ones (RFC 8767).
const (
	fetches = 3
	serious = time.Minute
)

// refetched reports whether a resolver fetched this answer after every authoritative server had the record, so it gets it
// from other servers. An answer that was cached before would have expired after its full TTL.
func (p *picture) refetched(w, i int, last seen) bool {
	_, since := p.goodSince(w)
	if since.IsZero() {
		return false
	}
	full, known := p.fullTTL(w, i, last)
	var fresh []time.Time // expiry times of answers that were probably just fetched
	longest := time.Duration(0)
	for _, s := range p.seenAt[w][i] {
		if s.class != last.class || s.norm != last.norm || s.at.Before(since) || s.until.IsZero() || stale(s.answer) {
			continue
		}
		left := s.until.Sub(s.at)
		switch {
		case left < serious:
			continue
		case known:
			if s.until.Sub(since) > full+slack {
				return true
			}
			continue
		case left > longest+slack:
			longest, fresh = left, nil
		}
		if left >= longest-slack && (len(fresh) == 0 || s.until.Sub(fresh[len(fresh)-1]) > 2*slack) {
			fresh = append(fresh, s.until)
		}
	}
	return len(fresh) >= fetches
}

// fullTTL returns for how long a freshly fetched answer may be cached; false if unknown.
func (p *picture) fullTTL(w, i int, last seen) (time.Duration, bool) {
	t, pl := p.targets[w], p.places[i]
	switch last.class {
	case absent:
		return limit(time.Duration(t.NegTTL)*time.Second, pl.NegCap), t.NegTTL > 0
	case before:
		ttl, ok := t.Old.TTL()
		return limit(time.Duration(ttl)*time.Second, pl.Cap), ok
	}
	var full uint32
	for k, a := range p.places {
		for _, s := range p.seenAt[w][k] {
			if ttl, ok := s.answer.TTL(); ok && a.Authority && s.norm == last.norm {
				full = max(full, ttl)
			}
		}
	}
	return limit(time.Duration(full)*time.Second, pl.Cap), full > 0
}

// stale reports whether a resolver marks its answer as expired (RFC 8914 codes 3 and 19).
func stale(a snapshot.Answer) bool {
	return slices.ContainsFunc(a.Errors, func(e snapshot.ExtendedError) bool { return e.Code == 3 || e.Code == 19 })
}
