package plain

import (
	"slices"
	"strconv"
	"strings"

	"todoku/checks/dkim"
	"todoku/checks/owner"
	"todoku/checks/plan"
	"todoku/wizard"
	"todoku/wizard/document"
)

// diagnosis reads the findings out, the cause first.
func (s *session) diagnosis() error {
	s.title(wizard.StepDiagnosis)
	s.say(document.Diagnosis(s.summary()))
	for {
		s.tell("plain.go-on-save")
		line, err := s.ask(func() { s.tell("wizard.diagnosis.help") })
		if err != nil || !s.word(line, "save") {
			return err
		}
		s.save("md")
	}
}

// records reads the changes out one by one, each with its value on a line of its own.
func (s *session) records() error {
	if len(s.plan.Changes) == 0 {
		return nil
	}
	s.title(wizard.StepRecords)
	s.tell("wizard.records.help")
	for i := 0; i < len(s.plan.Changes); i++ {
		c := s.plan.Changes[i]
		s.say("")
		s.say(document.Record(s.summary(), i))
		if c.Ask != "" && c.Value == "" {
			took, err := s.key(c)
			if err != nil {
				return err
			}
			if took {
				i-- // the plan is made anew: the same record, now with its value
			}
			continue
		}
		if err := s.record(i); err != nil {
			return err
		}
	}
	return nil
}

// record waits until the owner has made the record; the value can be copied.
func (s *session) record(i int) error {
	c := s.p.Changes(s.plan, s.panel(), s.zone(), s.ans)[i]
	for {
		s.tell("plain.made")
		line, err := s.ask(func() { s.tell("plain.made-help") })
		if err != nil || !s.word(line, "copy") {
			return err
		}
		if s.d.Copy == nil {
			s.tell("plain.copy.none")
			continue
		}
		how, path, err := s.d.Copy(c.Value)
		if err != nil {
			s.tell("plain.failed", "error", err.Error())
			continue
		}
		s.tell("plain.copy."+how, "path", path)
	}
}

// panel and zone are those that the summary writes for, so that both say the same.
func (s *session) panel() string { return s.summary().Panel() }
func (s *session) zone() string  { return s.summary().Zone() }

// key takes the DKIM key that only a console can give; an empty line leaves it for later.
func (s *session) key(c plan.Change) (bool, error) {
	lab := ""
	if s.d.Lab != nil {
		lab = s.d.Lab.Keys[c.Ask]
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
		got := dkim.Clean(line)
		if got.Value == "" || got.Problem != "" {
			// A key may be broken over lines: read on before it is judged.
			text, err := s.paste(line)
			if err != nil {
				return false, err
			}
			got = dkim.Clean(text)
		}
		if got.Value == "" || got.Problem != "" {
			s.keyProblem(got.Problem)
			continue
		}
		s.take(c, got)
		return true, nil
	}
}

func (s *session) keyProblem(code string) {
	id := "tui.key-problem." + code
	if !s.d.Lang.Has(id) {
		id = "tui.key-problem.not-dkim"
	}
	s.tell(id)
}

// take keeps the key in place of an earlier one of the same service, and plans anew.
func (s *session) take(c plan.Change, got dkim.Paste) {
	k := owner.Key{Service: c.Ask, Selector: got.Selector, Value: got.Value, Alias: got.Alias}
	if k.Selector == "" {
		k.Selector, _, _ = strings.Cut(c.Name, "._domainkey")
	}
	keys := slices.DeleteFunc(slices.Clone(s.flow.Start.Keys), func(o owner.Key) bool { return o.Service == k.Service })
	s.flow.Start.Keys = append(keys, k)
	if a, _, err := s.flow.Walk(s.path); err == nil {
		s.ans = a
	}
	s.judge()
	s.tell("plain.key-taken")
}

// proof takes the source of a mail that arrived.
func (s *session) proof() error {
	s.title(wizard.StepProof)
	s.tell("wizard.proof.help")
	for {
		s.tell("plain.paste")
		line, err := s.ask(func() { s.tell("wizard.proof.help") })
		if err != nil || strings.TrimSpace(line) == "" {
			return err
		}
		text, err := s.paste(line)
		if err != nil {
			return err
		}
		got, problem := s.d.Recognise(text)
		if problem != nil || !isMail(got.Kind) {
			s.tell("tui.proof.not")
			continue
		}
		name := got.Unicode
		if name == "" {
			name = s.ans.Domain
		}
		s.tell("tui.proof.got-"+string(got.Kind), "domain", name)
		return nil
	}
}

// keep offers the summary as a file.
func (s *session) keep() error {
	s.title(wizard.StepKeep)
	s.tell("wizard.keep.help")
	formats := document.Formats()
	for i, f := range formats {
		s.say("  " + strconv.Itoa(i+1) + ". " + s.t("plain.format."+f.Name))
	}
	for {
		s.tell("plain.keep")
		line, err := s.ask(func() { s.tell("wizard.keep.help") })
		if err != nil {
			return err
		}
		n, bad := strconv.Atoi(strings.TrimSpace(fold(line)))
		switch {
		case strings.TrimSpace(line) == "":
			return nil
		case bad != nil || n < 1 || n > len(formats):
			s.tell("plain.no-number", "last", len(formats))
		default:
			s.save(formats[n-1].Name)
		}
	}
}

// save writes the summary to a file, and says where.
func (s *session) save(format string) {
	in := s.summary()
	data, err := document.Write(format, in)
	path := ""
	if err == nil {
		path, err = s.d.Save(document.FileName(format, in), data)
	}
	if err != nil {
		s.tell("plain.failed", "error", err.Error())
		return
	}
	s.tell("plain.saved", "path", path)
}
