package probe

import (
	"testing"
	"time"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/shape"
	"example.org/todoku/checks/snapshot"
)

// A replay that goes on from where an answer was missing ends like one that has them all from the start.
func TestReplayGoesOn(t *testing.T) {
	t.Parallel()
	cat := loadCatalog(t)
	for _, sc := range shape.All(t) {
		n, err := lab.New(sc.Scenario, lab.NewClock(time.Now()))
		if err != nil {
			t.Fatal(err)
		}
		c := labClient(n, n, cat)
		told := map[snapshot.Key]*snapshot.Answer{}
		if _, err := c.Run(t.Context(), sc.Answers, nil, func(e Event) { told[e.Answer.Key] = &e.Answer }); err != nil {
			t.Fatal(err)
		}
		base := c.begin(sc.Answers.Domain, nil)
		late, whole := newRun(c, nil, sc.Answers, base, nil), newRun(c, nil, sc.Answers, base, nil)
		for k, a := range told {
			if k.Via != snapshot.Authority {
				late.take(a)
			}
		}
		end, open := late.replay()
		calls := 1
		for ; len(open) > 0 && calls < 100; calls++ {
			if a, ok := told[open[0].Key]; ok {
				late.take(a) // one at a time
			} else {
				late.take(unknown(&snapshot.Answer{Key: open[0].Key}, snapshot.Timeout))
			}
			end, open = late.replay()
		}
		for _, a := range late.raw {
			whole.take(a)
		}
		want, _ := whole.replay()
		if calls < 5 {
			t.Errorf("%s: only %d calls", sc.ID, calls)
		}
		if got, want := essence(t, end), essence(t, want); got != want {
			t.Errorf("%s: %s", sc.ID, difference(want, got))
		}
	}
}
