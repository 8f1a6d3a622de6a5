package checks_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// passes tells how SPF ends for one address.
func passes(s *snapshot.Snapshot, domain string, ip netip.Addr) bool {
	return spf.Evaluate(reading.SPF(s), spf.Request{IP: ip, MailFrom: "postmaster@" + domain, HELO: domain}).Result == spf.Pass
}

// sendersOf returns the addresses that are known to send for the domain.
func sendersOf(in *facts.Facts) []netip.Addr {
	var out []netip.Addr
	for _, s := range in.Sources() {
		out = append(out, s.IP)
	}
	return out
}

// working returns the MX records, with preference, whose targets have an address, but not one that moved away with the
// website from the host that the owner named.
func working(in *facts.Facts) []string {
	var out []string
	m, moved := in.MovedMX()
	for _, x := range in.Exchanges() {
		if x.State == facts.ExchangeOK && !(moved && m.Told && x.Target == m.Target) {
			out = append(out, fmt.Sprint(x.Pref, " ", x.Target))
		}
	}
	return out
}

// TestPlanHarmsNothing: after the plan all mail that passed SPF still passes, MX that took mail take it, nothing new is
// wrong, and a second plan proposes nothing more than the keys that the first one asks for.
func TestPlanHarmsNothing(t *testing.T) {
	for _, sc := range sample.Of(slices.Concat(scenarios(t), corpus(t))) {
		t.Run(sc.ID, func(t *testing.T) {
			t.Parallel()
			in := trial.Seen(t, sc)
			p := plan.Make(in, checks.Diagnose(in))
			truthOf(in).unharmed(t, p)
			stable(t, in, p)
		})
	}
}

type failer interface {
	Helper()
	Errorf(string, ...any)
}

// truth is what is so before any plan: whose mail passes, who takes mail, what is wrong.
type truth struct {
	*facts.Facts
	senders   []netip.Addr // whose mail passes SPF
	exchanges []string
	wrong     []string
}

func truthOf(in *facts.Facts) truth {
	out := truth{Facts: in, exchanges: working(in), wrong: codes(checks.Diagnose(in))}
	for _, ip := range sendersOf(in) {
		if passes(in.DNS, in.Owner.Domain, ip) {
			out.senders = append(out.senders, ip)
		}
	}
	return out
}

// unharmed applies a plan, made from what was seen, to the true state and fails the test for what it harms.
func (was truth) unharmed(t failer, p plan.Plan) {
	t.Helper()
	later := was.WithDNS(was.DNS.With(p.Edits()))
	for _, ip := range was.senders {
		if !passes(later.DNS, was.Owner.Domain, ip) {
			t.Errorf("mail from %s passed SPF and would not any more: %v", ip, changes(p))
		}
	}
	after := working(later)
	for _, x := range was.exchanges {
		if !slices.Contains(after, x) {
			t.Errorf("mail came in by %s, and would not any more: %v", x, changes(p))
		}
	}
	is := checks.Diagnose(later)
	warned := slices.ContainsFunc(p.Changes, func(c plan.Change) bool {
		return slices.ContainsFunc(c.Notes, func(n plan.Note) bool { return n.Code == "name-unseen" })
	})
	for _, f := range is {
		if f.Code == checks.DKIMMultiple && warned {
			continue // the owner is told to look for a key there first
		}
		if (f.Severity == checks.Blocks || f.Severity == checks.Harms) && f.Under == "" && !slices.Contains(was.wrong, string(f.Code)) {
			t.Errorf("the plan brings %s (%v): %v", f.Code, f.Args, changes(p))
		}
	}
}

// stable: the plan laid over the snapshot leaves nothing to plan.
func stable(t failer, in *facts.Facts, p plan.Plan) {
	t.Helper()
	later := in.WithDNS(in.DNS.With(p.Edits()))
	again := plan.Make(later, checks.Diagnose(later))
	first := changes(p)
	for i, c := range changes(again) {
		if again.Changes[i].Ask != "" && again.Changes[i].Value == "" && slices.Contains(first, c) {
			continue
		}
		t.Errorf("once more proposes %s\nfirst %v", c, strings.Join(first, "\n      "))
	}
}

func changes(p plan.Plan) []string {
	var out []string
	for _, c := range p.Changes {
		out = append(out, fmt.Sprintf("%s %s %s %q was %q for %v ask %s", c.Action, c.Name, c.Type, c.Value, c.Old, c.Because, c.Ask))
	}
	return out
}

// TestPlanOfHalfTheTruth: what is proposed while some answers are missing does no harm where all of them are true.
func TestPlanOfHalfTheTruth(t *testing.T) {
	for _, sc := range sample.Of(scenarios(t)) {
		t.Run(sc.ID, func(t *testing.T) {
			t.Parallel()
			in := trial.Seen(t, sc)
			was := truthOf(in)
			dice := rand.New(rand.NewPCG(7, 7))
			for n := range len(in.DNS.Answers) + 3 { // the zone's own answers alone (every key, of others a third), then some at random
				lost := map[int]snapshot.Reason{}
				if n < len(in.DNS.Answers) {
					if !sample.Takes(n) || in.DNS.Answers[n].Via != snapshot.Authority || in.DNS.Answers[n].Absent() || n%3 != 0 && !strings.Contains(in.DNS.Answers[n].Name, "_domainkey.") {
						continue
					}
					lost[n] = snapshot.Timeout
				} else {
					share := 2 + dice.IntN(40)
					for i := range in.DNS.Answers {
						if dice.IntN(100) < share {
							lost[i] = silences[dice.IntN(len(silences))]
						}
					}
				}
				half := hushed(in, lost)
				p := plan.Make(half, checks.Diagnose(half))
				var seen []string
				for i := range lost {
					a := in.DNS.Answers[i]
					seen = append(seen, fmt.Sprintf("%s %s %s %s", a.Via, a.At, a.Name, a.Type))
				}
				slices.Sort(seen)
				was.unharmed(told{t, fmt.Sprint(seen)}, p)
			}
		})
	}
}

// told says which answers were missing when something fails.
type told struct {
	*testing.T
	about string
}

func (f told) Errorf(format string, args ...any) {
	f.T.Helper()
	f.T.Errorf("without %s: %s", f.about, fmt.Sprintf(format, args...))
}

// TestWildcardUnseen: where the answer that would show the wildcard did not come, the first record that could end it says what
// to look for; where it came, the records of the wildcard are made first and nothing has to be looked for.
func TestWildcardUnseen(t *testing.T) {
	in := trial.Seen(t, find(t, "wildcard-hidden"))
	lost := map[int]snapshot.Reason{}
	for i, a := range in.DNS.Answers {
		if a.Name == snapshot.WildcardLabel+"."+snapshot.Parent(in.Owner.Domain) {
			lost[i] = snapshot.Timeout
		}
	}
	for _, c := range []struct {
		in   *facts.Facts
		want bool
	}{{in, false}, {hushed(in, lost), true}} {
		p := plan.Make(c.in, checks.Diagnose(c.in))
		got := slices.ContainsFunc(p.Changes, func(c plan.Change) bool {
			return slices.ContainsFunc(c.Notes, func(n plan.Note) bool { return n.Code == plan.NoteWildcardUnseen })
		})
		if got != c.want || len(p.Changes) == 0 {
			t.Errorf("with %d answers lost the note is there: %v\n%s", len(lost), got, strings.Join(changes(p), "\n"))
		}
	}
}
