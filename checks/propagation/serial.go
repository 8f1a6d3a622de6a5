package propagation

import "time"

// lacking sets why an authoritative server does not have the record yet, if that is known.
func (p *picture) lacking(s Sight, i int) Sight {
	t := p.targets[s.Want]
	s.Serial, _ = p.serial(i, t.Zone)
	changed, since := p.changed(t)
	for k, pl := range p.places {
		if n, ok := p.serial(k, t.Zone); ok && pl.Authority && (s.Newest == 0 || newer(n, s.Newest)) {
			s.Newest = n
		}
	}
	first, _ := p.goodSince(s.Want)
	seen := !first.IsZero()
	switch before, known := t.Serials[s.Place]; {
	case seen && p.now.Sub(first) < lag:
		s.Why, s.WhySince = WhyLags, first
	case seen:
		s.Why, s.WhySince = WhyStuck, first
	case changed:
		s.Why, s.WhySince = WhyNotIn, since
	case known && before > fixed && s.Serial == before && p.now.Sub(t.Taken) >= patience:
		s.Why, s.WhySince = WhyUnsaved, t.Taken
	}
	return s
}

// fixed is a serial that some DNS services give to every zone forever, so it says nothing.
const fixed = 1

// serial returns the zone's serial in the server's latest answer with an SOA.
func (p *picture) serial(i int, zone string) (n uint32, ok bool) {
	for _, x := range p.serials[p.places[i].ID] {
		if x.zone == zone {
			n, ok = x.serial, true
		}
	}
	return n, ok
}

// changed reports whether a server has shown a newer serial than before, and since when.
func (p *picture) changed(t target) (changed bool, since time.Time) {
	for _, pl := range p.places {
		before, ok := t.Serials[pl.ID]
		if !ok || !pl.Authority || before <= fixed {
			continue
		}
		for _, x := range p.serials[pl.ID] {
			if x.zone == t.Zone && newer(x.serial, before) {
				if since.IsZero() || x.at.Before(since) {
					since = x.at
				}
				changed = true
				break
			}
		}
	}
	return changed, since
}

// newer reports whether serial a is newer than b (RFC 1982 section 3.2).
func newer(a, b uint32) bool { return int32(a-b) > 0 }

// edition is a serial that a server gave.
type edition struct {
	zone   string
	serial uint32
	at     time.Time // when it was first seen
}

// editions returns the serials that each server gave, in order, each change once.
func editions(looks []Look) map[string][]edition {
	out := map[string][]edition{}
	for _, l := range looks {
		soa := l.Answer.SOA
		if soa == nil || !l.Answer.AA {
			continue
		}
		had := out[l.Place]
		if n := len(had); n == 0 || had[n-1].zone != soa.Zone || had[n-1].serial != soa.Serial {
			out[l.Place] = append(had, edition{soa.Zone, soa.Serial, l.At})
		}
	}
	return out
}
