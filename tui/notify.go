package tui

import (
	"strings"

	"todoku/checks/snapshot"
	"todoku/i18n"
)

// Notification is what makes a terminal notify its owner: OSC 9 (iTerm2, Windows Terminal, Ghostty) and OSC 777 (foot,
// urxvt, Konsole). A terminal that knows neither shows nothing.
func Notification(title, text string) string {
	clean := func(s string) string { return strings.ReplaceAll(snapshot.Printable(s), ";", ",") }
	return "\x1b]9;" + clean(text) + "\a\x1b]777;notify;" + clean(title) + ";" + clean(text) + "\a"
}

// notification tells that all is seen; "" where the owner did not ask for it.
func (c *Case) notification() string {
	if !c.d.Notify {
		return ""
	}
	return Notification(c.lang.T("tui.title"), c.lang.T("present.notify", i18n.Args{"domain": c.shown()}))
}
