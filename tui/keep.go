package tui

import (
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/checks"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/words"
)

// dmarcPause is how long reports are read before the next DMARC stage: long enough to see every system that sends,
// monthly newsletters included.
const dmarcPause = 28 * 24 * time.Hour

// keep is the last page: what was achieved, what comes next, and the files.
type keep struct {
	c    *Case
	note notice
	busy bool // Enter was pressed, and the file is being written
	top  int  // the first line that is shown
}

func newKeep(c *Case) keep { return keep{c: c} }

// Update saves the summary as text and ends, or offers other formats.
func (s keep) Update(msg tea.Msg) (Screen, Nav, tea.Cmd) {
	if m, ok := msg.(savedMsg); ok {
		s.note = notice{how: "saved", path: m.path, err: m.err}
		if m.err != nil || !s.busy {
			s.busy = false
			return s, nil, nil
		}
		return s, goLeave{}, nil
	}
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return s, nil, nil
	}
	switch k := hotkey(m); k {
	case "e":
		return s, goOver{newExport(s.c)}, nil
	case "r":
		return s, goOver{newReportsOver(s.c)}, nil
	case "esc":
		return s, goBack{}, nil
	case "enter":
		if s.c.saved != "" { // in a format that was chosen
			return s, goLeave{}, nil
		}
		if !s.busy {
			s.busy, s.note = true, notice{}
			return s, nil, s.c.write(formats[0])
		}
	default:
		s.top = scrolled(s.top, k)
	}
	return s, nil, nil
}

// View draws what fits of the page, and below it what happened to the file.
func (s keep) View(f Frame) string {
	f = f.column()
	note := s.note.view(f)
	return strings.Join(append(f.window(s.text(f), s.top, f.H-len(note)), note...), "\n")
}

// Scrolls reports whether the page is higher than its room.
func (s keep) Scrolls(f Frame) bool {
	f = f.column()
	return len(s.text(f)) > f.H-len(s.note.view(f))
}

// Bound keeps the page scrolled within its text.
func (s keep) Bound(f Frame) Screen {
	f = f.column()
	f.H -= len(s.note.view(f))
	s.top = within(s.top, s.text, f)
	return s
}

// text returns the page's lines.
func (s keep) text(f Frame) []string {
	head, style := s.head(), f.Styles.Title
	if head == "keep.healthy" || head == "keep.done" {
		style = f.Styles.Good
	}
	var out []string
	for _, l := range f.para(f.T(head, i18n.Args{"domain": s.c.Name()}), 3) {
		out = append(out, style.Render(l))
	}
	out = append(out, "")
	if refusal, refused := checks.Refusal(s.c.Result().Findings); refused && head == "keep.refused" {
		out = append(out, f.para(s.c.p().Finding(refusal).Fix, 3)...)
		out = append(out, "")
	}
	if head == "keep.unsure" {
		out = append(out, s.open(f)...)
	}
	later := "keep.later"
	if only, done := s.c.Switched(); done {
		later = ""
	} else if only {
		later = "keep.later-switch"
	}
	if later != "" {
		out = append(out, s.remains(f, later, s.c.Result().Plan.Later)...)
	}
	out = append(out, s.remains(f, "keep.left", s.c.Result().Plan.Left)...)
	out = append(out, s.signing(f)...)
	out = append(append(out, s.proof(f)...), "")
	if said := s.reports(f); len(said) > 0 {
		out = append(append(out, said...), "")
	} else if s.c.dmarcNew() && s.c.Wait().Published() {
		out = append(out, f.labelled(f.T("keep.next"), s.c.stricter(f), 3, 12, f.Styles.Key)...)
		out = append(out, "")
	} else if text := s.stage(); text != "" {
		out = append(out, f.labelled(f.T("keep.next"), text, 3, 12, f.Styles.Key)...)
		out = append(out, "")
	}
	if s.c.ReportsSaid() == nil {
		out = append(out, f.labelled(f.T("reports.label"), f.T("reports.press"), 3, 12, f.Styles.Key)...)
		out = append(out, "")
	}
	return append(out, f.labelled(f.T("keep.save"), f.T(map[bool]string{true: "keep.files", false: "keep.saved"}[s.c.saved == ""], i18n.Args{"path": s.c.saved}), 3, 12, f.Styles.Key)...)
}

// head returns the ID of the text that sums up the state. Records that the owner was not asked to make are not reported
// as missing.
func (s keep) head() string {
	plan, found := s.c.Result().Plan, s.c.Result().Findings
	_, refused := checks.Refusal(found)
	verdict := checks.VerdictOf(found)
	switch edits := len(plan.Edits()) > 0; {
	case edits && s.c.Wait().Published():
		return "keep.done"
	case edits:
		return "keep.waiting"
	case refused:
		return "keep.refused"
	case len(plan.Changes) > 0:
		return "keep.to-make"
	case verdict == checks.VerdictOK:
		return "keep.healthy"
	case verdict == checks.VerdictUnknown:
		return "keep.unsure"
	}
	return "keep.no-record"
}

// proof says whether a test mail has arrived, and when.
func (s keep) proof(f Frame) []string {
	style, text := f.Styles.Warn, f.Lang.T("proof.short.none")
	if x := s.c.Proved(); x != nil {
		w := s.c.p().Proof(*x, s.c.Name())
		if text = w.Short; w.Mark == words.MarkGood {
			style = f.Styles.Good
		}
	}
	return f.labelled(f.T("keep.proof"), text, 3, 12, style)
}

// remains lists findings that are still there under a heading, with what to do about those that no record mends; nil
// where there are none.
func (s keep) remains(f Frame, id string, found []checks.Finding) []string {
	if len(found) == 0 {
		return nil
	}
	out := f.para(f.T(id, i18n.Args{"count": len(found)}), 3)
	for _, x := range found {
		w := s.c.p().Finding(x)
		text := w.What
		if id == "keep.left" {
			text = s.c.p().Sentences(w.What, w.Fix)
		}
		out = append(out, f.labelled(f.Glyphs.Dot, text, 3, 2, f.Styles.Warn)...)
	}
	return append(out, "")
}

// open lists what could not be told, and what is to be done about it.
func (s keep) open(f Frame) []string {
	var out []string
	for _, x := range checks.Causes(s.c.Result().Findings) {
		if x.Severity == checks.Unknown {
			w := s.c.p().Finding(x)
			out = append(out, f.labelled(f.Glyphs.Dot, s.c.p().Sentences(w.What, w.Fix), 3, 2, f.Styles.Warn)...)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return append(out, "")
}

// signing reminds the owner to switch on signing at the services whose keys are visible by now.
func (s keep) signing(f Frame) []string {
	var out []string
	for _, ch := range s.c.Result().Plan.Changes {
		name, start := s.c.starts(ch.Service, string(f.Lang))
		if ch.Gate == "" || ch.Value == "" || start == "" || !s.c.Wait().Open(ch) || s.c.Signs(ch.Service) {
			continue
		}
		text := f.T("keep.sign", i18n.Args{"service": name, "start": start})
		if line := f.labelled(f.T("keep.signing"), text, 3, 12, f.Styles.Key); !slices.Contains(out, line[0]) {
			out = append(append(out, line...), "")
		}
	}
	return out
}

// reports says what DMARC reports say about the next stage, which is better evidence than the calendar; nil where none
// were read.
func (s keep) reports(f Frame) []string {
	d := s.c.ReportsSaid()
	if d == nil {
		return nil
	}
	return f.labelled(f.T("reports.label"), s.c.p().ReportsBrief(*d), 3, 12, f.Styles.Key)
}

// stage words the next stage of a policy that is already published; "" while the plan has yet to be published.
func (s keep) stage() string {
	if !s.c.Wait().Published() && len(s.c.Result().Plan.Edits()) > 0 {
		return ""
	}
	return s.c.p().Stage(s.c.Result().NextStage())
}

// dmarcNew reports whether the plan brings a first DMARC policy.
func (c *Case) dmarcNew() bool {
	for _, ch := range c.Result().Plan.Changes {
		if dnsname.IsPolicy(ch.Name) && strings.Contains(ch.Value, "p=none") {
			return true
		}
	}
	return false
}

// stricter says when the DMARC policy may become stricter: some time after every place has seen the first policy.
func (c *Case) stricter(f Frame) string {
	day := c.d.Now()
	if c.Wait().Published() {
		day = time.Time{}
		for _, s := range c.Wait().Verdict.Sights {
			if s.Since.After(day) && dnsname.IsPolicy(c.Wait().Wants[s.Want].Name) {
				day = s.Since.In(c.d.Now().Location())
			}
		}
	}
	day = day.Add(dmarcPause)
	return f.T("keep.dmarc", i18n.Args{"year": day.Year(), "month": int(day.Month()), "day": day.Day()})
}

// Keys returns the keys that the footer offers.
func (s keep) Keys() []Key {
	if s.c.saved != "" {
		return []Key{{"Enter", "end"}, {"e", "other-form"}, {"r", "reports"}, {"Esc", "back"}, {"?", "words"}}
	}
	return []Key{{"Enter", "save-end"}, {"e", "other-form"}, {"r", "reports"}, {"q", "end-unsaved"}, {"Esc", "back"}, {"?", "words"}}
}

// Title returns the name of the page.
func (s keep) Title(f Frame) string {
	return f.Styles.Dim.Render(f.Lang.T("wizard." + string(wizard.StepKeep) + ".title"))
}

// More returns the keys that work here and are not in the footer.
func (s keep) More() []Key { return slices.Clone(scrollToo) }
