package i18n_test

import (
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks/bounce"
	"example.org/todoku/i18n"
)

// TestEveryCauseOfABounceIsWorded: every cause has its name, meaning, whose job it is and what comes next, and no other
// has; so has every step that stands in place of a cause's own.
func TestEveryCauseOfABounceIsWorded(t *testing.T) {
	slots := []string{"name", "what", "job", "next"}
	var want []string
	for _, c := range bounce.Causes() {
		for _, slot := range slots {
			want = append(want, c.Words(slot))
		}
	}
	for _, s := range bounce.OtherSteps() {
		want = append(want, s.Words("job"), s.Words("next"))
		if s.Retold() {
			want = append(want, s.Words("what"))
		}
	}
	for _, id := range want {
		for _, l := range i18n.Langs() {
			if !l.Has(id) {
				t.Errorf("%s has no text %s", l, id)
			}
		}
	}
	for id := range ids(t) {
		if strings.HasPrefix(id, "bounce.") && !slices.Contains(want, id) {
			t.Errorf("%s words a cause that there is not", id)
		}
	}
}
