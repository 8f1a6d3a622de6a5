package local

import (
	"os"
	"strings"

	"example.org/todoku/checks/snapshot"
)

// Notification is what makes a terminal notify its owner: OSC 9 (iTerm2, Windows Terminal, Ghostty) and OSC 777 (foot,
// urxvt, Konsole). A terminal that knows neither shows nothing; where one would print the text it is left out. Within
// tmux and GNU screen it is passed on to the terminal around them, if they are set to (tmux: allow-passthrough).
func Notification(title, text string) string { return notification(title, text, os.Getenv) }

func notification(title, text string, env func(string) string) string {
	clean := func(s string) string { return strings.ReplaceAll(snapshot.Printable(s), ";", ",") }
	seq := "\x1b]9;" + clean(text) + "\a\x1b]777;notify;" + clean(title) + ";" + clean(text) + "\a"
	term := env("TERM")
	switch {
	case term == "" || term == "dumb" || term == "linux":
		return ""
	case env("TMUX") != "":
		return "\x1bPtmux;" + strings.ReplaceAll(seq, "\x1b", "\x1b\x1b") + "\x1b\\"
	case strings.HasPrefix(term, "screen"):
		return "\x1bP" + seq + "\x1b\\"
	}
	return seq
}
