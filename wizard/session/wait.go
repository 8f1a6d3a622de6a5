package session

import (
	"math/rand/v2"
	"slices"
	"time"

	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
)

// Wait is the wait for the new records: what is waited for, the answers so far, the verdict, and what to ask next
// and when. It asks no questions itself: others send those of Ask and pass the answers to Hear.
type Wait struct {
	Wants   []propagation.Want
	Places  []propagation.Place
	Panel   propagation.Panel // of the owner, if other servers answer for the zone
	Looks   []propagation.Look
	Verdict propagation.Verdict

	now    func() time.Time
	steady bool          // no jitter: in the lab no other program asks
	later  time.Duration // jitter: how long after its moment the next look is made
	rounds int
	disk   *disk
	news   map[spot]bool // those whose state the last look changed
}

// NewWait starts a wait for changes that were planned from the snapshot dns. steady turns off jitter, for the lab.
func NewWait(changes []plan.Change, dns *snapshot.Snapshot, places []propagation.Place, now func() time.Time, steady bool) *Wait {
	w := &Wait{now: now, steady: steady, disk: &disk{}}
	w.Replan(changes, dns, places)
	return w
}

// Replan waits for other changes, or at other places. The answers so far are kept.
func (w *Wait) Replan(changes []plan.Change, dns *snapshot.Snapshot, places []propagation.Place) {
	w.Wants, w.Places = propagation.Wants(changes, dns), places
	w.Judge()
}

// Judge judges the wait as of now.
func (w *Wait) Judge() {
	now := w.now()
	w.Looks = propagation.Rebase(w.Looks, now)
	w.Verdict = propagation.Judge(w.Wants, w.Places, w.Looks, now)
}

// NextLook returns the moment of the next questions; zero if nothing is left to ask.
func (w *Wait) NextLook() time.Time {
	if w.Verdict.Next.IsZero() {
		return time.Time{}
	}
	return w.Verdict.Next.Add(w.later)
}

// Ask returns the questions that are due, none before NextLook; at lists the places that they name.
func (w *Wait) Ask() (asks []propagation.Ask, at []propagation.Place) {
	now := w.now()
	if next := w.NextLook(); next.IsZero() || now.Before(next) {
		return nil, nil
	}
	return w.beside(propagation.Asks(w.Wants, w.Places, w.Looks, now))
}

// AskNow returns all questions that may be asked, due or not. Resolvers are still not asked until the authoritative
// servers have what is wanted, so that they do not cache its absence.
func (w *Wait) AskNow() (asks []propagation.Ask, at []propagation.Place) {
	return w.beside(propagation.AsksNow(w.Wants, w.Places, w.Looks, w.now()))
}

// AskPanel returns the questions for the panel's own servers, which nobody else asks.
func (w *Wait) AskPanel() (asks []propagation.Ask, at []propagation.Place) {
	asks = propagation.AsksNow(w.Wants, w.Places, w.Looks, w.now())
	return propagation.Elsewhere(asks, w.Places, w.Panel.Places), w.Panel.Places
}

// beside adds the questions for the panel's servers.
func (w *Wait) beside(asks []propagation.Ask) ([]propagation.Ask, []propagation.Place) {
	return append(asks, propagation.Elsewhere(asks, w.Places, w.Panel.Places)...), slices.Concat(w.Places, w.Panel.Places)
}

// Hear records answers; without any it only judges again.
func (w *Wait) Hear(looks []propagation.Look) {
	if len(looks) == 0 {
		w.Judge()
		return
	}
	w.rounds++
	if w.disk.id != "" || w.disk.busy { // else all looks are kept with the record
		w.disk.unkept = append(w.disk.unkept, looks...)
	}
	before := w.Verdict.Sights
	w.Looks = propagation.Trim(w.Places, append(w.Looks, looks...))
	w.Judge()
	w.compare(before)
	w.later = 0
	if left := w.Verdict.Next.Sub(w.now()); !w.steady && left > 0 {
		w.later = time.Duration(rand.Int64N(int64(propagation.Jitter(left)) + 1))
	}
}

// Rounds returns how often answers came in.
func (w *Wait) Rounds() int { return w.rounds }

// Published reports whether everything is seen everywhere. It is false for a nil Wait.
func (w *Wait) Published() bool { return w != nil && w.Verdict.Result == propagation.ResultPublished }

// Place returns the place with an ID; one that is no longer watched has only its ID.
func (w *Wait) Place(id string) propagation.Place {
	for _, p := range slices.Concat(w.Places, w.Panel.Places) {
		if p.ID == id {
			return p
		}
	}
	return propagation.Place{ID: id, Name: id}
}

// Open reports whether a change is seen everywhere, so that what waits for it may begin.
func (w *Wait) Open(ch plan.Change) bool {
	if w == nil {
		return false
	}
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
