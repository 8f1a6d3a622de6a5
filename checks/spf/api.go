// Package spf reads Sender Policy Framework records (RFC 7208): it parses with byte positions and goes on after
// an error, counts, evaluates over data that was gathered before, and merges. It looks nothing up and gives no
// advice. A record that does not parse is kept with every reason, since the reasons are what a person needs.
package spf

import (
	"net/netip"
	"time"
)

// Span is a half-open range of bytes in the record's text.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Record is one SPF record, parsed as far as it can be.
type Record struct {
	Raw      string
	Terms    []Term
	Problems []Problem
	More     int // how many problems there are beside those in Problems, which holds the first of them

	broken bool // one of these is fatal
}

// Term is one mechanism or modifier (RFC 7208 section 4.6.1).
type Term struct {
	Span
	Text      string // as written
	Qualifier byte   // '+', '-', '~', '?'; '+' where none is written; 0 for a modifier
	Explicit  bool   // the qualifier is written
	Name      string // lower case: all, include, a, mx, ptr, ip4, ip6, exists, redirect, exp, or an unknown one
	Modifier  bool
	Value     string       // domain-spec or modifier value as written, without the ':' or '=' and without a CIDR length
	Prefix    netip.Prefix // ip4 and ip6
	CIDR4     int          // -1 where none is written
	CIDR6     int
}

// Problem is one mistake in the text. Fix is the repaired text of the span ("" with Certain means: delete it).
type Problem struct {
	Code    Code   `json:"code"`
	Span    Span   `json:"span"`
	Text    string `json:"text"`
	Fix     string `json:"fix,omitempty"`
	Certain bool   `json:"certain,omitempty"` // the repair is the only sensible one
	Fatal   bool   `json:"fatal,omitempty"`   // a receiver answers permerror for it
}

// Grave reports whether a receiver reads the record, but not as it was meant: a term counts for nothing, or lets
// anybody pass.
func (p Problem) Grave() bool {
	switch p.Code {
	case PassAll, Placeholder, AfterAll, MissingSpace, URL, UnknownModifierLikeMechanism:
		return !p.Fatal
	}
	return false
}

// Status is how a look-up stands in the gathered data.
type Status int

// The states of gathered data. Missing means that nobody has asked yet.
const (
	Missing Status = iota
	Found
	Void    // NXDOMAIN or no data: a void look-up (RFC 7208 section 4.6.4)
	TempErr // the question failed
)

// Reply is one gathered answer.
type Reply struct {
	Status Status
	TXT    []string     // strings of one record joined, one element a record
	Addrs  []netip.Addr // A or AAAA
	Names  []string     // MX targets in order of preference, or PTR names
	Cut    bool         // there was more than is kept: what is not here may be there all the same
}

// Need is a question that evaluation would ask. Type is "TXT", "A", "AAAA", "MX" or "PTR".
type Need struct {
	Name string
	Type string
}

// Data gives gathered answers. It must not look anything up.
type Data interface {
	Reply(Need) Reply
}

// Result is check_host()'s result (RFC 7208 section 2.6).
type Result string

// The results of RFC 7208 section 2.6.
const (
	None      Result = "none"
	Neutral   Result = "neutral"
	Pass      Result = "pass"
	Fail      Result = "fail"
	SoftFail  Result = "softfail"
	TempError Result = "temperror"
	PermError Result = "permerror"
)

// Limits of RFC 7208 section 4.6.4, and the answer size that section 3.4 advises to stay under.
const (
	MaxLookups = 10
	MaxVoids   = 2
	MaxSize    = 450 // bytes of one record's text
)

// Request is one mail to judge. MailFrom may be empty (null sender); then HELO is judged.
type Request struct {
	IP       netip.Addr
	HELO     string
	MailFrom string
	Domain   string    // judged instead of MailFrom's domain where MailFrom is empty and HELO is empty
	Receiver string    // the %{r} macro of exp=; may be empty
	Now      time.Time // the %{t} macro of exp=; zero means the present
}

// Step is one term of the trace tree: what it looked up, what it cost, and whether it matched.
type Step struct {
	Domain   string   `json:"domain"` // whose record the term stands in
	Term     string   `json:"term"`
	Target   string   `json:"target,omitempty"` // after macro expansion
	Match    bool     `json:"match"`
	Result   Result   `json:"result,omitempty"` // for include and redirect: of the record there
	Lookups  int      `json:"lookups"`          // of this term with all below it
	Voids    int      `json:"void_lookups"`
	Found    []string `json:"found,omitempty"`
	Why      string   `json:"why,omitempty"` // a code: no-record, several-records, syntax, limit, void-limit, loop, failed, not-reached, …
	Children []Step   `json:"trace,omitempty"`
}

// Verdict is the outcome of evaluating one mail.
type Verdict struct {
	Result      Result
	Term        string // the term that decided, as written; "" where none matched
	Record      string // the domain's own record
	Lookups     int
	Voids       int
	Explanation string // exp= text, expanded, for a fail
	Why         string // code for permerror and temperror
	Trace       []Step
	// Missing are the questions whose answers were not in the data, as many as could be seen at once. The result is
	// TempError while any is missing, save those that only the explanation needs.
	Missing []Need
}

// Node is one domain in the tree of includes, counted without a sender's address.
type Node struct {
	Domain   string
	Term     string // the term that led here; "" at the root
	Via      string // include or redirect; "" at the root
	Record   string // its SPF record's text; "" where there is none
	Parsed   Record
	Why      string // no-record, several-records, void, failed, missing, loop, too-deep, macro, syntax, mx-limit; "" where fine
	Lookups  int    // of this node's terms with all below it
	Voids    int
	Costs    []Cost // of each term that a receiver looks at, in its order
	Children []Node
}

// Cost is what one term costs, and where it leads.
type Cost struct {
	Term    Term
	Lookups int // with all below it
	Voids   int
	Why     string         // void or mx-limit for a name of its own; what Node.Why says for a record that it leads to
	Nets    []netip.Prefix // what a, mx, ip4 and ip6 stand for, as far as it is known
}

// Tree is a record with everything it includes.
type Tree struct {
	Root     Node
	Lookups  int // total over the whole tree: the worst case of RFC 7208 section 4.6.4
	Voids    int
	Networks []netip.Prefix // every address range that the tree lets pass, as far as it is known and free of macros
	Missing  []Need
	Failed   []Need // questions that got no answer
}
