package probe

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/shape"
)

// Of each usual shape a check waits for as many answers, one after the other, as the task takes, whether watched resolvers
// are asked too or not, and puts no more questions than it did. On simulated time an answer takes exactly as long as it is
// told to, and the work between two of them nothing.
func TestRounds(t *testing.T) {
	cat := loadCatalog(t)
	for _, sc := range shape.All(t) {
		for _, watched := range []int{0, 1} {
			t.Run(fmt.Sprint(sc.ID, "/", watched), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n, err := lab.New(sc.Scenario, lab.NewClock(time.Now()))
					if err != nil {
						t.Fatal(err)
					}
					if err := n.Fault("*", lab.Fault{Kind: lab.Delay, Delay: latency}); err != nil {
						t.Fatal(err)
					}
					cfg := labClient(n, n, cat).cfg
					cfg.Places = places(n)[:watched]
					want := sc.Rounds + watched*sc.Memory
					began := time.Now()
					asked, late := 0, []string{}
					s, err := New(cfg, cat).Run(t.Context(), sc.Answers, nil, func(e Event) {
						if asked = e.Asked; int(time.Since(began)/latency) > want {
							late = append(late, e.Answer.Name+" "+string(e.Answer.Type))
						}
					})
					if err != nil {
						t.Fatal(err)
					}
					if rounds := int(time.Since(began) / latency); rounds != want {
						t.Errorf("%d rounds, want %d; late: %q", rounds, want, late)
					}
					if asked > sc.Questions || asked < sc.Questions*9/10 {
						t.Errorf("%d questions, want %d at most, and hardly fewer", asked, sc.Questions)
					}
					for _, a := range s.Answers {
						if a.Needs > sc.Rounds {
							t.Errorf("%s %s needs %d answers before it", a.Name, a.Type, a.Needs)
						}
					}
				})
			})
		}
	}
}
