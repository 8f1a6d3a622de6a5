// Package plain is the front end that asks line by line, for screen readers, slow links and terminals that cannot
// draw: the same questions and pages as package tui, as numbered choices and typed lines. It writes no control codes.
package plain

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"todoku/checks"
	"todoku/checks/catalog"
	"todoku/checks/forecast"
	"todoku/checks/owner"
	"todoku/checks/plan"
	"todoku/checks/snapshot"
	"todoku/i18n"
	"todoku/tui"
	"todoku/wizard"
	"todoku/wizard/document"
	"todoku/wizard/session/store"
	"todoku/wizard/words"
)

// Run asks over in and out until the last page, "quit", or the end of the input. The end of ctx stops what is under
// way: a wait ends and its summary is offered; anything else ends the run. An error is one of reading or writing.
func Run(ctx context.Context, in io.Reader, out io.Writer, d tui.Deps) error {
	over := make(chan struct{})
	defer close(over)
	s := &session{ctx: ctx, out: out, d: d, p: words.P{Lang: d.Lang, Catalog: d.Catalog, Now: d.Now()}, flow: wizard.Main(),
		said: map[wizard.StepID]wizard.Reply{}, after: time.After}
	s.lines = readLines(in, over)
	s.flow.Start = d.Start
	if got, problem := d.Recognise(d.Start.Domain); d.Start.Domain != "" && problem == nil {
		s.name = got.Unicode
	}
	return s.run()
}

// Errors that steer the loop; none of them leaves Run.
var (
	errQuit = errors.New("quit")
	errBack = errors.New("back")
	errOn   = errors.New("go on with a kept run")
)

type session struct {
	ctx   context.Context
	out   io.Writer
	wrong error // the first error of writing or reading
	lines *lines
	d     tui.Deps
	p     words.P
	after func(time.Duration) <-chan time.Time

	flow wizard.Flow
	path wizard.Path
	said map[wizard.StepID]wizard.Reply // replies that "back" took away, to be offered again
	ans  owner.Answers
	name string // the domain as people write it

	early  *look
	snap   *snapshot.Snapshot
	seen   catalog.Detected
	found  []checks.Finding
	plan   plan.Plan
	future forecast.Forecast
	wait   *document.Wait
	went   *store.Run // the kept run that is gone on with
}

// run walks the flow: a question or a page at a time.
func (s *session) run() error {
	s.tell("plain.hello")
	s.path = s.flow.Begin()
	for s.wrong == nil {
		a, at, err := s.flow.Walk(s.path)
		if err != nil {
			s.path = s.path.Back() // cannot be: every reply was tested before it was kept
			continue
		}
		s.ans = a
		step, ok := s.flow.Step(at)
		if !ok {
			break
		}
		s.lookEarly()
		r, err := s.visit(step)
		switch {
		case errors.Is(err, errBack):
			s.back()
		case errors.Is(err, errOn): // the path is that of the run
		case err != nil:
			s.stopLook()
			s.tell("plain.bye")
			return s.wrong
		default:
			s.path = s.path.With(r)
			s.said[r.Step] = r
		}
	}
	s.stopLook()
	s.tell("plain.bye")
	return s.wrong
}

func (s *session) visit(step wizard.Step) (wizard.Reply, error) {
	page := wizard.Reply{Step: step.ID}
	switch step.ID {
	case wizard.StepIntake:
		return s.intake()
	case wizard.StepCheck:
		return page, s.check()
	case wizard.StepDiagnosis:
		return page, s.diagnosis()
	case wizard.StepRecords:
		return page, s.records()
	case wizard.StepWatch:
		return page, s.watch()
	case wizard.StepProof:
		return page, s.proof()
	case wizard.StepKeep:
		return page, s.keep()
	}
	return s.question(step)
}

// back takes the last reply back, with those of the pages that nobody stops at.
func (s *session) back() {
	for len(s.path) > 0 {
		last := s.path[len(s.path)-1].Step
		s.path = s.path.Back()
		if last != wizard.StepCheck && !s.passes(last) {
			return
		}
	}
	s.tell("plain.first")
}

// passes reports whether a page has nothing to show: no records to make, or none to wait for.
func (s *session) passes(id wizard.StepID) bool {
	return id == wizard.StepRecords && len(s.plan.Changes) == 0 || id == wizard.StepWatch && len(s.plan.Edits()) == 0
}

// say writes lines. Whatever they hold, no letter of them moves or hides others.
func (s *session) say(text string) {
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		if _, err := io.WriteString(s.out, snapshot.Printable(line)+"\n"); err != nil && s.wrong == nil {
			s.wrong = err
		}
	}
}

// tell says an id, with its values in pairs.
func (s *session) tell(id string, args ...any) { s.say(s.t(id, args...)) }

func (s *session) t(id string, args ...any) string {
	a := i18n.Args{}
	for i := 0; i+1 < len(args); i += 2 {
		a[args[i].(string)] = args[i+1]
	}
	return s.d.Lang.T(id, a)
}

// word reports whether what was typed is a command: its English name, or its name in the language.
func (s *session) word(typed, command string) bool {
	typed = strings.ToLower(fold(typed))
	return typed == command || slices.Contains(strings.Fields(s.t("plain.command."+command)), typed)
}

// ask reads a line after the prompt. "back", "quit" and "?" are taken care of; help is what "?" says.
func (s *session) ask(help func()) (string, error) {
	for {
		line, ok := s.line()
		switch typed := strings.TrimSpace(line); {
		case !ok || s.word(typed, "quit"):
			return "", errQuit
		case s.word(typed, "back"):
			return "", errBack
		case s.word(typed, "help") || fold(typed) == "?":
			help()
			s.tell("plain.commands")
		default:
			return line, nil
		}
	}
}

// line reads one line; ok is false at the end of the input or of ctx.
func (s *session) line() (string, bool) {
	if s.wrong != nil {
		return "", false
	}
	if _, err := io.WriteString(s.out, "> "); err != nil {
		s.wrong = err
		return "", false
	}
	select {
	case <-s.ctx.Done():
		s.say("")
		return "", false
	case l, ok := <-s.lines.c:
		switch {
		case !ok:
			s.say("")
			s.ended()
		case l.long:
			s.tell("wizard.misfit." + wizard.MisfitLong)
			return s.line()
		}
		return l.text, ok
	}
}

// ended keeps why the input ended, where it was cut off.
func (s *session) ended() {
	if s.wrong == nil {
		s.wrong = s.lines.failed
	}
}

// paste reads lines up to one that holds a point alone, or the end of the input. first is what came before.
func (s *session) paste(first string) (string, error) {
	s.tell("plain.pasting")
	var b strings.Builder
	b.WriteString(first)
	full := false // told, and the rest is dropped
	for {
		select {
		case <-s.ctx.Done():
			return "", errQuit
		case l, ok := <-s.lines.c:
			if !ok {
				s.ended()
			}
			if !ok || fold(strings.TrimSpace(l.text)) == "." {
				return b.String(), nil
			}
			if (l.long || b.Len()+1+len(l.text) > wizard.MaxPaste) && !full {
				s.tell("wizard.misfit." + wizard.MisfitLong)
				full = true
			}
			if full {
				continue
			}
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(l.text)
		}
	}
}

// summary is what the exported file is made of.
func (s *session) summary() document.Input {
	return document.Input{Lang: s.d.Lang, Catalog: s.d.Catalog, Domain: s.name, Answers: s.ans, DNS: s.snap, Findings: s.found,
		Plan: s.plan, Forecast: s.future, Seen: s.seen, Wait: s.wait, Now: s.d.Now(), Program: s.t("app.name"), Practice: s.d.Practice()}
}
