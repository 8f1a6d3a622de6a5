package plain

import (
	"strconv"
	"strings"

	"todoku/checks/propagation"
	"todoku/wizard"
	"todoku/wizard/session/store"
)

// keptMost is how many earlier waits are offered.
const keptMost = 3

// offerKept tells of the waits that were kept; "continue" goes on with one.
func (s *session) offerKept() []store.Run {
	if s.d.Runs == nil {
		return nil
	}
	all := s.d.Runs.Offered()
	all = all[:min(len(all), keptMost)]
	for i, r := range all {
		now := s.d.Now()
		v := r.Verdict(s.d.Places(r.DNS), now)
		state := s.t("words.run." + v.Result)
		if v.Result == propagation.ResultWaiting && v.Done.After(now) {
			state = s.t("words.run.left", "left", s.p.Duration(v.Done.Sub(now)))
		}
		s.tell("plain.kept", "number", i+1, "domain", r.Name, "state", state)
	}
	return all
}

// continued is the kept run that a line asks for: "continue", or "continue 2".
func (s *session) continued(line string, kept []store.Run) (store.Run, bool) {
	word, number, _ := strings.Cut(strings.TrimSpace(fold(line)), " ")
	if !s.word(word, "continue") {
		return store.Run{}, false
	}
	n, err := strconv.Atoi(strings.TrimSpace(number))
	if number == "" {
		n, err = 1, nil
	}
	if err != nil || n < 1 || n > len(kept) {
		return store.Run{}, false
	}
	return kept[n-1], true
}

// resume goes on with a run at its wait; an error means that the questions have changed since.
func (s *session) resume(r store.Run) error {
	flow := s.flow
	flow.Start = r.Start
	path, err := flow.Until(r.Path, wizard.StepWatch)
	if err != nil {
		return err
	}
	ans, _, err := flow.Walk(path)
	if err != nil {
		return err
	}
	s.stopLook()
	s.flow, s.path, s.ans, s.name = flow, path, ans, r.Name
	for _, reply := range path {
		s.said[reply.Step] = reply
	}
	s.snap, s.seen = r.DNS, s.d.Catalog.Detect(r.DNS)
	done := make(chan struct{})
	close(done)
	s.early = &look{domain: r.Domain, stop: func() {}, done: done, snap: r.DNS}
	s.judge()
	s.plan.Changes = r.Changes // as they were told, whatever the rules would say today
	s.went = &r
	return nil
}

// keepRun puts the wait on the disk, or goes on with the run that it came from.
func (w *watching) keepRun() {
	if r := w.went; r != nil && w.d.Runs != nil && r.Domain == w.ans.Domain {
		w.Resume(w.d.Runs, *r)
		w.went = nil
		return
	}
	w.Keep(w.d.Runs, store.Plan{Domain: w.ans.Domain, Name: w.name, Path: w.path, Start: w.flow.Start, Answers: w.ans,
		DNS: w.snap, Changes: w.plan.Changes, Places: w.Places})
	w.tellKept()
	if w.Log != nil {
		w.tell("tui.watch.kept")
	}
}

// keepLooks puts looks on the disk.
func (w *watching) keepLooks(looks []propagation.Look) {
	if w.Log == nil {
		return
	}
	w.KeepErr = w.Log.Add(looks)
	w.tellKept()
	if w.Published() {
		w.Done()
	}
}

// tellKept tells once what could not be kept.
func (w *watching) tellKept() {
	text := ""
	if w.KeepErr != nil {
		text = w.t("tui.watch.unkept", "error", w.KeepErr.Error())
	}
	if text != "" && w.told["log"] != text {
		w.say(text)
	}
	w.told["log"] = text
}
