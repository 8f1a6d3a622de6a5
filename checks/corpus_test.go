package checks_test

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/trial"
)

// corpus reads the realistic domains, one for each major entry of the catalogue. They are for this test alone, so they
// are not embedded.
func corpus(t testing.TB) []lab.Scenario {
	t.Helper()
	names, err := filepath.Glob("lab/scenarios/zones/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var out []lab.Scenario
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sc, err := lab.Parse(filepath.Base(name), data)
		if err != nil {
			t.Fatal(err)
		}
		if sc.Detect == nil {
			t.Errorf("%s does not say what is to be found", name)
		}
		out = append(out, sc)
	}
	return out
}

func sights(d catalog.Detected) []lab.Sight {
	out := []lab.Sight{}
	add := func(kind string, clues []catalog.Clue) {
		for _, c := range clues {
			out = append(out, lab.Sight{Kind: kind, ID: c.ID, Value: c.Value, Maybe: c.Ambiguous})
		}
	}
	add("host", d.Hosts)
	add("panel", d.Panels)
	add("sender", d.Senders)
	return sorted(out)
}

func sorted(list []lab.Sight) []lab.Sight {
	slices.SortFunc(list, func(a, b lab.Sight) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) })
	return list
}

// TestCorpus: what a real run of the probe shows of each domain is the right host, panel and senders, and no others;
// whatever is uncertain is offered, never claimed. Nothing is found without its evidence.
func TestCorpus(t *testing.T) {
	all := corpus(t)
	if len(all) < 60 {
		t.Errorf("%d domains", len(all))
	}
	for _, sc := range all {
		t.Run(sc.ID, func(t *testing.T) {
			t.Parallel()
			in := trial.Seen(t, sc)
			seen := in.Catalog.Detect(in.DNS)
			if got, want := sights(seen), sorted(sc.Detect); !slices.Equal(got, want) {
				t.Errorf("found %+v\nwant  %+v", got, want)
			}
			for _, c := range slices.Concat(seen.Hosts, seen.Panels, seen.Senders) {
				if len(c.Evidence) == 0 || len(c.Args) == 0 {
					t.Errorf("%s has no evidence", c.ID)
				}
			}
			if len(in.Terms()) > 0 { // else who sends must be asked first, and no record can be offered
				proved(t, sc, in, checks.Diagnose(in))
			}
			if t.Failed() {
				for _, a := range in.DNS.Answers {
					t.Logf("%-9s %-45s %-5s %s %s %q", a.Via, a.Name, a.Type, a.Status, a.Reason, a.Data())
				}
			}
		})
	}
}
