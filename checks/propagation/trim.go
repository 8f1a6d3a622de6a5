package propagation

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/todoku/checks/snapshot"
)

// keep is the number of equal looks to keep at the end of a run, and most the number to keep at one spot in all; both for
// each cache.
const (
	keep = 8
	most = 64
)

// Trim drops looks that add nothing, so that a wait of weeks stays small: of a run of equal answers at one spot it keeps
// the first and the last few. The verdict stays the same. Of a spot whose answers keep changing it keeps the latest.
func Trim(places []Place, looks []Look) []Look {
	type line struct { // of one spot
		caches int
		end    string // what its latest run says
		after  int    // number of later looks in the current run
		first  bool   // a look was seen
		kept   int
	}
	index := map[spot]int{}
	var lines []line
	of, says := make([]int, len(looks)), make([]string, len(looks))
	for i, l := range looks {
		k := spot{l.Place, l.Answer.Name, l.Answer.Type}
		n, ok := index[k]
		if !ok {
			n = len(lines)
			index[k], lines = n, append(lines, line{caches: cachesAt(places, l.Place)})
		}
		of[i], says[i] = n, saying(l.Answer)
	}
	drop := make([]bool, len(looks))
	for i := len(looks) - 1; i >= 0; i-- {
		s := &lines[of[i]]
		if !s.first || s.end != says[i] {
			s.first, s.end, s.after = true, says[i], 0
			continue
		}
		s.after++
		drop[i] = s.after >= keep*s.caches
	}
	for n := range lines {
		lines[n].first = false
	}
	for i := range looks { // the first look of a run shows since when
		s := &lines[of[i]]
		if !s.first || s.end != says[i] {
			drop[i] = false
		}
		s.first, s.end = true, says[i]
	}
	for i := len(looks) - 1; i >= 0; i-- {
		if s := &lines[of[i]]; !drop[i] {
			s.kept++
			drop[i] = s.kept > most*s.caches
		}
	}
	out := make([]Look, 0, len(looks))
	for i, l := range looks {
		if !drop[i] {
			out = append(out, l)
		}
	}
	return out
}

// cachesAt returns the number of caches of a place.
func cachesAt(places []Place, id string) int {
	for _, p := range places {
		if p.ID == id {
			return max(1, p.Caches)
		}
	}
	return 1
}

// saying returns a key for the content of an answer, with the zone's serial if it has one.
func saying(a snapshot.Answer) string {
	version := ""
	if a.SOA != nil {
		version = strconv.FormatUint(uint64(a.SOA.Serial), 10)
	}
	return strings.Join(append([]string{string(a.Status), version}, a.Data()...), "\x00")
}

// Rebase shifts looks into the past if the clock was set back: the latest becomes now, and the distances stay. Otherwise
// a wait would stand still until the clock catches up.
func Rebase(looks []Look, now time.Time) []Look {
	var ahead time.Duration
	for _, l := range looks {
		ahead = max(ahead, l.At.Sub(now))
	}
	if ahead <= 0 {
		return looks
	}
	out := slices.Clone(looks)
	for i := range out {
		out[i].At = out[i].At.Add(-ahead)
	}
	return out
}
