package probe

import "testing"

// A burst ends when all that was sent until the last answered wave is answered; a late question of an earlier wave keeps
// it open.
func TestWaves(t *testing.T) {
	var w waves
	want := func(done bool, when string) {
		t.Helper()
		if w.done() != done {
			t.Errorf("%s: done is %v", when, w.done())
		}
	}
	first := w.begin()
	w.sent(first)
	w.sent(first)
	w.begin() // nothing is sent in it
	third := w.begin()
	w.sent(third)
	w.answered(first)
	want(false, "one of two answered")
	w.answered(first)
	want(true, "the first wave answered, the third under way")
	w.answered(third)
	want(true, "all answered")

	early, late := w.begin(), w.begin()
	w.sent(early)
	w.sent(late)
	w.answered(late)
	want(false, "an earlier question is late")
	w.answered(early)
	want(true, "it came")
}
