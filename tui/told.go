package tui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/i18n"
)

// presses returns the keys that a key's name in the footer stands for.
func presses(name string) []string {
	switch name {
	case "updown":
		return []string{"up", "down"}
	case "sides":
		return []string{"left", "right"}
	case "letters":
		return []string{"a"}
	case "space":
		return []string{" "}
	}
	if from, to, ok := strings.Cut(name, "-"); ok && len(name) == 3 && from < to {
		var out []string
		for c := from[0]; c <= to[0]; c++ {
			out = append(out, string(c))
		}
		return out
	}
	return strings.Fields(strings.ReplaceAll(strings.ToLower(name), "pgdn", "pgdown"))
}

// idle returns what to say of a key that means nothing on a page without a field, or of a paste there; "" for a key that
// the page has. Scrolling keys are silent where all is in sight.
func (r *Root) idle(m tea.KeyMsg, k string) string {
	if m.Paste || m.Type == tea.KeyRunes && len(m.Runes) > 1 {
		return r.c.lang.T("tui.paste-nowhere")
	}
	s := r.top()
	if k == "" || slices.Contains([]string{"up", "down", "pgup", "pgdown", "home", "end", " ", "tab", "shift+tab"}, k) {
		return ""
	}
	for _, known := range append(slices.Clone(s.Keys()), quiet(s)...) {
		if slices.Contains(presses(known.Name), k) {
			return ""
		}
	}
	if len(k) > 1 { // the name of a key; a letter is told as it was pressed
		k = strings.ToUpper(k[:1]) + k[1:]
	}
	return r.c.lang.T("tui.key-nothing", i18n.Args{"key": k})
}
