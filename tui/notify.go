package tui

import "example.org/todoku/i18n"

// notification returns the desktop notification that all is seen; "" where the owner did not ask for it.
func (c *Case) notification() string {
	if c.d.Notify == nil {
		return ""
	}
	return c.d.Notify(c.lang.T("tui.title"), c.lang.T("words.notify", i18n.Args{"domain": c.Name()}))
}
