package checks_test

import (
	"fmt"
	"slices"
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/snapshot"
)

// placed are the findings about names, mail servers and reverse names.
var placed = []checks.Code{checks.NameDoubled, checks.TargetDoubled, checks.CNAMEBeside, checks.RecordWrongType, checks.SPFMisplaced,
	checks.DKIMMisplaced, checks.DMARCMisplaced, checks.MXNull, checks.MXMissing, checks.MXMoved, checks.MXAddress, checks.MXDead,
	checks.PTRMissing, checks.PTRMismatch}

// accused describes the names, mail servers and addresses that findings other than advice call wrong.
func accused(found []checks.Finding) (out []string) {
	for _, f := range found {
		if slices.Contains(placed, f.Code) && f.Severity != checks.Advice {
			out = append(out, fmt.Sprintf("claims %s of %s", f.Code, f.Name))
		}
	}
	return out
}

// TestSymptomsKeepToTheirName: of several causes of one code, each hides only what is said of its own name.
func TestSymptomsKeepToTheirName(t *testing.T) {
	found := checks.Diagnose(trial.Seen(t, find(t, "target-doubled")))
	causes, hidden := 0, 0
	for _, f := range found {
		if f.Code != checks.TargetDoubled {
			continue
		}
		causes++
		for _, x := range checks.Symptoms(found, f) {
			hidden++
			keyed := x.Code == checks.SenderUnaligned && slices.ContainsFunc(x.Evidence, func(a snapshot.Answer) bool { return a.Name == f.Name })
			if x.Name != f.Name && !keyed { // what is said of a service names the domain, and its key is the one at this name
				t.Errorf("%s at %s hides %s at %s", f.Code, f.Name, x.Code, x.Name)
			}
		}
	}
	if causes != 4 || hidden == 0 {
		t.Errorf("%d causes, want 4; %d hidden", causes, hidden)
	}
}
