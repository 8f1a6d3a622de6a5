package words

import (
	"slices"
	"strconv"
	"time"

	"example.org/todoku/checks/propagation"
)

// News tells a wait in lines, each of its states once. The zero value has told nothing.
type News struct {
	told   map[string]string // the last line about each sight, and about the whole
	result string            // of the last verdict
	had    []string          // advice that was given since the result is this one
	advice []string          // that is still to be given
}

// isNew reports whether a text is another than the last of its key, and remembers it.
func (n *News) isNew(key, text string) bool {
	if n.told == nil {
		n.told = map[string]string{}
	}
	old, had := n.told[key]
	n.told[key] = text
	return !had || old != text
}

// Sight words how a record stands at a place; isNew is false where that was told already.
func (n *News) Sight(p P, x propagation.Sight, w propagation.Want, place propagation.Place, now time.Time) (s Sight, isNew bool) {
	s = p.Sight(x, place, now)
	// The time left goes down by itself: that is no news, a new end of the wait is.
	state := s.State + s.Advice() + s.Caches + x.Until.Truncate(time.Minute).String()
	if !n.isNew(strconv.Itoa(x.Want)+" "+x.Place, state) {
		return s, false
	}
	if text := s.AdviceOn(w); text != "" && !slices.Contains(n.had, text) {
		n.had, n.advice = append(n.had, text), append(n.advice, text)
	}
	return s, true
}

// Advice is what to do about the sights that were news, each sentence once until the verdict is another.
func (n *News) Advice() []string {
	out := n.advice
	n.advice = nil
	return out
}

// Verdict words the whole; "" where that was told already.
func (n *News) Verdict(p P, v propagation.Verdict, now time.Time) string {
	if v.Result != n.result {
		n.result, n.had = v.Result, nil
	}
	text := p.Verdict(v, now)
	if !n.isNew("", text) {
		return ""
	}
	return text
}
