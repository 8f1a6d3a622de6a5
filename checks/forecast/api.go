// Package forecast predicts what receivers do with a mail from the domain, today and after the plan, and compares the
// domain with what they demand of senders. Both use one table (receivers.toml: who demands what, and what happens
// otherwise) and one engine, which judges each demand for every way in which the domain's mail is sent. It looks nothing
// up, has no receiver's name in code, and marks what DNS cannot show as such.
//
// It builds on checks and checks/plan, since the future is the plan applied to the snapshot. It knows nothing of the lab
// or of words, and reads no file but its own table.
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
	Delivered Outcome = "delivered"   // nothing in DNS speaks against it
	Unknown   Outcome = "unknown"     // DNS does not decide it
	Banner    Outcome = "banner"      // delivered with a warning
	Spam      Outcome = "spam-likely" // probably sorted as spam
	Deferred  Outcome = "deferred"    // deferred with a temporary error (4xx)
	Rejected  Outcome = "rejected"    // rejected with an error (5xx)
	Dropped   Outcome = "dropped"     // discarded silently
)

// weight orders the outcomes; 0 is the mildest.
var weight = map[Outcome]int{Delivered: 0, Unknown: 1, Banner: 2, Spam: 3, Deferred: 4, Rejected: 5, Dropped: 6}

// Worse reports whether a is worse for the sender than b.
func Worse(a, b Outcome) bool { return weight[a] > weight[b] }

// State is whether a demand is met.
type State string

// The states of a demand. Only Met and Unmet are claims.
const (
	Met    State = "met"
	Unmet  State = "unmet"
	Unsure State = "unknown" // a look-up failed, or the deciding record may be at an unknown name
	Hidden State = "unseen"  // DNS cannot show it: it depends on the sending server, the mail or another company
)

// Assumption is a condition of a prediction that DNS does not show.
type Assumption string

// The assumptions.
const (
	KeyPublished Assumption = "key"       // the key from the service's console gets published
	SigningOn    Assumption = "signing"   // mail is actually signed with the key
	Untouched    Assumption = "untouched" // the forwarding server changes neither header nor body
	OthersSPF    Assumption = "their-spf" // SPF passes for the sending service's own envelope sender
)

// Level is how strongly a receiver demands something.
type Level string

// The levels. Effect is not a demand, but what a receiver does because of the domain's own records.
const (
	Required    Level = "required"
	Recommended Level = "recommended"
	Effect      Level = "effect"
)

// Demand is one row of a receiver's table: what it demands, and what happens otherwise.
type Demand struct {
	Need    Need    `toml:"need"`
	Level   Level   `toml:"level"`
	Outcome Outcome `toml:"outcome"` // "" if no consequence is known
	Code    string  `toml:"code"`    // the error code that it then gives; "" if none or unknown
	// Direct: it does not apply to mail that was forwarded or came through a list.
	Direct     bool               `toml:"direct"`
	Source     string             `toml:"source"` // a page of the receiver, or who reports it
	Confidence catalog.Confidence `toml:"confidence"`
}

// Receiver is a mail receiver and what it demands of senders.
type Receiver struct {
	ID string `toml:"id"`
	// Extends is the ID of a receiver whose demands apply too, before its own.
	Extends string `toml:"extends"`
	// Bulk: the demands are for bulk senders, by the receiver's own definition.
	Bulk bool `toml:"bulk"`
	// Bounces is the receiver's ID in package bounce, where it has another one there.
	Bounces string `toml:"bounces"`
	// Resolver is the ID of the public resolver that it uses; "" if unknown, so any may be it.
	Resolver string `toml:"resolver"`
	// Listed: it publishes its demands, so there is a checklist.
	Listed  bool     `toml:"listed"`
	Source  string   `toml:"source"`
	Checked string   `toml:"checked"` // when the source was last read, as YYYY-MM-DD
	Demands []Demand `toml:"demand"`
}

// Reason is a reason as a code with arguments; its words are forecast.reason.<Code> in i18n.
type Reason struct {
	Code string
	// Args are ip, result, at, count, bits, host and the like. Values from outside are not escaped.
	Args map[string]string
}

// Judged is a demand and whether it is met.
type Judged struct {
	Demand
	State  State
	Reason Reason
	// Services are the affected services, by catalogue ID or owner.FromOwner for a given address; nil means all.
	Services []string
	Assumes  []Assumption
	Evidence []snapshot.Answer
}

// Outlook is what a receiver would do, and why.
type Outlook struct {
	Outcome Outcome
	// Worst is the outcome in the worst case if Outcome is Unknown; else "".
	Worst      Outcome
	Code       string // the error code (in the worst case)
	Reason     Reason
	Services   []string // the affected services; nil means all
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
	Then     Outlook // after every change of the plan and when every cache has expired; equal to Now without either
}

// Checklist is what a receiver demands of senders, and how the domain does today.
type Checklist struct {
	Receiver string
	Extends  string // the receiver whose list applies too; its rows are in Items
	Items    []Judged
}

// Forecast is the result of Make.
type Forecast struct {
	// Silent: the domain says that it sends no mail, so there is nothing to predict.
	Silent bool
	Lines  []Line
	Lists  []Checklist
	// Changes: the plan changes something, or caches still hold old answers, so Then may differ from Now.
	Changes bool
	// Memory: only caches have to expire, and no record has to be changed. Until is when the last one asks again.
	Memory bool
	Until  time.Time
}
