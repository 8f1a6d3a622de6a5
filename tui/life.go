package tui

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/checks/propagation"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
)

// life is how the terminal shows a wait outside the screen: in its window's title and, where it has one, a progress
// bar.
type life struct{ title, progress string }

// Escape sequences sent before and after the screens: save and restore the window's title (xterm's window
// manipulation); make the wheel send arrow keys where the program does not use the mouse (xterm's alternate scroll
// mode, on by default in most terminals); and remove the progress bar (ConEmu's OSC 9;4).
const (
	keepWindow    = "\x1b[22;2t\x1b[?1007s\x1b[?1007h"
	restoreWindow = "\x1b[23;2t\x1b[?1007r"
	clearProgress = "\x1b]9;4;0;0\a"
)

// lives returns the title and the progress of the wait. On other pages the title holds the domain only.
func (c *Case) lives() life {
	out := life{title: c.lang.T("tui.title"), progress: clearProgress}
	if name := c.Name(); name != "" {
		out.title += ": " + name
	}
	w := c.Wait()
	if c.At() != wizard.StepWatch || w == nil {
		return out
	}
	v := w.Verdict
	seen, state := 0, 1
	for _, s := range v.Sights {
		if s.State == propagation.Published {
			seen++
		}
	}
	switch v.Result {
	case propagation.ResultPublished:
		out.title = c.lang.T("words.run.published") + " - " + out.title
		return out
	case propagation.ResultWrong:
		state = 2 // an error
		out.title = c.lang.T("words.run.wrong") + " - " + out.title
	case propagation.ResultWaiting:
		if left := v.Done.Sub(c.d.Now()); left > 0 {
			out.title = c.lang.T("words.left.time", i18n.Args{"left": c.p().Duration(left)}) + " - " + out.title
		}
	}
	out.progress = fmt.Sprintf("\x1b]9;4;%d;%d\a", state, 100*seen/max(1, len(v.Sights)))
	return out
}

// live sends the terminal what has changed in its title and progress.
func (r *Root) live() tea.Cmd {
	now := r.c.lives()
	was := r.lived
	r.lived = now
	if r.c.d.Progress && now.progress != was.progress && (was.progress != "" || now.progress != clearProgress) {
		r.caret.tell(now.progress)
	}
	if now.title == was.title {
		return nil
	}
	if r.c.d.Untitled {
		return nil
	}
	return tea.SetWindowTitle(now.title)
}

// progresses reports whether a terminal shows a progress bar for OSC 9;4, as far as its environment tells. Others may
// take the sequence for a notification.
func progresses(env func(string) string) bool {
	return env("WT_SESSION") != "" || env("ConEmuPID") != "" || env("TERM_PROGRAM") == "ghostty" || env("TERM") == "xterm-ghostty"
}

// linked turns a URL in lines into a hyperlink (OSC 8), even where it is broken over lines.
func linked(lines []string, url string) []string {
	rest := url
	for i, l := range lines {
		for n := len(rest); n >= min(8, len(url)) && n > 0; n-- {
			at := strings.Index(l, rest[:n])
			if at < 0 {
				continue
			}
			lines[i] = l[:at] + "\x1b]8;;" + url + "\x1b\\" + rest[:n] + "\x1b]8;;\x1b\\" + l[at+n:]
			rest = rest[n:]
			break
		}
	}
	return lines
}
