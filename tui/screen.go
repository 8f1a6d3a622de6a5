package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/wizard"
)

// A Screen is one page. Only the root is a tea.Model; a screen gets size and language in every View, so that a
// resize or a change of language needs no message.
type Screen interface {
	// Update handles a message, and says where to go (nil: stay) and what to run.
	Update(tea.Msg) (Screen, Nav, tea.Cmd)
	// View draws the body: at most f.H lines of at most f.W cells.
	View(f Frame) string
	// Keys returns the keys that the footer offers.
	Keys() []Key
	// Title returns the right end of the first line: where the user is.
	Title(f Frame) string
}

// langMsg says that the language has changed, so that a screen must word again what it keeps.
type langMsg struct{}

// typist is a screen with a text field, where letters are text and not hotkeys.
type typist interface{ Typing() bool }

// scroller is a screen that may be higher than its room; the footer then says how to scroll.
type scroller interface{ Scrolls(f Frame) bool }

// bounded is a screen that scrolls. Bound returns it scrolled no further than its end, so that the next key moves it at
// once.
type bounded interface{ Bound(f Frame) Screen }

// moreKeys is a screen with more keys than its footer has room for; "?" lists them.
type moreKeys interface{ More() []Key }

// quiet returns the keys that work on a screen and are not in its footer.
func quiet(s Screen) []Key {
	if x, ok := s.(moreKeys); ok {
		return x.More()
	}
	return nil
}

// Alternative keys for moving and scrolling, on the letter keys.
var (
	moveToo   = Key{"j k", "move"}
	scrollToo = []Key{{"j k PgUp PgDn", "scroll"}, {"space", "scroll"}}
)

// withScroll inserts the scroll keys before the last key.
func withScroll(keys []Key) []Key {
	n := max(0, len(keys)-1)
	return append(append(append([]Key(nil), keys[:n]...), Key{"updown", "scroll"}), keys[n:]...)
}

// Nav says where a screen wants to go.
type Nav interface{ nav() }

type (
	// goOn answers the current step.
	goOn struct{ reply wizard.Reply }
	// goBack takes the last answer back.
	goBack struct{}
	// goOver opens a screen over this one; goClose closes it.
	goOver  struct{ over Screen }
	goClose struct{}
	// goResume resumes a kept run, one of the session's offers.
	goResume struct{ at int }
	// goOpen asks a question outside the flow, and comes back to this screen.
	goOpen struct{ step wizard.StepID }
	// goRetype replaces the text of the first box.
	goRetype struct{ reply wizard.Reply }
	// goRecord goes back from the wait to the page of a record, by its index in the plan.
	goRecord struct{ at int }
	// goLeave ends the program.
	goLeave struct{}
)

func (goOn) nav()     {}
func (goBack) nav()   {}
func (goOver) nav()   {}
func (goClose) nav()  {}
func (goResume) nav() {}
func (goOpen) nav()   {}
func (goRetype) nav() {}
func (goRecord) nav() {}
func (goLeave) nav()  {}

// page returns the reply of a step that asks nothing.
func page(id wizard.StepID) goOn { return goOn{wizard.Reply{Step: id}} }
