package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	fold "golang.org/x/text/width"
)

// Key is one key that the footer offers: its name, and the ID of the word for what it does (i18n tui.key.<Does>).
type Key struct{ Name, Does string }

// dashes maps what an input method makes of the minus key to "-": long-vowel mark, hyphen, minus, bar, en dash.
var dashes = strings.NewReplacer("\u30fc", "-", "\u2010", "-", "\u2212", "-", "\u2015", "-", "\u2013", "-")

// folded converts full-width letters to plain ones, so that the keys work with an input method switched on.
func folded(s string) string { return dashes.Replace(fold.Fold.String(s)) }

// hotkey names a key press for the screens: "enter", "up", "c"; letters are folded to lower case. Several letters
// at once come from an input method or a paste, and are not a hotkey ("").
func hotkey(m tea.KeyMsg) string {
	if m.Type == tea.KeySpace {
		return " "
	}
	if m.Type != tea.KeyRunes {
		return m.String()
	}
	if m.Paste || m.Alt || len(m.Runes) != 1 {
		return ""
	}
	return strings.ToLower(folded(string(m.Runes)))
}

// repeated returns the single presses of a letter that stands in a message several times: Bubble Tea joins the letters
// that it reads at once, as of a key that is held down. Different letters, and very many, are a paste (nil).
func repeated(m tea.KeyMsg) []tea.KeyMsg {
	if m.Type != tea.KeyRunes || m.Paste || m.Alt || len(m.Runes) < 2 || len(m.Runes) > burstChars {
		return nil
	}
	var out []tea.KeyMsg
	for _, c := range m.Runes {
		if c != m.Runes[0] {
			return nil
		}
		out = append(out, tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{c}})
	}
	return out
}

// typed returns the text of a key press or paste, with line breaks restored that terminals change.
func typed(m tea.KeyMsg) (text string, ok bool) {
	switch {
	case m.Type == tea.KeySpace && !m.Alt:
		return " ", true
	case m.Type != tea.KeyRunes || m.Alt:
		return "", false
	}
	return newlines.Replace(string(m.Runes)), true
}

var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n")
