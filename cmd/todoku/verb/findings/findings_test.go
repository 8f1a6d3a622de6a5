package findings

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks"
	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/document"
)

const howToUpdate = "TODOKU_UPDATE=1 go test ./cmd/todoku/verb/findings -run 'FindingExamples|FindingsDocs'"

// candidate is an example that could be shown, with what makes it a good one.
type candidate struct {
	document.Example
	noise int // other findings in the scenario that block or harm
	named bool
	meant bool // the plan changes a record for it
}

// better prefers an example that a record mends, that is alone in its scenario, whose scenario is named after it, and
// that is short.
func (c candidate) better(o candidate) bool {
	return cmp.Or(-cmp.Compare(min(len(c.Changes), 1), min(len(o.Changes), 1)), cmp.Compare(c.noise, o.noise), -cmp.Compare(btoi(c.named), btoi(o.named)),
		cmp.Compare(len(c.Changes), len(o.Changes)), cmp.Compare(c.Scenario, o.Scenario)) < 0
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// examplesOf returns what a scenario shows, by code, with the records that mend it. Each is proved by the rules: the
// code is found before the changes, and not after them.
func examplesOf(t *testing.T, sc lab.Scenario) map[checks.Code]candidate {
	look := trial.Of(t, sc).Look(t)
	in := facts.Read(look.Owner, inOrder(look.DNS), look.Catalog)
	found := checks.Diagnose(in)
	o := in.Owner
	for service, text := range sc.Keys { // as the owner would paste them
		p := dkim.Clean(text)
		sel := p.Selector
		for _, c := range plan.Make(in, found).Changes {
			if c.Ask == service && sel == "" {
				sel, _, _ = strings.Cut(c.Name, "._domainkey.")
			}
		}
		o.Keys = append(o.Keys, owner.Key{Service: service, Selector: sel, Value: p.Value, Alias: p.Alias})
	}
	in = in.WithOwner(o)
	changes := plan.Make(in, checks.Diagnose(in)).Changes
	out := map[checks.Code]candidate{}
	for _, f := range checks.Causes(found) {
		if _, done := out[f.Code]; done {
			continue
		}
		e, err := document.ExampleOf(sc.ID, sc.Answers.Domain, f)
		if err != nil {
			t.Error(err)
		}
		c := candidate{Example: e, named: strings.Contains(string(f.Code), sc.ID) || strings.Contains(sc.ID, string(f.Code))}
		for _, o := range checks.Causes(found) {
			if o.Code != f.Code && (o.Severity == checks.Blocks || o.Severity == checks.Harms) {
				c.noise++
			}
		}
		for _, e := range f.Evidence {
			data := slices.Sorted(slices.Values(e.Data()))
			looked := document.ExampleAnswer{Name: e.Name, Type: e.Type, Status: e.Status, Reason: e.Reason, Data: data}
			if !slices.ContainsFunc(c.Looked, func(o document.ExampleAnswer) bool { return reflect.DeepEqual(o, looked) }) { // several servers say the same
				c.Looked = append(c.Looked, looked)
			}
		}
		c.Changes, c.meant = mending(in, changes, f.Code)
		out[f.Code] = c
	}
	return out
}

// inOrder returns a snapshot whose answers are sorted, not in the order in which they came.
func inOrder(s *snapshot.Snapshot) *snapshot.Snapshot {
	out := snapshot.New(s.Domain, s.Taken)
	for _, a := range slices.SortedFunc(slices.Values(s.Answers), func(a, b snapshot.Answer) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Via, b.Via), cmp.Compare(a.Key.At, b.Key.At))
	}) {
		out.Add(a)
	}
	return out
}

// mending returns the changes that by themselves make a finding go away, or nil; meant says that the plan has changes
// for it.
func mending(in *facts.Facts, changes []plan.Change, code checks.Code) (out []document.ExampleChange, meant bool) {
	p := plan.Plan{Changes: slices.DeleteFunc(slices.Clone(changes), func(c plan.Change) bool {
		return !slices.Contains(c.Because, code) || c.Value == "" && c.Action != plan.Remove
	})}
	if len(p.Changes) == 0 {
		return nil, false
	}
	later := in.WithDNS(in.DNS.With(p.Edits()))
	harms := func(in *facts.Facts) bool {
		return slices.ContainsFunc(checks.Diagnose(in), func(f checks.Finding) bool {
			return f.Code == code && (f.Severity == checks.Blocks || f.Severity == checks.Harms)
		})
	}
	still := slices.ContainsFunc(checks.Diagnose(later), func(f checks.Finding) bool { return f.Code == code })
	if still && (!harms(in) || harms(later)) { // what remains as advice alone does no harm any more
		return nil, true
	}
	for _, c := range p.Changes {
		e := document.ExampleChange{Action: c.Action, Name: c.Name, Type: c.Type, Old: c.Old, Value: c.Value}
		if !slices.ContainsFunc(out, func(o document.ExampleChange) bool {
			return o.Name == e.Name && o.Type == e.Type && o.Value == e.Value && slices.Equal(o.Old, e.Old)
		}) {
			out = append(out, e)
		}
	}
	return out, true
}

// bestExamples looks at scenarios and keeps the best example of each code.
func bestExamples(t *testing.T, from []lab.Scenario) map[checks.Code]candidate {
	best := map[checks.Code]candidate{}
	for _, sc := range from {
		for code, c := range examplesOf(t, sc) {
			o, ok := best[code]
			c.meant = c.meant || o.meant
			if o.meant = c.meant; ok && !c.better(o) {
				c = o
			}
			best[code] = c
		}
	}
	return best
}

// TestFindingExamples keeps examples.json what the scenarios and the plan say; an ordinary run looks at a sample of the
// scenarios that it names. It fails for a rule without an example.
func TestFindingExamples(t *testing.T) {
	if trial.Racing {
		t.Skip("one goroutine, all scenarios: CI runs it without the race detector")
	}
	have := map[checks.Code]document.Example{}
	if err := json.Unmarshal(examplesFile, &have); err != nil {
		t.Fatal(err)
	}
	all, err := lab.Scenarios()
	if err != nil {
		t.Fatal(err)
	}
	if sample.Whole() || updating() {
		have = theBest(t, all)
	}
	for _, r := range checks.Rules() {
		if _, ok := have[r.Code]; !ok {
			t.Errorf("%s has no example: add a scenario under checks/lab/scenarios that shows it (as a cause, not under another finding), then run\n\t%s", r.Code, howToUpdate)
		}
	}
	named := slices.DeleteFunc(all, func(sc lab.Scenario) bool {
		return !slices.ContainsFunc(slices.Collect(maps.Values(have)), func(e document.Example) bool { return e.Scenario == sc.ID })
	})
	for _, sc := range sample.Of(named) {
		shown := examplesOf(t, sc)
		for code, e := range have {
			if e.Scenario != sc.ID {
				continue
			}
			a, _ := json.Marshal(e)
			b, _ := json.Marshal(shown[code].Example)
			if string(a) != string(b) {
				t.Errorf("examples.json is not what %s says: run\n\t%s\n%s:\n have %.400s\n want %.400s", sc.ID, howToUpdate, code, a, b)
			}
		}
	}
}

func updating() bool { return os.Getenv("TODOKU_UPDATE") == "1" }

// theBest compares examples.json with the best of all examples, or writes it; it returns these.
func theBest(t *testing.T, all []lab.Scenario) map[checks.Code]document.Example {
	want := map[checks.Code]document.Example{}
	for code, c := range bestExamples(t, all) {
		want[code] = c.Example
		if c.meant && len(c.Changes) == 0 {
			t.Errorf("the plan changes records for %s, but in no scenario is it gone by them: add one in which it is", code)
		}
	}
	raw, err := json.MarshalIndent(want, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	raw = append(raw, '\n')
	switch {
	case updating():
		if err := os.WriteFile("examples.json", raw, 0o644); err != nil {
			t.Fatal(err)
		}
		examples = func() (map[checks.Code]document.Example, error) { return want, nil } // for the documents that are written next
	case string(raw) != string(examplesFile):
		t.Errorf("examples.json is not what the scenarios say: run\n\t%s\n%s", howToUpdate, differing(t, want))
	}
	return want
}

// differing returns the codes whose example has changed.
func differing(t *testing.T, want map[checks.Code]document.Example) string {
	have := map[checks.Code]document.Example{}
	if err := json.Unmarshal(examplesFile, &have); err != nil {
		return err.Error()
	}
	var out []string
	for _, code := range slices.Sorted(maps.Keys(want)) {
		a, _ := json.Marshal(have[code])
		b, _ := json.Marshal(want[code])
		if string(a) != string(b) {
			out = append(out, fmt.Sprintf("%s:\n have %.400s\n want %.400s", code, a, b))
		}
	}
	for code := range have {
		if _, ok := want[code]; !ok {
			out = append(out, string(code)+" is no more")
		}
	}
	return strings.Join(out, "\n")
}

// TestFindingPages: every page is readable at 80 columns in both languages, with source, causes and example.
func TestFindingPages(t *testing.T) {
	all, err := examples()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Langs() {
		layout := (&cli.Program{Lang: lang}).Layout()
		for _, r := range checks.Rules() {
			ref, err := reference(lang, r)
			if err != nil {
				t.Fatal(err)
			}
			text := document.ReferencePage(lang, ref, layout)
			for l := range strings.Lines(text) {
				if w := ansi.StringWidth(strings.TrimRight(l, "\n")); w > 80 && !strings.Contains(l, "://") {
					t.Errorf("%s %s: %d columns: %s", lang, r.Code, w, l)
				}
			}
			want := []string{string(r.Code), lang.T("cmd.findings.severity." + string(ref.Severity)), all[r.Code].Domain}
			for _, c := range r.After.All() {
				want = append(want, string(c))
			}
			for _, c := range all[r.Code].Changes {
				want = append(want, c.Name, lang.T("cmd.findings.before"), lang.T("cmd.findings.then"))
			}
			for _, w := range append(want, document.Cited(lang, strings.Join(r.Source(), "; "))...) {
				if !strings.Contains(flat(text), flat(w)) {
					t.Errorf("%s %s does not show %q:\n%s", lang, r.Code, w, text)
				}
			}
			if strings.Contains(text, "\x1b") || snapshot.Printable(strings.ReplaceAll(text, "\n", "")) != strings.ReplaceAll(text, "\n", "") {
				t.Errorf("%s %s is not printable: %q", lang, r.Code, text)
			}
		}
	}
}

// TestFindingsDocs keeps docs/findings.md and docs/findings.ja.md what the rules say; TODOKU_UPDATE=1 writes them.
func TestFindingsDocs(t *testing.T) {
	for lang, name := range map[i18n.Lang]string{i18n.EN: "../../../../docs/findings.md", i18n.JA: "../../../../docs/findings.ja.md"} {
		want := findingsDoc(lang)
		got, err := os.ReadFile(name)
		if err == nil && string(got) == want {
			continue
		}
		if !updating() {
			t.Errorf("%s is not what the rules say: run\n\t%s", strings.TrimPrefix(name, "../../../../"), howToUpdate)
			continue
		}
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var findingWords = map[i18n.Lang]map[string]string{
	i18n.EN: {
		"title": "What todoku finds", "other": "[日本語](findings.ja.md)",
		"intro": "Made from the rules by a test; do not edit by hand. `todoku findings CODE` shows all about one, with an example of the records " +
			"before and after. The words are those of that example. Which mistakes they come from: [mistakes.md](mistakes.md).",
		"code": "Code", "what": "What is so", "fix": "What to do", "source": "Source",
	},
	i18n.JA: {
		"title": "todoku が見つけること", "other": "[English](findings.md)",
		"intro": "判定の規則からテストが作る表です。手では直しません。`todoku findings CODE` で、レコードの前後の例を付けて 1 つずつくわしく見られます。" +
			"文は、その例のものです。もとになった間違いの一覧は [mistakes.md](mistakes.md) にあります。",
		"code": "コード", "what": "起きていること", "fix": "直し方", "source": "出どころ",
	},
}

func findingsDoc(lang i18n.Lang) string {
	w := findingWords[lang]
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n%s\n", w["title"], w["other"], w["intro"])
	cell := strings.NewReplacer("|", `\|`, "<", "&lt;", ">", "&gt;", "\n", " ")
	for _, sev := range []checks.Severity{checks.Blocks, checks.Harms, checks.Unknown, checks.Advice, checks.Fine} {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| %s | %s | %s | %s |\n|---|---|---|---|\n", document.Severity(lang, sev), lang.T("cmd.findings.severity."+string(sev)),
			w["code"], w["what"], w["fix"], w["source"])
		for _, r := range checks.Rules() {
			if ref, err := reference(lang, r); err == nil && ref.Severity == sev {
				fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.Code, cell.Replace(ref.What), cell.Replace(ref.Fix), cell.Replace(strings.Join(document.Cited(lang, strings.Join(r.Source(), "; ")), "; ")))
			}
		}
	}
	return b.String()
}

// flat is text without its spaces and line ends.
func flat(s string) string { return strings.Join(strings.Fields(s), "") }
