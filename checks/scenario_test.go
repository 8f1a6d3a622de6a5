package checks_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"example.org/todoku/checks"
	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
)

func scenarios(t testing.TB) []lab.Scenario {
	t.Helper()
	all, err := lab.Scenarios()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func codes(found []checks.Finding) []string {
	var out []string
	for _, f := range found {
		out = append(out, string(f.Code))
	}
	return out
}

var update = flag.Bool("update", false, "write the findings sections anew")

// TestScenarios: every scenario shows exactly the findings that its file lists, and the plan leaves nothing which a record
// could mend.
func TestScenarios(t *testing.T) {
	for _, sc := range scenarios(t) {
		t.Run(sc.ID, func(t *testing.T) {
			t.Parallel()
			in := trial.Seen(t, sc)
			found := checks.Diagnose(in)
			exactly(t, sc, found)
			for _, f := range found {
				if f.Severity != checks.Fine && f.Severity != checks.Advice && len(f.Evidence) == 0 {
					t.Errorf("%s has no evidence", f.Code)
				}
			}
			proved(t, sc, in, found)
			if t.Failed() {
				for _, a := range in.DNS.Answers {
					t.Logf("%-9s %-45s %-5s %s %s %q", a.Via, a.Name, a.Type, a.Status, a.Reason, a.Data())
				}
			}
		})
	}
}

// exactly compares the findings with those of the scenario's file, or writes them there.
func exactly(t *testing.T, sc lab.Scenario, found []checks.Finding) {
	t.Helper()
	want, got := asLines(sc.Findings), asLines(brief(sc.Answers.Domain, found))
	slices.Sort(got)
	if slices.Equal(want, got) {
		return
	}
	if *update {
		if err := writeFindings(filepath.Join("lab/scenarios", sc.File), got); err != nil {
			t.Fatal(err)
		}
		return
	}
	var diff strings.Builder
	for _, l := range less(want, got) {
		diff.WriteString("\n-" + l)
	}
	for _, l := range less(got, want) {
		diff.WriteString("\n+" + l)
	}
	t.Errorf("%s lists other findings, or not sorted; look at it, then run with -update:%s", sc.File, diff.String())
}

// brief gives findings as a scenario's file lists them: what goes without saying is left out.
func brief(domain string, found []checks.Finding) []lab.Finding {
	out := []lab.Finding{}
	for _, f := range found {
		b := lab.Finding{Code: string(f.Code), State: stateOf(f), Under: string(f.Under)}
		if f.Name != domain {
			b.Name = f.Name
		}
		if rule := slices.IndexFunc(checks.Rules(), func(r checks.Rule) bool { return r.Code == f.Code }); checks.Rules()[rule].Severity != f.Severity {
			b.Severity = string(f.Severity)
		}
		out = append(out, b)
	}
	return out
}

// stateOf joins the names of the states that hold.
func stateOf(f checks.Finding) string {
	var out []string
	for _, s := range f.States {
		out = append(out, s.String())
	}
	return strings.Join(out, "/")
}

func asLines(list []lab.Finding) []string {
	out := []string{}
	for _, f := range list {
		out = append(out, f.String())
	}
	return out
}

// less returns the lines of a that b lacks, counting repeated lines.
func less(a, b []string) []string {
	b = slices.Clone(b)
	var out []string
	for _, l := range a {
		if i := slices.Index(b, l); i >= 0 {
			b = slices.Delete(b, i, i+1)
		} else {
			out = append(out, l)
		}
	}
	return out
}

// writeFindings puts the findings into a scenario's file: where they stood, or at its end.
func writeFindings(file string, list []string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	ar := txtar.Parse(data)
	section := txtar.File{Name: "findings", Data: []byte(strings.Join(append(list, ""), "\n"))}
	if i := slices.IndexFunc(ar.Files, func(f txtar.File) bool { return f.Name == section.Name }); i >= 0 {
		ar.Files[i] = section
	} else {
		ar.Files = append(ar.Files, section)
	}
	return os.WriteFile(file, txtar.Format(ar), 0o644)
}

// proved asks the plan, with the console's keys pasted, to leave nothing that blocks or harms but what DNS cannot mend.
func proved(t *testing.T, sc lab.Scenario, in *facts.Facts, found []checks.Finding) {
	t.Helper()
	o := in.Owner
	for service, text := range sc.Keys {
		p := dkim.Clean(text)
		if p.Value == "" {
			t.Fatalf("key of %s: %s", service, p.Problem)
		}
		sel := p.Selector
		for _, c := range plan.Make(in, found).Changes {
			if c.Ask == service && sel == "" {
				sel, _, _ = strings.Cut(c.Name, "._domainkey.")
			}
		}
		o.Keys = append(o.Keys, owner.Key{Service: service, Selector: sel, Value: p.Value, Alias: p.Alias})
	}
	in = in.WithOwner(o)
	p := plan.Make(in, checks.Diagnose(in))
	if i := len(p.Ways) - 1; i >= 0 && len(p.Left) > 0 { // what only the owner can choose mends what is left
		o.SPF = p.Ways[i].Take
		in = in.WithOwner(o)
		p = plan.Make(in, checks.Diagnose(in))
	}
	crowd := slices.ContainsFunc(p.Left, func(f checks.Finding) bool { return f.Is(checks.ManyServers) })
	for _, f := range p.Left {
		if !beyond(f, o.Domain) {
			t.Errorf("the plan leaves %s at %s (%v)", f.Code, f.Name, f.Args)
		}
	}
	hidden := slices.ContainsFunc(p.Left, func(f checks.Finding) bool { return f.Code == checks.CNAMEBeside || f.Code == checks.DomainShared })
	for _, try := range p.Tries {
		if try.From == "bounce" && slices.Contains(codes(found), string(checks.SPFSeenAddress)) {
			continue // whose that address is has to be asked first
		}
		if try.After != "pass" && !hidden && !crowd {
			t.Errorf("after the plan, mail of %s from %s ends as %s", try.From, try.IP, try.After)
		}
	}
}

// beyondRecords are the findings that no record of the domain can mend: all of a code, or those with a state, or at
// another domain's name. Somebody else is to act, or to be asked.
var beyondRecords = map[checks.Code][]struct {
	state checks.State // none: whichever
	other bool         // only at another domain's name
}{
	checks.DomainUnregistered: {{}}, checks.DomainParked: {{}}, checks.DomainAlias: {{}},
	checks.ZoneUnreachable: {{}}, checks.DNSUnreachable: {{}}, checks.DNSSECBogus: {{}},
	checks.NSElsewhere: {{}}, checks.NSMoving: {{}}, checks.NSDisagree: {{}}, checks.NSLame: {{}}, checks.NSDead: {{}}, checks.NSAddress: {{}},
	checks.MXMissing: {{}}, checks.MXNull: {{}}, checks.MXDead: {{}}, checks.MXMoved: {{}}, checks.MXAtAnother: {{}}, // only the mail host knows the right name
	checks.MXProxied:         {{}}, // only the panel knows the address behind its proxy
	checks.DomainShared:      {{}}, // the zone is a company's
	checks.MXAddress:         {{state: checks.MXMeantNone}},
	checks.PTRMissing:        {{}}, // it is in the zone of whoever gives the address
	checks.PTRMismatch:       {{}},
	checks.DKIMAstray:        {{}},                                                                              // only the owner knows which selector is right, and the console which key
	checks.DKIMMultiple:      {{state: checks.SeveralTool}},                                                     // the program that wrote the note has to move it
	checks.DKIMCNAMEDead:     {{state: checks.AliasAny}},                                                        // only the owner knows whose the alias is
	checks.SenderUnaligned:   {{state: checks.AlignFree}, {state: checks.AlignSeen}, {state: checks.AlignPath}}, // no record makes another service sign
	checks.SPFMissing:        {{state: checks.MissingUnknown}},                                                  // nobody has said who sends
	checks.SPFIncludeDead:    {{state: checks.MendCompany}},                                                     // another company's record
	checks.SPFLoop:           {{state: checks.MendCompany}},
	checks.SPFNoneCovered:    {{}},                          // the owner has to say which it is
	checks.SPFTooManyLookups: {{state: checks.ManyServers}}, // only the owner knows which of the servers send
	checks.ForwardBreaksSPF:  {{state: checks.ForwardMine}}, // what the owner's server does with forwarded mail
	checks.MailRefused:       {{state: checks.RefusedOwnPass}},
	checks.NameDoubled:       {{state: checks.DoubledBranch}}, // only the panel shows its name
	checks.CNAMEBeside:       {{}},                            // at the domain itself the alias carries the website
	checks.ListDomain:        {{other: true}},                 // the list's zone is another
}

// beyond reports whether no record of the domain can mend a finding.
func beyond(f checks.Finding, domain string) bool {
	for _, b := range beyondRecords[f.Code] {
		if (b.state == checks.State{} || f.Is(b.state)) && (!b.other || f.Name != domain) {
			return true
		}
	}
	return false
}

// TestEveryRuleHasBothScenarios: each rule is shown by a scenario, and not by another.
func TestEveryRuleHasBothScenarios(t *testing.T) {
	all := scenarios(t)
	for _, r := range checks.Rules() {
		shown := func(sc lab.Scenario) bool { return sc.Shows(string(r.Code)) }
		if !slices.ContainsFunc(all, shown) {
			t.Errorf("no scenario shows %s", r.Code)
		}
		if !slices.ContainsFunc(all, func(sc lab.Scenario) bool { return !shown(sc) }) {
			t.Errorf("every scenario shows %s", r.Code)
		}
	}
}

func BenchmarkDiagnose(b *testing.B) {
	for _, id := range []string{"s1", "s4"} {
		b.Run(id, func(b *testing.B) {
			in := trial.New(b, id).Look(b)
			b.ReportAllocs()
			for b.Loop() {
				plan.Make(in, checks.Diagnose(in))
			}
		})
	}
}
