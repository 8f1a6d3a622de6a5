package plain

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"todoku/checks/propagation"
	"todoku/wizard"
	"todoku/wizard/document"
	"todoku/wizard/wait"
)

// How often the clock is looked at while nothing is asked: the lab's runs faster.
const (
	tick    = time.Second
	labTick = 200 * time.Millisecond
)

// watch tells what changes at each place, a line a change, until all is seen, an empty line, or the end of ctx; the
// last leads on to the summary.
func (s *session) watch() error {
	if len(s.plan.Edits()) == 0 {
		return nil
	}
	s.title(wizard.StepWatch)
	s.tell("plain.watch")
	if s.d.Lab != nil {
		s.tell("plain.watch-lab")
	}
	w := &watching{session: s, told: map[string]string{}}
	w.Wait = wait.New(s.plan.Changes, s.snap, s.d.Places(s.snap), s.d.Now, s.d.Lab != nil)
	w.keepRun()
	if s.d.Panel != nil {
		w.Panel = s.d.Panel(s.ctx, s.ans, s.snap)
	}
	s.p.Panel = s.panel()
	for _, text := range s.p.Asides(w.Panel) {
		s.say(text)
	}
	w.look(w.AskNow())
	for {
		w.look(w.Ask())
		if w.Published() || s.wrong != nil {
			return nil
		}
		if s.ctx.Err() != nil {
			return w.interrupted()
		}
		stop, err := w.pause()
		if err != nil || stop {
			return err
		}
	}
}

type watching struct {
	*session
	*wait.Wait
	told map[string]string // the last line about each sight, and about the whole
	deaf bool              // the input has ended: wait without it
	made bool              // in the lab, the records were published
}

// look puts the questions, and tells what changed.
func (w *watching) look(asks []propagation.Ask, at []propagation.Place) {
	var looks []propagation.Look
	if len(asks) > 0 {
		looks = w.d.Look(w.ctx, asks, at)
	}
	if w.ctx.Err() != nil {
		looks = nil // cut off: these are no answers
	}
	w.Hear(looks)
	w.wait = &document.Wait{Wants: w.Wants, Places: w.Places, Verdict: w.Verdict}
	w.report()
	w.keepLooks(looks)
}

// report writes a line for each sight whose state changed, then the verdict where it did.
func (w *watching) report() {
	now := w.d.Now()
	var do []string
	for _, x := range w.Verdict.Sights {
		place := w.Place(x.Place)
		v := w.p.Sight(x, place, now)
		want := w.Wants[x.Want]
		key := strconv.Itoa(x.Want) + " " + x.Place
		// The time left goes down by itself: that is no news, a new end of the wait is.
		state := v.State + v.Advice() + v.Caches + x.Until.Truncate(time.Minute).String()
		if w.told[key] == state || x.State == propagation.Pending && !place.Authority {
			continue
		}
		w.told[key] = state
		w.tell("plain.sight", "clock", w.p.Clock(now), "place", v.Place, "kind", v.Kind, "name", want.Name, "type", string(want.Type), "state", v.State)
		for _, more := range []string{v.Left, v.Caches} {
			if more != "" {
				w.say("    " + more)
			}
		}
		if text := v.AdviceOn(want); text != "" && !slices.Contains(do, text) {
			do = append(do, text)
		}
	}
	for _, text := range do {
		w.say(text)
	}
	if text := w.p.Verdict(w.Verdict, now); w.told[""] != text {
		w.told[""] = text
		w.say(text)
	}
}

// pause waits a tick, or for a command.
func (w *watching) pause() (stop bool, err error) {
	every := tick
	if w.d.Lab != nil {
		every = labTick
	}
	lines := w.lines.c
	if w.deaf {
		lines = nil
	}
	select {
	case <-w.ctx.Done():
	case <-w.after(every):
	case line, ok := <-lines:
		switch {
		case !ok:
			w.deaf = true
			w.ended()
			// In the lab nobody else will publish.
			return w.d.Lab != nil && !w.made, nil
		case line.long:
			w.tell("wizard.misfit." + wizard.MisfitLong)
			return false, nil
		}
		return w.command(strings.TrimSpace(line.text))
	}
	return false, nil
}

// command does what was typed during the wait.
func (w *watching) command(line string) (stop bool, err error) {
	switch {
	case line == "":
		return true, nil
	case w.word(line, "quit"):
		return false, errQuit
	case w.word(line, "back"):
		return false, errBack
	case w.word(line, "now"):
		w.look(w.AskNow())
	case w.d.Lab != nil && w.word(line, "publish"):
		if err := w.d.Lab.Publish(w.plan.Edits()); err != nil {
			w.tell("plain.failed", "error", err.Error())
			return false, nil
		}
		w.made = true
		w.tell("plain.published")
		w.look(w.AskNow())
	case w.d.Lab != nil && w.speed(line):
	default:
		w.tell("plain.watch")
		if w.d.Lab != nil {
			w.tell("plain.watch-lab")
		}
	}
	return false, nil
}

// speed sets how fast the lab's time runs, where a number that it offers was typed.
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

// interrupted goes on after Ctrl+C: the wait is over, but what was found can still be kept.
func (w *watching) interrupted() error {
	w.ctx = context.WithoutCancel(w.ctx)
	w.say("")
	w.tell("plain.interrupted")
	if err := w.keep(); err != nil {
		return err
	}
	return errQuit
}
