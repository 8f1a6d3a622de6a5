package probe

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"todoku/checks"
	"todoku/checks/facts"
	"todoku/checks/lab"
	"todoku/checks/snapshot"
)

// shuffled runs a scenario in which the answers to all open questions come in an order that chance gives.
func shuffled(t *testing.T, sc lab.Scenario, chance *rand.Rand) *snapshot.Snapshot {
	t.Helper()
	_, n, d := internet(t, sc.ID)
	c := labClient(n, d, loadCatalog(t))
	ses := c.newSession()
	defer ses.close()
	r := run{c: c, a: sc.Answers, snap: c.begin(sc.Answers.Domain, nil), asked: map[snapshot.Key]bool{}, needs: map[snapshot.Key]int{}}
	var waiting []snapshot.Answer
	for {
		for _, q := range r.ready(t.Context()) {
			r.start(q)
			waiting = append(waiting, ses.ask(t.Context(), q))
		}
		if len(waiting) == 0 {
			return r.snap
		}
		i := chance.IntN(len(waiting))
		r.end(waiting[i])
		waiting = slices.Delete(waiting, i, i+1)
	}
}

// What is found does not depend on which answer came first: not where servers hold different versions of the zone either,
// of which the newest counts whenever it comes.
func TestOrderOfArrival(t *testing.T) {
	for _, id := range []string{"ns-disagree", "ns-behind"} {
		t.Run(id, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc, err := lab.Find(id)
				if err != nil {
					t.Fatal(err)
				}
				zone := map[snapshot.Key]string{}
				var want []string
				for seed := range uint64(20) {
					s := shuffled(t, sc, rand.New(rand.NewPCG(seed, 0)))
					for _, a := range s.Answers {
						end := string(a.Status) + strings.Join(a.Data(), "|")
						if was, ok := zone[a.Key]; ok && was != end && a.Via == snapshot.Authority {
							t.Errorf("seed %d: %v ends as %q, else as %q", seed, a.Key, end, was)
						}
						zone[a.Key] = end
					}
					var got []string
					for _, f := range checks.Diagnose(facts.Read(sc.Answers, s, loadCatalog(t))) {
						got = append(got, fmt.Sprint(f.Code, f.Severity, f.Name, f.Args, f.Under))
					}
					if seed == 0 {
						want = got
					}
					if !slices.Equal(got, want) {
						t.Errorf("seed %d finds\n%s\nelse\n%s", seed, strings.Join(got, "\n"), strings.Join(want, "\n"))
					}
				}
			})
		})
	}
}
