package probe

import "testing"

// Every answer costs a list of what to ask next. The bounds are a quarter above what it took when this was written.
func TestAllocations(t *testing.T) {
	cat := loadCatalog(t)
	for id, most := range map[string]float64{"s1": 190, "senders": 386} {
		sc, n, _ := internet(t, id)
		s, err := labClient(n, n, cat).Run(t.Context(), sc.Answers, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		m := newNotes(sc.Answers, s.Domain, cat)
		if got := testing.AllocsPerRun(5, func() { m.asker(s).wanted() }); got > most {
			t.Errorf("%s: %v allocations for the list of questions, at most %v", id, got, most)
		}
	}
}
