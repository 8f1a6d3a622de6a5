package probe

import "testing"

// A burst ends when all that was sent until the last answered wave is answered; a late question of an earlier wave keeps
// it open.
func TestWaves(t *testing.T) {
	var w waves
	want := func(done, empty bool, when string) {
		t.Helper()
		if w.done() != done || w.empty() != empty {
			t.Errorf("%s: done is %v, empty %v", when, w.done(), w.empty())
		}
	}
	first := w.send(2)
	w.send(0)
	third := w.send(1)
	w.answered(first)
	want(false, false, "one of two answered")
	w.answered(first)
	want(true, false, "the first wave answered, the third under way")
	w.answered(third)
	want(true, true, "all answered")

	early, late := w.send(1), w.send(1)
	w.answered(late)
	want(false, false, "an earlier question is late")
	w.answered(early)
	want(true, true, "it came")
}
