package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"todoku/checks/propagation"
	"todoku/checks/snapshot"
	"todoku/i18n"
	"todoku/wizard"
)

// watch waits with the owner: who sees the new records, who not yet, and until when.
type watch struct {
	c     *Case
	top   int
	past  bool // the history is shown
	each  bool // every record at every place, in place of a line for each place
	speed int  // index into the lab's speeds
	told  string
	sure  bool // Enter was pressed although not everything can be seen
	err   error
}

func newWatch(c *Case) watch {
	s := watch{c: c}
	if c.d.Lab != nil {
		s.speed = max(0, slices.Index(c.d.Lab.Speeds, 1)) // as the lab's clock begins
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
	s.sure = false
	switch k {
	case "esc":
		if s.past || s.each {
			s.past, s.each, s.top = false, false, 0
			return s, nil, nil
		}
		return s, goBack{}, nil
	case "enter":
		if !s.c.Wait().Published() && !sure {
			s.sure = true // the habit of pressing Enter must not skip the wait
			return s, nil, nil
		}
		return s, page(wizard.StepWatch), nil
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

// lab takes the keys of the small internet: publish, and time that runs faster or slower.
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

// View draws the verdict, the places and what comes next.
func (s watch) View(f Frame) string {
	v, now := s.c.Wait().Verdict, s.c.d.Now()
	style := f.Styles.Title
	switch v.Result {
	case propagation.ResultPublished:
		style = f.Styles.Good
	case propagation.ResultWrong:
		style = f.Styles.Bad
	}
	var out []string
	for _, l := range f.para(s.c.p().Verdict(v, now), 3) {
		out = append(out, style.Render(l))
	}
	out = append(out, "")
	tail := s.tail(f)
	body := s.board(f)
	if s.past {
		body = s.history(f)
	}
	room := f.H - len(out) - len(tail)
	top := min(s.top, max(0, len(body)-room))
	out = append(out, f.fit(body, top, top+room, room)...)
	for len(out) < f.H-len(tail) {
		out = append(out, "")
	}
	return strings.Join(append(out, tail...), "\n")
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

// Keys are what the footer offers.
func (s watch) Keys() []Key {
	var keys []Key
	if s.c.Wait().Published() {
		keys = append(keys, Key{"Enter", "proof"})
	}
	if s.c.d.Lab != nil {
		keys = append(keys, Key{"p", "publish"})
		if len(s.c.d.Lab.Mistakes) > 0 {
			keys = append(keys, Key{"w", "mistake"})
		}
		keys = append(keys, Key{"+ -", "speed"})
		if s.c.d.Lab.Advance != nil && !s.c.Wait().Published() {
			keys = append(keys, Key{"n", "jump"})
		}
	}
	keys = append(keys, Key{"r", "now"}, Key{"d", "details"}, Key{"h", "history"}, Key{"e", "save"})
	if !s.c.Wait().Published() {
		keys = append(keys, Key{"Enter", "skip"})
	}
	if s.past || s.each {
		return append(keys, Key{"Esc", "close"}, Key{"q", "leave"})
	}
	return append(keys, Key{"Esc", "back"}, Key{"q", "close"})
}

// Title says where one is.
func (s watch) Title(f Frame) string { return f.Styles.Dim.Render(f.Lang.T("wizard.watch.title")) }
