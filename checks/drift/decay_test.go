package drift_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/drift"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/forecast"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

var update = flag.Bool("update", false, "write the drift sections anew")

func judge(cat *catalog.Catalog) func(owner.Answers, *snapshot.Snapshot) drift.Side {
	return func(a owner.Answers, dns *snapshot.Snapshot) drift.Side { return side(facts.Read(a, dns, cat)) }
}

func side(in *facts.Facts) drift.Side {
	found := checks.Diagnose(in)
	return drift.Side{In: in, Findings: found, Forecast: forecast.Make(in, plan.Make(in, found))}
}

// look looks with the answers, adding to what is known.
func look(t *testing.T, sc lab.Scenario, a owner.Answers, known *snapshot.Snapshot) *facts.Facts {
	t.Helper()
	x := trial.Of(t, sc)
	snap, err := x.Check(a, known, nil)
	if err != nil {
		t.Fatal(err)
	}
	return facts.Read(a, snap, x.Catalog)
}

// Every decay shows exactly what its file says.
func TestDecays(t *testing.T) {
	all, err := lab.Decays()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		t.Run(d.ID, func(t *testing.T) {
			t.Parallel()
			before, err := lab.Find(d.Of)
			if err != nil {
				t.Fatal(err)
			}
			after, err := before.Later(d.ID)
			if err != nil {
				t.Fatal(err)
			}
			first := look(t, before, owner.Answers{Domain: before.Answers.Domain}, nil)
			learnt := drift.Learn(first)
			good := look(t, before, learnt, first.DNS)
			now := look(t, after, learnt, nil)
			exactly(t, d, told(drift.Compare(learnt, good.DNS, now.DNS, judge(now.Catalog))))
		})
	}
}

// told writes a drift line by line.
func told(d drift.Drift) (out []string) {
	for _, c := range d.Changes {
		line := fmt.Sprintf("%s %s at %s", c.Kind, c.Act, c.Name)
		for _, v := range c.Gone {
			line += " -" + clip(v)
		}
		for _, v := range c.Come {
			line += " +" + clip(v)
		}
		out = append(out, line)
	}
	for _, f := range d.Broken {
		line := fmt.Sprintf("breaks %s %s", f.Code, f.Severity)
		if f.Name != "" {
			line += " at " + f.Name
		}
		out = append(out, line)
	}
	for _, f := range d.Fallen {
		out = append(out, fmt.Sprintf("fallen %s %s to %s %s", f.Receiver, f.Before.Outcome, f.Now.Outcome, f.Now.Code))
	}
	for _, l := range d.Losses {
		out = append(out, "loss "+l.Code+args(l.Args))
	}
	for _, c := range d.Clues {
		out = append(out, "by "+c.Code+args(c.Args))
	}
	for _, l := range d.Lapses {
		out = append(out, strings.TrimSpace(fmt.Sprintf("lapse %s %s", l.Selector, l.Service)))
	}
	for _, f := range d.Mended {
		out = append(out, "mended "+string(f.Code))
	}
	for _, a := range d.Unanswered {
		out = append(out, fmt.Sprintf("unanswered %s %s %s %s", a.Via, a.Name, a.Type, a.Reason))
	}
	for i := range out {
		out[i] = strings.TrimSpace(strings.ReplaceAll(out[i], "#", ""))
	}
	return out
}

func clip(v string) string {
	if len(v) > 60 {
		v = v[:60] + "…"
	}
	return strings.ReplaceAll(v, " ", "_")
}

func args(m map[string]string) (out string) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if m[k] != "" {
			out += " " + k + "=" + strings.ReplaceAll(m[k], " ", "_")
		}
	}
	return out
}

func exactly(t *testing.T, d lab.Decay, got []string) {
	t.Helper()
	if slices.Equal(d.Drift, got) {
		return
	}
	if !*update {
		t.Errorf("%s says\n%s\nnot\n%s\nlook at it, then run with -update", d.File, strings.Join(got, "\n"), strings.Join(d.Drift, "\n"))
		return
	}
	file := filepath.Join("../lab/decay", d.File)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	ar := txtar.Parse(data)
	ar.Files = slices.DeleteFunc(ar.Files, func(f txtar.File) bool { return f.Name == "drift" })
	ar.Files = append(ar.Files, txtar.File{Name: "drift", Data: []byte(strings.Join(append(got, ""), "\n"))})
	if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
		t.Fatal(err)
	}
}
