package probe

import (
	"fmt"
	"testing"
	"testing/synctest"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/snapshot"
)

// In every state of a run, the services that are remembered equal those that are found anew.
func TestSights(t *testing.T) {
	cat := loadCatalog(t)
	for _, id := range []string{"s1", "s5", "s8", "senders", "healthy-split"} {
		synctest.Test(t, func(t *testing.T) {
			sc, err := lab.Find(id)
			if err != nil {
				t.Fatal(err)
			}
			whole, _ := look(t, sc, nil, nil, cat)
			m, s := newNotes(sc.Answers, whole.Domain, cat), snapshot.New(whole.Domain, whole.Taken)
			for _, a := range whole.Answers {
				s.Add(a)
				got := fmt.Sprint(m.asker(s).services())
				want := fmt.Sprint(m.asker(s).lookForServices())
				if got != want {
					t.Fatalf("%s after %s %s: %s, want %s", id, a.Name, a.Type, got, want)
				}
			}
			if len(m.sights.by) >= len(whole.Answers)/3 {
				t.Error("nothing is remembered")
			}
		})
	}
}
