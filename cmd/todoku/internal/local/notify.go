package local

import (
	"os"
	"strings"

	"example.org/todoku/checks/snapshot"
)

// Notification returns the escape sequences that make a terminal show a desktop notification: OSC 9 (iTerm2, Windows
// Terminal, Ghostty) and OSC 777 (foot, urxvt, Konsole). Most terminals ignore those that they do not know; for one
// that would print the text it is left out. Inside tmux and GNU screen it is wrapped so that they pass it on to the
// outer terminal (tmux: allow-passthrough).
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
