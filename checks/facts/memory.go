package facts

import (
	"slices"
	"time"

	"example.org/todoku/checks/snapshot"
)

// OwnResolver is the ID of the resolver in use, among the watched ones.
const OwnResolver = "system"

// Remembered is a mail record for which watched resolvers give another answer than the authoritative servers: caches keep
// a record for its TTL, and the absence of one for the negative TTL of the zone (RFC 2308 section 5).
type Remembered struct {
	Name    string
	Type    snapshot.Type
	Kind    RecordKind
	Right   snapshot.Answer // the authority's
	Held    []Held          // what the resolvers hold, one entry for each place
	Absence bool            // all of them hold that there is no record
	Until   time.Time       // when the last of them asks again
}

// Held is the answer that one watched resolver holds.
type Held struct {
	Place  string // ID of the resolver
	Answer snapshot.Answer
	Until  time.Time
}

// Memory returns the records for which a watched resolver holds another answer than the authoritative servers give. It
// leaves out records on which these disagree among themselves, and answers that do not say for how long they are held,
// which no answer of a probe is.
func (f *Facts) Memory() []Remembered { return f.memory() }

func (f *Facts) readMemory() []Remembered {
	var out []Remembered
	for _, a := range f.DNS.Answers {
		if a.Via != snapshot.Authority || a.Status != snapshot.OK || len(MailData(a)) == 0 || f.divided(a) {
			continue
		}
		r := Remembered{Name: a.Name, Type: a.Type, Kind: KindOf(a.Name, a.Type), Right: a, Absence: true}
		for _, m := range f.DNS.Remembered(a.Name, a.Type) {
			if m.Expires.IsZero() || m.Answer.AA || slices.Equal(MailData(m.Answer), MailData(a)) {
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
		for _, h := range r.Held {
			r.Absence = r.Absence && len(MailData(h.Answer)) == 0
			if h.Until.After(r.Until) {
				r.Until = h.Until
			}
		}
		out = append(out, r)
	}
	return out
}

// MemoryAgrees reports whether every watched resolver that was asked holds what the authoritative servers give, whole.
func (f *Facts) MemoryAgrees() bool {
	for i := range f.DNS.Answers {
		m := &f.DNS.Answers[i]
		if m.Via != snapshot.Cache {
			continue
		}
		right, _ := f.DNS.Find(snapshot.Key{Name: m.Name, Type: m.Type, Via: snapshot.Authority})
		if m.Status != snapshot.OK || len(m.Errors) > 0 || right.Status != snapshot.OK || !slices.Equal(m.Data(), right.Data()) {
			return false
		}
	}
	return true
}

// hold adds what a place holds. Of several caches at one place it keeps the one that expires last.
func (r *Remembered) hold(m snapshot.Memory) {
	i := slices.IndexFunc(r.Held, func(h Held) bool { return h.Place == m.Place })
	switch {
	case i < 0:
		r.Held = append(r.Held, Held{m.Place, m.Answer, m.Expires})
	case m.Expires.After(r.Held[i].Until):
		r.Held[i] = Held{m.Place, m.Answer, m.Expires}
	}
}

// divided reports whether the authoritative servers give, or may give, different answers, so that a resolver's answer may
// come from any of them and need not be old.
func (f *Facts) divided(a snapshot.Answer) bool {
	if d, ok := f.Delegation(); ok && len(WithStanding(d.Current(), Lame)) > 0 {
		return true
	}
	return slices.ContainsFunc(f.DNS.Voices(a.Name, a.Type), func(v snapshot.Answer) bool {
		return v.Known() && !slices.Equal(MailData(v), MailData(a)) && !slices.Contains(f.retired(), v.Key.At)
	})
}

// retired returns the servers that only a cache still names as name servers of the zone.
func (f *Facts) retired() (out []string) {
	d, _ := f.Delegation()
	for _, s := range d.Servers {
		if d.Remembered(s.Host) {
			out = append(out, s.Host)
		}
	}
	return out
}

// SeenFrom returns the facts as mail receivers see them that use one watched resolver: its cached answers replace the
// authoritative ones.
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
