package checks_test

import (
	"slices"
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// cut is the snapshot with one answer of which more was sent than is kept: keep says whether what counts is among the rest.
func cut(in *facts.Facts, i int, keep bool) *facts.Facts {
	dns := in.DNS.Clone()
	a := &dns.Answers[i]
	heap := []snapshot.Record{{Data: "v=0filler0"}, {Data: "v=0filler1"}}
	if keep {
		heap = append(heap, a.Records...)
	}
	a.Records = heap
	a.Errors = append(slices.Clone(a.Errors), snapshot.ExtendedError{Code: snapshot.Dropped})
	return in.WithDNS(dns)
}

// TestCutAnswers: of a cut answer what is there counts, and what is not there is not known. Nothing is said to be lacking,
// or to be the only one, and nothing is changed for it.
func TestCutAnswers(t *testing.T) {
	for _, id := range []string{"s8", "healthy-own-server", "healthy-microsoft", "healthy-sakura"} {
		in := trial.Seen(t, find(t, id))
		before := codes(checks.Diagnose(in))
		for i, a := range in.DNS.Answers {
			if a.Type != snapshot.TXT || a.Status != snapshot.OK || a.Via == snapshot.Server || a.Via == snapshot.Cache {
				continue
			}
			for _, keep := range []bool{false, true} {
				less := cut(in, i, keep)
				found := checks.Diagnose(less)
				if !slices.Contains(codes(found), string(checks.AnswerCut)) {
					t.Errorf("%s: %s cut: not told", id, a.Name)
				}
				for _, f := range found {
					if f.Code != checks.AnswerCut && !slices.Contains(before, string(f.Code)) {
						t.Errorf("%s: %s cut (kept: %v): says %s", id, a.Name, keep, f.Code)
					}
					if f.Code == checks.SPFOK && a.Name == in.Owner.Domain {
						t.Errorf("%s: %s cut (kept: %v): says %s", id, a.Name, keep, f.Code)
					}
				}
				if p := plan.Make(less, found); len(p.Changes) > 0 {
					t.Errorf("%s: %s cut (kept: %v): changes %+v", id, a.Name, keep, p.Changes)
				}
				if v := checks.VerdictOf(found); v != checks.VerdictUnknown {
					t.Errorf("%s: %s cut (kept: %v): verdict %s", id, a.Name, keep, v)
				}
			}
		}
	}
}

// TestSeveralInCutAnswer: two SPF records in a cut answer are two, and what they become is not known.
func TestSeveralInCutAnswer(t *testing.T) {
	in := trial.New(t, "spf-two").Look(t)
	i := slices.IndexFunc(in.DNS.Answers, func(a snapshot.Answer) bool { return a.Name == in.Owner.Domain && a.Type == snapshot.TXT })
	less := cut(in, i, true)
	found := checks.Diagnose(less)
	if !slices.Contains(codes(found), string(checks.SPFMultiple)) {
		t.Errorf("found %q", codes(found))
	}
	for _, c := range plan.Make(less, found).Changes {
		if c.Name == in.Owner.Domain && c.Type == snapshot.TXT {
			t.Errorf("changes %+v", c)
		}
	}
}
