// Package plain is the line-by-line front end, for screen readers, slow links and terminals that cannot draw: the
// same questions and pages as package tui, with numbered choices and typed lines. It writes no control codes.
package plain

import (
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/tui"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/document"
	"example.org/todoku/wizard/session"
	"example.org/todoku/wizard/words"
)

// Run asks over in and out until the last page, "quit", or the end of the input. When ctx ends, what is in progress
// stops: after a wait the summary is offered, anything else ends the run. An error is one of reading or writing.
func Run(ctx context.Context, in io.Reader, out io.Writer, d tui.Deps) error {
	over := make(chan struct{})
	defer close(over)
	s := newWalk(ctx, out, d)
	s.lines = readLines(in, over)
	return s.run()
}

func newWalk(ctx context.Context, out io.Writer, d tui.Deps) *walk {
	if d.After == nil {
		d.After = time.After
	}
	return &walk{Session: d.Session(), ctx: ctx, out: out, d: d, p: words.P{Lang: d.Lang, Catalog: d.Catalog, Now: d.Now()},
		after: d.After, looked: tui.NewInbox(), stopLook: func() {}}
}

// Errors that steer the loop; Run never returns them.
var (
	errQuit = errors.New("quit")
	errBack = errors.New("back")
	errOn   = errors.New("the session has gone on")
)

// walk is one run, printed line by line. Everything about the domain is kept in the session.
type walk struct {
	*session.Session
	ctx   context.Context
	out   io.Writer
	wrong error // the first error of writing or reading
	lines *lines
	d     tui.Deps
	p     words.P
	after func(time.Duration) <-chan time.Time

	looked   *tui.Inbox // events of the look in the background
	stopLook func()
	todo     []session.Effect // for the next page to perform, after its title
}

// run goes through the steps, one question or page at a time.
func (s *walk) run() error {
	defer func() { s.stopLook() }()
	s.tell("plain.hello")
	s.do(s.Begin())
	for s.wrong == nil && s.At() != "" {
		r, err := s.visit(s.Step())
		var effects []session.Effect
		switch {
		case errors.Is(err, errBack):
			var ok bool
			if effects, ok = s.Back(); !ok {
				s.tell("plain.first")
				continue
			}
		case errors.Is(err, errOn): // the session has already moved on
			continue
		case err != nil:
			s.bye()
			return s.wrong
		default:
			effects, _ = s.Reply(r) // cannot fail: the step has checked it
		}
		s.do(effects)
	}
	s.bye()
	return s.wrong
}

// bye ends the run, and says how to resume it where it is kept.
func (s *walk) bye() {
	s.work(sayNothing)
	if s.Kept() {
		s.tell("tui.leave.resume")
	}
	s.tell("plain.bye")
}

func (s *walk) visit(step wizard.Step) (wizard.Reply, error) {
	page := wizard.Reply{Step: step.ID}
	switch step.ID {
	case wizard.StepIntake:
		return s.intake()
	case wizard.StepFound:
		return page, s.found()
	case wizard.StepReports:
		return s.reports()
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

// say prints lines, with all control characters escaped.
func (s *walk) say(text string) {
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		if _, err := io.WriteString(s.out, snapshot.Printable(line)+"\n"); err != nil && s.wrong == nil {
			s.wrong = err
		}
	}
}

// tell prints the text with an ID; args are its arguments, names and values in turn.
func (s *walk) tell(id string, args ...any) { s.say(s.t(id, args...)) }

func (s *walk) t(id string, args ...any) string {
	a := i18n.Args{}
	for i := 0; i+1 < len(args); i += 2 {
		a[args[i].(string)] = args[i+1]
	}
	return s.d.Lang.T(id, a)
}

// word reports whether what was typed is a command: its English name, or its name in the language.
func (s *walk) word(typed, command string) bool {
	typed = strings.ToLower(fold(typed))
	return typed == command || slices.Contains(strings.Fields(s.t("plain.command."+command)), typed)
}

// ask reads a line after the prompt. It handles "back", "quit" and "?"; help prints the answer to "?".
func (s *walk) ask(help func()) (string, error) {
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
func (s *walk) line() (string, bool) {
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
	case block, ok := <-s.lines.ready():
		if !ok {
			s.say("")
			s.ended()
			return "", false
		}
		l := s.lines.first(block)
		if l.long {
			s.tell("wizard.misfit." + wizard.MisfitLong)
			return s.line()
		}
		return l.text, true
	}
}

// ended keeps the error that ended the input, if there was one.
func (s *walk) ended() {
	if s.wrong == nil {
		s.wrong = s.lines.failed
	}
}

// paste reads lines up to a line with only a point, or the end of the input. first is the line that came before.
func (s *walk) paste(first string) (string, error) {
	s.tell("plain.pasting")
	p := pasting{told: func() { s.tell("wizard.misfit." + wizard.MisfitLong) }}
	p.b.WriteString(first)
	for {
		select {
		case <-s.ctx.Done():
			return "", errQuit
		case block, ok := <-s.lines.ready():
			if !ok {
				s.ended()
				return p.text(), nil
			}
			for i, l := range block {
				if isPoint(l.text) {
					s.lines.leave(block[i+1:])
					return p.text(), nil
				}
				p.add(l)
			}
		}
	}
}

// pasting collects a paste line by line.
type pasting struct {
	b    strings.Builder
	full bool // the paste is too long: this was said, and the rest is dropped
	told func()
}

func (p *pasting) add(l line) {
	need := p.b.Len() + 1 + len(l.text)
	switch {
	case p.full:
		return
	case l.long || need > wizard.MaxPaste:
		p.told()
		p.full = true
		kept := strings.Clone(p.b.String()[:min(p.b.Len(), maxCut)])
		p.b = strings.Builder{}
		p.b.WriteString(kept)
		runtime.GC() // the joined lines are now garbage, as large as the paste, and the collector runs seldom
		return
	case need > p.b.Cap() && need > wizard.MaxPaste/8:
		p.b.Grow(wizard.MaxPaste - p.b.Len()) // once: doubling repeatedly would cost as much as the paste
	}
	if p.b.Len() > 0 {
		p.b.WriteByte('\n')
	}
	p.b.WriteString(l.text)
}

func (p *pasting) text() string {
	if p.b.Len() > maxCut {
		runtime.GC()
	}
	return p.b.String()
}

// maxCut is how many bytes are kept of a paste that is too long: as much as is read of a mail.
const maxCut = 2 << 20

// isPoint reports whether a line ends a paste: it holds only a point, in any form that an input method writes.
func isPoint(line string) bool {
	switch strings.TrimSpace(line) {
	case ".", "\uff0e", "\u3002", "\uff61":
		return true
	}
	return false
}

// summary returns the documents' input for this run.
func (s *walk) summary() document.Input {
	in := document.Of(s.Session)
	in.Lang, in.Catalog, in.Now = s.d.Lang, s.d.Catalog, s.d.Now()
	in.Program, in.Practice = s.t("app.name"), s.d.Practice(s.d.Lang)
	return in
}
