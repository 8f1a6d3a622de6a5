// Package propagation decides whether a changed record is wrong or just not visible yet, and until when. Its functions
// are pure: they take changes, looks and the current time.
//
// A cache keeps an old answer for the rest of its TTL, and a negative answer for min(SOA TTL, SOA MINIMUM) (RFC 2308
// section 5). So the authoritative servers decide what is right or wrong, and what a resolver still has cached is only a
// matter of time.
package propagation

import (
	"time"

	"example.org/todoku/checks/snapshot"
)

// Place is a server or resolver at which a record can be looked at.
type Place struct {
	ID        string // host name of a name server, or google, cloudflare, quad9, system, or the NAME of --watch
	Name      string // for display
	Addr      string // HOST:PORT or address
	Authority bool
	Cap       time.Duration // longest time that it caches an answer; 0 if unknown
	NegCap    time.Duration // longest time that it caches a negative answer; 0 if unknown
	Caches    int           // number of questions that reach its several caches; at least 1
	Flush     string        // URL of a page on which its cache can be cleared
}

// Want is one record to wait for. Old is what was there when the plan was made.
type Want struct {
	Name   string
	Type   snapshot.Type
	Value  string   // "" for a removal
	Gone   []string // values that must disappear
	Old    snapshot.Answer
	NegTTL uint32 // negative TTL in seconds, from the zone's SOA
	Zone   string // apex of the zone if known; a doubled name is then looked up too
	// Serials are the zone's serials by name server when the plan was made, and Taken is when that was.
	Serials map[string]uint32
	Taken   time.Time
	// Moving is for how long after Taken caches may still ask name servers that the zone has left; 0 if it has not moved.
	Moving time.Duration
}

// Look is one answer from one place. Looks are in the order in which they were made. A place that is not in the list of
// places is a server of a panel that is not in charge of the zone.
type Look struct {
	At     time.Time
	Place  string
	Answer snapshot.Answer
}

// State is the state of a record at a place.
type State string

// The states.
const (
	Published   State = "published"
	Old         State = "old"         // an old answer is cached
	Negative    State = "negative"    // "does not exist" is cached
	Wrong       State = "wrong"       // neither the old nor the wanted value
	Pending     State = "pending"     // not at the authoritative servers yet, or a resolver that was not asked for that reason
	Unreachable State = "unreachable" // no answer
)

// Reasons why a record is not seen at a place.
const (
	WhyUnsaved = "unsaved" // the zone's serial has not changed since the plan was made, so nothing was saved
	WhyNotIn   = "not-in"  // the zone has changed since, but not the record
	WhyLags    = "lags"    // another authoritative server has it, and this one will follow
	WhyStuck   = "stuck"   // another has had it for longer than that takes
	WhyMoving  = "moving"  // the zone has moved, and caches may still ask its old servers
	WhyAstray  = "astray"  // a resolver keeps fetching it from other servers than the authoritative ones
)

// Whys returns every Why constant, for the test of their words (words.why.*).
func Whys() []string {
	return []string{WhyUnsaved, WhyNotIn, WhyLags, WhyStuck, WhyMoving, WhyAstray}
}

// Sight is the state of one record at one place at a moment.
type Sight struct {
	Want  int // index of the Want
	Place string
	State State
	Since time.Time     // time of the look that it is based on; zero if there was none
	Until time.Time     // when the cached answer expires; zero if unknown
	Total time.Duration // the full duration that ends at Until, for a progress bar
	Found []string
	Diff  *Diff  // with Wrong
	Why   string // one of the Why constants, or ""
	// WhySince is since when the zone is unchanged (WhyUnsaved), is known to have changed (WhyNotIn), or another server
	// has the record (WhyLags, WhyStuck).
	WhySince time.Time
	// Serial is the zone's serial at this server and Newest the newest at any; 0 if unknown.
	Serial, Newest uint32
	// CachesWith of the Caches that answered have the record.
	CachesWith, Caches int
}

// Kinds of a Diff.
const (
	Changed     = "changed"
	PartMissing = "part-missing" // Want is the missing piece
	PartExtra   = "part-extra"   // Found is the surplus piece
	Several     = "several"      // there is a second record of the same kind; Found has to be removed
	DoubledName = "doubled-name" // Found is the name of the record
	OtherPanel  = "other-panel"  // Found is the place, whose servers are not in charge
	Quotes      = "quotes"
	Case        = "case"
	Space       = "space"
	FullWidth   = "full-width"
	Typographic = "typographic"
	Glued       = "glued" // the wanted value with other text before or after it
)

// Kinds returns every kind of Diff, for the test of their words (words.diff.*).
func Kinds() []string {
	return []string{Changed, PartMissing, PartExtra, Several, DoubledName, OtherPanel, Quotes, Case, Space, FullWidth, Typographic, Glued}
}

// Diff is how a value that was found differs from the wanted one.
type Diff struct {
	Kind  string
	At    int    // byte position of the first difference in the wanted value
	Want  string // the piece of the wanted value
	Found string // the piece that was found instead
	// Right is the whole wanted value or name, and Now what was found instead, to show them side by side; both are "" if
	// there is nothing to compare.
	Right, Now string
}

// slip reports whether the value found is the wanted one, typed or copied wrongly: it differs only in form or in a few
// characters.
func (d Diff) slip() bool {
	switch d.Kind {
	case Quotes, Case, Space, FullWidth, Typographic, Glued:
		return true
	case Changed:
		return d.Want != d.Right && d.Right != "" && max(len(d.Want), len(d.Found)) <= slipMost && abs(len(d.Right)-len(d.Now)) <= slipMost
	}
	return false
}

// slipMost is the most characters that a slip changes.
const slipMost = 3

func abs(n int) int { return max(n, -n) }

// Results of a Verdict.
const (
	ResultWaiting     = "waiting"     // right at the authoritative servers; caches still hold old answers
	ResultPublished   = "published"   // visible at every place that answers
	ResultWrong       = "wrong"       // a wrong value was found, which waiting does not fix
	ResultPending     = "pending"     // not at the authoritative servers yet
	ResultUnreachable = "unreachable" // no place answers
)

// Verdict is the state of all records at a moment.
type Verdict struct {
	Sights []Sight // ordered by want, then by place
	Result string
	Done   time.Time // when the last old answer expires; zero if unknown
	Next   time.Time // when to look next; zero if there is nothing left to look for
}

// Ask is a question to put to one place, once for each of its caches.
type Ask struct {
	Place string
	Name  string
	Type  snapshot.Type
}
