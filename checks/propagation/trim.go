package propagation

import (
	"slices"
	"strings"
	"time"
)

// keep is how many looks of a run that all say the same are worth keeping at its end, and most how many of one spot are
// kept whatever they say: for each cache.
const (
	keep = 8
	most = 64
)

// Trim drops looks that say nothing new, so that a wait of weeks stays small: of a run of the same answers at one spot
// the first and the last few remain. Judging gives the same as before. A spot whose answers change all the time keeps
// the latest of them.
func Trim(places []Place, looks []Look) []Look {
	caches := map[string]int{}
	for _, p := range places {
		caches[p.ID] = max(1, p.Caches)
	}
	type run struct {
		says  string
		after int // how many more of this run follow
	}
	ends := map[spot]*run{}
	count := map[spot]int{}
	drop := make([]bool, len(looks))
	at := func(l Look) spot { return spot{l.Place, l.Answer.Name, l.Answer.Type} }
	says := func(l Look) string { return string(l.Answer.Status) + "\x00" + strings.Join(l.Answer.Data(), "\x00") }
	for i := len(looks) - 1; i >= 0; i-- {
		k, what := at(looks[i]), says(looks[i])
		r := ends[k]
		if r == nil || r.says != what {
			ends[k] = &run{says: what}
			continue
		}
		r.after++
		drop[i] = r.after >= keep*max(1, caches[looks[i].Place])
	}
	first := map[spot]string{}
	for i, l := range looks { // the first of each run tells since when
		k, what := at(l), says(l)
		if was, ok := first[k]; !ok || was != what {
			drop[i] = false
		}
		first[k] = what
	}
	for i := len(looks) - 1; i >= 0; i-- {
		if k := at(looks[i]); !drop[i] {
			count[k]++
			drop[i] = count[k] > most*max(1, caches[k.place])
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

// Rebase brings looks back into the past where the clock was set back: the latest is taken for made now, and those
// before keep their distance to it. Else a wait would stand still until the clock is where it was.
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
