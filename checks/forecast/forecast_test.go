package forecast_test

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"todoku/checks"
	"todoku/checks/catalog"
	"todoku/checks/forecast"
	"todoku/checks/lab"
	"todoku/checks/plan"
	"todoku/checks/probe"
)

// look runs the probe over a scenario's small internet with its answers.
func look(t testing.TB, sc lab.Scenario) checks.In {
	t.Helper()
	clock := lab.NewClock(time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC))
	clock.Speed(0)
	net, err := lab.New(sc, clock)
	if err != nil {
		t.Fatal(err)
	}
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	client := probe.New(probe.Config{Dialer: net, Resolvers: []netip.AddrPort{net.Resolver()}, Now: clock.Now, Timeout: 1500 * time.Millisecond}, cat)
	snap, err := client.Run(context.Background(), sc.Answers, nil, func(probe.Event) {})
	if err != nil {
		t.Fatal(err)
	}
	return checks.In{Answers: sc.Answers, DNS: snap, Catalog: cat}
}

func made(in checks.In) forecast.Forecast {
	return forecast.Make(in, plan.Make(in, checks.Diagnose(in)))
}

func TestDebug(t *testing.T) {
	all, _ := lab.Scenarios()
	for _, sc := range all {
		t.Run(sc.ID, func(t *testing.T) {
			t.Parallel()
			f := made(look(t, sc))
			for _, l := range f.Lines {
				w := ""
				if forecast.Worse(l.Then.Outcome, l.Now.Outcome) {
					w = "WORSE"
				}
				t.Logf("%-12s %-11s %-9s %-11s %-18s %v -> %-11s %-9s %-18s %v %v %s", l.Receiver, l.Now.Outcome, l.Now.Worst, l.Now.Code, l.Now.Reason.Code, l.Now.Services, l.Then.Outcome, l.Then.Worst, l.Then.Reason.Code, l.Then.Services, l.Then.Assumes, w)
			}
		})
	}
}
