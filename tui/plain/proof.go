package plain

import (
	"strings"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/proof"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session"
	"example.org/todoku/wizard/words"
)

// proof asks to switch on signing first, then reads what came of a test mail: its source, a file with it, or the
// bounce.
func (s *walk) proof() error {
	s.title(wizard.StepProof)
	for todo := s.Signing(); len(todo) > 0; todo = s.Signing() {
		if err := s.sign(todo[0].Service); err != nil {
			return err
		}
	}
	if s.TooEarly() {
		s.tell("tui.proof.unpublished")
	}
	if r := s.Answers().Route; r == owner.Forward || r == owner.List {
		s.say(s.p.TestMail(s.Answers()))
		s.tell("tui.proof.open")
		s.tell("tui.proof.paste")
	} else {
		s.tell("wizard.proof.help")
	}
	for _, ch := range s.Unseen() {
		name, _ := s.p.Starts(ch.Service)
		s.tell("tui.proof.unseen", "service", name)
	}
	for {
		if p := s.Proof(); p != nil && p.Arrived() {
			s.tell("plain.proof-on")
		} else {
			s.tell("plain.paste")
		}
		practice := s.d.Lab != nil && s.d.Lab.Mail != nil
		if practice {
			s.tell("plain.proof-lab")
		}
		line, err := s.ask(func() { s.tell("wizard.proof.help") })
		if err != nil || strings.TrimSpace(line) == "" {
			return err
		}
		if err := s.readProof(line, practice); err != nil {
			return err
		}
		s.result()
	}
}

// sign waits until the owner has switched on signing at a service, or skips it.
func (s *walk) sign(service string) error {
	name, start := s.p.Starts(service)
	if start == "" {
		start = s.t("tui.proof.sign-plain", "service", name)
	}
	s.tell("plain.sign", "service", name, "start", start)
	for {
		s.tell("plain.signed")
		line, err := s.ask(func() { s.tell("plain.sign-help") })
		switch {
		case err != nil:
			return err
		case s.word(strings.TrimSpace(line), "later"):
			s.SignLater(service)
			return nil
		case strings.TrimSpace(line) == "":
			s.do(s.SwitchedOn(service))
			s.work(func(session.Effect) {})
			return nil
		}
		s.tell("plain.no-command", "typed", line)
	}
}

// readProof reads the mail that begins with a line, the file that the line names, or in the lab the mail that is sent
// for it.
func (s *walk) readProof(line string, practice bool) error {
	_, path := session.PathIn(line)
	switch {
	case practice && s.word(strings.TrimSpace(line), "lab"):
		s.do(s.Practice(string(s.d.Lang)))
	case path:
		s.do(s.ReadProof(line))
	default:
		text, err := s.paste(line)
		if err != nil {
			return err
		}
		s.do(s.ReadProof(text))
	}
	s.work(func(session.Effect) {})
	return nil
}

// result prints what the mail shows.
func (s *walk) result() {
	if err := s.ProofErr(); err != nil {
		s.say(s.p.ProofError(err))
	}
	if x := s.Proof(); x != nil {
		s.shown(*x)
	}
}

func (s *walk) shown(x proof.Proof) {
	w := s.p.Proof(x, s.Name())
	s.say(w.Head)
	for _, r := range w.Rows {
		mark := ""
		if r.Mark != words.MarkNone {
			mark = s.t("proof.mark."+string(r.Mark)) + " "
		}
		s.say("  " + mark + r.Label + ": " + r.Text)
	}
	for _, d := range w.Do {
		s.say(d)
	}
}
