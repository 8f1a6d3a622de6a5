package probe

// waves counts the open questions by wave: those of a wave were sent together, so that their answers come together too,
// but for those that are late.
type waves struct {
	open  []int // by wave
	first int   // the first wave with an open question
	last  int   // the last wave of which a question was answered
}

// send starts the next wave, of so many questions, and returns its number.
func (w *waves) send(questions int) int {
	w.open = append(w.open, questions)
	w.skip()
	return len(w.open) - 1
}

func (w *waves) answered(wave int) {
	w.open[wave]--
	w.last = max(w.last, wave)
	w.skip()
}

// skip moves first past the waves that are complete.
func (w *waves) skip() {
	for w.first < len(w.open) && w.open[w.first] == 0 {
		w.first++
	}
}

// done reports whether the last wave of which an answer came is complete, and all before it.
func (w *waves) done() bool { return w.first > w.last }

// empty reports whether no question is open.
func (w *waves) empty() bool { return w.first == len(w.open) }
