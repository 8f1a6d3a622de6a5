package wait

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/cmd/todoku/internal/cli"
	"example.org/todoku/cmd/todoku/internal/clitest"
	"example.org/todoku/cmd/todoku/internal/world"
	kept "example.org/todoku/wizard/session/store"
)

func TestFlags(t *testing.T) {
	var got *Options
	c := Command(clitest.New("").Program, func(_ context.Context, o *Options) error { got = o; return nil })
	if err := clitest.Execute(t, c, "a.example"); err != nil || got.For != defaultSpan || got.Speed != 1 || got.Notify || got.Publish != "" || len(got.Domains) != 1 {
		t.Errorf("%v, read as %+v", err, got)
	}
	if got.World == nil || got.Runs == nil || got.Ring == nil {
		t.Error("an effect is missing")
	}
}

// Answers on the command line ask for a new plan: a kept run was made without them.
func TestAnswersAskAnew(t *testing.T) {
	s := &kept.Store{Dir: t.TempDir(), Now: time.Now}
	if _, err := s.Create(kept.Plan{Domain: "shop.example", Name: "shop.example", DNS: snapshot.New("shop.example", s.Now())}); err != nil {
		t.Fatal(err)
	}
	for _, a := range []cli.Answers{{}, {SPFDrop: []string{"mx"}}, {SPFFlatten: []string{"include:a.example"}}, {Senders: []string{"none"}}, {Message: "a.eml"}} {
		o := &Options{Runs: s, Answers: &a}
		if _, goesOn := o.savedRun(&world.World{}, "shop.example"); goesOn != a.Empty() {
			t.Errorf("%+v: goes on %v", a, goesOn)
		}
	}
}

// Every mistake that the lab can make is told to be wrong, and ends the wait with it.
func TestMistakes(t *testing.T) { synctest.Test(t, mistakesInNoTime) }

func mistakesInNoTime(t *testing.T) {
	w, err := world.Opener(clitest.New("S1").Program)(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	mistakes := w.Mistakes()
	if len(mistakes) < 4 {
		t.Fatalf("only %v", mistakes)
	}
	for _, m := range mistakes {
		p := clitest.New("S1")
		p.JSON = true
		o := &Options{Program: p.Program, World: world.Opener(p.Program), Answers: &cli.Answers{Program: p.Program}, For: time.Hour, Publish: m, Speed: 6000}
		err := Run(t.Context(), o)
		lines := strings.Split(strings.TrimSpace(p.Told.String()), "\n")
		var last struct{ Event, Result string }
		if jsonErr := json.Unmarshal([]byte(lines[len(lines)-1]), &last); jsonErr != nil || cli.StatusOf(err) != cli.StatusFix ||
			last.Event != "done" || last.Result != propagation.ResultWrong {
			t.Errorf("%s: %v, %v: %s", m, err, jsonErr, lines[len(lines)-1])
		}
	}
}

// A line of a look says no more than was seen, and rounds what is left up.
func TestLine(t *testing.T) {
	now := time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)
	x := propagation.Sight{State: propagation.Old, Until: now.Add(90*time.Second + 1), Found: []string{"v=spf1\x1b[2J"}, Caches: 4, CachesWith: 1}
	l := lineOf(x, propagation.Want{Name: "a.example", Type: snapshot.TXT}, propagation.Place{ID: "google"}, now)
	if l.LeftS != 91 || l.Until != "2026-11-22T05:01:30Z" || l.Found[0] != `v=spf1\x1b[2J` || l.Caches != 4 || l.With != 1 || l.Authority {
		t.Errorf("%+v", l)
	}
	x.Until, x.Caches = now, 1
	if l := lineOf(x, propagation.Want{}, propagation.Place{}, now); l.LeftS != 0 || l.Until != "" || l.Caches != 0 {
		t.Errorf("what is over: %+v", l)
	}
}
