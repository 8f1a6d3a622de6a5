// Package still runs the screens without a terminal: it presses keys, advances the lab's time, and draws a screen as an
// SVG picture.
package still

import (
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/tui"
	"example.org/todoku/wizard"
)

// Stage is the program in a story, without a terminal or a clock: all that a key starts is done before the next key.
type Stage struct {
	root  *tui.Root
	d     tui.Deps
	woken bool
	tick  tea.Msg // counts the screen down when it is sent
}

// Open starts at the first screen, w cells wide and h high. Nothing is copied and no file is written.
func Open(d tui.Deps, w, h int) *Stage {
	s := &Stage{}
	d.After = func(time.Duration) <-chan time.Time {
		s.woken = true
		now := make(chan time.Time)
		close(now)
		return now
	}
	d.Copy = func(string) (string, string, error) { return "copied", "", nil }
	d.Save = func(name string, _ []byte) (string, error) { return name, nil }
	s.d, s.root = d, tui.New(d)
	s.send(tea.WindowSizeMsg{Width: w, Height: h})
	s.run(s.root.Init())
	return s
}

func (s *Stage) send(msg tea.Msg) {
	_, cmd := s.root.Update(msg)
	s.run(cmd)
}

func (s *Stage) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	msg := cmd()
	if s.woken {
		s.woken, s.tick = false, msg
		return
	}
	switch msg := msg.(type) {
	case nil, tea.QuitMsg:
	case tea.BatchMsg:
		for _, c := range msg {
			s.run(c)
		}
	default:
		s.send(msg)
	}
}

var keyTypes = map[string]tea.KeyType{
	"enter": tea.KeyEnter, "esc": tea.KeyEsc, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "tab": tea.KeyTab,
}

// Press presses keys one by one; a string that names no key is typed as a letter.
func (s *Stage) Press(keys ...string) {
	for _, k := range keys {
		if t, ok := keyTypes[k]; ok {
			s.send(tea.KeyMsg{Type: t})
			continue
		}
		s.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)})
	}
}

// mostKeys bounds how often To presses Enter.
const mostKeys = 30

// To presses Enter until the run is at a step; an error says that Enter does not lead there.
func (s *Stage) To(step wizard.StepID) error {
	for range mostKeys {
		if s.root.Session().At() == step {
			return nil
		}
		s.Press("enter")
	}
	return fmt.Errorf("the key Enter does not lead to %q, but to %q", step, s.root.Session().At())
}

// Wait advances the lab's time to the next moment at which something can have changed, and looks; false once all is
// seen.
func (s *Stage) Wait() bool {
	w := s.root.Session().Wait()
	if w == nil || w.Published() {
		return false
	}
	s.Press("n")
	if s.tick != nil {
		s.send(s.tick)
	}
	return true
}

// Spoil publishes the records with a mistake of the lab; an error says that the lab does not know it.
func (s *Stage) Spoil(mistake string) error {
	for i, m := range s.d.Lab.Mistakes {
		if m == mistake {
			s.Press("w")
			s.Press(strings.Fields(strings.Repeat("down ", i))...)
			s.Press("enter")
			return nil
		}
	}
	return fmt.Errorf("the lab knows no mistake %q", mistake)
}

// Screen returns what a terminal would be sent for the whole screen.
func (s *Stage) Screen() string { return s.root.View() }
