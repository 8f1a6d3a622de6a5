package plain

import (
	"errors"
	"strconv"
	"strings"

	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/document"
	"example.org/todoku/wizard/session"
)

// diagnosis prints the findings, the cause first.
func (s *walk) diagnosis() error {
	s.title(wizard.StepDiagnosis)
	s.say(document.Diagnosis(s.summary()))
	if text := s.p.Advice(s.Answers()); text != "" {
		s.say("")
		s.say(text)
	}
	goOn := "plain.go-on-save"
	if len(s.Result().Plan.Changes) == 0 {
		goOn = "plain.next-save"
	}
	for {
		s.tell(goOn)
		line, err := s.ask(func() { s.tell("wizard.diagnosis.help") })
		switch {
		case err != nil || strings.TrimSpace(line) == "":
			return err
		case s.word(line, "save"):
			s.save("txt")
		default:
			s.tell("plain.no-command", "typed", line)
		}
	}
}

// records prints the changes one by one, each with its value on a line of its own.
func (s *walk) records() error {
	s.title(wizard.StepRecords)
	s.tell("wizard.records.help")
	for i := 0; i < len(s.Result().Plan.Changes); i++ {
		if s.AsksReport(i) {
			if err := s.report(); err != nil {
				return err
			}
		}
		c := s.Result().Plan.Changes[i]
		s.say("")
		s.say(document.Record(s.summary(), i))
		if c.AsksKey() {
			took, err := s.key(c)
			if err != nil {
				return err
			}
			if at := s.Find(c); took && at >= 0 {
				i = at - 1 // there is a new plan: show the same record again, now with its value
			}
			continue
		}
		if err := s.record(i); err != nil {
			return err
		}
	}
	return nil
}

// report asks where reports are to go, which the record at hand contains.
func (s *walk) report() error {
	s.Open(wizard.StepReport)
	r, err := s.question(s.Step())
	if errors.Is(err, errBack) { // asked once, not answered
		_, _ = s.Back()
		return nil
	}
	if err != nil {
		return err
	}
	effects, _ := s.Reply(r) // cannot fail: question has checked it
	s.do(effects)
	s.await()
	return nil
}

// record waits until the owner has made the record; the value can be copied.
func (s *walk) record(i int) error {
	c := s.p.Changes(s.Result().Plan, s.Panel(), s.Zone(), s.Answers())[i]
	asks, help := "plain.made", "plain.made-help"
	if c.Switch { // nothing is typed, so there is nothing to copy
		asks, help = "plain.switched", "plain.switched-help"
	}
	if x, ok := s.FaultAt(i); ok {
		s.say(s.p.Amend(x.Sight))
	}
	for {
		s.tell(asks)
		line, err := s.ask(func() { s.tell(help) })
		if err != nil {
			return err
		}
		switch {
		case strings.TrimSpace(line) == "":
			s.do(s.SetSaved(s.Result().Plan.Changes[i], true))
			return nil
		case c.Switch || !s.word(line, "copy"):
			s.tell("plain.no-command", "typed", line)
			continue
		}
		if s.d.Copy == nil {
			s.tell("plain.copy.none")
			continue
		}
		how, path, err := s.d.Copy(c.Value)
		if err != nil {
			s.tell("plain.failed", "error", s.p.Trouble(err))
			continue
		}
		s.tell("plain.copy."+how, "path", path)
	}
}

// key asks for the DKIM key that only a console can show; an empty line leaves it for later.
func (s *walk) key(c plan.Change) (bool, error) {
	lab := ""
	if s.d.Lab != nil {
		lab = s.d.Lab.Key(c.Ask, c.Name)
	}
	for {
		s.tell("plain.key")
		if lab != "" {
			s.tell("plain.key-lab")
		}
		line, err := s.ask(func() { s.tell("plain.key-help") })
		if err != nil || strings.TrimSpace(line) == "" {
			return false, err
		}
		if lab != "" && s.word(line, "lab") {
			line = lab
		}
		k, got := s.ReadKey(c, line)
		if got.Problem != "" {
			// A key may be broken over lines, so read on before judging it.
			text, err := s.paste(line)
			if err != nil {
				return false, err
			}
			k, got = s.ReadKey(c, text)
		}
		if got.Problem == session.NoSelector {
			if k, err = s.keyName(k); err != nil {
				return false, err
			}
			got.Problem = ""
		}
		if got.Problem != "" {
			s.keyProblem(got.Problem)
			continue
		}
		s.TakeKey(k)
		s.tell("plain.key-taken")
		return true, nil
	}
}

// keyName asks for the selector of a key that came without it.
func (s *walk) keyName(k owner.Key) (owner.Key, error) {
	s.tell("tui.key-problem.no-selector")
	for {
		line, err := s.ask(func() { s.tell("tui.key-problem.no-selector") })
		if err != nil {
			return k, err
		}
		named, ok := s.NameKey(k, line)
		if ok {
			return named, nil
		}
		s.tell("tui.key-problem.bad-selector")
	}
}

func (s *walk) keyProblem(code string) {
	id := "tui.key-problem." + code
	if !s.d.Lang.Has(id) {
		id = "tui.key-problem.not-dkim"
	}
	s.tell(id)
}

// keep offers the summary as a file.
func (s *walk) keep() error {
	s.title(wizard.StepKeep)
	if x := s.Proved(); x != nil {
		s.say(s.p.Proof(*x, s.Name()).Short)
	} else {
		s.tell("proof.short.none")
	}
	s.tell("wizard.keep.help")
	saved, formats := false, document.Formats()
	for i, f := range formats {
		s.say("  " + strconv.Itoa(i+1) + ". " + s.t("plain.format."+f.Name))
	}
	for {
		s.tell("plain.keep")
		s.tell("plain.keep-reports")
		line, err := s.ask(func() { s.tell("wizard.keep.help") })
		if err != nil {
			return err
		}
		n, bad := strconv.Atoi(strings.TrimSpace(fold(line)))
		switch {
		case strings.TrimSpace(line) == "":
			if !saved {
				s.save("txt")
			}
			return nil
		case strings.TrimSpace(fold(line)) == "-":
			return nil
		case s.word(line, "reports"):
			if err := s.moreReports(); err != nil {
				return err
			}
		case bad != nil || n < 1 || n > len(formats):
			s.tell("plain.no-number", "last", len(formats))
		default:
			if err := s.hand(formats[n-1].Name); err != nil {
				return err
			}
			saved = true
		}
	}
}

// hand writes a format; if there are several letters it asks which.
func (s *walk) hand(format string) error {
	in := s.summary()
	list := in.Letters()
	if format != "request" || len(list) < 2 {
		s.save(format)
		return nil
	}
	s.tell("tui.export.whom")
	s.say("  1. " + s.t("tui.export.all-letters"))
	for i, l := range list {
		s.say("  " + strconv.Itoa(i+2) + ". " + l.To)
	}
	for {
		line, err := s.ask(func() { s.tell("wizard.keep.help") })
		if err != nil {
			return err
		}
		switch n, bad := strconv.Atoi(strings.TrimSpace(fold(line))); {
		case bad == nil && n > 1 && n < len(list)+2:
			data, name, _ := document.Letter(in, list[n-2].Code)
			s.saved(name, data, nil)
			return nil
		case strings.TrimSpace(line) == "", bad == nil && n == 1:
			s.save(format)
			return nil
		default:
			s.tell("plain.no-number", "last", len(list)+1)
		}
	}
}

// save writes the summary to a file, and says where.
func (s *walk) save(format string) {
	in := s.summary()
	data, err := document.Write(format, in)
	s.saved(document.FileName(format, in), data, err)
}

// saved writes data to a file, and says where; err, if not nil, is why data could not be made.
func (s *walk) saved(name string, data []byte, err error) {
	path := ""
	if err == nil {
		path, err = s.d.Save(name, data)
	}
	if err != nil {
		s.tell("plain.failed", "error", s.p.Trouble(err))
		return
	}
	s.tell("plain.saved", "path", path)
}
