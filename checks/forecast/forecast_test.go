package forecast_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/forecast"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

var update = flag.Bool("update", false, "write the golden files anew")

func find(t *testing.T, id string) lab.Scenario {
	t.Helper()
	sc, err := lab.Find(id)
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

func made(in *facts.Facts) (forecast.Forecast, []checks.Finding) {
	found := checks.Diagnose(in)
	return forecast.Make(in, plan.Make(in, found)), found
}

// TestScenarios: in every scenario the plan makes no forecast worse, a healthy domain is neither rejected nor marked,
// every claim has its evidence, and everything has words.
func TestScenarios(t *testing.T) {
	all, err := lab.Scenarios()
	if err != nil {
		t.Fatal(err)
	}
	for _, sc := range sample.Of(all) {
		t.Run(sc.ID, func(t *testing.T) {
			t.Parallel()
			in := trial.Seen(t, sc)
			f, found := made(in)
			if len(f.Lines) == 0 && !f.Silent {
				t.Error("no forecast")
			}
			healthy := checks.VerdictOf(found) == checks.VerdictOK && (strings.HasPrefix(sc.ID, "healthy") || sc.ID == "S8")
			for _, l := range f.Lines {
				if forecast.Worse(l.Then.Outcome, l.Now.Outcome) {
					t.Errorf("%s: %s (%s) now, %s (%s) after the plan", l.Receiver, l.Now.Outcome, l.Now.Reason.Code, l.Then.Outcome, l.Then.Reason.Code)
				}
				// Bulk mail wants a signature, and that there is no key is told as advice.
				unsigned := l.Now.Reason.Code == "key-none" && slices.ContainsFunc(found, func(f checks.Finding) bool { return f.Code == checks.DKIMNotFound })
				if healthy && !unsigned && l.Now.Outcome != forecast.Delivered && l.Now.Outcome != forecast.Unknown {
					t.Errorf("%s: a healthy domain's mail is %s (%s)", l.Receiver, l.Now.Outcome, l.Now.Reason.Code)
				}
				if b, bogus := in.Bogus(); bogus && b.State != facts.BogusMaybe && l.Now.Outcome == forecast.Delivered {
					t.Errorf("%s: delivered, though whoever checks signatures sees nothing", l.Receiver)
				}
				for _, lang := range i18n.Langs() {
					p := words.P{Lang: lang, Catalog: in.Catalog}
					if said := p.Says(words.Foreseen{Receiver: l.Receiver, Outlook: l.Now}, words.Foreseen{Receiver: l.Receiver, Outlook: l.Then}); slices.Contains(said, "") {
						t.Errorf("%s: no words", l.Receiver)
					}
				}
			}
			for _, list := range f.Lists {
				for _, j := range list.Items {
					if (j.State == forecast.Met || j.State == forecast.Unmet) && len(j.Evidence) == 0 && j.Reason.Code != "cannot-sign" {
						t.Errorf("%s: %s is %s (%s) without evidence", list.Receiver, j.Need, j.State, j.Reason.Code)
					}
				}
			}
		})
	}
}

// TestNothingFromOneSilence: whichever single answer is missing, no demand that was met is said not to be.
func TestNothingFromOneSilence(t *testing.T) {
	for _, id := range []string{"S8", "healthy-split", "senders"} {
		in := trial.Seen(t, find(t, id))
		unmet := func(in *facts.Facts) map[string]bool {
			out := map[string]bool{}
			for _, list := range forecast.Make(in, plan.Plan{}).Lists {
				for _, j := range list.Items {
					if j.State == forecast.Unmet {
						out[list.Receiver+": "+string(j.Need)+" ("+j.Reason.Code+")"] = true
					}
				}
			}
			return out
		}
		before := unmet(in)
		for i, a := range in.DNS.Answers {
			if !sample.Takes(i) {
				continue
			}
			dns := in.DNS.Clone()
			a.Status, a.Reason, a.Records, a.Chain = snapshot.Failed, snapshot.Timeout, nil, nil
			dns.Answers[i] = a
			for claim := range unmet(in.WithDNS(dns)) {
				if !before[claim] {
					t.Errorf("%s without %s %s (%s): %s", id, a.Name, a.Type, a.Via, claim)
				}
			}
		}
	}
}

// TestStories: the forecasts and checklists of four stories, as people read them.
func TestStories(t *testing.T) {
	for _, id := range []string{"S1", "S2", "S5", "S8"} {
		f, _ := made(trial.Seen(t, find(t, id)))
		cat, err := catalog.Load()
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range []i18n.Lang{i18n.JA, i18n.EN} {
			p := words.P{Lang: lang, Catalog: cat}
			var b strings.Builder
			for _, l := range f.Lines {
				fmt.Fprintf(&b, "%s\n  %-11s %s\n  %-11s %s\n  %s (%s)\n", p.Receiver(l.Receiver), l.Now.Outcome, p.Outlook(l.Now), l.Then.Outcome, p.Outlook(l.Then), l.Now.Source, l.Now.Confidence)
			}
			for _, c := range f.Lists {
				fmt.Fprintf(&b, "\n%s\n", p.Receiver(c.Receiver))
				for _, j := range c.Items {
					fmt.Fprintf(&b, "  %-7s %s: %s\n", j.State, p.Need(j), p.Stands(j))
				}
			}
			golden(t, strings.ToLower(id)+"-"+string(lang)+".txt", b.String())
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s changed; look at it, then run with -update:\n%s", file, got)
	}
}

// TestWorded: every receiver, need, and reason of the engine has its words, and no other reason has.
func TestWorded(t *testing.T) {
	used := map[string]bool{"nothing-against": true}
	for _, file := range []string{"subject.go", "fact.go", "anybody.go", "needs.go"} {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?:said\(\w+, |(?m:^\t(?:senderGone|spfUnseen) += )|hidden\(|Code: |Code = (?:Unsure, )?|either\([^"]*)"([a-z-]+)"`).FindAllStringSubmatch(string(raw), -1) {
			used[m[1]] = true
		}
	}
	if len(used) < 40 {
		t.Fatalf("only %d reasons read", len(used))
	}
	for _, lang := range i18n.Langs() {
		for code := range used {
			if !lang.Has("forecast.reason." + code) {
				t.Errorf("%s: no words for the reason %s", lang, code)
			}
		}
		for _, r := range forecast.Receivers() {
			if !lang.Has("forecast.receiver." + r.ID) {
				t.Errorf("%s: no name for %s", lang, r.ID)
			}
			for _, d := range r.Demands {
				if d.Level != forecast.Effect && !lang.Has("forecast.need."+string(d.Need)) {
					t.Errorf("%s: no words for the need %s", lang, d.Need)
				}
			}
		}
	}
	raw, err := os.ReadFile("../../i18n/en/forecast.toml")
	if err != nil {
		t.Fatal(err)
	}
	_, reasons, _ := strings.Cut(string(raw), "[forecast.reason]")
	reasons, _, _ = strings.Cut(reasons, "\n[")
	for _, m := range regexp.MustCompile(`(?m)^([a-z-]+) =`).FindAllStringSubmatch(reasons, -1) {
		if !used[m[1]] {
			t.Errorf("the reason %s is given nowhere", m[1])
		}
	}
}

// TestListed: the checklists that the command line promises.
func TestListed(t *testing.T) {
	for _, id := range []string{"gmail", "gmail-bulk", "yahoo", "outlook"} {
		if !slices.Contains(forecast.Listed(), id) {
			t.Errorf("no checklist of %s", id)
		}
	}
}

func BenchmarkMake(b *testing.B) {
	in := trial.New(b, "s1").Look(b)
	p := plan.Make(in, checks.Diagnose(in))
	b.ReportAllocs()
	for b.Loop() {
		forecast.Make(in, p)
	}
}
