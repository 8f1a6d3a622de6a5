package report

import (
	"net/netip"
	"strconv"
)

// Code names a contradiction or an irregularity in reports.
type Code string

// The codes.
const (
	// PunishedPass is an unexplained disposition: DMARC passed, but the mail was quarantined or rejected.
	PunishedPass Code = "disposition-unexplained"
	// StricterThanPolicy and WeakerThanPolicy: a failing mail was not treated as the policy asks, without a reason.
	StricterThanPolicy Code = "disposition-stricter"
	WeakerThanPolicy   Code = "disposition-weaker"
	// EvaluatedPass and EvaluatedFail: policy_evaluated contradicts auth_results.
	EvaluatedPass Code = "pass-without-result"
	EvaluatedFail Code = "fail-against-result"
	NotEvaluated  Code = "evaluation-missing"
	ForeignFrom   Code = "from-outside-domain"
	PolicyNow     Code = "policy-differs-from-dns"
	PolicyChanged Code = "policy-changed"
	PartPolicy    Code = "pct"
	TestPolicy    Code = "testing"
	NoPolicyGiven Code = "policy-missing"
	Backwards     Code = "begin-after-end"
	NoRange       Code = "range-missing"
	LongRange     Code = "range-long"
	FutureRange   Code = "range-future"
	NoCount       Code = "count-unreadable"
	TooManyCount  Code = "count-huge"
	NoAddress     Code = "address-unreadable"
	NoDisposition Code = "disposition-unreadable"
	Reused        Code = "id-reused"
	Nameless      Code = "organisation-missing"
	NoReportID    Code = "id-missing"
	Stray         Code = "stray-text"
	Spelling      Code = "field-misspelt"
	CutOff        Code = "cut-off"
	Broken        Code = "archive-damaged"
	ReporterError Code = "reporter-error"
)

// Codes lists every Code.
func Codes() []Code {
	return []Code{PunishedPass, StricterThanPolicy, WeakerThanPolicy, EvaluatedPass, EvaluatedFail, NotEvaluated, ForeignFrom, PolicyNow,
		PolicyChanged, PartPolicy, TestPolicy, NoPolicyGiven, Backwards, NoRange, LongRange, FutureRange, NoCount, TooManyCount, NoAddress,
		NoDisposition, Reused, Nameless, NoReportID, Stray, Spelling, CutOff, Broken, ReporterError}
}

// Oddity is a contradiction or irregularity: where it was first seen, and how often in all.
type Oddity struct {
	Code Code
	File string
	// What it is about, if applicable: an address, a method (dkim, spf), and an expected and a found policy or
	// disposition.
	IP        netip.Addr
	Method    string
	Want, Got string
	Times     int   // records or reports
	Messages  int64 // if it is about messages
}

// Args returns the arguments for the words and for the command line's JSON; only those that are set.
func (o Oddity) Args() map[string]string {
	out := map[string]string{"times": strconv.Itoa(o.Times)}
	add := func(name, value string) {
		if value != "" {
			out[name] = value
		}
	}
	if o.IP.IsValid() {
		add("ip", o.IP.String())
	}
	if o.Messages > 0 {
		add("messages", strconv.FormatInt(o.Messages, 10))
	}
	add("method", o.Method)
	add("want", o.Want)
	add("got", o.Got)
	return out
}

// oddities collects oddities: one for each code, method, expected and found value.
type oddities struct {
	list  []Oddity
	index map[oddKey]int
}

type oddKey struct {
	code              Code
	method, want, got string
}

// maxOddities is the largest number of oddities reported for one domain.
const maxOddities = 200

func (l *oddities) add(o Oddity) {
	k := oddKey{o.Code, o.Method, o.Want, o.Got}
	if i, ok := l.index[k]; ok {
		l.list[i].Times += o.Times
		l.list[i].Messages = sum(l.list[i].Messages, o.Messages)
		return
	}
	if len(l.list) >= maxOddities {
		return
	}
	if l.index == nil {
		l.index = map[oddKey]int{}
	}
	l.index[k] = len(l.list)
	l.list = append(l.list, o)
}
