package probe

import (
	"encoding/json"
	"testing"
	"testing/synctest"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/snapshot"
)

// In every state of a run, the cached detection equals a fresh one.
func TestSights(t *testing.T) {
	cat := loadCatalog(t)
	for _, id := range []string{"s1", "s5", "s8", "senders", "healthy-split"} {
		synctest.Test(t, func(t *testing.T) {
			sc, err := lab.Find(id)
			if err != nil {
				t.Fatal(err)
			}
			whole, _ := look(t, sc, nil, nil, cat)
			m, s := newSights(), snapshot.New(whole.Domain, whole.Taken)
			for _, a := range whole.Answers {
				s.Add(a)
				got, _ := json.Marshal(m.of(cat, s))
				want, _ := json.Marshal(cat.Detect(s))
				if string(got) != string(want) {
					t.Fatalf("%s after %s %s: %s, want %s", id, a.Name, a.Type, got, want)
				}
			}
			if len(m.by) >= len(whole.Answers) {
				t.Error("nothing is remembered")
			}
		})
	}
}
