package tui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/checks/snapshot"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session"
)

// Root is the only tea.Model: it owns size, language, history and the footer. A screen says where it wants to go, and
// the root goes there.
type Root struct {
	c      *Case
	screen Screen
	over   []Screen
	w, h   int
	styles Styles
	glyphs Glyphs
	caret  *caret
	lived  life   // the title and progress last sent to the terminal
	held   Screen // shown again once the question opened over it is answered
	asked  bool   // Ctrl+C was pressed once where something can be copied
	cut    bool   // the last paste was cut, and no key has been pressed since
	moused bool   // the terminal reports the mouse
	said   string // of the last key: that it does nothing on this page
}

// New returns the program's model. It asks no questions and does not block.
func New(d Deps) *Root { return newRoot(context.Background(), d) }

func newRoot(ctx context.Context, d Deps) *Root {
	r := &Root{c: newCase(ctx, d), w: 80, h: 24, styles: newStyles(d.NoColor, d.Background, d.Colors), glyphs: glyphs(d.ASCII), caret: &caret{}}
	r.c.ring = r.caret.ring
	r.screen = newIntake(r.c)
	return r
}

// Init starts the run, at once past the questions that the command line has answered.
func (r *Root) Init() tea.Cmd {
	return r.open(r.c.Begin())
}

// Update handles one message, and then updates the window's title, progress and mouse.
func (r *Root) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	_, cmd := r.update(msg)
	return r, tea.Batch(cmd, r.live(), r.mice())
}

func (r *Root) update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd tea.Cmd
	switch m := msg.(type) {
	case tea.WindowSizeMsg:
		r.w, r.h = m.Width, m.Height
		return r, nil
	case tea.KeyMsg:
		r.cut = r.cut && m.Paste
		return r, r.keys(m)
	case terminalMsg:
		return r, r.heard(m)
	case tea.MouseMsg:
		return r, r.mouse(m)
	case pasteCutMsg:
		r.cut = true
		return r, nil
	case savedMsg:
		if m.err == nil {
			r.c.saved = m.path
		}
	case keptMsg:
		return r.Update(m.world())
	case worldMsg:
		was := r.c.At()
		if cmd = r.c.take(m); r.c.At() != was { // the look has ended
			r.screen = screenFor(r.c)
		}
	}
	return r, tea.Batch(cmd, r.pass(msg))
}

// heard draws again with other glyphs and colours after a late answer of the terminal.
func (r *Root) heard(m terminalMsg) tea.Cmd {
	d := &r.c.d
	if m.on != "" && m.on != d.Background {
		d.Background = m.on
		r.styles = newStyles(d.NoColor, m.on, d.Colors)
	}
	if !m.wide || d.ASCII {
		return nil
	}
	d.ASCII, r.glyphs = true, glyphs(true)
	return tea.ClearScreen // lines drawn so far were wider than thought
}

// keys handles a key that was pressed several times before the program could read it, press by press, until one of them
// leads to a field.
func (r *Root) keys(m tea.KeyMsg) tea.Cmd {
	all := repeated(m)
	if len(all) == 0 || r.typing() {
		return r.key(m)
	}
	var cmds []tea.Cmd
	for _, one := range all {
		cmds = append(cmds, r.key(one))
		if r.typing() {
			break
		}
	}
	return tea.Batch(cmds...)
}

// key handles the keys that mean the same everywhere, and passes the others on.
func (r *Root) key(m tea.KeyMsg) tea.Cmd {
	typing := r.typing()
	k := hotkey(m)
	asked := r.asked
	r.asked, r.said = false, ""
	switch {
	case k == "ctrl+c" && r.c.Reports().Busy: // stop the reading, not the program
		return r.c.do(r.c.CutReports())
	case k == "ctrl+c" && !asked && r.copies():
		r.asked = true
		return nil
	case k == "ctrl+c", k == "q" && !typing:
		return r.leave()
	case k == "ctrl+l":
		r.c.lang = r.c.lang.Next(r.c.d.Langs...)
		return r.pass(langMsg{})
	case k == "?" && !r.helping():
		r.over = append(r.over, newHelp(r.c, r.top()))
		return nil
	case r.w < MinWidth || r.h < MinHeight:
		return nil
	case !typing && k == "":
		r.said = r.idle(m, k)
		return nil
	case !typing:
		r.said = r.idle(m, k)
	}
	cmd := r.pass(m)
	r.bound()
	return cmd
}

// bound scrolls the top page back to its end, if it was scrolled beyond.
func (r *Root) bound() {
	if s, ok := r.top().(bounded); ok {
		f, _ := r.frame(r.top())
		r.put(s.Bound(f))
	}
}

// put replaces the screen on top.
func (r *Root) put(s Screen) {
	if n := len(r.over); n > 0 {
		r.over[n-1] = s
		return
	}
	r.screen = s
}

// stage returns the step to show as the current one: a question that a record asks counts as the records.
func (r *Root) stage() wizard.StepID {
	if _, ok := r.held.(records); ok && r.c.At() == wizard.StepReport {
		return wizard.StepRecords
	}
	return r.c.At()
}

// copies reports whether something can be copied from the screen, so that Ctrl+C may have been meant for that.
func (r *Root) copies() bool {
	c, ok := r.top().(copier)
	return ok && c.copies()
}

// pass gives a message to the screen on top; messages other than keys reach the screens below as well.
func (r *Root) pass(msg tea.Msg) tea.Cmd {
	_, isKey := msg.(tea.KeyMsg)
	n := len(r.over)
	if isKey && n > 0 {
		s, nav, cmd := r.over[n-1].Update(msg)
		r.over[n-1] = s
		return tea.Batch(cmd, r.walk(nav))
	}
	var cmds []tea.Cmd
	for i := range r.over {
		s, _, cmd := r.over[i].Update(msg)
		r.over[i] = s
		cmds = append(cmds, cmd)
	}
	s, nav, cmd := r.screen.Update(msg)
	r.screen = s
	return tea.Batch(append(cmds, cmd, r.walk(nav), r.due())...)
}

// walk goes where a screen wants to go.
func (r *Root) walk(n Nav) tea.Cmd {
	switch n := n.(type) {
	case goOn:
		if effects, err := r.c.Reply(n.reply); err == nil {
			return r.open(effects)
		}
	case goBack:
		return r.back()
	case goOpen:
		return r.ask(n.step)
	case goRetype:
		if effects, err := r.c.Retype(n.reply); err == nil {
			return r.open(effects)
		}
	case goResume:
		run := r.c.Offers()[n.at].Stored
		effects, err := r.c.GoOn(run)
		if err == nil {
			return r.open(effects)
		}
		box := newIntake(r.c) // the questions have changed since the run was kept: start again with its domain
		box.in = newEditor(run.Name, true)
		r.screen = box
	case goRecord:
		cmd := r.back()
		if r.c.At() == wizard.StepRecords {
			r.screen = mend(r.c, n.at)
		}
		return cmd
	case goOver:
		r.over = append(r.over, n.over)
	case goClose:
		r.over = r.over[:max(0, len(r.over)-1)]
	case goLeave:
		return r.leave()
	}
	return nil
}

// open shows the screen of the wizard's current step, and performs the effects.
func (r *Root) open(effects []session.Effect) tea.Cmd {
	r.over = nil
	if r.c.At() == "" {
		return tea.Batch(r.c.do(effects), r.leave())
	}
	if held, ok := r.held.(records); ok && r.c.At() == wizard.StepRecords {
		r.screen, r.held = held.turn(0), nil
	} else {
		r.screen = screenFor(r.c)
	}
	return tea.Batch(r.c.do(effects), r.due())
}

// ask opens a question outside the flow; r.held is shown again afterwards.
func (r *Root) ask(step wizard.StepID) tea.Cmd {
	r.held = r.screen
	r.c.Open(step)
	return r.open(nil)
}

// due asks what the shown record needs to know: where reports are to go.
func (r *Root) due() tea.Cmd {
	if s, ok := r.screen.(records); ok && len(r.over) == 0 && r.c.AsksReport(s.at) {
		return r.ask(wizard.StepReport)
	}
	return nil
}

func (r *Root) back() tea.Cmd {
	if len(r.over) > 0 {
		r.over = r.over[:len(r.over)-1]
		return nil
	}
	effects, ok := r.c.Back()
	if !ok {
		return nil
	}
	return r.open(effects)
}

func (r *Root) leave() tea.Cmd {
	r.c.look.end()
	r.c.ask.end()
	r.c.reports.end()
	return tea.Quit
}

// Farewell returns what to print once the screens are gone: which file was written, and how to resume where the run is
// kept; "" for neither.
func (r *Root) Farewell() string {
	var out []string
	if r.c.saved != "" {
		out = append(out, r.c.lang.T("tui.copy.saved", i18n.Args{"path": snapshot.Printable(r.c.saved)}))
	}
	if r.c.Kept() {
		out = append(out, r.c.lang.T("tui.leave.resume"))
	}
	return strings.Join(out, "\n")
}

// Session returns the run that is shown.
func (r *Root) Session() *session.Session { return r.c.Session }

func (r *Root) top() Screen {
	if n := len(r.over); n > 0 {
		return r.over[n-1]
	}
	return r.screen
}

func (r *Root) typing() bool {
	t, ok := r.top().(typist)
	return ok && t.Typing()
}

func (r *Root) helping() bool {
	_, ok := r.top().(help)
	return ok
}

// screenFor makes the screen of the wizard's step.
func screenFor(c *Case) Screen {
	s := c.Step()
	switch {
	case c.First():
		return newIntake(c)
	case s.Kind != wizard.Page:
		return newQuestion(c, s)
	}
	switch s.ID {
	case wizard.StepFound:
		return newFound(c)
	case wizard.StepReports:
		return newReports(c)
	case wizard.StepCheck:
		return lookingPage{c}
	case wizard.StepRecords:
		return newRecords(c)
	case wizard.StepWatch:
		return newWatch(c)
	case wizard.StepProof:
		return newProof(c)
	case wizard.StepKeep:
		return newKeep(c)
	}
	return newDiagnosis(c)
}

// View draws the frame, and remembers where the cursor belongs.
func (r *Root) View() string { return r.caret.take(unspotted(r.draw())) }

// frame returns the room for a screen's body, and the footer below it.
func (r *Root) frame(s Screen) (f Frame, foot []string) {
	f = Frame{W: r.w, H: r.h, Lang: r.c.lang, Langs: r.c.d.Langs, Styles: r.styles, Glyphs: r.glyphs}
	foot = f.footer(s.Keys())
	f.H = r.h - 4 - len(foot)
	if x, ok := s.(scroller); ok && x.Scrolls(f) {
		foot = f.footer(withScroll(s.Keys()))
		f.H = r.h - 4 - len(foot)
	}
	return f, foot
}

// draw draws the whole screen with its marks: the title, the stages, the body, and the keys.
func (r *Root) draw() string {
	if r.w < MinWidth || r.h < MinHeight {
		f := Frame{W: r.w, H: r.h, Lang: r.c.lang, Styles: r.styles, Glyphs: r.glyphs}
		text := f.T("small", i18n.Args{"w": r.w, "h": r.h, "minw": MinWidth, "minh": MinHeight})
		return strings.Join(f.fit(wrap(text, max(r.w, 2)), 0, 1, max(r.h, 1)), "\n")
	}
	s := r.top()
	f, foot := r.frame(s)
	note := ""
	switch {
	case r.asked:
		note = f.T("leave.again")
		if r.copies() {
			note += f.T("leave.copy")
		}
	case r.cut:
		note = f.T("paste-cut", i18n.Args{"limit": maxPasteBytes >> 10})
	case r.said != "":
		note = r.said
	}
	if note != "" {
		note = "   " + f.Styles.Warn.Render(cut(note, f.W-4, f.Glyphs.Etc))
	}
	lines := append([]string{r.header(f, s), f.stages(r.stage()), note}, r.body(f, s)...)
	lines = append(lines, f.rule())
	return strings.Join(append(lines, foot...), "\n")
}

func (r *Root) header(f Frame, s Screen) string {
	left := f.Styles.Title.Render(f.T("title"))
	if name := r.c.Name(); name != "" {
		left = f.Styles.Title.Render(name)
	}
	if r.c.d.Lab != nil {
		left += f.Styles.Dim.Render(" " + f.T("lab"))
	}
	return " " + fill(sides(left, s.Title(f), f.W-2, f.Glyphs.Etc), f.W-2, "") + " "
}

// body draws the screen and makes it exactly as high as its room, and no wider.
func (r *Root) body(f Frame, s Screen) []string {
	lines := strings.Split(s.View(f), "\n")
	if len(lines) > f.H {
		lines = lines[:f.H]
	}
	for i, l := range lines {
		if width(l) > f.W {
			lines[i] = cut(l, f.W, f.Glyphs.Etc)
		}
	}
	for len(lines) < f.H {
		lines = append(lines, "")
	}
	return lines
}

// footer lays the keys out in as few lines as they need.
func (f Frame) footer(keys []Key) []string {
	var out []string
	line := ""
	for _, k := range keys {
		word := f.Styles.Key.Render(f.keyName(k.Name)) + " " + f.does(k)
		if line != "" && width(line)+3+width(word) > f.W-2 {
			out = append(out, line)
			line = ""
		}
		if line == "" {
			line = " " + word
			continue
		}
		line += "   " + word
	}
	return append(out, line)
}

// does words what a key does. The language key names the next language, in that language.
func (f Frame) does(k Key) string {
	if k.Does == "language" {
		return f.Lang.Next(f.Langs...).Name()
	}
	return f.T("key." + k.Does)
}

func (f Frame) keyName(k string) string {
	switch k {
	case "updown":
		return f.Glyphs.UpDown
	case "sides":
		return f.Glyphs.Sides
	case "letters":
		return f.T("key-letters")
	case "space", "click", "wheel", "shift-drag":
		return f.T("key-" + k)
	}
	return k
}
