package checks_test

import (
	"slices"
	"strings"
	"testing"

	"todoku/checks"
	"todoku/checks/lab/trial"
	"todoku/checks/snapshot"
)

// placed are the findings about names, mail servers and reverse names.
var placed = []checks.Code{checks.NameDoubled, checks.TargetDoubled, checks.CNAMEBeside, checks.RecordWrongType, checks.SPFMisplaced,
	checks.DKIMMisplaced, checks.DMARCMisplaced, checks.MXNull, checks.MXMissing, checks.MXMoved, checks.MXAddress, checks.MXDead,
	checks.PTRMissing, checks.PTRMismatch}

// TestSilenceAccusesNobody: whatever single answer is taken away from a healthy domain, no name, mail server or address is
// said to be wrong.
func TestSilenceAccusesNobody(t *testing.T) {
	for _, sc := range scenarios(t) {
		if !strings.HasPrefix(sc.ID, "healthy-") {
			continue
		}
		in := trial.Seen(t, sc)
		for i, a := range in.DNS.Answers {
			if oneOfMany(i, a) {
				continue
			}
			dns := in.DNS.Clone()
			a.Status, a.Reason, a.Records, a.Chain = snapshot.Failed, snapshot.Timeout, nil, nil
			dns.Answers[i] = a
			for _, f := range checks.Diagnose(in.WithDNS(dns)) {
				if slices.Contains(placed, f.Code) && f.Severity != checks.Advice {
					t.Errorf("%s without %s %s (%s): claims %s of %s", sc.ID, a.Name, a.Type, a.Via, f.Code, f.Name)
				}
			}
		}
	}
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
			if x.Name != f.Name {
				t.Errorf("%s at %s hides %s at %s", f.Code, f.Name, x.Code, x.Name)
			}
		}
	}
	if causes != 4 || hidden == 0 {
		t.Errorf("%d causes, want 4; %d hidden", causes, hidden)
	}
}
