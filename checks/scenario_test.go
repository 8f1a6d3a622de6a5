package checks_test

import (
	"slices"
	"strings"
	"testing"

	"todoku/checks"
	"todoku/checks/dkim"
	"todoku/checks/lab"
	"todoku/checks/lab/trial"
	"todoku/checks/owner"
	"todoku/checks/plan"
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

// TestScenarios: what every scenario must show and must not, and that the plan leaves nothing which a record could mend.
func TestScenarios(t *testing.T) {
	for _, sc := range scenarios(t) {
		t.Run(sc.ID, func(t *testing.T) {
			t.Parallel()
			in := trial.Of(t, sc).Look(t)
			found := checks.Diagnose(in)
			got := codes(found)
			for _, c := range sc.Must {
				if !slices.Contains(got, c) {
					t.Errorf("must show %s, shows %v", c, got)
				}
			}
			for _, c := range sc.MustNot {
				if slices.Contains(got, c) {
					t.Errorf("must not show %s", c)
				}
			}
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

// proved asks the plan, with the console's keys pasted, to leave nothing that blocks or harms but what DNS cannot mend.
func proved(t *testing.T, sc lab.Scenario, in checks.In, found []checks.Finding) {
	t.Helper()
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
		in.Answers.Keys = append(in.Answers.Keys, owner.Key{Service: service, Selector: sel, Value: p.Value, Alias: p.Alias})
	}
	p := plan.Make(in, checks.Diagnose(in))
	if i := len(p.Ways) - 1; i >= 0 && len(p.Left) > 0 { // what only the owner can choose mends what is left
		in.Answers.SPF = p.Ways[i].Take
		p = plan.Make(in, checks.Diagnose(in))
	}
	for _, f := range p.Left {
		if !slices.Contains(beyondRecords, f.Code) {
			t.Errorf("the plan leaves %s at %s (%v)", f.Code, f.Name, f.Args)
		}
	}
	hidden := slices.ContainsFunc(p.Left, func(f checks.Finding) bool { return f.Code == checks.CNAMEBeside })
	for _, try := range p.Tries {
		if try.After != "pass" && !hidden {
			t.Errorf("after the plan, mail of %s from %s ends as %s", try.From, try.IP, try.After)
		}
	}
}

// beyondRecords are the findings that no record of the domain can mend.
var beyondRecords = []checks.Code{checks.DomainUnregistered, checks.ZoneUnreachable, checks.DNSUnreachable, checks.NSElsewhere,
	checks.DomainParked, checks.DNSSECBogus, checks.NSMoving, checks.NSDisagree, checks.NSLame, checks.NSDead, checks.NSAddress,
	checks.MXMissing, checks.MXNull, checks.MXDead, checks.MXMoved, // only the mail host knows the right name
	checks.PTRMissing, checks.PTRMismatch, // it is in the zone of whoever gives the address
	checks.CNAMEBeside, // at the domain itself the alias carries the website
}

// TestEveryRuleHasBothScenarios: each rule is shown by a scenario and kept quiet by another.
func TestEveryRuleHasBothScenarios(t *testing.T) {
	must, not := map[string]bool{}, map[string]bool{}
	for _, sc := range scenarios(t) {
		for _, c := range sc.Must {
			must[c] = true
		}
		for _, c := range sc.MustNot {
			not[c] = true
		}
	}
	for _, r := range checks.Rules() {
		if !must[string(r.Code)] {
			t.Errorf("no scenario must show %s", r.Code)
		}
		if !not[string(r.Code)] {
			t.Errorf("no scenario must not show %s", r.Code)
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
