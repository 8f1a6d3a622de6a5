package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"todoku/checks/dkim"
	"todoku/checks/dmarc"
	"todoku/checks/input"
	"todoku/checks/snapshot"
	"todoku/checks/spf"
	"todoku/i18n"
	"todoku/wizard"
)

// lookingPage shows the look-ups as they come, in human words.
type lookingPage struct{ c *Case }

// Update goes on, or looks again, once the look has ended.
func (s lookingPage) Update(msg tea.Msg) (Screen, Nav, tea.Cmd) {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return s, nil, nil
	}
	switch hotkey(m) {
	case "esc":
		return s, goBack{}, nil
	case "r":
		if !s.c.Looking().Busy {
			return s, nil, s.c.do(s.c.LookAgain())
		}
	case "enter":
		if s.c.Ready() {
			return s, page(wizard.StepCheck), nil
		}
	}
	return s, nil, nil
}

func (s lookingPage) done() bool { return s.c.Looking().Whole && !s.c.Looking().Busy }

// View draws a line for each group of look-ups, and what to do next.
func (s lookingPage) View(f Frame) string {
	var out []string
	head := "look.busy"
	switch {
	case s.done() && s.c.Blind():
		head = "look.blind"
	case s.done():
		head = "look.done"
	}
	for _, l := range f.para(f.T(head), 3) {
		out = append(out, f.Styles.Title.Render(l))
	}
	out = append(out, "")
	if s.done() && s.c.Blind() {
		return strings.Join(append(out, f.para(f.T("look.lab"), 3)...), "\n")
	}
	for _, g := range groups {
		out = append(out, g.line(f, s.c))
	}
	out = append(out, "")
	count := i18n.Args{"count": len(s.c.Looking().Came)}
	out = append(out, f.dim(f.para(f.T("look.count", count), 3))...)
	if n := s.failed(); n > 0 {
		out = append(out, f.dim(f.para(f.T("look.failed", i18n.Args{"count": n}), 3))...)
	}
	return strings.Join(out, "\n")
}

func (s lookingPage) failed() int {
	n := 0
	for _, a := range s.c.Looking().Came {
		if a.Status == snapshot.Failed && a.Reason != snapshot.Delegated {
			n++
		}
	}
	return n
}

// Keys are what the footer offers.
func (s lookingPage) Keys() []Key {
	keys := []Key{{"Esc", "back"}, {"?", "words"}, {"q", "leave"}}
	switch {
	case s.done() && s.c.Blind():
		return append([]Key{{"r", "again"}}, keys...)
	case s.done():
		return append([]Key{{"Enter", "result"}, {"r", "again"}}, keys...)
	}
	return keys
}

// Title says where one is.
func (s lookingPage) Title(f Frame) string { return f.Styles.Dim.Render(f.T("look.title")) }

// group is one line of the display: which answers belong to it, and which of their values tell most.
type group struct {
	name    string
	holds   func(domain string, a snapshot.Answer) bool
	telling func(domain string, a snapshot.Answer) []string
}

var groups = []group{
	{"ns", func(_ string, a snapshot.Answer) bool {
		return a.Type == snapshot.NS || a.Type == snapshot.SOA || a.Type == snapshot.DS
	}, nameServers},
	{"mx", func(_ string, a snapshot.Answer) bool {
		return a.Type == snapshot.MX || a.Type == snapshot.A || a.Type == snapshot.AAAA || a.Type == snapshot.PTR
	}, ofType(snapshot.MX)},
	{"spf", func(_ string, a snapshot.Answer) bool { return plainTXT(a) }, values(spf.Is)},
	{"dkim", func(_ string, a snapshot.Answer) bool { return strings.Contains(a.Name, "._domainkey") }, selectors},
	{"dmarc", func(_ string, a snapshot.Answer) bool {
		return strings.HasPrefix(a.Name, "_dmarc.") || strings.Contains(a.Name, "._report._dmarc.")
	}, values(dmarc.Is)},
}

func plainTXT(a snapshot.Answer) bool {
	return (a.Type == snapshot.TXT || a.Type == snapshot.SPF) && !strings.Contains(a.Name, "_dmarc.") &&
		!strings.Contains(a.Name, "_domainkey")
}

// ofType takes the domain's own records of a type, or of its zone where the domain has none.
func ofType(t snapshot.Type) func(string, snapshot.Answer) []string {
	return func(domain string, a snapshot.Answer) []string {
		if a.Type != t || !snapshot.Below(domain, a.Name) {
			return nil
		}
		return a.Data()
	}
}

// nameServers are those of the domain's own zone, not of a registry above it.
func nameServers(domain string, a snapshot.Answer) []string {
	if a.Type != snapshot.NS || a.Name != domain && a.Name != input.Registrable(domain) {
		return nil
	}
	return a.Data()
}

func values(is func(string) bool) func(string, snapshot.Answer) []string {
	return func(domain string, a snapshot.Answer) []string {
		var out []string
		for _, v := range a.Data() {
			if is(v) && snapshot.Below(a.Name, domain) {
				out = append(out, v)
			}
		}
		return out
	}
}

func selectors(_ string, a snapshot.Answer) []string {
	for _, v := range a.Data() {
		if dkim.Is(v) {
			sel, _, _ := strings.Cut(a.Name, "._domainkey")
			return []string{sel}
		}
	}
	return nil
}

// line draws the group: its name, how it stands, and what was seen.
func (g group) line(f Frame, c *Case) string {
	var told []string
	asked, known := 0, 0
	for _, a := range c.Looking().Came {
		if !g.holds(c.Answers().Domain, a) || a.Via == snapshot.Server && g.name != "ns" {
			continue // what one server says, one that nobody asks even, is not what the world sees
		}
		asked++
		if a.Known() {
			known++
		}
		for _, v := range g.telling(c.Answers().Domain, a) {
			told = appendNew(told, snapshot.Printable(v))
		}
	}
	mark, text := f.Styles.Dim.Render(f.Glyphs.Dot), f.T("look.wait")
	switch {
	case len(told) > 0:
		mark, text = f.Styles.Good.Render(f.Glyphs.Check), strings.Join(told, ", ")
	case c.Looking().Busy && asked > 0:
		text = f.T("look.some", i18n.Args{"count": asked})
	case c.Looking().Busy:
	case known > 0:
		mark, text = f.Styles.Warn.Render(f.Glyphs.Cross), f.T("look.none")
	case asked > 0:
		mark, text = f.Styles.Warn.Render(f.Glyphs.Ask), f.T("look.silent")
	default:
		text = f.T("look.unasked")
	}
	return "   " + fill(f.T("look.group."+g.name), 22, f.Glyphs.Etc) + " " + mark + " " + cut(text, f.W-30, f.Glyphs.Etc)
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}
