package snapshot

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// CacheAt returns the Key.At of one cache of a watched resolver. Large resolvers answer from several caches, numbered
// from 0.
func CacheAt(place string, cache int) string {
	if cache == 0 {
		return place
	}
	return place + "#" + strconv.Itoa(cache+1)
}

// Memory is what a watched resolver has cached for a name: its users see that until it expires, whatever the
// authoritative servers say.
type Memory struct {
	Place   string // the watched resolver's ID; one with several caches may occur several times
	Answer  Answer
	Expires time.Time // when it asks again; zero if unknown
}

// Remembered returns what the watched resolvers have cached for a name and type, in the order in which they are watched.
// It is empty if none was asked. They are not asked for names that the authoritative servers do not have, since that
// would make them cache the absence (RFC 2308).
func (s *Snapshot) Remembered(name string, t Type) []Memory {
	var out []Memory
	for a := range s.About(name) {
		if a.Via == Cache && a.Type == t {
			place, _, _ := strings.Cut(a.Key.At, "#")
			out = append(out, Memory{Place: place, Answer: *a, Expires: a.Expires()})
		}
	}
	slices.Reverse(out)
	return out
}

// Expires returns when a cache drops the answer: after the TTL of its records, or the negative TTL (RFC 2308 section 5).
// It returns the zero time if the answer failed or has no TTL.
func (a Answer) Expires() time.Time {
	seconds, ok := a.TTL()
	switch {
	case !a.Known():
		return time.Time{}
	case ok:
	case a.SOA != nil:
		seconds = a.SOA.NegativeTTL()
	case len(a.Chain) > 0:
		seconds = a.Chain[0].TTL
	default:
		return time.Time{}
	}
	return a.At.Add(time.Duration(seconds) * time.Second)
}

// Voices returns the answers of single name servers for a name and type, sorted by host name. If they differ, mail
// servers see now the one and now the other, whatever Get returns.
func (s *Snapshot) Voices(name string, t Type) []Answer {
	var out []Answer
	for a := range s.About(name) {
		if a.Via == Server && a.Type == t {
			out = append(out, *a)
		}
	}
	slices.SortFunc(out, func(a, b Answer) int { return strings.Compare(a.Key.At, b.Key.At) })
	return out
}
