package session

import (
	"slices"

	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/propagation"
)

// Fault is a record that was not saved as it should be: where it is wrong, what is wanted, and the change of the plan.
type Fault struct {
	At    int // index of the change in the plan; -1 if it is no longer there
	Sight propagation.Sight
	Want  propagation.Want
}

// Faults returns the wrong records, each once, in the order of the plan.
func (s *Session) Faults() []Fault {
	if s.wait == nil {
		return nil
	}
	var out []Fault
	for _, x := range s.wait.Verdict.Sights {
		if x.State != propagation.Wrong || slices.ContainsFunc(out, func(f Fault) bool { return f.Sight.Want == x.Want }) {
			continue
		}
		w := s.wait.Wants[x.Want]
		at := slices.IndexFunc(s.result.Plan.Changes, func(c plan.Change) bool {
			return c.Name == w.Name && c.Type == w.Type && c.Value == w.Value
		})
		out = append(out, Fault{At: at, Sight: x, Want: w})
	}
	slices.SortStableFunc(out, func(a, b Fault) int { return a.Sight.Want - b.Sight.Want })
	return out
}

// FaultAt returns what the wait found wrong in the record of a change, by its index in the plan.
func (s *Session) FaultAt(i int) (Fault, bool) {
	for _, f := range s.Faults() {
		if f.At == i {
			return f, true
		}
	}
	return Fault{}, false
}

// spot is one record at one place.
type spot struct {
	want  int
	place string
}

// Changed reports whether the last look found a record's state at a place changed.
func (w *Wait) Changed(s propagation.Sight) bool { return w.news[spot{s.Want, s.Place}] }

// compare records which states differ from those before the last look.
func (w *Wait) compare(before []propagation.Sight) {
	was := map[spot]propagation.State{}
	for _, s := range before {
		was[spot{s.Want, s.Place}] = s.State
	}
	w.news = map[spot]bool{}
	if w.rounds < 2 {
		return // the first look has nothing to compare with
	}
	for _, s := range w.Verdict.Sights {
		if s.Diff != nil && s.Diff.Kind == propagation.OtherPanel {
			continue // other places have it already; this one was asked a little later
		}
		if old, ok := was[spot{s.Want, s.Place}]; ok && old != s.State {
			w.news[spot{s.Want, s.Place}] = true
		}
	}
}
