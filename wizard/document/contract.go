package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/report"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
	"example.org/todoku/wizard/words"
)

// Object is the JSON of "check". Fields may be added, never renamed.
type Object struct {
	Schema    int            `json:"schema"`
	Domain    string         `json:"domain"` // as people write it
	ASCII     string         `json:"ascii"`
	Typed     string         `json:"typed,omitempty"` // the name as it was given, where the domain above it was checked instead
	Verdict   checks.Verdict `json:"verdict"`
	Findings  []Finding      `json:"findings"`
	Changes   []Change       `json:"changes"`
	Tries     []Try          `json:"tries"`             // SPF for every known sending address, now and after the changes
	Ways      []Way          `json:"ways,omitempty"`    // the owner's choices where the SPF record is too big, the mildest first
	Detours   []Detour       `json:"detours,omitempty"` // ways around a forward or a list that breaks authentication, in the order in which to try them
	Detected  Detected       `json:"detected"`
	SPF       SPF            `json:"spf"`
	Forecast  []Receiver     `json:"forecast"`
	Lists     []Requirements `json:"requirements,omitempty"` // the checklists that were asked for; in an export all
	Queries   int            `json:"queries"`
	ElapsedMS int64          `json:"elapsed_ms"`
	Wait      *Waiting       `json:"wait,omitempty"`
	Reports   *ReportLine    `json:"reports,omitempty"` // as in "report", where DMARC reports were read
	Proof     *Proof         `json:"proof,omitempty"`   // what a test mail has shown
}

// Detour is a way around a forward or a list that breaks authentication, and its price.
type Detour struct {
	Code  string `json:"code"`
	Text  string `json:"text"`
	Price string `json:"price"`
}

// Finding is one finding with its words and its evidence.
type Finding struct {
	Code     checks.Code       `json:"code"`
	Severity checks.Severity   `json:"severity"`
	Name     string            `json:"name"`
	Args     map[string]string `json:"args"`
	What     string            `json:"what"`
	Why      string            `json:"why"`
	Fix      string            `json:"fix"`
	Evidence []Evidence        `json:"evidence"`
	Under    checks.Code       `json:"under,omitempty"`    // the cause that hides this symptom
	Problems []Problem         `json:"problems,omitempty"` // mistakes in args.record, with their places
}

// Evidence is one DNS answer.
type Evidence struct {
	Server string          `json:"server"`
	Name   string          `json:"name"`
	Type   snapshot.Type   `json:"type"`
	Status snapshot.Status `json:"status"`
	Data   []string        `json:"data"`
	TTL    uint32          `json:"ttl"`
	Reason snapshot.Reason `json:"reason,omitempty"`
	// Referral holds the name servers that the parent zone names (reason "delegated").
	Referral []string `json:"referral,omitempty"`
}

// Change is one record to make, change or delete.
type Change struct {
	Action  plan.Action   `json:"action"`
	Name    string        `json:"name"` // begins with <selector> where only the console shows that
	Type    snapshot.Type `json:"type"`
	TTL     uint32        `json:"ttl"`
	Value   string        `json:"value"`
	Old     []string      `json:"old"`
	Because []checks.Code `json:"because"`
	Panel   Form          `json:"panel"`
	Notes   []Note        `json:"notes,omitempty"`     // what was decided, and what only the owner can decide
	Gap     string        `json:"gap,omitempty"`       // the value with placeholders for the server's name or address
	Ask     string        `json:"ask,omitempty"`       // the service whose console shows the missing value
	Switch  bool          `json:"switch,omitempty"`    // with Ask: a switch in that console makes the record
	Gate    string        `json:"wait_then,omitempty"` // what must wait until this record is seen
}

// Note is a decision of the plan, as a code and in words.
type Note struct {
	Code string `json:"code"`
	Term string `json:"term,omitempty"`
	Text string `json:"text"`
}

// Try is one sender's SPF result before and after the changes.
type Try struct {
	IP     string `json:"ip"`
	From   string `json:"from"` // host or sender ID, "given" or "bounce"
	Before string `json:"before"`
	After  string `json:"after"`
	Term   string `json:"term,omitempty"` // the term that decides after the changes
}

// Way is one of the owner's choices where an SPF record is too big, with the record that it would give.
type Way struct {
	Code    string   `json:"code"` // drop, subdomain, split or flatten
	Text    string   `json:"text"`
	Value   string   `json:"value"`
	Lookups int      `json:"lookups"`
	Voids   int      `json:"void_lookups"`
	Bytes   int      `json:"bytes"`
	Tries   []Try    `json:"tries"`
	Drop    []string `json:"drop,omitempty"`    // the values of --spf-drop for this choice
	Flatten []string `json:"flatten,omitempty"` // the values of --spf-flatten for this choice
}

// Form holds the record as it is typed into the panel.
type Form struct {
	ID       string   `json:"id"`
	Host     string   `json:"host"`
	Value    string   `json:"value"`
	Priority string   `json:"priority,omitempty"` // of an MX
	Line     string   `json:"line,omitempty"`
	Notes    []string `json:"notes,omitempty"`
}

// Detected holds the systems in use, as DNS shows them.
type Detected struct {
	MailHosts []Clue `json:"mail_hosts"`
	Senders   []Clue `json:"senders"`
	DNSPanel  *Clue  `json:"dns_panel"` // null where nothing shows it
}

// Clue is a system, and in words why it seems to be in use.
type Clue struct {
	ID      string `json:"id"`
	Because string `json:"because"`
	Value   string `json:"value,omitempty"`
	Unsure  bool   `json:"unsure,omitempty"`
}

// SPF is the domain's record and its cost for a receiver (RFC 7208 section 4.6.4).
type SPF struct {
	Record  string `json:"record"`
	Lookups int    `json:"lookups"`
	Voids   int    `json:"void_lookups"`
}

// Waiting is the state of the wait at each place.
type Waiting struct {
	Result string  `json:"result"`
	Done   string  `json:"done,omitempty"` // RFC 3339
	Sights []Sight `json:"sights"`
}

// Sight is one record at one place.
type Sight struct {
	Name      string        `json:"name"`
	Type      snapshot.Type `json:"type"`
	Place     string        `json:"place"`
	Authority bool          `json:"authority"`
	State     string        `json:"state"`
	Until     string        `json:"until,omitempty"` // RFC 3339
	Found     []string      `json:"found"`
	Why       string        `json:"why,omitempty"` // what delays it, other than time
}

// Contract returns the JSON object of "check".
func Contract(in Input) Object {
	p := in.words()
	out := Object{Schema: 1, Domain: in.domain(), ASCII: in.Answers.Domain, Typed: in.Typed, Verdict: checks.VerdictOf(in.Findings),
		Findings: []Finding{}, Changes: []Change{}, Queries: in.Queries, ElapsedMS: in.Elapsed.Milliseconds(),
		Forecast: receivers(p, in.Forecast), Lists: requirements(p, in.Forecast.Lists),
		Detected: Detected{MailHosts: clues(p, in.Seen.Hosts), Senders: clues(p, in.Seen.Senders)}}
	if c := clues(p, in.Seen.Panels); len(c) > 0 {
		out.Detected.DNSPanel = &c[0]
	}
	if out.Queries == 0 && in.DNS != nil {
		out.Queries = len(in.DNS.Answers)
	}
	for _, f := range in.Findings {
		out.Findings = append(out.Findings, finding(p, f))
	}
	words := p.Changes(in.Plan, in.Panel(), in.Zone(), in.Answers)
	for i, c := range in.Plan.Changes {
		x := change(in, c)
		for j, n := range c.Notes {
			x.Notes = append(x.Notes, Note{Code: string(n.Code), Term: UTF8(n.Args["term"]), Text: words[i].Notes[j]})
		}
		out.Changes = append(out.Changes, x)
	}
	out.Tries = tries(in.Plan.Tries)
	for _, d := range p.Detours(in.Plan) {
		out.Detours = append(out.Detours, Detour(d))
	}
	for i, w := range p.Ways(in.Plan) {
		x := in.Plan.Ways[i]
		out.Ways = append(out.Ways, Way{Code: x.Code, Text: w.Text, Value: UTF8(w.Value), Lookups: x.Lookups, Voids: x.Voids, Bytes: len(w.Value),
			Tries: tries(x.Tries), Drop: utf8s(w.Take.Drop), Flatten: utf8s(w.Take.Flatten)})
	}
	if in.DNS != nil {
		if records, _ := reading.SPFRecords(in.DNS, in.Answers.Domain); len(records) > 0 {
			t := spf.Walk(reading.SPF(in.DNS), in.Answers.Domain, records[0])
			out.SPF = SPF{Record: UTF8(records[0]), Lookups: t.Lookups, Voids: t.Voids}
		}
	}
	if in.Wait != nil {
		out.Wait = waiting(*in.Wait)
	}
	if in.Reports != nil {
		line := ReportJSON(p, *in.Reports, &report.Reading{})
		out.Reports = &line
	}
	out.Proof = proofOf(in)
	return out
}

func finding(p words.P, f checks.Finding) Finding {
	w := p.Finding(f)
	out := Finding{Code: f.Code, Severity: f.Severity, Name: f.Name, Args: argsOf(f), What: w.What, Why: w.Why,
		Fix: w.Fix, Evidence: evidence(f.Evidence), Under: f.Under,
		Problems: listed(p.Lang, f.Problems)}
	return out
}

// argsOf returns the arguments of a finding, and its states by aspect.
func argsOf(f checks.Finding) map[string]string {
	out := map[string]string{}
	for _, a := range checks.Arguments(f.Args) {
		if !a.Zero() {
			out[a.Name] = UTF8(a.String())
		}
	}
	for _, s := range f.States {
		out[s.Aspect()] = s.String()
	}
	return out
}

func evidence(answers []snapshot.Answer) []Evidence {
	out := []Evidence{}
	for _, a := range answers {
		ttl, _ := a.TTL()
		out = append(out, Evidence{Server: UTF8(a.Server), Name: a.Name, Type: a.Type, Status: a.Status,
			Data: utf8s(a.Data()), TTL: ttl, Reason: a.Reason, Referral: utf8s(a.Referral)})
	}
	return out
}

// selectorGap stands in a name for the selector that only a console shows; no DNS name has its signs.
const selectorGap = "<selector>"

func change(in Input, c plan.Change) Change {
	out := Change{Action: c.Action, Name: c.Name, Type: c.Type, TTL: c.TTL, Value: UTF8(c.Value), Old: utf8s(c.Old),
		Because: list(c.Because), Ask: c.Ask, Gap: UTF8(c.Gap), Switch: c.Switch, Gate: c.Gate}
	value := c.Value
	if c.Action == plan.Remove && len(c.Old) > 0 {
		value = c.Old[0]
	}
	f := c.Form(words.PanelOf(in.Catalog, in.Panel()), in.Zone(), value)
	if c.Nameless() {
		out.Name = selectorGap + "." + c.Name
		f.Host, f.Notes = "", nil
	}
	out.Panel = Form{ID: f.Panel, Host: f.Host, Value: UTF8(f.Value), Priority: f.Priority, Line: UTF8(f.Line), Notes: f.Notes}
	return out
}

func tries(list []plan.Try) []Try {
	out := []Try{}
	for _, t := range list {
		out = append(out, Try{IP: t.IP, From: t.From, Before: t.Before, After: t.After, Term: UTF8(t.Term)})
	}
	return out
}

func clues(p words.P, seen []catalog.Clue) []Clue {
	out := []Clue{}
	for _, c := range seen {
		out = append(out, Clue{ID: c.ID, Because: p.Because(c), Value: c.Value, Unsure: c.Ambiguous})
	}
	return out
}

func waiting(w Wait) *Waiting {
	out := &Waiting{Result: w.Verdict.Result, Done: moment(w.Verdict.Done), Sights: []Sight{}}
	for _, s := range w.Verdict.Sights {
		x := Sight{Place: s.Place, State: string(s.State), Until: moment(s.Until), Found: utf8s(s.Found), Why: s.Why}
		if s.Want >= 0 && s.Want < len(w.Wants) {
			x.Name, x.Type = w.Wants[s.Want].Name, w.Wants[s.Want].Type
		}
		for _, p := range w.Places {
			x.Authority = x.Authority || p.ID == s.Place && p.Authority
		}
		out.Sights = append(out.Sights, x)
	}
	return out
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// list makes nil an empty list, so that JSON never has null.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return slices.Clone(l)
}

// Encode writes any object of the contract as JSON, on one line or indented. Characters that could hide or move others
// on a terminal are written as \u escapes, so that a JSON reader still gets what DNS said. Foreign text must have gone
// through UTF8 before, since JSON cannot carry other bytes.
func Encode(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return guard(b.Bytes()), nil
}

// guard escapes the characters that Printable would, except line ends between tokens.
func guard(raw []byte) []byte {
	harmless := func(r rune) bool {
		return r == '\n' || r >= ' ' && r <= '~' || snapshot.Printable(string(r)) == string(r)
	}
	if bytes.IndexFunc(raw, func(r rune) bool { return r == utf8.RuneError || !harmless(r) }) < 0 {
		return raw // nearly always
	}
	var b bytes.Buffer
	for _, r := range string(raw) {
		switch {
		case harmless(r):
			b.WriteRune(r)
		case r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.Bytes()
}

// UTF8 makes bytes visible that are not valid UTF-8 (\xff); all else stays as it is.
func UTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return snapshot.Printable(s)
}

func utf8s(l []string) []string {
	out := list(l)
	for i, s := range out {
		out[i] = UTF8(s)
	}
	return out
}
