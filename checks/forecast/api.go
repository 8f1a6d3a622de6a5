// Package forecast says what receivers would do with a mail from the domain, today and after the plan, and how the
// domain stands against what they ask of senders. Both come from one table (receivers.toml: who asks for what, and what
// follows without it) and one engine, which judges each demand for every way that the domain's mail takes. It looks
// nothing up, knows no receiver's name, and claims nothing that was not seen: what DNS never shows is said to be so.
//
// It stands behind checks and checks/plan, since "then" is the plan laid over the snapshot; whoever shows a plan may
// show it. It knows no lab, no words and no file but its own table.
package forecast

import (
	"time"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/snapshot"
)

// Outcome is what a receiver does with a mail.
type Outcome string

// The outcomes.
const (
	Delivered Outcome = "delivered"   // nothing that DNS shows speaks against it
	Unknown   Outcome = "unknown"     // DNS does not decide it
	Banner    Outcome = "banner"      // delivered with a warning beside it
	Spam      Outcome = "spam-likely" // likely sorted out
	Deferred  Outcome = "deferred"    // put off with a temporary error (4xx)
	Rejected  Outcome = "rejected"    // refused with an error (5xx)
	Dropped   Outcome = "dropped"     // thrown away without a word
)

// weight orders the outcomes, the mildest first.
var weight = map[Outcome]int{Delivered: 0, Unknown: 1, Banner: 2, Spam: 3, Deferred: 4, Rejected: 5, Dropped: 6}

// Worse reports whether a is worse for the sender than b.
func Worse(a, b Outcome) bool { return weight[a] > weight[b] }

// State is how a demand stands.
type State string

// The states of a demand. Only the first two are claims.
const (
	Met    State = "met"
	Unmet  State = "unmet"
	Unsure State = "unknown" // a look-up failed, or what would decide it may stand where nobody looked
	Hidden State = "unseen"  // not in the domain's DNS: the sending server, the mail itself, or another company decides
)

// Assumption is a condition under which a statement holds and that DNS does not show.
type Assumption string

// The assumptions.
const (
	KeyPublished Assumption = "key"       // the key that only a console can give is published
	SigningOn    Assumption = "signing"   // mail is really signed with the key
	Untouched    Assumption = "untouched" // who forwards changes neither header nor body
	OthersSPF    Assumption = "their-spf" // the sending service's own return address passes SPF
)

// Level is how a receiver asks for something.
type Level string

// The levels. An effect is nothing that is asked: it is what a receiver does by what the domain's own records say.
const (
	Required    Level = "required"
	Recommended Level = "recommended"
	Effect      Level = "effect"
)

// Demand is one row of a receiver's table: what it asks for, and what follows without it.
type Demand struct {
	Need    Need    `toml:"need"`
	Level   Level   `toml:"level"`
	Outcome Outcome `toml:"outcome"` // "" where nothing is known to follow
	Code    string  `toml:"code"`    // what it then answers; "" where it is silent or that is not known
	// Direct: not asked of mail that was forwarded or came through a list.
	Direct     bool               `toml:"direct"`
	Source     string             `toml:"source"` // a page of the receiver, or who reports it
	Confidence catalog.Confidence `toml:"confidence"`
}

// Receiver is a mail receiver and what it asks of senders.
type Receiver struct {
	ID string `toml:"id"`
	// Extends is the receiver whose demands hold here too, before its own.
	Extends string `toml:"extends"`
	// Bulk marks what is asked of those who send in bulk, by the receiver's own measure.
	Bulk bool `toml:"bulk"`
	// Resolver is the public resolver that it asks, by catalogue ID; "" where that is not known, so that any may count.
	Resolver string `toml:"resolver"`
	// Listed: it publishes what it asks, so that there is a checklist.
	Listed  bool     `toml:"listed"`
	Source  string   `toml:"source"`
	Checked string   `toml:"checked"` // YYYY-MM-DD of the last look at the source
	Demands []Demand `toml:"demand"`
}

// Reason is why, as a code with arguments: i18n forecast.reason.<Code>.
type Reason struct {
	Code string
	// Args: ip, result, at, count, bits, host and the like; foreign text in them is not yet printable.
	Args map[string]string
}

// Judged is a demand with how it stands.
type Judged struct {
	Demand
	State  State
	Reason Reason
	// Services are those whose mail it is about, by catalogue ID or "given" for a given address; nil: all of them.
	Services []string
	Assumes  []Assumption
	Evidence []snapshot.Answer
}

// Outlook is what a receiver would do, and why.
type Outlook struct {
	Outcome Outcome
	// Worst is what it comes to where the outcome is Unknown and what is not known turns out badly; "" otherwise.
	Worst      Outcome
	Code       string // what it answers (in the worst case)
	Reason     Reason
	Services   []string // whose mail it is about; nil: all
	Assumes    []Assumption
	Source     string
	Confidence catalog.Confidence
	Evidence   []snapshot.Answer
}

// Line is one receiver's forecast.
type Line struct {
	Receiver string
	Bulk     bool
	Now      Outlook
	Then     Outlook // after every change of the plan, and when every cache asks anew; the same as Now where neither is to come
}

// Checklist is what a receiver asks of senders, and how the domain stands today.
type Checklist struct {
	Receiver string
	Extends  string // whose list holds too; its rows are in Items
	Items    []Judged
}

// Forecast is all of it.
type Forecast struct {
	// Silent: the domain says that it sends no mail; there is nothing to forecast.
	Silent bool
	Lines  []Line
	Lists  []Checklist
	// Changes: the plan changes something, or caches still hold older answers, so that Then says more than Now.
	Changes bool
	// Memory: it is caches alone that Now waits for; no record has to be made. Until is when the last of them asks anew;
	// zero where that is not known.
	Memory bool
	Until  time.Time
}
