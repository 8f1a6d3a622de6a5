package main

import (
	_ "embed" // for the examples
	"encoding/json"
	"strings"
	"sync"

	"todoku/checks"
	"todoku/checks/catalog"
	"todoku/checks/plan"
	"todoku/checks/snapshot"
	"todoku/i18n"
	"todoku/wizard/words"
)

// examplesFile holds an example of each finding: a scenario of the lab that must show it, the records that the plan
// changes for it there, and what was seen. A test makes it from the scenarios, and proves every one by
// the rules.
//
//go:embed examples.json
var examplesFile []byte

// example is a finding in a scenario.
type example struct {
	Scenario string `json:"scenario"`
	Domain   string `json:"domain"`
	// Name, Severity and Args are the finding's, as it stands in the scenario.
	Name     string          `json:"name"`
	Severity checks.Severity `json:"severity"`
	Args     checks.Args     `json:"args,omitempty"`
	// Changes are those of the plan that mend it; none where no record can.
	Changes []exampleChange `json:"changes,omitempty"`
	// Looked is what was seen of it.
	Looked []exampleAnswer `json:"looked,omitempty"`
}

type exampleChange struct {
	Action plan.Action   `json:"action"`
	Name   string        `json:"name"`
	Type   snapshot.Type `json:"type"`
	Old    []string      `json:"old,omitempty"`
	Value  string        `json:"value,omitempty"`
}

type exampleAnswer struct {
	Name   string          `json:"name"`
	Type   snapshot.Type   `json:"type"`
	Status snapshot.Status `json:"status"`
	Reason snapshot.Reason `json:"reason,omitempty"`
	Data   []string        `json:"data,omitempty"`
}

var examples = sync.OnceValues(func() (map[checks.Code]example, error) {
	out := map[checks.Code]example{}
	return out, json.Unmarshal(examplesFile, &out)
})

// finding is the example as a finding, to be worded.
func (e example) finding(code checks.Code) checks.Finding {
	return checks.Finding{Code: code, Name: e.Name, Severity: e.Severity, Args: e.Args}
}

// reference is the JSON of "findings". Fields may be added, never renamed.
type reference struct {
	Schema   int             `json:"schema"`
	Code     checks.Code     `json:"code"`
	Severity checks.Severity `json:"severity"`
	Means    string          `json:"severity_means"`
	Source   string          `json:"source"`
	After    []checks.Code   `json:"after,omitempty"`
	What     string          `json:"what"`
	Why      string          `json:"why"`
	Fix      string          `json:"fix"`
	Example  *example        `json:"example,omitempty"`
}

// reference is what is said of a rule, with its words and severity as they are in its example: both may depend on
// what was seen.
func (a *app) reference(r checks.Rule) (reference, error) {
	all, err := examples()
	if err != nil {
		return reference{}, err
	}
	e := all[r.Code]
	words, err := a.exampleWords(e.finding(r.Code))
	if err != nil {
		return reference{}, err
	}
	return reference{1, r.Code, e.Severity, a.lang.T("cmd.findings.severity." + string(e.Severity)), r.Source, r.After,
		words.What, words.Why, words.Fix, &e}, nil
}

func (a *app) exampleWords(f checks.Finding) (words.Finding, error) {
	cat, err := catalog.Load()
	if err != nil {
		return words.Finding{}, err
	}
	return words.P{Lang: a.lang, Catalog: cat}.Finding(f), nil
}

// findingPage is all about one finding, at 80 columns.
func (a *app) findingPage(r checks.Rule, ref reference) string {
	s := &sheet{app: a}
	s.add(a.lang.T("cmd.page.what"), ref.What)
	s.add(a.lang.T("cmd.page.why"), ref.Why)
	s.add(a.lang.T("cmd.page.fix"), ref.Fix)
	s.add(a.lang.T("cmd.findings.means"), ref.Means)
	if len(r.After) > 0 {
		var causes []string
		for _, c := range r.After {
			causes = append(causes, string(c))
		}
		s.add(a.lang.T("cmd.findings.after"), a.lang.T("cmd.findings.after-is", i18n.Args{"codes": strings.Join(causes, ", ")}))
	}
	s.add(a.lang.T("cmd.page.source"), strings.Split(r.Source, "; ")...)
	out := string(r.Code) + " (" + a.severity(ref.Severity) + ")\n" + s.print(pageWidth)
	e, s := *ref.Example, &sheet{app: a}
	s.add(a.lang.T("cmd.findings.looked"), a.looked(e)...)
	if len(e.Looked)+len(e.Changes) == 0 {
		s.add(a.lang.T("cmd.findings.looked"), a.lang.T("cmd.findings.by-answers"))
	}
	before, after := a.repaired(e)
	s.add(a.lang.T("cmd.findings.before"), before...)
	s.add(a.lang.T("cmd.findings.then"), after...)
	return out + "\n" + a.lang.T("cmd.findings.example", i18n.Args{"domain": e.Domain}) + "\n" + s.print(pageWidth)
}

// pageWidth is how wide a reference page is, in cells behind its margin.
const pageWidth = 78

// looked words what was seen; only where no record mends it, since the records before the change say it else.
func (a *app) looked(e example) (out []string) {
	if len(e.Changes) > 0 {
		return nil
	}
	for _, l := range e.Looked {
		if len(l.Data) == 0 {
			out = append(out, a.emptiness(l))
		}
		for _, v := range l.Data {
			out = append(out, line(l.Name, l.Type, v))
		}
	}
	return out
}

// emptiness words an answer without records.
func (a *app) emptiness(l exampleAnswer) string {
	if l.Status == snapshot.Failed {
		return l.Name + " " + string(l.Type) + ": " + a.lang.T("present.reason."+string(l.Reason))
	}
	return a.lang.T("cmd.findings.nothing", i18n.Args{"name": l.Name, "type": l.Type})
}

// repaired gives the records before and after, a line each.
func (a *app) repaired(e example) (before, after []string) {
	for _, c := range e.Changes {
		for _, v := range c.Old {
			before = append(before, line(c.Name, c.Type, v))
		}
		args := i18n.Args{"name": c.Name, "type": c.Type}
		if len(c.Old) == 0 {
			before = append(before, a.lang.T("cmd.findings.nothing", args))
		}
		if c.Action == plan.Remove {
			after = append(after, a.lang.T("cmd.findings.deleted", args))
		} else {
			after = append(after, line(c.Name, c.Type, c.Value))
		}
	}
	return before, after
}

// maxExample is how much of a long value an example shows, in letters.
const maxExample = 120

// line is a record on a line; a long value (a key) is cut in the middle.
func line(name string, t snapshot.Type, value string) string {
	v := []rune(printable(value))
	if len(v) > maxExample {
		v = append(append(v[:maxExample-20:maxExample-20], []rune(" ... ")...), v[len(v)-15:]...)
	}
	return name + " " + string(t) + " " + string(v)
}
