// Package report reads what receivers report about a domain's mail: DMARC aggregate reports (RFC 9990, RFC 7489 and
// older drafts) in files, archives and mails. It sums them by source, judges who is behind each source, and says
// whether a stricter policy is safe. It looks nothing up: knowledge from the catalogue, DNS and the owner is passed in.
package report

import (
	"net/netip"
	"time"
)

// Header holds the values that occur once in an aggregate report.
type Header struct {
	Org     string // org_name: the reporter
	ID      string // report_id
	Begin   time.Time
	End     time.Time
	Errors  int // how many error elements the reporter added
	Policy  Policy
	Problem Problems
}

// Policy is the policy that the reporter found published (policy_published).
type Policy struct {
	Domain    string // in ASCII and lower case
	P, SP, NP string // none, quarantine, reject; "" if missing or unreadable
	ADKIM     string // r, s or ""
	ASPF      string
	Percent   int  // pct; -1 if missing
	Testing   bool // t=y (RFC 9989 section 4.7)
	Discovery string
}

// Row is one record of a report: how many messages came from an address, and their results.
type Row struct {
	IP          netip.Addr // unmapped; invalid if unreadable
	Count       int64
	Disposition Disposition
	DKIM, SPF   Result // policy_evaluated: the results with alignment
	Reasons     []Reason
	HeaderFrom  string
	Envelope    string // envelope_from
	Signatures  []Auth // auth_results/dkim
	Senders     []Auth // auth_results/spf
	Problem     Problems
}

// Auth is one raw result, before alignment.
type Auth struct {
	Domain   string
	Selector string // of DKIM
	Scope    string // of SPF: mfrom or helo
	Result   Result
}

// Reason says why a receiver did not follow the policy.
type Reason struct {
	Type    ReasonType
	Comment string
}

// Result is a result of SPF, DKIM or DMARC.
type Result uint8

// The results of RFC 8601 that reports use.
const (
	NoResult Result = iota // missing or unreadable
	Pass
	Fail
	SoftFail
	Neutral
	None
	TempError
	PermError
	Policied // "policy": the receiver's own rule refused the signature
)

// Disposition is what a receiver did with a message.
type Disposition uint8

// The dispositions; RFC 9990 adds pass for a message that needed none.
const (
	NotDisposed Disposition = iota // missing or unreadable
	DispNone
	DispQuarantine
	DispReject
	DispPass
	dispositions // how many there are
)

// String returns the disposition as reports write it.
func (d Disposition) String() string {
	return [...]string{"", "none", "quarantine", "reject", "pass"}[min(d, DispPass)]
}

// ReasonType is a reason's type.
type ReasonType uint8

// The types of RFC 9990 and RFC 7489. ARC is local_policy with a comment that names a passing ARC chain.
const (
	OtherReason ReasonType = iota
	Forwarded
	SampledOut
	TrustedForwarder
	MailingList
	LocalPolicy
	ARC
	TestMode
	reasons // how many there are
)

// Problems are deviations of a report or row from its format that reading tolerated.
type Problems uint32

// The problems.
const (
	StrayText      Problems = 1 << iota // text between elements
	Misspelt                            // an element name that had to be guessed
	Cut                                 // the report ends before its root element does
	BadRange                            // begin or end is missing or unreadable
	BadCount                            // count is missing or unreadable
	BadIP                               // source_ip is missing or unreadable
	NoEvaluation                        // policy_evaluated is missing; the results were computed from auth_results
	HugeCount                           // count is too large to be summed
	BadDisposition                      // disposition is missing or unreadable
)
