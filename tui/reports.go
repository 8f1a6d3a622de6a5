package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"example.org/todoku/checks/input"
	"example.org/todoku/checks/report/reported"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/document"
	"example.org/todoku/wizard/session"
)

// reportsPage reads DMARC reports and shows what they say: as the page for reports named in the first box, or over the
// last page, where it asks for them first.
type reportsPage struct {
	c      *Case
	over   bool
	asking bool // the box is open
	in     editor
	wrong  *input.Problem
	top    int // the first line shown
	note   notice
}

// newReports returns the page for the reports that were named in the first box.
func newReports(c *Case) reportsPage { return reportsPage{c: c, in: newEditor("", true)} }

// newReportsOver asks for reports, or shows those that were read already.
func newReportsOver(c *Case) reportsPage {
	s := newReports(c)
	s.over = true
	s.asking = c.Reports().Run == 0 && c.ReportsSaid() == nil
	return s
}

// Update types in the box, stops a reading, or scrolls.
func (s reportsPage) Update(msg tea.Msg) (Screen, Nav, tea.Cmd) {
	switch m := msg.(type) {
	case copiedMsg:
		s.note = notice{how: m.how, path: m.path, err: m.err}
	case tea.KeyMsg:
		switch {
		case s.c.Reports().Busy:
			if hotkey(m) == "esc" {
				return s, nil, s.c.do(s.c.CutReports())
			}
		case s.asking:
			return s.ask(m)
		default:
			return s.read(hotkey(m))
		}
	}
	return s, nil, nil
}

// ask handles a key in the box.
func (s reportsPage) ask(m tea.KeyMsg) (Screen, Nav, tea.Cmd) {
	switch m.String() {
	case "esc":
		if s.asking = false; s.c.Reports().Run == 0 {
			return s, goClose{}, nil
		}
		return s, nil, nil
	case "enter":
		got, wrong := s.c.d.Recognise(s.in.String())
		switch {
		case wrong != nil:
			s.wrong = wrong
		case got.Kind != input.Reports:
			s.wrong = &input.Problem{Code: input.NoFile, Args: map[string]string{"text": strings.TrimSpace(s.in.String())}}
		default:
			s.asking, s.top, s.in = false, 0, newEditor("", true)
			return s, nil, s.c.do(s.c.OpenReports(strings.Split(got.Raw, "\n")))
		}
		return s, nil, nil
	}
	if e, used := s.in.key(m); used {
		s.in, s.wrong = e, nil
	}
	return s, nil, nil
}

// read handles a key on the page that shows what was read.
func (s reportsPage) read(k string) (Screen, Nav, tea.Cmd) {
	switch k {
	case "esc":
		if s.over {
			return s, goClose{}, nil
		}
		return s, goBack{}, nil
	case "enter":
		switch {
		case s.over:
			return s, goClose{}, nil
		case s.c.Reports().Said == nil:
			return s, goBack{}, nil
		}
		return s, goOn{s.c.ReportsReply()}, nil
	case "tab":
		s.top = 0
		return s, nil, s.c.do(s.c.NextReports())
	case "o":
		if s.over {
			s.asking = true
		}
	case "c":
		if ch, ok := session.NextStage(s.c.Reports().Said); ok {
			return s, nil, s.c.copyOf(s.c.lang.T("words.field.value"), ch.Value)
		}
	default:
		s.top = scrolled(s.top, k)
	}
	return s, nil, nil
}

// View draws the box, the progress of reading, or what was read.
func (s reportsPage) View(f Frame) string {
	var out []string
	switch r := s.c.Reports(); {
	case r.Busy:
		out = s.busy(f, r.Share)
	case s.asking:
		out = s.box(f)
	default:
		return strings.Join(f.window(s.said(f), s.top, f.H), "\n")
	}
	return strings.Join(f.fit(out, 0, len(out), f.H), "\n")
}

// Bound keeps the page scrolled within its text.
func (s reportsPage) Bound(f Frame) Screen {
	if !s.asking && !s.c.Reports().Busy {
		s.top = within(s.top, s.said, f)
	}
	return s
}

// Scrolls reports whether what was read is higher than its room.
func (s reportsPage) Scrolls(f Frame) bool {
	return !s.asking && !s.c.Reports().Busy && len(s.said(f)) > f.H
}

// box asks for files.
func (s reportsPage) box(f Frame) []string {
	var out []string
	for _, l := range f.para(f.T("reports.ask"), 3) {
		out = append(out, f.Styles.Title.Render(l))
	}
	out = append(out, "")
	out = append(out, f.para(f.T("reports.how"), 3)...)
	out = append(out, "")
	for _, l := range s.in.box(f.W-8, max(1, min(4, s.in.lines()))) {
		out = append(out, "   "+f.Styles.Key.Render(">")+" "+l)
	}
	out = append(out, "")
	if s.wrong != nil {
		for _, l := range f.para(s.c.p().Problem(s.wrong), 3) {
			out = append(out, f.Styles.Bad.Render(l))
		}
		out = append(out, "")
	}
	if s.c.d.Lab != nil {
		out = append(append(out, f.dim(f.para(f.T("reports.lab"), 3))...), "")
	}
	return append(out, f.dim(f.para(f.T("reports.where"), 3))...)
}

// busy draws the progress of reading by bytes, since one file may be long.
func (s reportsPage) busy(f Frame, at session.Share) []string {
	var out []string
	for _, l := range f.para(f.T("reports.busy"), 3) {
		out = append(out, f.Styles.Title.Render(l))
	}
	out = append(out, "")
	share := 0.0
	switch {
	case at.Bytes > 0:
		share = float64(at.BytesRead) / float64(at.Bytes)
	case at.Files > 0:
		share = float64(at.FilesRead) / float64(at.Files)
	}
	out = append(out, "   "+f.bar(share, min(40, f.W-20)))
	out = append(out, f.para(f.T("reports.share", i18n.Args{"done": at.FilesRead, "all": at.Files}), 3)...)
	return append(append(out, ""), f.dim(f.para(f.T("reports.cut"), 3))...)
}

// said returns what the reports say, as the command line prints it, and below it the files that are not reports.
func (s reportsPage) said(f Frame) []string {
	r, p := s.c.Reports(), s.c.p()
	l := document.Layout{Width: f.W - 4, Wrap: wrap, Pass: f.Glyphs.On, Fail: f.Glyphs.Off, Style: f.styled}
	text := ""
	said := r.Said
	switch {
	case said != nil:
		text = document.ReportPage(p, *said, document.ReportForm{Panel: s.c.Panel(), Zone: s.zone(*said), Answers: s.c.Answers()}, l)
	case r.Read == nil: // kept runs do not keep reports
		text = document.ReportNone(p, s.c.Name())
	default:
		text = document.ReportNone(p, "")
	}
	out := s.note.view(f)
	if r.Read != nil {
		if r.Read.Stopped {
			text = f.Styles.Warn.Render(f.T("reports.cut-off", i18n.Args{"done": r.Read.Files, "all": r.Share.Files})) + "\n" + text
		}
		if rest := document.ReportRest(p, r.Read, l); rest != "" {
			text += "\n" + rest
		}
	}
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		out = append(out, f.chopped(strings.TrimRight("   "+line, " "))...)
	}
	return out
}

// chopped breaks a line that is longer than the frame, as a record's value may be; its further lines are indented like
// the first.
func (f Frame) chopped(line string) []string {
	if width(line) < f.W {
		return []string{line}
	}
	text := strings.TrimLeft(line, " ")
	in := len(line) - len(text)
	out := strings.Split(ansi.Hardwrap(text, f.W-in-1, true), "\n")
	for i := range out {
		out[i] = line[:in] + out[i]
	}
	return out
}

// zone returns the apex of a domain's zone, as far as it is known.
func (s reportsPage) zone(d reported.Domain) string {
	if s.c.Answers().Domain == d.Tally.Domain {
		return s.c.Zone()
	}
	return input.Registrable(d.Tally.Domain)
}

// styled draws a document's text in the screens' colours.
func (f Frame) styled(s document.Style, text string) string {
	switch s {
	case document.Bold, document.Part:
		return f.Styles.Title.Render(text)
	case document.Good:
		return f.Styles.Good.Render(text)
	case document.Bad:
		return f.Styles.Bad.Render(text)
	case document.Dim:
		return f.Styles.Dim.Render(text)
	}
	return text
}

// Keys returns the keys that the footer offers.
func (s reportsPage) Keys() []Key {
	r := s.c.Reports()
	switch {
	case r.Busy:
		return []Key{{"Esc", "cut"}}
	case s.asking:
		return []Key{{"Enter", "read"}, {"Esc", "close"}}
	}
	var keys []Key
	if r.Read != nil && len(r.Read.Domains) > 1 {
		keys = append(keys, Key{"Tab", "other-domain"})
	}
	if _, ok := session.NextStage(r.Said); ok {
		keys = append(keys, Key{"c", "copy"})
	}
	if s.over {
		return append(keys, Key{"o", "other-reports"}, Key{"Esc", "close"})
	}
	if r.Said != nil {
		keys = append([]Key{{"Enter", "look"}}, keys...)
	}
	return append(keys, Key{"Esc", "back"}, Key{"?", "words"})
}

// Title returns the name of the page.
func (s reportsPage) Title(f Frame) string {
	return f.Styles.Dim.Render(f.Lang.T("wizard." + string(wizard.StepReports) + ".title"))
}

// Typing reports whether the box is open.
func (s reportsPage) Typing() bool { return s.asking && !s.c.Reports().Busy }
