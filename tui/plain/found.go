package plain

import (
	"strconv"
	"strings"

	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/words"
)

// found prints what DNS shows and what was answered, one numbered line a question. An empty line accepts it all; a
// number opens the question behind a line.
func (s *walk) found() error {
	s.awaitEarly()
	s.work(sayNothing)
	switch {
	case s.ctx.Err() != nil:
		return errQuit
	case s.At() != wizard.StepFound: // something must be asked that DNS does not show
		return errOn
	case s.Blind():
		return s.blind(wizard.StepFound)
	case s.Missing():
		return s.retype()
	}
	s.title(wizard.StepFound)
	s.notes()
	s.inHand()
	lines := s.Lines()
	for i, l := range lines {
		t := s.p.Line(l.Step, l.Reply, l.Clues, l.Said)
		s.say("  " + strconv.Itoa(i+1) + ". " + s.t("wizard."+string(l.Step)+".crumb") + ": " + t.Value)
		if t.Why != "" {
			s.say("     " + t.Why)
		}
	}
	for {
		s.tell("plain.found")
		line, err := s.ask(func() { s.tell("wizard.found.help") })
		if err != nil {
			return err
		}
		typed := strings.TrimSpace(fold(line))
		n, bad := strconv.Atoi(typed)
		switch {
		case typed == "":
			return nil
		case bad != nil || n < 1 || n > len(lines):
			s.tell("plain.no-number", "last", len(lines))
		default:
			s.Open(lines[n-1].Step)
			return errOn
		}
	}
}

// notes says what was read from the text in the first box.
func (s *walk) notes() {
	text := s.Typed()
	if text == "" {
		return
	}
	if got, bad := s.d.Recognise(text); bad == nil {
		for _, n := range got.Notes() {
			s.say(s.p.Note(n))
		}
	}
}

// inHand says what was read from a pasted mail.
func (s *walk) inHand() {
	if told := s.p.InHand(s.Answers().Mail); told != "" {
		s.say(s.t("tui.found.mail") + ": " + told)
	}
}

// retype asks again for the name of a domain that is not registered.
func (s *walk) retype() error {
	s.tell("tui.found.missing", "domain", snapshot.Printable(s.Name()))
	for {
		s.tell("tui.found.retype")
		line, err := s.ask(func() { s.tell("wizard.intake.help") })
		if err != nil {
			return err
		}
		if strings.TrimSpace(line) == "" {
			line = s.Name()
		}
		got, problem := s.d.Recognise(line)
		if problem != nil {
			s.say(s.p.Problem(problem))
			continue
		}
		if effects, err := s.Retype(words.Intake(got)); err == nil {
			s.do(effects)
			return errOn
		}
	}
}
