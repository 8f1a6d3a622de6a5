package forecast

import (
	"slices"

	"example.org/todoku/checks/snapshot"
)

// fact is how one thing stands, with why and what was seen.
type fact struct {
	state   State
	reason  Reason
	assumes []Assumption
	seen    []snapshot.Answer
}

func said(s State, code string, seen ...snapshot.Answer) fact {
	f := fact{state: s, reason: Reason{Code: code}}
	for _, a := range seen {
		if a.Status != snapshot.Unasked {
			f.seen = append(f.seen, a)
		}
	}
	return f
}

func (f fact) with(key, value string) fact {
	args := map[string]string{key: value}
	for k, v := range f.reason.Args {
		args[k] = v
	}
	f.reason.Args = args
	return f
}

func (f fact) assuming(more ...Assumption) fact {
	f.assumes = append(slices.Clone(f.assumes), more...)
	return f
}

func (f *fact) doubt(seen []snapshot.Answer) {
	if f.state == Met || f.state == Unsure {
		*f = said(Unsure, "dnssec-bogus", seen...)
	}
}

// either joins two facts of which one is enough; code says what is so where neither is.
func either(a, b fact, code string) fact {
	switch {
	case a.state == Met && (len(a.assumes) == 0 || b.state != Met):
		return a
	case b.state == Met:
		return b
	case a.state == Hidden:
		return a
	case b.state == Hidden:
		return b
	case a.state == Unsure:
		a.seen = append(slices.Clone(a.seen), b.seen...)
		return a
	case b.state == Unsure:
		b.seen = append(slices.Clone(a.seen), b.seen...)
		return b
	}
	return said(Unmet, code, append(slices.Clone(a.seen), b.seen...)...)
}

// bad orders states, the worst last.
var bad = map[State]int{Met: 0, Hidden: 1, Unsure: 2, Unmet: 3}

func graver(a, b State) bool { return bad[a] > bad[b] }
