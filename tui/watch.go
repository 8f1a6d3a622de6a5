package tui

import (
	"fmt"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session"
)

// watch shows the wait: who sees the new records, who not yet, and until when.
type watch struct {
	c     *Case
	top   int
	past  bool // show the history
	each  bool // one line for each record at each place, not one for each place
	speed int  // index into the lab's speeds
	told  string
	sure  bool // Enter was pressed although not everything is seen yet
	err   error
	note  notice
}

func newWatch(c *Case) watch {
	s := watch{c: c}
	if c.d.Lab != nil {
		s.speed = max(0, slices.Index(c.d.Lab.Speeds, 1)) // the lab's clock starts at normal speed
		if c.speed > 0 {
			s.speed = c.speed - 1
		}
	}
	return s
}

type publishedMsg struct{ err error }

// Update looks, publishes (in the lab), and goes on.
func (s watch) Update(msg tea.Msg) (Screen, Nav, tea.Cmd) {
	switch m := msg.(type) {
	case copiedMsg:
		s.note = notice(m)
	case publishedMsg:
		s.err, s.told = m.err, "watch.made"
		if m.err != nil {
			s.told = ""
			return s, nil, nil
		}
		return s, nil, s.c.do(s.c.LookNow())
	case tea.KeyMsg:
		return s.press(m)
	}
	return s, nil, nil
}

func (s watch) press(m tea.KeyMsg) (Screen, Nav, tea.Cmd) {
	k := hotkey(m)
	sure := s.sure
	s.sure, s.note = false, notice{}
	switch k {
	case "esc":
		if s.past || s.each {
			s.past, s.each, s.top = false, false, 0
			return s, nil, nil
		}
		return s, goBack{}, nil
	case "enter", "s":
		if x, ok := s.fault(); ok && k == "enter" {
			return s, goRecord{x.At}, nil
		}
		if !s.c.Wait().Published() && !sure {
			s.sure = true // ask again, so that pressing Enter by habit does not skip the wait
			return s, nil, nil
		}
		return s, page(wizard.StepWatch), nil
	case "c":
		if x, ok := s.fault(); ok {
			return s, nil, s.c.copyRight(x)
		}
	case "r":
		return s, nil, s.c.do(s.c.LookNow())
	case "h":
		s.past, s.top = !s.past, 0
	case "d":
		s.each, s.past, s.top = !s.each, false, 0
	case "e":
		return s, goOver{newExport(s.c)}, nil
	case "up", "k":
		s.top = max(0, s.top-1)
	case "down", "j":
		s.top++
	}
	if s.c.d.Lab != nil {
		return s.lab(k)
	}
	return s, nil, nil
}

// lab handles the lab's keys: publish, and faster or slower time.
func (s watch) lab(k string) (Screen, Nav, tea.Cmd) {
	lab, speed := s.c.d.Lab, s.speed
	switch k {
	case "p":
		edits := s.c.Result().Plan.Edits()
		return s, nil, func() tea.Msg { return publishedMsg{lab.Publish(edits)} }
	case "w":
		if len(lab.Mistakes) > 0 {
			return s, goOver{newMistakes(s.c)}, nil
		}
	case "n":
		return s, nil, s.c.jump()
	case "+", "=":
		speed++
	case "-":
		speed--
	}
	if speed != s.speed && speed >= 0 && speed < len(lab.Speeds) {
		s.speed, s.c.speed = speed, speed+1
		lab.Speed(lab.Speeds[speed])
	}
	return s, nil, nil
}

// View draws the verdict, the places and what comes next, and beside it each record's state, where there is room.
func (s watch) View(f Frame) string {
	return f.inPanes(s.list, s.shown)
}

// Scrolls reports whether the page is higher than its room.
func (s watch) Scrolls(f Frame) bool {
	_, f = f.panes()
	return len(s.body(f)) > f.H-len(s.verdict(f))-len(s.tail(f))
}

// Bound keeps the page scrolled within its text.
func (s watch) Bound(f Frame) Screen {
	if s.top > 0 {
		_, f = f.panes()
		s.top = min(s.top, max(0, len(s.body(f))-(f.H-len(s.verdict(f))-len(s.tail(f)))))
	}
	return s
}

func (s watch) shown(f Frame) []string {
	out, tail, body := s.verdict(f), s.tail(f), s.body(f)
	out = append(out, f.window(body, s.top, f.H-len(out)-len(tail))...)
	for len(out) < f.H-len(tail) {
		out = append(out, "")
	}
	return append(out, tail...)
}

// verdict draws the overall result in one sentence. Success is drawn unlike all states before it.
func (s watch) verdict(f Frame) []string {
	v, now := s.c.Wait().Verdict, s.c.d.Now()
	text := s.c.p().Verdict(v, now)
	if v.Result == propagation.ResultPublished && !s.past && !s.each {
		in := []string{""}
		for _, l := range wrap(text, f.W-14) {
			in = append(in, "  "+f.Styles.Good.Bold(true).Render(l))
		}
		in[1] = f.Styles.Good.Bold(true).Render(f.Glyphs.Check) + in[1][1:]
		return append(f.frame(append(in, ""), 3), "")
	}
	style := f.Styles.Title
	if v.Result == propagation.ResultWrong {
		style = f.Styles.Bad
	}
	out := f.para(text, 3)
	for i := range out {
		out[i] = style.Render(out[i])
	}
	return append(out, "")
}

// body draws who sees what; once all is seen, what comes next.
func (s watch) body(f Frame) []string {
	switch {
	case s.past:
		return s.history(f)
	case s.c.Wait().Published() && !s.each:
		w := s.c.Wait()
		out := f.para(f.T("watch.all-seen", i18n.Args{"count": len(w.Wants), "places": len(w.Places), "clock": s.c.p().When(s.lastSeen(), s.c.d.Now())}), 3)
		out = append(out, "")
		return append(out, s.gates(f)...)
	}
	return s.board(f)
}

// lastSeen returns when the last place saw the last record.
func (s watch) lastSeen() (last time.Time) {
	for _, x := range s.c.Wait().Verdict.Sights {
		if x.Since.After(last) {
			last = x.Since
		}
	}
	return last
}

// list draws every record that is waited for, and how many places see it.
func (s watch) list(f Frame) []string {
	var out []string
	for i := range s.c.Wait().Wants {
		seen, all, wrong := 0, 0, false
		var any propagation.Sight
		for _, x := range s.c.Wait().Verdict.Sights {
			if x.Want == i {
				all, any, wrong = all+1, x, wrong || x.State == propagation.Wrong
				if x.State == propagation.Published {
					seen++
				}
			}
		}
		mark := f.Styles.Dim.Render(f.Glyphs.Dot)
		switch {
		case wrong:
			mark = f.Styles.Bad.Render(f.Glyphs.Cross)
		case seen == all && all > 0:
			mark = f.Styles.Good.Render(f.Glyphs.Check)
		}
		count := f.T("watch.of-places", i18n.Args{"seen": seen, "all": all})
		out = append(out, " "+mark+" "+fill(s.record(any, f.W), f.W-6-width(count), f.Glyphs.Etc)+" "+count)
	}
	return out
}

// fault returns the first wrong record whose page can be opened.
func (s watch) fault() (session.Fault, bool) {
	for _, x := range s.c.Faults() {
		if x.At >= 0 {
			return x, true
		}
	}
	return session.Fault{}, false
}

// copyRight copies the right content of the wrong field, or the whole value where no single field is wrong.
func (c *Case) copyRight(x session.Fault) tea.Cmd {
	if slip, ok := c.p().Slip(x.Sight, x.Want); ok {
		return c.copyOf(slip.Field, slip.Copy)
	}
	return c.copyOf(c.lang.T("words.field.value"), c.p().Right(x.Want))
}

// tail says when the next look is, and how fast the lab's time runs.
func (s watch) tail(f Frame) []string {
	v, now := s.c.Wait().Verdict, s.c.d.Now()
	var out []string
	switch {
	case s.c.Wait().Published():
		out = append(out, f.para(f.T("watch.on"), 3)...)
	case s.c.Asking():
		out = append(out, f.dim(f.para(f.T("watch.asking"), 3))...)
	case v.Next.After(now):
		out = append(out, f.dim(f.para(f.T("watch.next", i18n.Args{
			"left": s.c.p().Duration(v.Next.Sub(now)), "clock": s.c.p().Clock(v.Next)}), 3))...)
	}
	out = append(out, s.note.view(f)...)
	if s.sure {
		out = append(out, f.para(f.T("watch.sure"), 3)...)
	}
	if s.told != "" && v.Result == propagation.ResultPending {
		out = append(out, f.para(f.T(s.told), 3)...)
	}
	if s.err != nil {
		out = append(out, f.para(f.T("watch.failed", i18n.Args{"error": snapshot.Printable(s.err.Error())}), 3)...)
	}
	if text := s.keeping(f); text != "" {
		style := f.Styles.Dim
		if s.c.Wait().KeepErr() != nil {
			style = f.Styles.Warn
		}
		for _, l := range f.para(text, 3) {
			out = append(out, style.Render(l))
		}
	}
	if lab := s.c.d.Lab; lab != nil && s.speed < len(lab.Speeds) {
		id := "watch.lab"
		if lab.Speeds[s.speed] == 0 {
			id = "watch.lab-pause"
		}
		out = append(out, f.dim(f.para(f.T(id, i18n.Args{"clock": now.Format("15:04:05"), "speed": fmt.Sprint(lab.Speeds[s.speed])}), 3))...)
	}
	return out
}

// More returns the keys that work here and are not in the footer.
func (s watch) More() []Key {
	keys := []Key{{"j k", "scroll"}}
	switch _, wrong := s.fault(); {
	case s.c.Wait().Published():
		keys = append(keys, Key{"s", "proof"})
	case !wrong: // else it is in the footer
		keys = append(keys, Key{"s", "skip"})
	}
	return keys
}

// Keys returns the keys that the footer offers.
func (s watch) Keys() []Key {
	done := s.c.Wait().Published()
	_, wrong := s.fault()
	var keys []Key
	switch {
	case done:
		keys = append(keys, Key{"Enter", "proof"})
	case wrong:
		keys = append(keys, Key{"c", "copy-right"}, Key{"Enter", "mend"})
	}
	if s.c.d.Lab != nil {
		keys = append(keys, Key{"p", "publish"})
		if len(s.c.d.Lab.Mistakes) > 0 {
			keys = append(keys, Key{"w", "mistake"})
		}
		keys = append(keys, Key{"+ -", "speed"})
		if s.c.d.Lab.Advance != nil && !done {
			keys = append(keys, Key{"n", "jump"})
		}
	}
	keys = append(keys, Key{"r", "now"}, Key{"d", "details"}, Key{"h", "history"}, Key{"e", "save"})
	switch {
	case wrong:
		keys = append(keys, Key{"s", "skip"})
	case !done:
		keys = append(keys, Key{"Enter", "skip"})
	}
	if s.past || s.each {
		return append(keys, Key{"q", "leave"}, Key{"Esc", "close"})
	}
	return append(keys, Key{"q", "close"}, Key{"Esc", "back"})
}

// Title returns the name of the page.
func (s watch) Title(f Frame) string { return f.Styles.Dim.Render(f.Lang.T("wizard.watch.title")) }
