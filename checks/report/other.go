package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"strings"
	"time"
)

// Failure is a failure report (RFC 9991, RFC 6591) in brief: one message that failed.
type Failure struct {
	File     string
	Part     string
	Type     string // Feedback-Type: auth-failure, abuse, …
	Failed   string // Auth-Failure: dmarc, dkim, spf, …
	Domain   string // Reported-Domain
	IP       netip.Addr
	Envelope string // Original-Mail-From, its domain
	Action   string // Delivery-Result
	Arrived  time.Time
}

// maxFields is how many bytes of a failure report are read.
const maxFields = 64 << 10

// failure reads the fields of a message/feedback-report.
func (w *walker) failure(r io.Reader, at place) error {
	text, err := io.ReadAll(io.LimitReader(r, maxFields))
	if err != nil && len(text) == 0 {
		return packFault(err)
	}
	f := &Failure{File: at.file, Part: at.part}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		b := []byte(strings.TrimSpace(value))
		if len(b) == 0 {
			continue
		}
		switch squeeze([]byte(name)) {
		case "dmarcresults": // of a report in plain text
			f.Type, f.Failed, f.Action = "auth-failure", "dmarc", w.parser.name(b)
		case "feedbacktype":
			f.Type = w.parser.name(b)
		case "authfailure":
			f.Failed = w.parser.name(b)
		case "reporteddomain", "senderdomain":
			f.Domain = readDomain(b)
		case "sourceip", "senderipaddress":
			f.IP, _ = address(b)
		case "originalmailfrom":
			f.Envelope = readDomain(b)
		case "deliveryresult":
			f.Action = w.parser.name(b)
		case "arrivaldate", "receiveddate":
			f.Arrived, _ = time.Parse(time.RFC1123Z, string(b))
		}
	}
	w.found++
	return w.out(item{failure: f})
}

// TLS is a report about TLS (RFC 8460) in brief.
type TLS struct {
	File, Part string
	Org, ID    string
	Begin, End time.Time
	Policies   []TLSPolicy
}

// TLSPolicy is what a TLS report says of one policy.
type TLSPolicy struct {
	Type, Domain  string
	Good, Failed  int64
	FailureReason string // the first kind of failure
}

// looseNumber is a JSON number that some reporters write as a string.
type looseNumber int64

// UnmarshalJSON accepts both; anything else becomes 0.
func (n *looseNumber) UnmarshalJSON(b []byte) error {
	v, _ := count(bytes.Trim(b, `"`))
	*n = looseNumber(max(v, 0))
	return nil
}

// maxJSON is the largest TLS report that is read, in bytes.
const maxJSON = 16 << 20

// tls reads a TLS report.
func (w *walker) tls(r io.Reader, at place) error {
	var in struct {
		Org   string `json:"organization-name"`
		ID    string `json:"report-id"`
		Range struct {
			Begin string `json:"start-datetime"`
			End   string `json:"end-datetime"`
		} `json:"date-range"`
		Policies []struct {
			Policy struct {
				Type   string `json:"policy-type"`
				Domain string `json:"policy-domain"`
			} `json:"policy"`
			Summary struct {
				Good   looseNumber `json:"total-successful-session-count"`
				Failed looseNumber `json:"total-failure-session-count"`
			} `json:"summary"`
			Details []struct {
				Type string `json:"result-type"`
			} `json:"failure-details"`
		} `json:"policies"`
	}
	text, err := io.ReadAll(io.LimitReader(r, maxJSON+1))
	switch {
	case len(text) > maxJSON:
		return fail(TooBig, nil)
	case err != nil && len(text) == 0:
		return packFault(err)
	}
	if json.Unmarshal(text, &in) != nil && len(in.Policies) == 0 || in.Policies == nil || in.Org == "" && in.ID == "" {
		var cut *json.SyntaxError
		if errors.As(json.Unmarshal(text, new(any)), &cut) && cut.Offset >= int64(len(text)) && strings.Contains(string(text), `"policy-domain"`) {
			return fail(Truncated, nil)
		}
		return fail(NoReport, nil)
	}
	p := w.parser
	t := &TLS{File: at.file, Part: at.part, Org: p.name([]byte(in.Org)), ID: p.name([]byte(in.ID)),
		Begin: p.when([]byte(in.Range.Begin)), End: p.when([]byte(in.Range.End))}
	for _, x := range in.Policies[:min(len(in.Policies), maxPolicies)] {
		policy := TLSPolicy{Type: p.name([]byte(x.Policy.Type)), Domain: readDomain([]byte(x.Policy.Domain)), Good: int64(x.Summary.Good), Failed: int64(x.Summary.Failed)}
		if len(x.Details) > 0 {
			policy.FailureReason = p.name([]byte(x.Details[0].Type))
		}
		t.Policies = append(t.Policies, policy)
	}
	w.found++
	return w.out(item{tls: t})
}

// maxPolicies is the largest number of policies kept of a TLS report.
const maxPolicies = 1000
