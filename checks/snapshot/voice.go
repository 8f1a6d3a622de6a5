package snapshot

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// CacheAt is the Key.At of one cache of a watched resolver: a big one answers from several, numbered from 0.
func CacheAt(place string, cache int) string {
	if cache == 0 {
		return place
	}
	return place + "#" + strconv.Itoa(cache+1)
}

// Memory is what a watched resolver said of a name: the world sees that and not what stands at the source, until it
// expires there.
type Memory struct {
	Place   string // the watched resolver's ID; a big one may stand in several rows, one a cache
	Answer  Answer
	Expires time.Time // when it asks the authority again; zero where that is not known
}

// Remembered lists what the watched resolvers said of a name and type, in the order in which they are watched. It is
// empty where none is watched, or where the authority does not have the name: asking a resolver for a record before it
// exists plants the absence that everybody then waits for (RFC 2308).
func (s *Snapshot) Remembered(name string, t Type) []Memory {
	var out []Memory
	for _, a := range s.Answers {
		if a.Via != Cache || a.Name != name || a.Type != t {
			continue
		}
		place, _, _ := strings.Cut(a.Key.At, "#")
		out = append(out, Memory{Place: place, Answer: a, Expires: a.Expires()})
	}
	return out
}

// Expires is when whoever gave the answer forgets it: at the end of its records' time to live, or of that of the
// absence (RFC 2308 section 5). It is the zero time where nothing was said, or no time beside it.
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

// Voices lists what single name servers said of a name and type, by host name: where they differ, mail meets now the
// one answer and now the other, whatever Get says.
func (s *Snapshot) Voices(name string, t Type) []Answer {
	var out []Answer
	for _, a := range s.Answers {
		if a.Via == Server && a.Name == name && a.Type == t {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b Answer) int { return strings.Compare(a.Key.At, b.Key.At) })
	return out
}
