package plain

import (
	"context"
	"strconv"
	"strings"
	"time"

	"example.org/todoku/checks/propagation"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session"
	"example.org/todoku/wizard/words"
)

// How often the clock is checked while nothing is asked. The lab's clock runs faster.
const (
	tick    = time.Second
	labTick = 200 * time.Millisecond
)

// watch prints what changes at each place, one line a change, until all is seen, an empty line, or the end of ctx,
// after which the summary is offered.
func (s *walk) watch() error {
	s.title(wizard.StepWatch)
	s.tell("plain.watch")
	if s.d.Lab != nil {
		s.tell("plain.watch-lab")
	}
	s.p.Panel = s.Panel()
	for _, text := range s.p.PutOff(s.PutOff()) {
		s.say(text)
	}
	w := &watching{walk: s}
	for {
		w.work(w.came)
		w.report()
		if w.Wait().Published() || s.wrong != nil {
			return nil
		}
		if s.ctx.Err() != nil {
			return w.interrupted()
		}
		stop, err := w.pause()
		if err != nil || stop {
			return err
		}
		s.do(s.Due())
	}
}

type watching struct {
	*walk
	news    words.News
	kept    bool   // it was said that the run is kept
	unkept  string // the last printed reason why it could not be
	noInput bool   // the input has ended; wait without it
	made    bool   // in the lab: the records were published
	sure    bool   // an empty line came although not everything is seen yet: the next one goes on
}

// came prints the outcome of an effect.
func (w *watching) came(e session.Effect) {
	switch e.(type) {
	case session.FindPanel:
		for _, text := range w.p.Asides(w.Wait().Panel) {
			w.say(text)
		}
	case session.Ask:
		w.report()
	case session.Keep:
		w.tellKept()
	}
}

// report prints a line for each sight that is new, what to do about them, and the verdict if it is new.
func (w *watching) report() {
	v, now := w.Wait().Verdict, w.d.Now()
	for _, x := range v.Sights {
		place, want := w.Wait().Place(x.Place), w.Wait().Wants[x.Want]
		if x.State == propagation.Pending && !place.Authority {
			continue
		}
		s, isNew := w.news.Sight(w.p, x, want, place, now)
		if !isNew {
			continue
		}
		w.tell("plain.sight", "clock", w.p.Clock(now), "place", s.Place, "kind", s.Kind, "name", want.Name, "type", string(want.Type), "state", s.State)
		for _, more := range []string{s.Left, s.Caches} {
			if more != "" {
				w.say("    " + more)
			}
		}
	}
	for _, text := range w.news.Advice() {
		w.say(text)
	}
	if text := w.news.Verdict(w.p, v, now); text != "" {
		w.say(text)
		if len(w.Faults()) > 0 {
			w.tell("plain.watch-wrong")
		}
	}
}

// pause waits for a tick or a command.
func (w *watching) pause() (stop bool, err error) {
	every := tick
	if w.d.Lab != nil {
		every = labTick
	}
	lines := w.lines.ready()
	if w.noInput {
		lines = nil
	}
	select {
	case <-w.ctx.Done():
	case <-w.after(every):
	case block, ok := <-lines:
		if !ok {
			w.noInput = true
			w.ended()
			// In the lab nobody else will publish the records.
			return w.d.Lab != nil && !w.made, nil
		}
		line := w.lines.first(block)
		if line.long {
			w.tell("wizard.misfit." + wizard.MisfitLong)
			return false, nil
		}
		return w.command(strings.TrimSpace(line.text))
	}
	return false, nil
}

// command handles a line typed during the wait.
func (w *watching) command(line string) (stop bool, err error) {
	sure := w.sure
	w.sure = false
	switch {
	case line == "" && !sure: // ask again, so that pressing Enter by habit does not end the wait
		w.sure = true
		w.tell("tui.watch.sure")
	case line == "":
		return true, nil
	case w.word(line, "quit"):
		return false, errQuit
	case w.word(line, "back"):
		return false, errBack
	case w.word(line, "now"):
		w.do(w.LookNow())
	case w.d.Lab != nil && w.word(line, "publish"):
		if err := w.d.Lab.Publish(w.Result().Plan.Edits()); err != nil {
			w.tell("plain.failed", "error", err.Error())
			return false, nil
		}
		w.made = true
		w.tell("plain.published")
		w.do(w.LookNow())
	case w.d.Lab != nil && w.speed(line):
	default:
		w.tell("plain.watch")
		if w.d.Lab != nil {
			w.tell("plain.watch-lab")
		}
	}
	return false, nil
}

// speed sets the speed of the lab's clock, if one of the offered numbers was typed.
func (w *watching) speed(line string) bool {
	n, err := strconv.Atoi(fold(line))
	if err != nil {
		return false
	}
	for _, known := range w.d.Lab.Speeds {
		if n == known {
			w.d.Lab.Speed(n)
			w.tell("plain.speed", "times", n)
			return true
		}
	}
	return false
}

// interrupted ends the wait after Ctrl+C; the summary can still be kept.
func (w *watching) interrupted() error {
	w.ctx = context.WithoutCancel(w.ctx)
	w.say("")
	w.tell("plain.interrupted")
	if err := w.keep(); err != nil {
		return err
	}
	return errQuit
}
