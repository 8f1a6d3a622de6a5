// Package plain is the front end that asks line by line, for screen readers, slow links and terminals that cannot
// draw: the same questions and pages as package tui, as numbered choices and typed lines. It writes no control codes.
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

// Run asks over in and out until the last page, "quit", or the end of the input. The end of ctx stops what is under
// way: a wait ends and its summary is offered; anything else ends the run. An error is one of reading or writing.
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

// Errors that steer the loop; none of them leaves Run.
var (
	errQuit = errors.New("quit")
	errBack = errors.New("back")
	errOn   = errors.New("the session has gone on")
)

// walk is a session told in lines. What is known of the domain is the session's alone.
type walk struct {
	*session.Session
	ctx   context.Context
	out   io.Writer
	wrong error // the first error of writing or reading
	lines *lines
	d     tui.Deps
	p     words.P
	after func(time.Duration) <-chan time.Time

	looked   *tui.Inbox // what comes of the look in the background
	stopLook func()
	todo     []session.Effect // to be done by the page at hand, once it has said what it is
}

// run walks the flow: a question or a page at a time.
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
		case errors.Is(err, errOn): // the session has gone on by itself
			continue
		case err != nil:
			s.bye()
			return s.wrong
		default:
			effects, _ = s.Reply(r) // it fits: it was tested where it was asked for
		}
		s.do(effects)
	}
	s.bye()
	return s.wrong
}

// bye ends, and says how to go on where the run is kept.
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

// say writes lines. Whatever they hold, no letter of them moves or hides others.
func (s *walk) say(text string) {
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		if _, err := io.WriteString(s.out, snapshot.Printable(line)+"\n"); err != nil && s.wrong == nil {
			s.wrong = err
		}
	}
}

// tell says an id, with its values in pairs.
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

// ask reads a line after the prompt. "back", "quit" and "?" are taken care of; help is what "?" says.
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

// ended keeps why the input ended, where it was cut off.
func (s *walk) ended() {
	if s.wrong == nil {
		s.wrong = s.lines.failed
	}
}

// paste reads lines up to one that holds a point alone, or the end of the input. first is what came before.
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

// pasting is a paste that grows.
type pasting struct {
	b    strings.Builder
	full bool // told, and the rest is dropped
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
		runtime.GC() // the lines that were joined are garbage by now, as much as the paste; the program collects rarely
		return
	case need > p.b.Cap() && need > wizard.MaxPaste/8:
		p.b.Grow(wizard.MaxPaste - p.b.Len()) // at once: to double again and again costs as much as the paste
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

// maxCut is how much is kept of a paste that is too long: as much of a mail as is read for what it says.
const maxCut = 2 << 20

// isPoint reports whether a line ends a paste: a point alone, as any input method writes it.
func isPoint(line string) bool {
	switch strings.TrimSpace(line) {
	case ".", "\uff0e", "\u3002", "\uff61":
		return true
	}
	return false
}

// summary is what the exported file is made of.
func (s *walk) summary() document.Input {
	in := document.Of(s.Session)
	in.Lang, in.Catalog, in.Now = s.d.Lang, s.d.Catalog, s.d.Now()
	in.Program, in.Practice = s.t("app.name"), s.d.Practice()
	return in
}
