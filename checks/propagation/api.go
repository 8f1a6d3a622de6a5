// Package propagation tells wrong from not-yet, and says when: pure functions of changes, looks and the clock.
package propagation

import (
	"time"

	"todoku/checks/snapshot"
)

// Place is one that can see a record.
type Place struct {
	ID        string // ns host name, or google, cloudflare, quad9, system, or the NAME of --watch
	Name      string // for people
	Addr      string // HOST:PORT or address
	Authority bool
	Cap       time.Duration // longest that it keeps an answer; 0: no cap known
	NegCap    time.Duration
	Caches    int    // how many questions show its several caches; at least 1
	Flush     string // page on which its memory can be cleared
}

// Want is one record to wait for. Old is what stood there when the plan was made.
type Want struct {
	Name   string
	Type   snapshot.Type
	Value  string   // "" for a removal
	Gone   []string // values that must not be seen any more
	Old    snapshot.Answer
	NegTTL uint32 // seconds that "does not exist" may be kept: from the zone's SOA
}

// Look is one answer of one place.
type Look struct {
	At     time.Time
	Place  string
	Answer snapshot.Answer
}

// State is how a record stands at a place (product section 5).
type State string

// The states.
const (
	Published   State = "published"
	Old         State = "old"      // an old answer is cached
	Negative    State = "negative" // "does not exist" is cached
	Wrong       State = "wrong"    // neither old nor asked for
	Pending     State = "pending"  // not at the authority yet; or, for a resolver, not asked yet for that reason
	Unreachable State = "unreachable"
)

// Sight is one record at one place, judged at a moment.
type Sight struct {
	Want  int // index
	Place string
	State State
	Since time.Time     // of the look it rests on; zero where never looked
	Until time.Time     // when the cached answer must be gone; zero where that is not known
	Total time.Duration // the whole span that Until counts down from, for the bar
	Found []string
	Diff  *Diff // for Wrong
	// Published at this many of so many caches, where several answered.
	CachesWith, Caches int
}

// Diff is where a found value leaves the wanted one.
type Diff struct {
	Kind  string // missing, changed, several, doubled-name, quotes, case, space, other-panel; worded in i18n watch.toml
	At    int    // byte position of the first difference in the wanted value
	Want  string
	Found string
}

// Verdict is the whole picture at a moment.
type Verdict struct {
	Sights []Sight
	Result string    // waiting, published, wrong, pending, unreachable
	Done   time.Time // when the last old answer must be gone; zero while not known
	Next   time.Time // when to look next
}

// Ask is one question to put to one place.
type Ask struct {
	Place string
	Name  string
	Type  snapshot.Type
}
