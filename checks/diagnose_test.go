package checks_test

import (
	"testing"
	"time"

	"todoku/checks"
	"todoku/checks/catalog"
	"todoku/checks/facts"
	"todoku/checks/owner"
	"todoku/checks/snapshot"
)

func TestVerdict(t *testing.T) {
	f := func(severities ...checks.Severity) (out []checks.Finding) {
		for _, s := range severities {
			out = append(out, checks.Finding{Severity: s})
		}
		return out
	}
	for _, c := range []struct {
		found []checks.Finding
		want  checks.Verdict
	}{
		{nil, checks.VerdictUnknown},
		{f(checks.Fine), checks.VerdictOK},
		{f(checks.Fine, checks.Advice), checks.VerdictOK},
		{f(checks.Unknown, checks.Fine), checks.VerdictUnknown},
		{f(checks.Harms, checks.Unknown), checks.VerdictFix},
		{f(checks.Blocks), checks.VerdictFix},
	} {
		if got := checks.VerdictOf(c.found); got != c.want {
			t.Errorf("%v: %s, want %s", c.found, got, c.want)
		}
	}
}

// TestNeverFineFromNothing: whatever the resolver says of the delegation alone, the verdict is never ok.
func TestNeverFineFromNothing(t *testing.T) {
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, domain := range []string{"shop.example", "www.shop.example", "a.b.shop.co.jp"} {
		for _, status := range []snapshot.Status{snapshot.NoData, snapshot.NXDomain, snapshot.Failed} {
			s := snapshot.New(domain, time.Time{})
			for name := domain; name != ""; name = snapshot.Parent(name) {
				s.Add(snapshot.Answer{Key: snapshot.Key{Name: name, Type: snapshot.NS, Via: snapshot.Resolver}, Status: status, Reason: snapshot.ServFail})
			}
			found := checks.Diagnose(facts.Read(owner.Answers{Domain: domain}, s, cat))
			if v := checks.VerdictOf(found); v == checks.VerdictOK {
				t.Errorf("%s, every NS %s: ok from %v", domain, status, codes(found))
			}
		}
	}
}
