package probe

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/snapshot"
)

// look runs a scenario with faults by server name and gives the snapshot and how long it took, on fake time.
func look(t *testing.T, sc lab.Scenario, faults map[string][]lab.Fault, change func(*Config), cat *catalog.Catalog) (*snapshot.Snapshot, time.Duration) {
	t.Helper()
	n, err := lab.New(sc, lab.NewClock(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Fault("*", lab.Fault{Kind: lab.Delay, Delay: latency}); err != nil {
		t.Fatal(err)
	}
	for server, f := range faults {
		if err := n.Fault(server, f...); err != nil {
			t.Fatal(err)
		}
	}
	cfg := labClient(n, n, cat).cfg
	if change != nil {
		change(&cfg)
	}
	began := time.Now()
	s, err := New(cfg, cat).Run(t.Context(), sc.Answers, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s, time.Since(began)
}

// known are the questions with a known end, by key.
func known(s *snapshot.Snapshot) map[snapshot.Key]string {
	out := map[snapshot.Key]string{}
	for _, a := range s.Answers {
		if a.Known() || a.Reason == snapshot.Delegated {
			out[a.Key] = string(a.Status) + strings.Join(a.Data(), "|")
		}
	}
	return out
}

// One fault costs what it may, and the verdict on everything else stands: the same questions end the same way.
func TestFaultsInARun(t *testing.T) {
	t.Parallel()
	cat := loadCatalog(t)
	tests := []struct {
		name, scenario, server string
		faults                 []lab.Fault
		within                 time.Duration // longer than without the fault
		reason                 snapshot.Reason
		failures               func(a snapshot.Answer) bool // which questions may fail
	}{
		{"one lost packet at a name server", "s8", "01.dnsv.jp", []lab.Fault{{Kind: lab.Lost, First: 1}}, time.Second, "", nil},
		{"one lost packet at the resolver", "s8", "system", []lab.Fault{{Kind: lab.Lost, First: 1}}, time.Second, "", nil},
		{"a dead name server", "s8", "01.dnsv.jp", []lab.Fault{{Kind: lab.Dead}}, 3 * time.Second, snapshot.Timeout, at("01.dnsv.jp")},
		{"a lame name server", "s8", "01.dnsv.jp", []lab.Fault{{Kind: lab.Refused}}, 4 * latency, snapshot.Refused, at("01.dnsv.jp")},
		{"a failing name server", "s8", "01.dnsv.jp", []lab.Fault{{Kind: lab.ServFail}}, 4 * latency, snapshot.ServFail, at("01.dnsv.jp")},
		{"a babbling name server", "s8", "01.dnsv.jp", []lab.Fault{{Kind: lab.Garbage}}, 3 * time.Second, snapshot.Malformed, at("01.dnsv.jp")},
		{"a dead include", "s8", "system", []lab.Fault{{Kind: lab.Dead, Name: "_spf.google.com"}}, 3 * time.Second, snapshot.Timeout, named("_spf.google.com")},
		{"a failing include", "s8", "system", []lab.Fault{{Kind: lab.ServFail, Name: "_spf.google.com"}}, 4 * latency, snapshot.ServFail, named("_spf.google.com")},
		{"truncated everywhere", "s8", "*", []lab.Fault{{Kind: lab.Delay, Delay: latency}, {Kind: lab.Truncated}}, 200 * time.Millisecond, "", nil},
		{"forged answers first", "s8", "*", []lab.Fault{{Kind: lab.Delay, Delay: latency}, {Kind: lab.Spoofed}}, 2 * latency, "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc, err := lab.Find(tt.scenario)
				if err != nil {
					t.Fatal(err)
				}
				whole, usual := look(t, sc, nil, nil, cat)
				s, took := look(t, sc, map[string][]lab.Fault{tt.server: tt.faults}, nil, cat)
				if took-usual > tt.within {
					t.Errorf("took %s, %s longer than usual", took, took-usual)
				}
				if tt.reason != "" && !slices.ContainsFunc(s.Answers, func(a snapshot.Answer) bool { return a.Reason == tt.reason }) {
					t.Error("the fault was not seen")
				}
				got := known(s)
				for k, end := range known(whole) {
					a, _ := s.Find(k)
					switch {
					case got[k] == end:
					case a.Status == snapshot.Unasked && k.Via == snapshot.Server: // no witness, or none besides the one
					case tt.failures == nil || !tt.failures(a):
						t.Errorf("%v ended as %s %s", k, a.Status, a.Reason)
					case a.Reason != tt.reason:
						t.Errorf("%v failed by %s, want %s", k, a.Reason, tt.reason)
					}
				}
			})
		})
	}
}

func at(host string) func(snapshot.Answer) bool {
	return func(a snapshot.Answer) bool { return a.Key.At == host }
}

func named(name string) func(snapshot.Answer) bool {
	return func(a snapshot.Answer) bool { return a.Name == name }
}

// Somebody on the way answers in place of every server: that is not said to be the servers' fault.
func TestHijackedIsNotLame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc, _ := lab.Find("s8")
		s, _ := look(t, sc, map[string][]lab.Fault{"*": {{Kind: lab.Delay, Delay: latency}, {Kind: lab.Hijacked}}}, nil, loadCatalog(t))
		for _, a := range s.Answers {
			if a.Reason == snapshot.NotAuth || a.Via != snapshot.Resolver && a.Known() {
				t.Errorf("%v: %s %s", a.Key, a.Status, a.Reason)
			}
		}
	})
}

func TestUnregisteredEndsSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc, _ := lab.Find("unregistered")
		s, took := look(t, sc, nil, nil, loadCatalog(t))
		if len(s.Answers) > 8 || took > 3*latency { // the registry's servers, whose word it is, are asked too
			t.Errorf("%d questions, %s", len(s.Answers), took)
		}
	})
}

// A zone whose servers are all dead, and live outside it, costs one time-out: the registry tells who they are while the
// resolver still waits for them.
func TestDeadZoneCostsOneTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc, err := lab.Parse("dead.txtar", []byte(fmt.Sprintf(scenarioHead, "yume.example")+
			"-- zone yume.example @ ns1.dns.ne.jp ns2.dns.ne.jp --\n@ TXT \"v=spf1 -all\"\n"))
		if err != nil {
			t.Fatal(err)
		}
		dead := []lab.Fault{{Kind: lab.Dead, First: 1000}} // not for the lab's own resolver, which finds the servers' names there
		s, took := look(t, sc, map[string][]lab.Fault{"ns1.dns.ne.jp": dead, "ns2.dns.ne.jp": dead,
			"system": {{Kind: lab.Dead, Name: "yume.example"}}}, nil, loadCatalog(t))
		if took > 3*time.Second+5*latency {
			t.Errorf("took %s", took)
		}
		if a := s.TXT("yume.example"); a.Reason != snapshot.Timeout {
			t.Errorf("%s %s", a.Status, a.Reason)
		}
		if servers := s.NameServers("yume.example"); len(servers) != 2 {
			t.Errorf("servers %v", servers)
		}
	})
}

// Where no registry can be reached, what the resolver says counts, a second later.
func TestSilentRegistry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc, _ := lab.Find("s8")
		dead := []lab.Fault{{Kind: lab.Dead, First: 1000}} // from here, that is: the resolver reaches them
		whole, usual := look(t, sc, nil, nil, loadCatalog(t))
		s, took := look(t, sc, map[string][]lab.Fault{"a.registry.test": dead, "b.registry.test": dead}, nil, loadCatalog(t))
		if took-usual > 1100*time.Millisecond || len(s.Failures()) != 2 {
			t.Errorf("%s longer, failures %v", took-usual, s.Failures())
		}
		if !slices.Equal(s.TXT(sc.Answers.Domain).Data(), whole.TXT(sc.Answers.Domain).Data()) {
			t.Error("the records are not seen")
		}
	})
}

func TestNothingAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc, _ := lab.Find("s8")
		s, took := look(t, sc, map[string][]lab.Fault{"*": {{Kind: lab.Dead}}}, nil, loadCatalog(t))
		if took != 3*time.Second || len(known(s)) > 0 {
			t.Errorf("after %s: %v", took, known(s))
		}
	})
}

func TestBudgetIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc, _ := lab.Find("s8")
		s, _ := look(t, sc, nil, func(c *Config) { c.Budget = 20 }, loadCatalog(t))
		asked, over := 0, 0
		for _, a := range s.Answers {
			if a.Reason == snapshot.OverBudget {
				over++
			} else {
				asked++
			}
		}
		if asked > 20 || asked < 20-maxTrees || over == 0 { // one that was asked early may be of no use
			t.Errorf("%d asked, %d over budget", asked, over)
		}
	})
}

func TestParallelIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc, n, d := internet(t, "s8")
		n.Fault("*", lab.Fault{Kind: lab.Delay, Delay: latency})
		cfg := labClient(n, d, nil).cfg
		cfg.Parallel = 3
		most := 0
		s, err := New(cfg, nil).Run(t.Context(), sc.Answers, nil, func(e Event) { most = max(most, e.Open+1) })
		if err != nil || most > 3 || len(s.Answers) < 40 {
			t.Errorf("%v, %d at once, %d answers", err, most, len(s.Answers))
		}
	})
}

func TestCancelKeepsWhatThereIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc, n, d := internet(t, "s8")
		n.Fault("*", lab.Fault{Kind: lab.Delay, Delay: latency})
		ctx, cancel := context.WithTimeout(t.Context(), latency*5/2)
		defer cancel()
		began := time.Now()
		s, err := labClient(n, d, nil).Run(ctx, sc.Answers, nil, nil)
		if err != context.DeadlineExceeded || time.Since(began) != latency*5/2 {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		if len(known(s)) < 5 {
			t.Errorf("only %v", known(s))
		}
		for _, a := range s.Answers {
			if !a.Known() && a.Reason != snapshot.Cancelled {
				t.Errorf("%v: %s", a.Key, a.Reason)
			}
		}
		// Going on from there asks only what is not known.
		before := len(d.sent)
		whole, err := labClient(n, d, nil).Run(t.Context(), sc.Answers, s, nil)
		if err != nil || len(whole.Failures()) > 0 || len(d.sent) <= before {
			t.Errorf("%v, failures %v", err, whole.Failures())
		}
		for k := range known(s) {
			if a, _ := whole.Find(k); !a.Known() && a.Reason != snapshot.Delegated {
				t.Errorf("%v was lost", k)
			}
		}
		// And once more asks nothing.
		sent := len(d.sent)
		again, err := labClient(n, d, nil).Run(t.Context(), sc.Answers, whole, nil)
		if err != nil || len(d.sent) != sent || len(again.Answers) != len(whole.Answers) {
			t.Errorf("%v, %d more questions", err, len(d.sent)-sent)
		}
	})
}

// A failure stands for a minute, and is asked about again after it.
func TestOldFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc, n, d := internet(t, "s8")
		n.Fault("01.dnsv.jp", lab.Fault{Kind: lab.Dead})
		c := labClient(n, d, nil)
		s, _ := c.Run(t.Context(), sc.Answers, nil, nil)
		n.Fault("01.dnsv.jp")
		began := time.Now()
		if s, _ = c.Run(t.Context(), sc.Answers, s, nil); len(s.Failures()) == 0 || time.Since(began) > 0 {
			t.Errorf("at once: %v after %s", s.Failures(), time.Since(began))
		}
		time.Sleep(2 * time.Minute)
		if s, _ = c.Run(t.Context(), sc.Answers, s, nil); len(s.Failures()) > 0 {
			t.Errorf("later: %v", s.Failures())
		}
	})
}

const scenarioHead = `A domain below a registered one.
-- scenario.toml --
id = "sub"
[title]
ja = "x"
en = "x"
[about]
ja = "x"
en = "x"
[answers]
domain = "%s"
`

// A domain below a registered one: in its zone, or in a zone of its own, at the right servers each time.
func TestBelowARegisteredDomain(t *testing.T) {
	zones := `-- zone kaisha.example @ ns1.dns.ne.jp ns2.dns.ne.jp --
$TTL 3600
@     SOA ns1.dns.ne.jp. x.example. 1 3600 900 3600000 3600
news  MX 10 mail
news  TXT "v=spf1 mx -all"
mail  A 203.0.113.10
_dmarc TXT "v=DMARC1; p=none"
_spf.own  TXT "wrong place"
-- zone own.kaisha.example @ 01.dnsv.jp 02.dnsv.jp --
@     SOA 01.dnsv.jp. x.example. 1 3600 900 3600000 3600
@     TXT "v=spf1 -all"
`
	for domain, want := range map[string]struct{ spf, server string }{
		"news.kaisha.example":    {"v=spf1 mx -all", "dns.ne.jp"},
		"own.kaisha.example":     {"v=spf1 -all", "dnsv.jp"},
		"nothing.kaisha.example": {"", "dns.ne.jp"},
	} {
		t.Run(domain, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc, err := lab.Parse("sub.txtar", fmt.Appendf(nil, scenarioHead+zones, domain))
				if err != nil {
					t.Fatal(err)
				}
				s, _ := look(t, sc, nil, nil, loadCatalog(t))
				a := s.TXT(domain)
				if strings.Join(a.Data(), "") != want.spf || !a.Known() || !strings.Contains(a.Server, want.server) {
					t.Errorf("SPF %+v", a)
				}
				if up := s.TXT("_dmarc.kaisha.example"); !up.Known() || len(up.Records) != 1 {
					t.Errorf("the policy above: %+v", up)
				}
				for _, a := range s.Answers {
					if snapshot.Below(a.Name, "nothing.kaisha.example") && a.Via == snapshot.Resolver {
						t.Errorf("the resolver was asked for %s %s, which does not exist", a.Name, a.Type)
					}
				}
			})
		})
	}
}

// What the owner says leads to more questions, and only to those.
func TestAnswersLeadToQuestions(t *testing.T) {
	cat := loadCatalog(t)
	synctest.Test(t, func(t *testing.T) {
		sc, n, d := internet(t, "s8")
		c := labClient(n, d, cat)
		plain, err := c.Run(t.Context(), owner.Answers{Domain: sc.Answers.Domain}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			name string
			say  func(*owner.Answers)
			want []snapshot.Key
		}{
			{"selector", func(a *owner.Answers) { a.Keys = []owner.Key{{Selector: "RS20240819"}} }, []snapshot.Key{
				{Name: "rs20240819._domainkey.aozora.example", Type: snapshot.TXT, Via: snapshot.Authority}}},
			{"selector that is none", func(a *owner.Answers) { a.Keys = []owner.Key{{Selector: "a b"}, {Selector: ".."}} }, nil},
			{"report address", func(a *owner.Answers) { a.ReportTo = "x@Reports.example" }, []snapshot.Key{
				{Name: "aozora.example._report._dmarc.reports.example", Type: snapshot.TXT, Via: snapshot.Resolver},
				{Name: "reports.example", Type: snapshot.MX, Via: snapshot.Resolver}}},
			{"host", func(a *owner.Answers) { a.Hosts = []owner.Host{{ID: "sakura-rs", Value: "www9999.sakura.ne.jp"}} }, []snapshot.Key{
				{Name: "www9999.sakura.ne.jp", Type: snapshot.A, Via: snapshot.Resolver}}},
			{"list", func(a *owner.Answers) { a.List.Address = "ml@list.example" }, []snapshot.Key{
				{Name: "list.example", Type: snapshot.TXT, Via: snapshot.Resolver}}},
		} {
			a := owner.Answers{Domain: sc.Answers.Domain}
			tt.say(&a)
			var got []snapshot.Key
			for _, q := range Next(a, plain, cat) {
				got = append(got, q.Key)
			}
			for _, k := range tt.want {
				if !slices.Contains(got, k) {
					t.Errorf("%s: %v is not asked, but %v", tt.name, k, got)
				}
			}
			if len(tt.want) == 0 && len(got) > 0 {
				t.Errorf("%s: %v", tt.name, got)
			}
		}
	})
}

func TestNextIsPureAndTotal(t *testing.T) {
	for _, d := range []string{"", "x", "jp", "co.jp", strings.Repeat("a.", 126) + "x", strings.Repeat("x", 300), "..", "a..b"} {
		s := snapshot.New(d, time.Time{})
		one, two := Next(owner.Answers{Domain: d}, s, nil), Next(owner.Answers{Domain: d}, s, nil)
		if len(one) != len(two) || len(s.Answers) > 0 {
			t.Errorf("%q: %v, %v", d, one, two)
		}
	}
}
