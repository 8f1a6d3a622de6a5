// Package spf parses, evaluates and merges Sender Policy Framework records (RFC 7208). Parsing goes on after an error and
// keeps every problem with its place in the text. Evaluation works on answers that were gathered before: the package
// looks nothing up. It gives no advice.
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
	More     int // how many further problems there are; Problems holds only the first ones

	broken bool // one of the further problems is fatal
}

// Term is one mechanism or modifier (RFC 7208 section 4.6.1).
type Term struct {
	Span
	Text      string // as written
	Qualifier byte   // '+', '-', '~' or '?'; '+' if none is written; 0 for a modifier
	Explicit  bool   // the qualifier is written
	Name      string // lower case: all, include, a, mx, ptr, ip4, ip6, exists, redirect, exp, or an unknown one
	Modifier  bool
	Value     string       // domain-spec or modifier value as written, without the ':' or '=' and without a CIDR length
	Prefix    netip.Prefix // ip4 and ip6
	CIDR4     int          // -1 if none is written
	CIDR6     int          // -1 if none is written
}

// Problem is one mistake in the text. Fix is the corrected text of the span; "" with Certain means that the span should
// be deleted.
type Problem struct {
	Code    Code   `json:"code"`
	Span    Span   `json:"span"`
	Text    string `json:"text"`
	Fix     string `json:"fix,omitempty"`
	Certain bool   `json:"certain,omitempty"` // Fix is the only sensible correction
	Fatal   bool   `json:"fatal,omitempty"`   // the record gives permerror
}

// Grave reports whether receivers accept the text without an error but not as it was meant: a term has no effect or lets
// anybody pass.
func (p Problem) Grave() bool {
	switch p.Code {
	case PassAll, Placeholder, AfterAll, MissingSpace, Separator, URL, UnknownModifierLikeMechanism:
		return !p.Fatal
	}
	return false
}

// Status is the state of a look-up in the gathered data.
type Status int

// The states of a look-up. Missing means that it has not been made yet.
const (
	Missing Status = iota
	Found
	Void    // NXDOMAIN or no data: a void look-up (RFC 7208 section 4.6.4)
	TempErr // the look-up failed
)

// Reply is the gathered answer to one question.
type Reply struct {
	Status Status
	TXT    []string     // one element for each record, its strings joined
	Addrs  []netip.Addr // A or AAAA
	Names  []string     // MX targets in order of preference, or PTR names
	Cut    bool         // not all records were kept, so what is not here may exist all the same
}

// Need is a question that an evaluation depends on. Type is "TXT", "A", "AAAA", "MX" or "PTR".
type Need struct {
	Name string
	Type string
}

// Data returns gathered answers. It must not look anything up.
type Data interface {
	Reply(Need) Reply
}

// Result is a result of check_host() (RFC 7208 section 2.6).
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

// The limits of RFC 7208 section 4.6.4, and the record size that section 3.4 recommends to stay under.
const (
	MaxLookups = 10
	MaxVoids   = 2
	MaxSize    = 450 // bytes of one record's text
)

// Request is one mail to evaluate. If MailFrom is empty (the null sender), HELO is checked instead.
type Request struct {
	IP       netip.Addr
	HELO     string
	MailFrom string
	Domain   string    // checked if both MailFrom and HELO are empty
	Receiver string    // the %{r} macro of exp=; may be empty
	Now      time.Time // the %{t} macro of exp=; zero means the current time
}

// Step is one term of the trace: what it looked up, what it cost, and whether it matched.
type Step struct {
	Domain   string   `json:"domain"` // domain whose record has the term
	Term     string   `json:"term"`
	Target   string   `json:"target,omitempty"` // after macro expansion
	Match    bool     `json:"match"`
	Result   Result   `json:"result,omitempty"` // for include and redirect: the result of the target's record
	Lookups  int      `json:"lookups"`          // of this term and of all that it includes
	Voids    int      `json:"void_lookups"`
	Found    []string `json:"found,omitempty"`
	Why      Why      `json:"why,omitempty"` // a code: no-record, several-records, syntax, limit, void-limit, loop, failed, not-reached, …
	Children []Step   `json:"trace,omitempty"`
}

// Verdict is the result of evaluating one mail.
type Verdict struct {
	Result      Result
	Term        string // the term that decided, as written; "" if none matched
	Record      string // the domain's own record
	Lookups     int
	Voids       int
	Explanation string // exp= text, expanded, for a fail
	Why         Why    // the reason for permerror or temperror, as a code
	Trace       []Step
	// Missing are the questions whose answers were not in the data, as many as could be found at once. While one is
	// missing the result is TempError, unless only the explanation needs it.
	Missing []Need
}

// Node is one domain in the include tree, counted independently of a sender's address.
type Node struct {
	Domain   string
	Term     string // the term that led here; "" at the root
	Via      string // include or redirect; "" at the root
	Record   string // its SPF record; "" if there is none
	Parsed   Record
	Why      Why // no-record, several-records, void, failed, missing, loop, too-deep, macro, syntax, mx-limit; "" if nothing is wrong
	Lookups  int // of this node's terms and of all that they include
	Voids    int
	Costs    []Cost // of each term that a receiver evaluates, in that order
	Children []Node
}

// Cost is what one term costs, and the addresses that it stands for.
type Cost struct {
	Term    Term
	Lookups int // of the term and of all that it includes
	Voids   int
	Why     Why            // void or mx-limit for a or mx; the target's Node.Why for include and redirect
	Nets    []netip.Prefix // the addresses of an a, mx, ip4 or ip6 term, as far as they are known
}

// Tree is a record with everything that it includes.
type Tree struct {
	Root     Node
	Lookups  int // of the whole tree: the worst case for RFC 7208 section 4.6.4
	Voids    int
	Networks []netip.Prefix // the address ranges that the tree lets pass, as far as they are known and need no macro
	Missing  []Need         // questions that were not asked yet
	Failed   []Need         // questions that failed
}
