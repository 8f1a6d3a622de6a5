package document

import (
	"encoding/json"
	"strings"

	"example.org/todoku/checks"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// Example is a finding in a scenario.
type Example struct {
	Scenario string `json:"scenario"`
	Domain   string `json:"domain"`
	// Name, Severity, States and Args are the finding's, as it stands in the scenario.
	Name     string          `json:"name"`
	Severity checks.Severity `json:"severity"`
	States   []string        `json:"states,omitempty"`
	Args     json.RawMessage `json:"args,omitempty"`
	// Changes are the plan's changes that mend it; none where no record can.
	Changes []ExampleChange `json:"changes,omitempty"`
	// Looked is the evidence.
	Looked []ExampleAnswer `json:"looked,omitempty"`
}

// ExampleChange is a change of the plan.
type ExampleChange struct {
	Action plan.Action   `json:"action"`
	Name   string        `json:"name"`
	Type   snapshot.Type `json:"type"`
	Old    []string      `json:"old,omitempty"`
	Value  string        `json:"value,omitempty"`
}

// ExampleAnswer is a DNS answer.
type ExampleAnswer struct {
	Name   string          `json:"name"`
	Type   snapshot.Type   `json:"type"`
	Status snapshot.Status `json:"status"`
	Reason snapshot.Reason `json:"reason,omitempty"`
	Data   []string        `json:"data,omitempty"`
}

// ExampleOf returns a finding as an example of its code.
func ExampleOf(scenario, domain string, f checks.Finding) (Example, error) {
	e := Example{Scenario: scenario, Domain: domain, Name: f.Name, Severity: f.Severity}
	for _, s := range f.States {
		e.States = append(e.States, s.String())
	}
	args := map[string]any{}
	for _, a := range checks.Arguments(f.Args) {
		if !a.Zero() {
			args[a.Name] = a.Value
		}
	}
	if len(args) == 0 {
		return e, nil
	}
	var err error
	e.Args, err = json.Marshal(args)
	return e, err
}

// finding returns the example as a finding, so that it can be worded.
func (e Example) finding(r checks.Rule) (checks.Finding, error) {
	args, states, err := r.Decode(e.Args, e.States)
	return checks.Finding{Code: r.Code, Name: e.Name, Severity: e.Severity, States: states, Args: args}, err
}

// Reference is the JSON of "findings". Fields may be added, never renamed.
type Reference struct {
	Schema   int             `json:"schema"`
	Code     checks.Code     `json:"code"`
	Severity checks.Severity `json:"severity"`
	Means    string          `json:"severity_means"`
	Source   string          `json:"source"`
	After    []checks.Code   `json:"after,omitempty"`
	What     string          `json:"what"`
	Why      string          `json:"why"`
	Fix      string          `json:"fix"`
	// States and Arguments are those that a finding of this code can have; its words are keyed by them.
	States    []string   `json:"states,omitempty"`
	Arguments []Argument `json:"arguments,omitempty"`
	Example   *Example   `json:"example,omitempty"`
}

// Argument is an argument that words can show, with its kind.
type Argument struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// ReferenceOf returns what the reference says of a rule. Words and severity are those of its example, since both
// may depend on what was seen.
func ReferenceOf(p words.P, r checks.Rule, e Example) (Reference, error) {
	f, err := e.finding(r)
	if err != nil {
		return Reference{}, err
	}
	w := p.Finding(f)
	out := Reference{Schema: 1, Code: r.Code, Severity: e.Severity, Means: p.T("cmd.findings.severity." + string(e.Severity)),
		Source: strings.Join(r.Source(), "; "), After: r.After.All(), What: w.What, Why: w.Why, Fix: w.Fix, Example: &e}
	for _, s := range r.States() {
		out.States = append(out.States, s.String())
	}
	for _, a := range checks.Arguments(r.Args) {
		out.Arguments = append(out.Arguments, Argument{a.Name, a.Kind()})
	}
	return out, nil
}

// Severity words how grave a finding is.
func Severity(lang i18n.Lang, s checks.Severity) string { return lang.T("cmd.severity." + string(s)) }

// Cited returns sources, separated by "; ", as they are called in the reader's language, each with its URL where it has
// one.
func Cited(lang i18n.Lang, sources string) (out []string) {
	for _, x := range strings.Split(sources, "; ") {
		out = append(out, words.P{Lang: lang}.Cite(x))
	}
	return out
}

// ReferenceEntry returns a finding's part of the full reference.
func ReferenceEntry(lang i18n.Lang, ref Reference) string {
	rows := [][2]string{{lang.T("cmd.page.what"), ref.What}, {lang.T("cmd.page.why"), ref.Why},
		{lang.T("cmd.page.fix"), ref.Fix}, {lang.T("cmd.page.source"), strings.Join(Cited(lang, ref.Source), "; ")}}
	return strings.TrimSpace(Section(string(ref.Code)+" ("+Severity(lang, ref.Severity)+")", rows)) + "\n"
}

// ReferencePage describes one finding in full, for 80 columns.
func ReferencePage(lang i18n.Lang, ref Reference, l Layout) string {
	s := &sheet{Layout: l, lang: lang}
	s.add(lang.T("cmd.page.what"), ref.What)
	s.add(lang.T("cmd.page.why"), ref.Why)
	s.add(lang.T("cmd.page.fix"), ref.Fix)
	s.add(lang.T("cmd.findings.means"), ref.Means)
	if len(ref.After) > 0 {
		var causes []string
		for _, c := range ref.After {
			causes = append(causes, string(c))
		}
		s.add(lang.T("cmd.findings.after"), lang.T("cmd.findings.after-is", i18n.Args{"codes": strings.Join(causes, ", ")}))
	}
	s.add(lang.T("cmd.page.source"), Cited(lang, ref.Source)...)
	out := string(ref.Code) + " (" + Severity(lang, ref.Severity) + ")\n" + s.print()
	e, s := *ref.Example, &sheet{Layout: l, lang: lang}
	s.add(lang.T("cmd.findings.looked"), looked(lang, e)...)
	if len(e.Looked)+len(e.Changes) == 0 {
		s.add(lang.T("cmd.findings.looked"), lang.T("cmd.findings.by-answers"))
	}
	before, after := repaired(lang, e)
	s.add(lang.T("cmd.findings.before"), before...)
	s.add(lang.T("cmd.findings.then"), after...)
	return out + "\n" + lang.T("cmd.findings.example", i18n.Args{"domain": e.Domain}) + "\n" + s.print()
}

// looked words the evidence, but only where no record mends the finding; otherwise the records before the change show
// it.
func looked(lang i18n.Lang, e Example) (out []string) {
	if len(e.Changes) > 0 {
		return nil
	}
	for _, l := range e.Looked {
		if len(l.Data) == 0 {
			out = append(out, emptiness(lang, l))
		}
		for _, v := range l.Data {
			out = append(out, line(l.Name, l.Type, v))
		}
	}
	return out
}

// emptiness words an answer without records.
func emptiness(lang i18n.Lang, l ExampleAnswer) string {
	if l.Status == snapshot.Failed {
		return l.Name + " " + string(l.Type) + ": " + lang.T("words.reason."+string(l.Reason))
	}
	return lang.T("cmd.findings.nothing", i18n.Args{"name": l.Name, "type": l.Type})
}

// repaired returns the records before and after, one a line.
func repaired(lang i18n.Lang, e Example) (before, after []string) {
	for _, c := range e.Changes {
		for _, v := range c.Old {
			before = append(before, line(c.Name, c.Type, v))
		}
		args := i18n.Args{"name": c.Name, "type": c.Type}
		if len(c.Old) == 0 {
			before = append(before, lang.T("cmd.findings.nothing", args))
		}
		if c.Action == plan.Remove {
			after = append(after, lang.T("cmd.findings.deleted", args))
		} else {
			after = append(after, line(c.Name, c.Type, c.Value))
		}
	}
	return before, after
}

// maxExample is how many characters of a long value an example shows.
const maxExample = 120

// line returns a record on one line; a long value (a key) is cut in the middle.
func line(name string, t snapshot.Type, value string) string {
	v := []rune(printable(value))
	if len(v) > maxExample {
		v = append(append(v[:maxExample-20:maxExample-20], []rune(" ... ")...), v[len(v)-15:]...)
	}
	return name + " " + string(t) + " " + string(v)
}
