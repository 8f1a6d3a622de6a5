package probe

import (
	"testing"
	"testing/synctest"
	"time"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/shape"
)

// Of each usual shape a check waits for as many answers, one after the other, as the task takes. On simulated time an
// answer takes exactly as long as it is told to, and the work between two of them nothing.
func TestRounds(t *testing.T) {
	cat := loadCatalog(t)
	for _, sc := range shape.All(t) {
		t.Run(sc.ID, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, err := lab.New(sc.Scenario, lab.NewClock(time.Now()))
				if err != nil {
					t.Fatal(err)
				}
				if err := n.Fault("*", lab.Fault{Kind: lab.Delay, Delay: latency}); err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				asked, late := 0, []string{}
				s, err := labClient(n, n, cat).Run(t.Context(), sc.Answers, nil, func(e Event) {
					if asked = e.Asked; int(time.Since(began)/latency) > sc.Rounds {
						late = append(late, e.Answer.Name+" "+string(e.Answer.Type))
					}
				})
				if err != nil {
					t.Fatal(err)
				}
				if rounds := int(time.Since(began) / latency); rounds > sc.Rounds {
					t.Errorf("%d rounds, want %d; late: %q", rounds, sc.Rounds, late)
				}
				if asked > sc.Questions {
					t.Errorf("%d questions, want %d at most", asked, sc.Questions)
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
