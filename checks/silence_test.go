package checks_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/snapshot"
)

// claims are the findings that say of something that it is not there, or does not answer for the domain.
var claims = []checks.Code{
	checks.SPFMissing, checks.SPFIncludeDead, checks.SPFSenderMissing, checks.SPFVoidLookups, checks.DKIMMissing, checks.DMARCMissing, checks.MXMissing,
	checks.DomainUnregistered, checks.DomainParked, checks.NSElsewhere, checks.NSLame, checks.NSAddress, checks.NSDisagree, checks.NSMoving, checks.DNSSECBogus, checks.SplitView,
}

// claim: a finding that only says what could not be seen is none.
func claim(f checks.Finding) bool {
	return slices.Contains(claims, f.Code) && f.Severity != checks.Unknown
}

// silences are the ways in which a question ends without an answer on the way; no server said anything then.
var silences = []snapshot.Reason{snapshot.Timeout, snapshot.Unreachable, snapshot.Malformed, snapshot.Cancelled, snapshot.OverBudget}

// hushed returns the facts with some answers, by index, turned into failures.
func hushed(in *facts.Facts, lost map[int]snapshot.Reason) *facts.Facts {
	dns := in.DNS.Clone()
	for i, why := range lost {
		a := in.DNS.Answers[i]
		dns.Answers[i] = snapshot.Answer{Key: a.Key, Status: snapshot.Failed, Reason: why, At: a.At, Needs: a.Needs}
	}
	return in.WithDNS(dns)
}

// oneOfMany is an answer that is like a hundred others: there is no key at a selector that was guessed. Of these every
// eighth is enough.
func oneOfMany(i int, a snapshot.Answer) bool {
	return i%8 != 0 && a.Absent() && strings.Contains(a.Name, "._domainkey.")
}

// Whatever single answer is taken away, no rule claims that what was in it is absent.
func TestNoAbsenceFromSilence(t *testing.T) {
	for _, id := range []string{"s8", "healthy-split", "healthy-dnssec", "ns-moving-same"} {
		in := trial.Seen(t, find(t, id))
		before := codes(checks.Diagnose(in))
		for i, a := range in.DNS.Answers {
			if oneOfMany(i, a) || !sample.Takes(i) {
				continue
			}
			for _, f := range checks.Diagnose(hushed(in, map[int]snapshot.Reason{i: snapshot.Timeout})) {
				if claim(f) && !slices.Contains(before, string(f.Code)) {
					t.Errorf("%s without %s %s (%s %s): claims %s", id, a.Name, a.Type, a.Via, a.Key.At, f.Code)
				}
			}
		}
	}
}

// Whatever subset of the answers is taken away, in whatever ways: no rule claims an absence that it did not claim of the
// whole, nothing is called fine on evidence that failed, and no absence rests on evidence that failed.
func TestNoAbsenceFromAnySilence(t *testing.T) {
	all := map[string]*facts.Facts{}
	ids := []string{"s1", "s2", "s5", "s8", "senders", "healthy-split", "healthy-sakura", "healthy-dnssec", "healthy-null-mx", "healthy-subdomain",
		"ns-disagree", "ns-moving", "ns-lame", "dnssec-expired", "panel-nothing", "split-view", "domain-parked", "unregistered-remembered"}
	for _, id := range ids {
		all[id] = trial.Seen(t, find(t, id))
	}
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.SampledFrom(ids).Draw(t, "scenario")
		in := all[id]
		share := rapid.IntRange(1, 100).Draw(t, "percent")
		lost := map[int]snapshot.Reason{}
		for i := range in.DNS.Answers {
			if rapid.IntRange(1, 100).Draw(t, "dice") <= share {
				lost[i] = rapid.SampledFrom(silences).Draw(t, "why")
			}
		}
		before := codes(checks.Diagnose(in))
		for _, f := range checks.Diagnose(hushed(in, lost)) {
			if claim(f) && !slices.Contains(before, string(f.Code)) {
				t.Fatalf("%s: claims %s %v", id, f.Code, f.Args)
			}
			if f.Severity != checks.Fine && !slices.Contains(claims, f.Code) {
				continue
			}
			if len(f.Evidence) > 0 && !slices.ContainsFunc(f.Evidence, heard) {
				t.Fatalf("%s: %s %s rests on nothing that was heard: %v", id, f.Code, f.Severity, f.Evidence)
			}
			if f.Severity == checks.Fine && slices.ContainsFunc(f.Evidence, func(a snapshot.Answer) bool { return !heard(a) }) {
				t.Fatalf("%s: %s is fine although %v", id, f.Code, f.Evidence)
			}
		}
	})
}

// heard: some server said something, be it a refusal.
func heard(a snapshot.Answer) bool {
	return a.Known() || slices.Contains([]snapshot.Reason{snapshot.Delegated, snapshot.Refused, snapshot.NotAuth, snapshot.ServFail, snapshot.Bogus}, a.Reason)
}

// The same over the wire: servers that lose every packet, or answer nonsense, while the probe runs.
func TestNoAbsenceFromDeafServers(t *testing.T) {
	turn := 0
	for _, id := range []string{"s8", "healthy-split", "healthy-dnssec"} {
		for _, server := range []string{"system", "a.registry.test", "01.dnsv.jp", "ns1.umikaze.example"} {
			for _, kind := range []lab.FaultKind{lab.Dead, lab.Garbage, lab.WrongQuestion, lab.ServFail, lab.Truncated} {
				if turn++; !sample.Takes(turn) {
					continue
				}
				x := trial.New(t, id)
				if err := x.Net.Fault(server, lab.Fault{Kind: kind}); err != nil {
					continue // not in this scenario
				}
				for _, f := range checks.Diagnose(x.Look(t)) {
					if claim(f) && !(f.Code == checks.NSLame && kind == lab.ServFail) {
						t.Errorf("%s, %s %s: claims %s %v", id, server, kind, f.Code, f.Args)
					}
				}
			}
		}
	}
}

// A healthy domain has nothing to mend, whatever its set-up, and nothing that could not be seen.
func TestHealthyIsHealthy(t *testing.T) {
	healthy := 0
	for _, sc := range scenarios(t) {
		if !strings.HasPrefix(sc.ID, "healthy-") && !strings.EqualFold(sc.ID, "s8") && sc.ID != "idn" {
			continue
		}
		healthy++
		for _, f := range checks.Diagnose(trial.Seen(t, sc)) {
			if f.Severity == checks.Blocks || f.Severity == checks.Harms || f.Severity == checks.Unknown {
				t.Errorf("%s: %s %s %v", sc.ID, f.Code, f.Severity, f.Args)
			}
		}
	}
	if healthy < 10 {
		t.Errorf("only %d healthy set-ups", healthy)
	}
}

// How many questions a full check may cost, the search for DKIM selectors included; what resolvers remember of the
// domain's records comes on top, up to 250 in all.
const mostInAll = 240

// TestQuestions holds the price of a check; with -v it prints what each costs.
func TestQuestions(t *testing.T) {
	for _, sc := range scenarios(t) {
		if !sc.Story && !strings.HasPrefix(sc.ID, "healthy-") {
			continue
		}
		in := trial.Seen(t, sc)
		via := map[snapshot.Via]int{}
		search := 0
		for _, a := range in.DNS.Answers {
			via[a.Via]++
			if strings.Contains(a.Name, "._domainkey.") && a.Via == snapshot.Authority {
				search++
			}
		}
		n := len(in.DNS.Answers)
		t.Logf("%-18s %3d questions (%d at the zone's servers, %d of them for selectors; %d at single servers, %d at the resolver)",
			sc.ID, n, via[snapshot.Authority], search, via[snapshot.Server], via[snapshot.Resolver])
		if n > mostInAll {
			t.Errorf("%s costs %d questions, %d of them for selectors", sc.ID, n, search)
		}
	}
}

func find(t testing.TB, id string) lab.Scenario {
	t.Helper()
	sc, err := lab.Find(id)
	if err != nil {
		t.Fatal(err)
	}
	return sc
}
