// Package propagation tells wrong from not-yet, and says when: pure functions of changes, looks and the clock.
//
// Nothing propagates: each cache keeps its old answer for the rest of that answer's TTL, and "does not exist" for
// min(SOA TTL, SOA MINIMUM) (RFC 2308 section 5). So what stands at the authority decides between right and wrong, and
// what a resolver still remembers is only a matter of time.
package propagation

import (
	"time"

	"example.org/todoku/checks/snapshot"
)

// Place is one that can see a record.
type Place struct {
	ID        string // ns host name, or google, cloudflare, quad9, system, or the NAME of --watch
	Name      string // for people
	Addr      string // HOST:PORT or address
	Authority bool
	Cap       time.Duration // longest that it keeps an answer; 0: no cap known
	NegCap    time.Duration // longest that it keeps "does not exist"; 0: no cap known
	Caches    int           // how many questions show its several caches; at least 1
	Flush     string        // page on which its memory can be cleared
}

// Want is one record to wait for. Old is what stood there when the plan was made.
type Want struct {
	Name   string
	Type   snapshot.Type
	Value  string   // "" for a removal
	Gone   []string // values that must not be seen any more
	Old    snapshot.Answer
	NegTTL uint32 // seconds that "does not exist" may be kept: from the zone's SOA
	Zone   string // apex of the zone, where it is known: a doubled name is then looked for too
	// As it was when the plan was made: the zone's serial by name server, and when that was.
	Serials map[string]uint32
	Taken   time.Time
	// Moving is how long after Taken caches may go on asking servers that the zone has left; 0 where it has left none.
	Moving time.Duration
}

// Look is one answer of one place. Looks are given in the order in which they were made. A look at a place that is not
// among the places is one at a panel whose servers nobody asks.
type Look struct {
	At     time.Time
	Place  string
	Answer snapshot.Answer
}

// State is how a record stands at a place.
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

// Reasons why a record is not seen at a place.
const (
	WhyUnsaved = "unsaved" // the zone has not changed since the plan was made: nothing was saved, or not published
	WhyNotIn   = "not-in"  // the zone has changed since, and the record is not in it
	WhyLags    = "lags"    // another authoritative server has it, and this one is to follow
	WhyStuck   = "stuck"   // it has not followed for longer than that takes
	WhyMoving  = "moving"  // the zone has moved, and caches may still ask its old servers
	WhyAstray  = "astray"  // a resolver that asks, anew and again, somebody else than the authority
)

// Whys lists them all, for the test of their words (words.why.*).
func Whys() []string {
	return []string{WhyUnsaved, WhyNotIn, WhyLags, WhyStuck, WhyMoving, WhyAstray}
}

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
	Why   string
	// WhySince is since when the zone has not changed (WhyUnsaved), or is known to have (WhyNotIn), or since when another
	// server has the record (WhyLags, WhyStuck).
	WhySince time.Time
	// Serial is the zone's at this server, and Newest the newest at any; 0 where it is not known.
	Serial, Newest uint32
	// Published at this many of so many caches, where several answered.
	CachesWith, Caches int
}

// Kinds of a Diff.
const (
	Changed     = "changed"
	PartMissing = "part-missing" // Want is the piece that is not there
	PartExtra   = "part-extra"   // Found is the piece that should not be there
	Several     = "several"      // a second record of the same sort; Found is what must go
	DoubledName = "doubled-name" // Found is the name at which the record stands
	OtherPanel  = "other-panel"  // Found is the place whose servers nobody asks
	Quotes      = "quotes"
	Case        = "case"
	Space       = "space"
	FullWidth   = "full-width"
	Typographic = "typographic"
	Glued       = "glued" // the wanted value, with other text before or behind it
)

// Kinds lists them all, for the test of their words (words.diff.*).
func Kinds() []string {
	return []string{Changed, PartMissing, PartExtra, Several, DoubledName, OtherPanel, Quotes, Case, Space, FullWidth, Typographic, Glued}
}

// Diff is where a found value leaves the wanted one.
type Diff struct {
	Kind  string
	At    int    // byte position of the first difference in the wanted value
	Want  string // the piece of the wanted value
	Found string // the piece that stands there instead
	// Right is the whole wanted value or name, and Now what stands there in its place: what is compared letter by letter.
	// Both are "" where there is nothing to compare.
	Right, Now string
}

// slip reports whether what stands there was meant to be the wanted value and was typed or copied wrongly: it differs in
// form, or by a few letters.
func (d Diff) slip() bool {
	switch d.Kind {
	case Quotes, Case, Space, FullWidth, Typographic, Glued:
		return true
	case Changed:
		return d.Want != d.Right && d.Right != "" && max(len(d.Want), len(d.Found)) <= slipMost && abs(len(d.Right)-len(d.Now)) <= slipMost
	}
	return false
}

// slipMost is how many letters of a value a slip changes at most.
const slipMost = 3

func abs(n int) int { return max(n, -n) }

// Results of a Verdict.
const (
	ResultWaiting     = "waiting"     // right at the authority; caches still hold old answers
	ResultPublished   = "published"   // seen everywhere that answers
	ResultWrong       = "wrong"       // somewhere stands what no waiting mends
	ResultPending     = "pending"     // not at the authority yet
	ResultUnreachable = "unreachable" // nobody answers
)

// Verdict is the whole picture at a moment.
type Verdict struct {
	Sights []Sight // by want, then by place, in the order given
	Result string
	Done   time.Time // when the last old answer must be gone; zero while not known
	Next   time.Time // when to look next; zero where nothing is left to look for
}

// Ask is one question to put to one place, as many times as it has caches.
type Ask struct {
	Place string
	Name  string
	Type  snapshot.Type
}
