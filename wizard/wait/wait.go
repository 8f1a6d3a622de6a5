// Package wait is the re-check loop that every front end drives: what is waited for, what was heard, how it stands, what
// to ask now and when again. It asks nobody: a front end puts the questions of Ask and hands the answers to Hear. What
// was heard is kept on the disk where a store is given.
//
// A Wait belongs to one goroutine; only Log may be used by others meanwhile.
package wait

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"time"

	"todoku/checks/plan"
	"todoku/checks/propagation"
	"todoku/checks/snapshot"
	"todoku/wizard/session/store"
)

// Wait is one wait.
type Wait struct {
	Wants   []propagation.Want
	Places  []propagation.Place
	Panel   propagation.Panel // of the owner, where others answer for the zone
	Looks   []propagation.Look
	Verdict propagation.Verdict
	Log     *store.Log // nil: not kept
	KeepErr error      // why the last look could not be kept

	now    func() time.Time
	steady bool          // no jitter: in the lab nobody else asks
	later  time.Duration // how much after its moment the next look is made
	logged string        // the plan that the log holds
	rounds int
}

// New begins a wait for the changes, which were planned over what DNS said then. steady is for the lab, whose next look
// is made on the second.
func New(changes []plan.Change, dns *snapshot.Snapshot, places []propagation.Place, now func() time.Time, steady bool) *Wait {
	w := &Wait{now: now, steady: steady}
	w.Replan(changes, dns, places)
	return w
}

// Replan waits for other changes, or at other places. What was heard stays.
func (w *Wait) Replan(changes []plan.Change, dns *snapshot.Snapshot, places []propagation.Place) {
	w.Wants, w.Places = propagation.Wants(changes, dns), places
	w.Judge()
}

// Judge says how the wait stands at this moment.
func (w *Wait) Judge() {
	now := w.now()
	w.Looks = propagation.Rebase(w.Looks, now)
	w.Verdict = propagation.Judge(w.Wants, w.Places, w.Looks, now)
}

// NextLook is the moment at which something is to be asked again; zero where nothing is left to ask.
func (w *Wait) NextLook() time.Time {
	if w.Verdict.Next.IsZero() {
		return time.Time{}
	}
	return w.Verdict.Next.Add(w.later)
}

// Ask lists the questions that are due, none before NextLook; at are the places that they name.
func (w *Wait) Ask() (asks []propagation.Ask, at []propagation.Place) {
	now := w.now()
	if next := w.NextLook(); next.IsZero() || now.Before(next) {
		return nil, nil
	}
	return w.beside(propagation.Asks(w.Wants, w.Places, w.Looks, now))
}

// AskNow lists everything that may be asked, due or not: "look now". Resolvers are left alone all the same until the
// authority has what is wanted.
func (w *Wait) AskNow() (asks []propagation.Ask, at []propagation.Place) {
	return w.beside(propagation.AsksNow(w.Wants, w.Places, w.Looks, w.now()))
}

// beside adds the panel's servers.
func (w *Wait) beside(asks []propagation.Ask) ([]propagation.Ask, []propagation.Place) {
	return append(asks, propagation.Elsewhere(asks, w.Places, w.Panel.Places)...), slices.Concat(w.Places, w.Panel.Places)
}

// Hear takes in what was answered; nothing, where nobody was asked.
func (w *Wait) Hear(looks []propagation.Look) {
	if len(looks) == 0 {
		w.Judge()
		return
	}
	w.rounds++
	w.Looks = propagation.Trim(w.Places, append(w.Looks, looks...))
	w.Judge()
	w.later = 0
	if left := w.Verdict.Next.Sub(w.now()); !w.steady && left > 0 {
		w.later = time.Duration(rand.Int64N(int64(propagation.Jitter(left)) + 1))
	}
}

// Rounds is how often looks came in.
func (w *Wait) Rounds() int { return w.rounds }

// Published reports whether everything is seen everywhere.
func (w *Wait) Published() bool { return w.Verdict.Result == propagation.ResultPublished }

// Place is the place of an ID, one that is not watched any more by its ID alone.
func (w *Wait) Place(id string) propagation.Place {
	for _, p := range slices.Concat(w.Places, w.Panel.Places) {
		if p.ID == id {
			return p
		}
	}
	return propagation.Place{ID: id, Name: id}
}

// Open reports whether a change is seen everywhere, and so whether what waits for it may begin.
func (w *Wait) Open(ch plan.Change) bool {
	seen := false
	for _, s := range w.Verdict.Sights {
		want := w.Wants[s.Want]
		if want.Name != ch.Name || want.Type != ch.Type {
			continue
		}
		if s.State != propagation.Published && s.State != propagation.Unreachable {
			return false
		}
		seen = seen || s.State == propagation.Published
	}
	return seen
}

// Keep puts the wait on the disk: as a new run, or as another plan of the one that it has. Nothing is written where
// nothing is new.
func (w *Wait) Keep(s *store.Store, p store.Plan) {
	switch text := planOf(p); {
	case s == nil || len(w.Wants) == 0:
	case w.Log == nil:
		l, err := s.Create(p)
		if w.KeepErr = err; err == nil {
			w.Log, w.logged, w.KeepErr = l, text, l.Add(w.Looks)
		}
	case w.logged != text:
		if w.KeepErr = w.Log.Replan(p); w.KeepErr == nil {
			w.logged = text
		}
	}
}

// planOf is the part of a plan by which one is told from another.
func planOf(p store.Plan) string {
	text, _ := json.Marshal(store.Plan{Domain: p.Domain, Path: p.Path, Changes: p.Changes}) // plain values: no error
	return string(text)
}

// Resume goes on with a kept run: its looks count where they were made at the same place.
func (w *Wait) Resume(s *store.Store, r store.Run) {
	w.Looks, w.Log, w.logged = r.Looks(w.Places), s.Open(r, w.Places), planOf(r.Plan)
	w.Judge()
}

// Done marks the run as done: it is not offered any more.
func (w *Wait) Done() {
	if w.Log != nil {
		w.KeepErr = w.Log.Finish()
	}
}
