package checks_test

import (
	"slices"
	"testing"
	"time"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
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

// TestErrorMailUnseen: where an error mail came back and nobody has shown it, a domain without fault is not called fine; where
// something is wrong, that is told alone.
func TestErrorMailUnseen(t *testing.T) {
	for id, want := range map[string]struct {
		verdict checks.Verdict
		asked   bool
	}{"healthy-sakura": {checks.VerdictUnknown, true}, "dkim-revoked": {checks.VerdictFix, false}} {
		in := trial.Seen(t, find(t, id))
		in.Owner.Symptom, in.Owner.Mail = owner.SymptomBounce, owner.Mail{}
		found := checks.Diagnose(facts.Read(in.Owner, in.DNS, in.Catalog))
		asked := slices.ContainsFunc(found, func(f checks.Finding) bool { return f.Code == checks.MailNotice && f.Is(checks.NoticeUnseen) })
		if v := checks.VerdictOf(found); v != want.verdict || asked != want.asked {
			t.Errorf("%s: %s, error mail asked for: %v", id, v, asked)
		}
	}
}

// TestServerByIPv6: of a server that is known by its IPv6 address nobody asks for another one.
func TestServerByIPv6(t *testing.T) {
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	in := facts.Read(owner.Answers{Domain: "a.example", Hosts: []owner.Host{{ID: "own-server", Value: "2001:db8::25"}}}, snapshot.New("a.example", time.Time{}), c)
	if terms := in.Terms(); len(terms) != 1 || terms[0].Text != "ip6:2001:db8::25" {
		t.Errorf("terms are %+v", terms)
	}
}
