package checks_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/forecast"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// judgement is everything that is concluded from one look at a domain.
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

// more lists what is said with less seen, or with something false seen, that may not be said: complaints that were not there,
// save those about the servers themselves, changes that were not there, and receivers that would do better by it.
func (whole judgement) more(less judgement) (out []string) {
	for _, f := range less.found {
		had := slices.ContainsFunc(whole.found, func(g checks.Finding) bool { return g.Code == f.Code })
		servers := []checks.Code{checks.NSDead, checks.NSLame, checks.NSDisagree, checks.CacheOld}
		if f.Severity != checks.Unknown && f.Severity != checks.Fine && !had && !slices.Contains(servers, f.Code) {
			out = append(out, fmt.Sprintf("finds %s %s %v", f.Code, f.Severity, f.Args))
		}
	}
	for _, c := range less.changes {
		if !slices.Contains(whole.changes, c) {
			out = append(out, "proposes "+c)
		}
	}
	for i, l := range less.lines {
		if forecast.Worse(worst(whole.lines[i].Now), worst(l.Now)) || forecast.Worse(worst(whole.lines[i].Then), worst(l.Then)) {
			out = append(out, fmt.Sprintf("%s would do better: %s, was %s", l.Receiver, worst(l.Now), worst(whole.lines[i].Now)))
		}
	}
	return out
}

// remembers: a cache still holds something old, which the forecast heeds.
func (whole judgement) remembers() bool {
	return slices.ContainsFunc(whole.found, func(f checks.Finding) bool { return f.Code == checks.CacheOld })
}

// healthy lists the set-ups in which nothing is wrong.
func healthy(t *testing.T) []lab.Scenario {
	return slices.DeleteFunc(scenarios(t), func(sc lab.Scenario) bool {
		return !strings.HasPrefix(sc.ID, "healthy-") && sc.ID != "s8" && sc.ID != "idn"
	})
}

// TestSilenceWhole: whatever single answer is taken away from a healthy set-up, nothing is found wrong, no change proposed,
// no receiver expected to do better, and no name, mail server or address said to be wrong.
func TestSilenceWhole(t *testing.T) {
	for _, sc := range sample.Of(healthy(t)) {
		t.Run(sc.ID, func(t *testing.T) {
			t.Parallel()
			in := trial.Seen(t, sc)
			whole := judged(in)
			for i, a := range in.DNS.Answers {
				if a.Absent() && a.Via == snapshot.Authority && i%12 != 0 || !sample.Takes(i) {
					continue // a hundred of one kind
				}
				less := judged(hushed(in, map[int]snapshot.Reason{i: silences[i%len(silences)]}))
				for _, m := range append(whole.more(less), accused(less.found)...) {
					t.Errorf("without %s %s %s %s: %s", a.Via, a.Key.At, a.Name, a.Type, m)
				}
			}
		})
	}
}

// needed are the questions on whose answers "nothing to fix" rests: the MX and the addresses of one server, all that SPF looks
// up, the policy, and the keys.
func needed(in *facts.Facts) []spf.Need {
	d := in.Owner.Domain
	out := []spf.Need{{Name: d, Type: "MX"}, {Name: in.PolicyName(), Type: "TXT"}}
	w := &asked{Data: reading.SPF(in.DNS)}
	spf.Walk(w, d, "")
	for _, n := range append(w.needs, spf.Need{Name: d, Type: "TXT"}) {
		if len(in.DNS.Get(n.Name, snapshot.Type(n.Type)).Records) > 0 && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	if good := in.GoodSelectors(); len(good) == 1 {
		out = append(out, spf.Need{Name: in.KeyName(good[0]), Type: "TXT"})
	}
	return out
}

type asked struct {
	spf.Data
	needs []spf.Need
}

func (a *asked) Reply(n spf.Need) spf.Reply {
	a.needs = append(a.needs, n)
	return a.Data.Reply(n)
}

// TestFineWasSeen: where a question had no answer from anybody and "nothing to fix" rests on it, the verdict is unknown, and a
// finding names the question.
func TestFineWasSeen(t *testing.T) {
	for _, sc := range healthy(t) {
		t.Run(sc.ID, func(t *testing.T) {
			t.Parallel()
			in := trial.Seen(t, sc)
			whole := judged(in)
			if again := judged(in); !reflect.DeepEqual(again.lines, whole.lines) || !slices.Equal(again.changes, whole.changes) {
				t.Error("judged once more, the same answers come to something else")
			}
			if v := checks.VerdictOf(whole.found); v != checks.VerdictOK {
				t.Errorf("verdict %s", v)
			}
			without := func(names []string, types ...string) {
				t.Helper()
				lost := map[int]snapshot.Reason{}
				for i, a := range in.DNS.Answers {
					if slices.Contains(names, a.Name) && slices.Contains(types, string(a.Type)) && a.Via != snapshot.Cache {
						lost[i] = snapshot.Timeout
					}
				}
				got := judged(hushed(in, lost))
				for _, m := range whole.more(got) {
					t.Errorf("without %s %s: %s", names, types, m)
				}
				if v := checks.VerdictOf(got.found); v != checks.VerdictUnknown {
					t.Errorf("without %s %s: verdict %s", names, types, v)
				}
				if !slices.ContainsFunc(got.found, func(f checks.Finding) bool {
					return f.Severity == checks.Unknown && slices.ContainsFunc(f.Evidence, func(a snapshot.Answer) bool { return slices.Contains(names, a.Name) })
				}) {
					t.Errorf("without %s %s: no finding says so, of %v", names, types, codes(got.found))
				}
			}
			for _, n := range needed(in) {
				without([]string{n.Name}, n.Type)
			}
			if hosts := in.DNS.Get(in.Owner.Domain, snapshot.MX).Data(); len(hosts) > 0 && !in.NullMX() {
				without(hosts, "A", "AAAA")
			}
		})
	}
}

// The ways in which somebody on the way, or a server, says something false of a name: those that anybody may say, and those
// that only one of several servers says, with every sign of truth.
var (
	lies    = []lab.FaultKind{lab.NX, lab.NoData, lab.Blocked, lab.BlockedZone, lab.Nulled, lab.Captive, lab.Elsewhere, lab.OtherName, lab.ServFail, lab.Refused, lab.Garbage, lab.CutOff, lab.Stale}
	lonely  = []lab.FaultKind{lab.NXProved, lab.NoDataProved, lab.NX, lab.NoData, lab.Elsewhere, lab.OtherName}
	tellers = []string{"s8", "healthy-own-server", "healthy-sakura", "healthy-xserver", "healthy-microsoft", "healthy-split"}
)

// TestLies: no false answer to a question that "nothing to fix" rests on has anything found wrong or changed, or a receiver do
// better, and none leaves the verdict "ok" where nobody told the truth. Every kind of question meets every kind of lie, each in
// one of the set-ups by turns.
func TestLies(t *testing.T) {
	turn := 0
	for _, id := range tellers {
		sc := find(t, id)
		in := trial.Seen(t, sc)
		whole := judged(in)
		servers := in.NameServers()
		for _, n := range needed(in) {
			turn++
			for i, kind := range lies {
				if (turn+i)%4 != 0 || !sample.Takes((turn+i)/4) {
					continue
				}
				at := []string{"system"}
				if in.DNS.InZone(n.Name) {
					at = servers
					if kind == lab.Nulled || kind == lab.Captive {
						continue // a whole zone that says so is believed
					}
				}
				lied(t, sc, whole, n, kind, at, kind != lab.Stale && (kind != lab.Captive || n.Type != "A"))
			}
			if !in.DNS.InZone(n.Name) || len(servers) < 2 {
				continue
			}
			for i, kind := range lonely {
				if (turn+i)%3 == 0 && sample.Takes((turn+i)/3) {
					lied(t, sc, whole, n, kind, servers[(turn+i)%len(servers):][:1], false)
				}
			}
		}
	}
}

// lied looks at a scenario in which servers lie about a name, and holds what comes of it against the truth.
func lied(t *testing.T, sc lab.Scenario, whole judgement, n spf.Need, kind lab.FaultKind, servers []string, all bool) {
	t.Helper()
	x := trial.Of(t, sc)
	for _, s := range servers {
		if err := x.Net.Fault(s, lab.Fault{Kind: kind, Name: n.Name, Type: snapshot.Type(n.Type)}); err != nil {
			t.Fatal(err)
		}
	}
	got := judged(x.Look(t))
	about := fmt.Sprintf("%s: %s says %s of %s %s", sc.ID, servers, kind, n.Name, n.Type)
	for _, m := range whole.more(got) {
		t.Errorf("%s: %s", about, m)
	}
	if all && checks.VerdictOf(got.found) == checks.VerdictOK {
		t.Errorf("%s: verdict ok", about)
	}
}

// TestNoBetterForecast: in no set-up, however wrong, does a receiver do better by an answer that is missing.
func TestNoBetterForecast(t *testing.T) {
	for _, sc := range sample.Of(scenarios(t)) {
		t.Run(sc.ID, func(t *testing.T) {
			t.Parallel()
			in := trial.Seen(t, sc)
			was := judged(in)
			for _, n := range needed(in) {
				lost := map[int]snapshot.Reason{}
				for i, a := range in.DNS.Answers {
					if a.Name == n.Name && string(a.Type) == n.Type && a.Via != snapshot.Cache {
						lost[i] = snapshot.Timeout
					}
				}
				now := forecast.Make(hushed(in, lost), plan.Plan{})
				for i, l := range now.Lines {
					if strings.HasPrefix(was.lines[i].Now.Reason.Code, "ptr-") || was.remembers() {
						continue // of an address that was not seen no name is known; caches are for those who have the record
					}
					if forecast.Worse(worst(was.lines[i].Now), worst(l.Now)) {
						t.Errorf("without %s %s: %s would do better: %s, was %s", n.Name, n.Type, l.Receiver, worst(l.Now), worst(was.lines[i].Now))
					}
				}
			}
		})
	}
}

// TestDeniedBranch: servers that deny a name of which only others below have records (against RFC 8020) hide no key that is
// asked for by its common name, and nothing is said to be missing for it.
func TestDeniedBranch(t *testing.T) {
	for _, id := range []string{"s8", "healthy-fastmail", "case-host-unknown"} {
		sc := find(t, strings.TrimPrefix(id, "case-"))
		x := trial.Of(t, sc)
		whole := judged(trial.Seen(t, sc))
		for _, server := range trial.Seen(t, sc).NameServers() {
			if err := x.Net.Fault(server, lab.Fault{Kind: lab.NXProved, Name: "_domainkey." + sc.Answers.Domain, Type: snapshot.TXT, Alone: true}); err != nil {
				t.Fatal(err)
			}
		}
		got := judged(x.Look(t))
		for _, m := range whole.more(got) {
			t.Errorf("%s: %s", sc.ID, m)
		}
		if a, b := checks.VerdictOf(whole.found), checks.VerdictOf(got.found); a != b {
			t.Errorf("%s: verdict %s, was %s", sc.ID, b, a)
		}
	}
}
