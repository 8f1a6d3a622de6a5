package facts

import (
	"slices"
	"time"

	"example.org/todoku/checks/snapshot"
)

// OwnResolver is the ID of the place that stands for the resolver in use, among those that are watched.
const OwnResolver = "system"

// Remembered is a mail record of which watched resolvers still give something else than stands at the authority: a cache
// keeps an answer for its time to live, and an absence for that of the zone's SOA (RFC 2308 section 5).
type Remembered struct {
	Name    string
	Type    snapshot.Type
	Kind    RecordKind
	Right   snapshot.Answer // the authority's
	Held    []Held          // what the resolvers hold, one a place
	Absence bool            // all of them hold only that there is no record
	Until   time.Time       // when the last of them asks anew; zero where one does not tell
}

// Held is what one watched resolver holds.
type Held struct {
	Place  string // its ID
	Answer snapshot.Answer
	Until  time.Time
}

// Memory lists the records of which a watched resolver holds another answer than the authority gives. What authoritative
// servers themselves do not agree on is left out, and so is what could not be seen.
func (f *Facts) Memory() []Remembered { return f.memory() }

func (f *Facts) readMemory() []Remembered {
	var out []Remembered
	for _, a := range f.DNS.Answers {
		if a.Via != snapshot.Authority || a.Status != snapshot.OK || len(MailData(a)) == 0 || f.divided(a) {
			continue
		}
		r := Remembered{Name: a.Name, Type: a.Type, Kind: KindOf(a.Name, a.Type), Right: a, Absence: true}
		for _, m := range f.DNS.Remembered(a.Name, a.Type) {
			if !m.Answer.Known() || m.Answer.AA || slices.Equal(MailData(m.Answer), MailData(a)) {
				continue
			}
			if m.Place == OwnResolver && f.OwnView() {
				continue // it serves a zone of its own
			}
			r.hold(m)
		}
		if len(r.Held) == 0 {
			continue
		}
		r.Until = r.Held[0].Until
		for _, h := range r.Held {
			r.Absence = r.Absence && len(MailData(h.Answer)) == 0
			if h.Until.IsZero() || r.Until.IsZero() {
				r.Until = time.Time{}
			} else if h.Until.After(r.Until) {
				r.Until = h.Until
			}
		}
		out = append(out, r)
	}
	return out
}

// hold keeps what a place holds; of several caches of one place the one that holds it longest.
func (r *Remembered) hold(m snapshot.Memory) {
	i := slices.IndexFunc(r.Held, func(h Held) bool { return h.Place == m.Place })
	switch {
	case i < 0:
		r.Held = append(r.Held, Held{m.Place, m.Answer, m.Expires})
	case m.Expires.After(r.Held[i].Until):
		r.Held[i] = Held{m.Place, m.Answer, m.Expires}
	}
}

// divided reports whether authoritative servers give different answers to the question, or may do: a resolver can then have
// its answer from any of them, and it is no memory of the past.
func (f *Facts) divided(a snapshot.Answer) bool {
	if d, ok := f.Delegation(); ok && len(Are(d.Current(), Lame)) > 0 {
		return true
	}
	return slices.ContainsFunc(f.DNS.Voices(a.Name, a.Type), func(v snapshot.Answer) bool {
		return v.Known() && !slices.Equal(MailData(v), MailData(a)) && !slices.Contains(f.retired(), v.Key.At)
	})
}

// retired are the servers that only a cache still calls name servers of the zone.
func (f *Facts) retired() (out []string) {
	d, _ := f.Delegation()
	for _, s := range d.Servers {
		if d.Remembered(s.Host) {
			out = append(out, s.Host)
		}
	}
	return out
}

// SeenFrom is the reading as the world has it that asks one watched resolver: what that one holds stands in place of the
// authority's answer.
func (f *Facts) SeenFrom(place string) *Facts {
	dns := f.DNS.Clone()
	for _, r := range f.Memory() {
		for _, h := range r.Held {
			if h.Place != place {
				continue
			}
			held := h.Answer
			held.Key = r.Right.Key
			dns.Add(held)
		}
	}
	return f.WithDNS(dns)
}
