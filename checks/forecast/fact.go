package forecast

import (
	"slices"

	"example.org/todoku/checks/snapshot"
)

// fact is whether one thing is so, with the reason, the assumptions and the answers that show it.
type fact struct {
	state   State
	reason  Reason
	assumes []Assumption
	seen    []snapshot.Answer
}

// said returns a fact with a reason code; answers that were not asked for are left out.
func said(s State, code string, seen ...snapshot.Answer) fact {
	f := fact{state: s, reason: Reason{Code: code}}
	for _, a := range seen {
		if a.Status != snapshot.Unasked {
			f.seen = append(f.seen, a)
		}
	}
	return f
}

// with returns the fact with one more argument of its reason.
func (f fact) with(key, value string) fact {
	args := map[string]string{key: value}
	for k, v := range f.reason.Args {
		args[k] = v
	}
	f.reason.Args = args
	return f
}

// assuming returns the fact with more assumptions.
func (f fact) assuming(more ...Assumption) fact {
	f.assumes = append(slices.Clone(f.assumes), more...)
	return f
}

// doubt makes a favourable fact Unsure because of wrong DNSSEC signatures.
func (f *fact) doubt(seen []snapshot.Answer) {
	if f.state == Met || f.state == Unsure {
		*f = said(Unsure, "dnssec-bogus", seen...)
	}
}

// either combines two facts of which one is enough; code is the reason if both are Unmet.
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

// bad orders the states; 0 is the best.
var bad = map[State]int{Met: 0, Hidden: 1, Unsure: 2, Unmet: 3}

// graver reports whether state a is worse than b.
func graver(a, b State) bool { return bad[a] > bad[b] }
