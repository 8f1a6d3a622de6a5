package document

import (
	"net/netip"

	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/spf"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// Problem is one mistake in an SPF record. Start and End are byte offsets into the record in UTF-8.
type Problem struct {
	Code    spf.Code `json:"code"`
	Start   int      `json:"start"`
	End     int      `json:"end"`
	Text    string   `json:"text"`
	Repair  string   `json:"repair,omitempty"`  // the text to put there instead
	Certain bool     `json:"certain,omitempty"` // the repair is the only sensible one; a Repair of "" then means: delete it
	Fatal   bool     `json:"fatal,omitempty"`   // receivers cannot evaluate the record
	What    string   `json:"what"`
}

// Judgement is the JSON of "spf". Fields may be added, never renamed.
type Judgement struct {
	Schema      int        `json:"schema"`
	Domain      string     `json:"domain"`
	IP          string     `json:"ip,omitempty"`
	Result      spf.Result `json:"result,omitempty"` // absent where no address was given
	Term        string     `json:"term"`
	Record      string     `json:"record"`
	Why         string     `json:"why,omitempty"`
	Explanation string     `json:"explanation,omitempty"`
	Lookups     int        `json:"lookups"`
	Voids       int        `json:"void_lookups"`
	Trace       []spf.Step `json:"trace"`
	Problems    []Problem  `json:"problems"`
	Terms       []Term     `json:"terms,omitempty"` // the record explained, where no address was given
}

// Term explains one term; Depth counts the includes above it.
type Term struct {
	Term    string   `json:"term"`
	Depth   int      `json:"depth"`
	Says    string   `json:"says"`
	Lookups int      `json:"lookups"`
	Voids   int      `json:"void_lookups"`
	Use     string   `json:"use,omitempty"` // needed, needless, unchosen or unknown; absent where nothing can be said
	Notes   []string `json:"notes,omitempty"`
}

// Judged returns the object for one mail.
func Judged(lang i18n.Lang, domain string, ip netip.Addr, v spf.Verdict) Judgement {
	return Judgement{Schema: 1, Domain: UTF8(domain), IP: ip.String(), Result: v.Result, Term: UTF8(v.Term), Record: UTF8(v.Record), Why: string(v.Why),
		Explanation: UTF8(v.Explanation), Lookups: v.Lookups, Voids: v.Voids, Trace: steps(v.Trace), Problems: problems(lang, spf.Parse(v.Record))}
}

// ReadAloud returns the object that explains a record.
func ReadAloud(p words.P, t spf.Tree, uses []facts.Used) Judgement {
	out := Judgement{Schema: 1, Domain: UTF8(t.Root.Domain), Record: UTF8(t.Root.Record), Why: string(t.Root.Why), Lookups: t.Lookups, Voids: t.Voids,
		Trace: []spf.Step{}, Problems: problems(p.Lang, t.Root.Parsed), Terms: []Term{}}
	for _, s := range p.Aloud(t, uses) {
		out.Terms = append(out.Terms, Term{s.Term, s.Depth, s.Text, s.Lookups, s.Voids, string(s.Use), s.Notes})
	}
	return out
}

func problems(lang i18n.Lang, r spf.Record) []Problem {
	out := []Problem{}
	if r.Raw == "" {
		return out
	}
	return append(out, listed(lang, r.Problems)...)
}

func listed(lang i18n.Lang, list []spf.Problem) (out []Problem) {
	words := words.P{Lang: lang}
	for _, x := range list {
		out = append(out, Problem{x.Code, x.Span.Start, x.Span.End, UTF8(x.Text), UTF8(x.Fix), x.Certain, x.Fatal, words.Fault(x).What})
	}
	return out
}

// steps makes the trace's foreign text valid UTF-8 for JSON.
func steps(list []spf.Step) []spf.Step {
	out := make([]spf.Step, len(list))
	for i, s := range list {
		s.Domain, s.Term, s.Target, s.Found = UTF8(s.Domain), UTF8(s.Term), UTF8(s.Target), utf8s(s.Found)
		s.Children = steps(s.Children)
		out[i] = s
	}
	return out
}
