package words

import (
	"slices"
	"strconv"
	"time"

	"example.org/todoku/checks/propagation"
)

// News words the progress of a wait in lines, each state once. The zero value has worded nothing yet.
type News struct {
	told   map[string]string // the last line about each sight and about the verdict
	result string            // of the last verdict
	had    []string          // advice given since the result last changed
	advice []string          // advice yet to be given
}

// isNew reports whether a text differs from the last one with the same key, and remembers it.
func (n *News) isNew(key, text string) bool {
	if n.told == nil {
		n.told = map[string]string{}
	}
	old, had := n.told[key]
	n.told[key] = text
	return !had || old != text
}

// Sight words a record's state at a place; isNew is false if that was said before.
func (n *News) Sight(p P, x propagation.Sight, w propagation.Want, place propagation.Place, now time.Time) (s Sight, isNew bool) {
	s = p.Sight(x, place, now)
	// The remaining time changes by itself, so only a new end of the wait is news.
	state := s.State + s.Advice() + s.Caches + x.Until.Truncate(time.Minute).String()
	if !n.isNew(strconv.Itoa(x.Want)+" "+x.Place, state) {
		return s, false
	}
	if text := s.AdviceOn(w); text != "" && !slices.Contains(n.had, text) {
		n.had, n.advice = append(n.had, text), append(n.advice, text)
	}
	return s, true
}

// Advice returns what to do about the sights that were new, each sentence once until the verdict changes.
func (n *News) Advice() []string {
	out := n.advice
	n.advice = nil
	return out
}

// Verdict words the verdict; "" if that was said before.
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
