package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// glossary is the words that the screens use, in the order in which one meets them (i18n tui.word.<id>).
var glossary = []string{"dns", "record", "ns", "mx", "txt", "spf", "dkim", "selector", "dmarc", "report", "ttl", "cache", "ptr",
	"bounce", "forward", "list"}

// help explains the words, over any screen.
type help struct {
	c   *Case
	top int
}

func newHelp(c *Case) help { return help{c: c} }

// Update scrolls.
func (s help) Update(msg tea.Msg) (Screen, Nav, tea.Cmd) {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return s, nil, nil
	}
	switch k := hotkey(m); k {
	case "esc", "enter", "?":
		return s, goClose{}, nil
	default:
		s.top = scrolled(s.top, k)
	}
	return s, nil, nil
}

// scrolled is the first line that is shown after a key; View keeps it within the text.
func scrolled(top int, k string) int {
	switch k {
	case "up", "k":
		return max(0, top-1)
	case "down", "j":
		return top + 1
	case "pgup":
		return max(0, top-10)
	case "pgdown", " ":
		return top + 10
	}
	return top
}

// View draws the words.
func (s help) View(f Frame) string {
	var out []string
	for _, id := range glossary {
		out = append(out, f.labelled(f.T("word."+id+".name"), f.T("word."+id+".is"), 2, 18, f.Styles.Title)...)
	}
	out = append(out, "")
	out = append(out, f.dim(f.para(f.T("help.keys"), 2))...)
	top := min(s.top, max(0, len(out)-f.H))
	return strings.Join(f.fit(out, top, top+f.H, f.H), "\n")
}

// Keys are what the footer offers.
func (s help) Keys() []Key {
	return []Key{{"updown", "scroll"}, {"Ctrl+L", "language"}, {"Esc", "close"}}
}

// Title says what this is.
func (s help) Title(f Frame) string { return f.Styles.Dim.Render(f.T("help.title")) }
