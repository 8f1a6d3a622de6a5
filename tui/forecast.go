package tui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/checks"
	"example.org/todoku/checks/forecast"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard/words"
)

// forecast says what happens now and what after the changes: at the receiver in the picture and, where that one
// accepts the mail, at the receiver that treats it worst.
func (s diagnosis) forecast(f Frame, brief bool) []string {
	now, then := s.words(f, brief)
	var out []string
	if s.c.Wait().Published() && len(s.c.Result().Plan.Edits()) > 0 {
		for _, l := range f.para(f.T("diag.live"), 3) {
			out = append(out, f.Styles.Good.Render(l))
		}
	}
	out = append(out, f.labelled(f.T("diag.now"), now, 3, 9, f.Styles.Title)...)
	if then != "" {
		out = append(out, f.labelled(s.then(f), then, 3, 9, f.Styles.Title)...)
	}
	return out
}

// then returns the label of what comes after the changes, or only after the wait for caches.
func (s diagnosis) then(f Frame) string {
	if s.c.Outlook().Memory {
		return s.c.p().Then(s.c.Outlook())
	}
	return f.T("diag.then")
}

// words returns the sentences for now and for then. brief leaves out whose mail is meant, which the picture shows.
func (s diagnosis) words(f Frame, brief bool) (now, then string) {
	p, future := s.c.p(), s.c.Outlook()
	found, owner := s.c.Result().Findings, s.c.Answers()
	if future.Silent || len(future.Lines) == 0 {
		return p.Arrives(future, found, owner), ""
	}
	var today, later []words.Foreseen
	for _, l := range told(future.Lines) {
		if brief {
			l.Now.Services, l.Then.Services = nil, nil
		}
		refused := words.Refused(l, found, owner)
		now := words.Today(l, found, owner)
		now.Failed = now.Failed && len(today) == 0 // said once
		today = append(today, now)
		later = append(later, words.Foreseen{Receiver: l.Receiver, Outlook: l.Then, Refused: refused})
	}
	nows, thens := p.Says(today...), p.Says(later...)
	if n := len(s.c.Result().Plan.Left); n > 0 {
		thens = append(thens, f.T("diag.left", i18n.Args{"count": n}))
	}
	if !future.Changes {
		thens = nil
	}
	if len(s.c.Result().Plan.Ways) > 0 && !words.Mended(s.c.Result().Plan, s.c.Answers().Domain) {
		thens = append(thens, f.T("diag.ways"))
	}
	return p.Sentences(append(nows, p.Whose(s.c.Answers()))...), p.Sentences(thens...)
}

// told returns the forecasts that fit on the diagnosis: the first and, where that receiver delivers the mail, the
// worst of the others that do not demand more of bulk senders.
func told(lines []forecast.Line) []forecast.Line {
	out := lines[:1:1]
	if out[0].Now.Outcome != forecast.Delivered {
		return out
	}
	worst := lines[0]
	for _, l := range lines[1:] {
		if !l.Bulk && forecast.Worse(l.Now.Outcome, worst.Now.Outcome) {
			worst = l
		}
	}
	if worst.Receiver != lines[0].Receiver {
		out = append(out, worst)
	}
	return out
}

// prospects shows every receiver's forecast. It opens over the diagnosis.
type prospects struct {
	c   *Case
	top int
}

func newProspects(c *Case) prospects { return prospects{c: c} }

// Update scrolls.
func (s prospects) Update(msg tea.Msg) (Screen, Nav, tea.Cmd) {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return s, nil, nil
	}
	switch k := hotkey(m); k {
	case "esc", "enter", "f":
		return s, goClose{}, nil
	default:
		s.top = scrolled(s.top, k)
	}
	return s, nil, nil
}

// severityOf maps an outcome to how grave it is for the owner.
var severityOf = map[forecast.Outcome]checks.Severity{forecast.Delivered: checks.Fine, forecast.Unknown: checks.Unknown,
	forecast.Banner: checks.Harms, forecast.Spam: checks.Harms, forecast.Deferred: checks.Harms, forecast.Rejected: checks.Blocks, forecast.Dropped: checks.Blocks}

// View draws what fits of the text.
func (s prospects) View(f Frame) string { return strings.Join(f.window(s.text(f), s.top, f.H), "\n") }

// Bound keeps the page scrolled within its text.
func (s prospects) Bound(f Frame) Screen {
	s.top = within(s.top, s.text, f)
	return s
}

// text lists the receivers: what each does now, what it will do with the records, and the source.
func (s prospects) text(f Frame) []string {
	p, future := s.c.p(), s.c.Outlook()
	var out []string
	if future.Silent || len(future.Lines) == 0 {
		now, _ := diagnosis{c: s.c}.words(f, false)
		out = append(f.para(now, 3), "")
	}
	for _, l := range future.Lines {
		mark, _, style := f.severity(severityOf[l.Now.Outcome])
		now, then := p.Outlook(l.Now), p.Outlook(l.Then)
		out = append(out, " "+style.Render(mark)+" "+f.Styles.Title.Render(p.Receiver(l.Receiver)))
		out = append(out, f.labelled(f.T("diag.now"), now, 3, 9, f.Styles.Dim)...)
		if future.Changes && then != now {
			out = append(out, f.labelled(diagnosis{c: s.c}.then(f), then, 3, 9, f.Styles.Dim)...)
		}
		out = append(out, f.cited(p, l.Now.Source)...)
	}
	out = append(out, f.dim(f.para(f.Lang.T("forecast.seen"), 3))...)
	return append(out, f.dim(f.para(f.Lang.T("forecast.bulk"), 3))...)
}

// cited names a source, with its address below where it has one.
func (f Frame) cited(p words.P, source string) []string {
	name, address := p.Cited(source)
	out := f.dim(f.para(name, 12))
	if address != "" {
		out = append(out, strings.Repeat(" ", 12)+f.Styles.Dim.Render(cut(address, f.W-13, f.Glyphs.Etc)))
	}
	return append(out, "")
}

// More returns the keys that work here and are not in the footer.
func (s prospects) More() []Key {
	return append(slices.Clone(scrollToo), Key{"Enter f", "close"})
}

// Keys returns the keys that the footer offers.
func (s prospects) Keys() []Key {
	return []Key{{"Ctrl+L", "language"}, {"Esc", "close"}}
}

// Scrolls reports whether the list is higher than its room.
func (s prospects) Scrolls(f Frame) bool { return len(s.text(f)) > f.H }

// Title returns the name of the page.
func (s prospects) Title(f Frame) string { return f.Styles.Dim.Render(f.T("forecast")) }
