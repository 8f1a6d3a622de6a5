package plain

import (
	"strings"

	"example.org/todoku/checks/input"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/document"
	"example.org/todoku/wizard/session"
)

// reports prints what the reports named in the first box say, and goes on with their domain.
func (s *walk) reports() (wizard.Reply, error) {
	s.title(wizard.StepReports)
	for {
		s.readReports()
		none := s.Reports().Said == nil
		if none {
			s.tell("plain.reports.none")
		} else {
			s.tell("plain.reports.go-on", "domain", s.Reports().Said.Tally.Domain)
		}
		s.others()
		line, err := s.ask(func() { s.tell("wizard.reports.help") })
		switch {
		case err != nil:
			return wizard.Reply{}, err
		case s.word(line, "next"):
			s.do(s.NextReports())
		case none:
			return wizard.Reply{}, errBack
		default:
			return s.ReportsReply(), nil
		}
	}
}

// others says that the reports are about other domains too.
func (s *walk) others() {
	if r := s.Reports(); r.Read != nil && len(r.Read.Domains) > 1 {
		s.tell("plain.reports.others", "count", len(r.Read.Domains)-1)
	}
}

// moreReports asks for reports on the last page, and prints what they say.
func (s *walk) moreReports() error {
	for {
		s.tell("plain.reports.ask")
		line, err := s.ask(func() { s.tell("tui.reports.where") })
		if err != nil || strings.TrimSpace(line) == "" {
			return err
		}
		if s.word(line, "next") {
			s.do(s.NextReports())
			s.readReports()
			continue
		}
		got, problem := s.d.Recognise(line)
		switch {
		case problem != nil && problem.Code == input.NoFile:
			s.say(s.p.Problem(problem))
			continue
		case problem != nil || got.Kind != input.Reports:
			s.say(s.p.Problem(&input.Problem{Code: input.NoFile, Args: map[string]string{"text": strings.TrimSpace(line)}}))
			continue
		}
		s.do(s.OpenReports(strings.Split(got.Raw, "\n")))
		s.readReports()
		s.others()
	}
}

// sayShares is how many progress lines a long reading prints.
const sayShares = 10

// readReports performs the effects about reports, prints progress lines, and prints what the reports say.
func (s *walk) readReports() {
	told := 0
	for len(s.todo) > 0 {
		e := s.todo[0]
		s.todo = s.todo[1:]
		s.d.Perform(s.ctx, e, func(came session.Event) {
			s.do(came(s.Session))
			at := s.Reports().Share
			if part := int(at.BytesRead * sayShares / max(at.Bytes, 1)); s.Reports().Busy && part > told && part < sayShares {
				told = part
				s.tell("tui.reports.share", "done", at.FilesRead, "all", at.Files)
			}
		})
	}
	r := s.Reports()
	if r.Read != nil && r.Read.Stopped {
		s.tell("tui.reports.cut-off", "done", r.Read.Files, "all", r.Share.Files)
	}
	s.say(s.reportText())
}

// reportText returns what the reports say, without bars.
func (s *walk) reportText() string {
	r, l := s.Reports(), document.Layout{Barless: true}
	s.p.Panel = s.Panel()
	text := document.ReportNone(s.p, "")
	if r.Said != nil {
		zone := input.Registrable(r.Said.Tally.Domain)
		if s.Answers().Domain == r.Said.Tally.Domain {
			zone = s.Zone()
		}
		text = document.ReportPage(s.p, *r.Said, document.ReportForm{Panel: s.Panel(), Zone: zone, Answers: s.Answers()}, l)
	}
	if r.Read != nil {
		if rest := document.ReportRest(s.p, r.Read, l); rest != "" {
			text += "\n" + rest
		}
	}
	return text
}
