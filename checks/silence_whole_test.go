package checks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"todoku/checks"
	"todoku/checks/facts"
	"todoku/checks/forecast"
	"todoku/checks/lab/trial"
	"todoku/checks/plan"
	"todoku/checks/snapshot"
)

// judgement is all that is said of one look at a domain.
type judgement struct {
	found   []checks.Finding
	changes []string
	lines   []forecast.Line
}

func judged(in *facts.Facts) judgement {
	found := checks.Diagnose(in)
	p := plan.Make(in, found)
	return judgement{found, changes(p), forecast.Make(in, p).Lines}
}

// worst is the worst that an outlook holds possible.
func worst(o forecast.Outlook) forecast.Outcome {
	if o.Worst != "" {
		return o.Worst
	}
	return o.Outcome
}

// more lists what is said with less seen that may not be said: complaints that were not there, changes that were not there,
// and receivers that would do better by it.
func (with judgement) more(less judgement) (out []string) {
	had := func(f checks.Finding) bool {
		return slices.ContainsFunc(with.found, func(g checks.Finding) bool { return g.Code == f.Code })
	}
	for _, f := range less.found {
		if f.Severity != checks.Unknown && f.Severity != checks.Fine && !had(f) {
			out = append(out, fmt.Sprintf("finds %s %s %v", f.Code, f.Severity, f.Args))
		}
	}
	for _, c := range less.changes {
		if !slices.Contains(with.changes, c) {
			out = append(out, "proposes "+c)
		}
	}
	for i, l := range less.lines {
		if i < len(with.lines) && forecast.Worse(worst(with.lines[i].Now), worst(l.Now)) {
			out = append(out, fmt.Sprintf("%s: %s, was %s", l.Receiver, worst(l.Now), worst(with.lines[i].Now)))
		}
	}
	return out
}

func TestSilenceSaysNothingWhole(t *testing.T) {
	for _, sc := range scenarios(t) {
		if !strings.HasPrefix(sc.ID, "healthy-") && sc.ID != "s8" && sc.ID != "idn" {
			continue
		}
		t.Run(sc.ID, func(t *testing.T) {
			t.Parallel()
			in := trial.Seen(t, sc)
			whole := judged(in)
			if v := checks.VerdictOf(whole.found); v != checks.VerdictOK {
				t.Errorf("verdict %s", v)
			}
			for i, a := range in.DNS.Answers {
				got := judged(hushed(in, map[int]snapshot.Reason{i: snapshot.Timeout}))
				about := fmt.Sprintf("without %s %s %s %s", a.Via, a.Key.At, a.Name, a.Type)
				for _, m := range whole.more(got) {
					t.Errorf("%s: %s", about, m)
				}
				if checks.VerdictOf(got.found) == checks.VerdictOK {
					t.Logf("still ok %s %v", about, a.Data())
				}
			}
		})
	}
}
