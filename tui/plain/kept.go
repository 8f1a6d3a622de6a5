package plain

import (
	"strconv"
	"strings"

	"example.org/todoku/checks/propagation"
	"example.org/todoku/wizard/session"
)

// offerKept lists the kept waits; "continue" resumes one.
func (s *walk) offerKept() []session.Offer {
	s.work(sayNothing)
	for i, r := range s.Offers() {
		now, v := s.d.Now(), r.Verdict
		state := s.t("words.run." + v.Result)
		if v.Result == propagation.ResultWaiting && v.Done.After(now) {
			state = s.t("words.run.left", "left", s.p.Duration(v.Done.Sub(now)))
		}
		s.tell("plain.kept", "number", i+1, "domain", r.Name, "state", state)
	}
	return s.Offers()
}

// continued returns the kept run that a line asks for: "continue", or "continue 2".
func (s *walk) continued(line string, kept []session.Offer) (session.Stored, bool) {
	word, number, _ := strings.Cut(strings.TrimSpace(fold(line)), " ")
	if !s.word(word, "continue") {
		return session.Stored{}, false
	}
	n, err := strconv.Atoi(strings.TrimSpace(number))
	if number == "" {
		n, err = 1, nil
	}
	if err != nil || n < 1 || n > len(kept) {
		return session.Stored{}, false
	}
	return kept[n-1].Stored, true
}

// tellKept says once that the wait is kept, or why it could not be.
func (w *watching) tellKept() {
	text := ""
	if err := w.Wait().KeepErr(); err != nil {
		text = w.t("tui.watch.unkept", "error", err.Error())
	} else if w.Wait().ID() != "" && !w.kept {
		w.kept = true
		w.tell("tui.watch.kept")
	}
	if text != "" && w.unkept != text {
		w.say(text)
	}
	w.unkept = text
}
