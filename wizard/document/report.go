package document

import (
	"cmp"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"example.org/todoku/checks/report"
	"example.org/todoku/checks/report/reported"
	"example.org/todoku/wizard/words"
)

// ReportLine is the JSON of "report", one line a policy domain. Fields may be added, never renamed.
type ReportLine struct {
	Schema     int              `json:"schema"`
	Domain     string           `json:"domain"`
	Policy     string           `json:"policy"`
	Reports    int              `json:"reports"`
	Messages   int64            `json:"messages"`
	Passed     int64            `json:"passed"`
	Duplicates int              `json:"duplicates"`
	Begin      string           `json:"begin,omitempty"` // RFC 3339
	End        string           `json:"end,omitempty"`
	Sources    []ReportSource   `json:"sources"`
	Days       []ReportDay      `json:"days"`
	Reporters  []ReportOrg      `json:"reporters"`
	Oddities   []ReportOddity   `json:"oddities"`
	NextStage  string           `json:"next_stage"`
	Because    []report.Because `json:"because"`
	Again      int              `json:"again_days,omitempty"` // days after which enough may have been seen
	NextRecord string           `json:"next_record,omitempty"`
	Errors     []ReportError    `json:"errors"` // of all files, since they belong to no domain
	Others     []ReportOther    `json:"others,omitempty"`
}

// ReportSource is one address with one pair of aligned results.
type ReportSource struct {
	IP          string           `json:"ip"`
	Service     string           `json:"service"`
	Count       int64            `json:"count"`
	DKIM        bool             `json:"dkim_aligned"`
	SPF         bool             `json:"spf_aligned"`
	Disposition string           `json:"disposition"`
	Judgement   report.Judgement `json:"judgement"`
	Ground      report.Ground    `json:"ground"`
	Signers     []string         `json:"signers,omitempty"`
	Envelopes   []string         `json:"envelopes,omitempty"`
}

// ReportDay is one day in UTC.
type ReportDay struct {
	Date    string `json:"date"`
	Passed  int64  `json:"passed"`
	Failed  int64  `json:"failed"`
	Reports int    `json:"reports"`
}

// ReportOrg is an organization that reports.
type ReportOrg struct {
	Name     string `json:"name"`
	Reports  int    `json:"reports"`
	Messages int64  `json:"messages"`
}

// ReportOddity is a contradiction or oddity in the reports.
type ReportOddity struct {
	Code report.Code       `json:"code"`
	File string            `json:"file"`
	Args map[string]string `json:"args"`
	Text string            `json:"text"`
}

// ReportError is a file, or a part of one, that is not an aggregate report.
type ReportError struct {
	File string     `json:"file"`
	Part string     `json:"part,omitempty"`
	Why  report.Why `json:"why"`
	Text string     `json:"text"`
}

// ReportOther is a report of another kind, in brief.
type ReportOther struct {
	File   string     `json:"file"`
	Kind   report.Why `json:"kind"`
	Domain string     `json:"domain"`
	Org    string     `json:"org,omitempty"`
	IP     string     `json:"ip,omitempty"`
	Failed string     `json:"failed,omitempty"`
	Text   string     `json:"text"`
}

// ReportJSON returns the JSON line of a domain.
func ReportJSON(w words.P, r reported.Domain, all *report.Reading) ReportLine {
	t := r.Tally
	out := ReportLine{Schema: 1, Domain: UTF8(t.Domain), Policy: report.Current(t), Reports: t.Reports, Messages: t.Messages, Passed: t.Passed, Duplicates: t.Duplicates,
		Sources: []ReportSource{}, Days: []ReportDay{}, Reporters: []ReportOrg{}, Oddities: []ReportOddity{}, NextStage: r.Stage.Policy, Because: r.Stage.Because,
		Again: r.Stage.Again, NextRecord: r.Next(), Errors: []ReportError{}}
	if !t.Begin.IsZero() {
		out.Begin, out.End = t.Begin.Format(time.RFC3339), t.End.Format(time.RFC3339)
	}
	for _, s := range r.Sources {
		out.Sources = append(out.Sources, ReportSource{IP: address(s), Service: s.Service, Count: s.Count, DKIM: s.DKIM, SPF: s.SPF,
			Disposition: s.Disposition().String(), Judgement: s.Judgement, Ground: s.Ground, Signers: s.Signers, Envelopes: s.Envelopes})
	}
	for _, d := range t.Days {
		out.Days = append(out.Days, ReportDay{d.Date.Format(time.DateOnly), d.Passed, d.Failed, d.Reports})
	}
	for _, o := range t.Orgs {
		out.Reporters = append(out.Reporters, ReportOrg{UTF8(o.Name), o.Reports, o.Messages})
	}
	for _, o := range r.Oddities {
		args := map[string]string{}
		for k, v := range o.Args() {
			args[k] = UTF8(v)
		}
		out.Oddities = append(out.Oddities, ReportOddity{o.Code, UTF8(o.File), args, w.Oddity(o)})
	}
	out.Errors, out.Others = reportErrors(w, all), reportOthers(w, all)
	return out
}

// ReportEmpty returns the line for the case that no report is about the domain.
func ReportEmpty(w words.P, domain string, all *report.Reading) ReportLine {
	out := ReportJSON(w, reported.Of(&report.Tally{Domain: domain}, reported.Known{}), all)
	out.Policy, out.NextStage = "", ""
	out.Because = []report.Because{report.NothingOwn}
	return out
}

// reportErrors lists what gave no aggregate report, in the order of files, including reports of other kinds, which are
// no fault.
func reportErrors(w words.P, all *report.Reading) []ReportError {
	out := []ReportError{}
	add := func(e *report.Error) {
		out = append(out, ReportError{UTF8(e.File), UTF8(e.Part), e.Why, w.ReportError(e)})
	}
	for _, e := range all.Errors {
		add(e)
	}
	for _, f := range all.Failures {
		add(&report.Error{File: f.File, Part: f.Part, Why: report.FailureReport})
	}
	for _, t := range all.TLS {
		add(&report.Error{File: t.File, Part: t.Part, Why: report.TLSReport})
	}
	return out
}

func reportOthers(w words.P, all *report.Reading) []ReportOther {
	var out []ReportOther
	for _, f := range all.Failures {
		out = append(out, ReportOther{File: UTF8(f.File), Kind: report.FailureReport, Domain: UTF8(f.Domain), IP: ipText(f), Failed: UTF8(f.Failed), Text: failureText(w, f)})
	}
	for _, t := range all.TLS {
		for _, p := range t.Policies {
			out = append(out, ReportOther{File: UTF8(t.File), Kind: report.TLSReport, Domain: UTF8(p.Domain), Org: UTF8(t.Org), Failed: UTF8(p.FailureReason), Text: tlsText(w, t, p)})
		}
	}
	return out
}

func failureText(w words.P, f *report.Failure) string {
	return w.T("report.page.failure", "file", f.File, "ip", cmp.Or(ipText(f), "?"), "domain", cmp.Or(f.Domain, "?"), "failed", strings.TrimSpace(f.Type+" "+f.Failed))
}

func tlsText(w words.P, t *report.TLS, p report.TLSPolicy) string {
	return w.T("report.page.tls", "file", t.File, "org", t.Org, "domain", p.Domain, "good", strconv.FormatInt(p.Good, 10), "failed", strconv.FormatInt(p.Failed, 10))
}

func ipText(f *report.Failure) string {
	if !f.IP.IsValid() {
		return ""
	}
	return f.IP.String()
}

// address returns the address of a source; "" where sources were not counted separately.
func address(s report.Judged) string {
	if !s.IP.IsValid() {
		return ""
	}
	return s.IP.String()
}

// ReportCSV returns a table of all sources, with a header line.
func ReportCSV(list []reported.Domain) (string, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	rows := [][]string{{"domain", "policy", "ip", "service", "count", "dkim_aligned", "spf_aligned", "disposition", "judgement", "first_day", "last_day"}}
	for _, r := range list {
		for _, s := range r.Sources {
			rows = append(rows, []string{inert(printable(r.Tally.Domain)), report.Current(r.Tally), address(s), inert(printable(s.Service)), strconv.FormatInt(s.Count, 10),
				strconv.FormatBool(s.DKIM), strconv.FormatBool(s.SPF), s.Disposition().String(), string(s.Judgement), date(s.First), date(s.Last)})
		}
	}
	err := w.WriteAll(rows)
	return b.String(), err
}

// date returns a day, counted from 1970, as a date; "" where none is known.
func date(day int32) string {
	if day == 0 {
		return ""
	}
	return time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly)
}
