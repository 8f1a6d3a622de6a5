package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.org/todoku/wizard"
)

// A Screen is one page. Only the root is a tea.Model; a screen is told size and language in every View, so that a
// resize or a change of language needs no message.
type Screen interface {
	// Update takes a message and says where to go (nil: stay) and what to run.
	Update(tea.Msg) (Screen, Nav, tea.Cmd)
	// View draws the body: at most f.H lines of at most f.W cells.
	View(f Frame) string
	// Keys are what the footer offers here.
	Keys() []Key
	// Title is the right end of the first line: where am I?
	Title(f Frame) string
}

// langMsg says that the language is another: what a screen keeps of words it must fetch anew.
type langMsg struct{}

// typist is a screen with a text field: letters are text there, not hotkeys.
type typist interface{ Typing() bool }

// scroller is a screen that may be higher than its room: the footer then says how to see the rest.
type scroller interface{ Scrolls(f Frame) bool }

// bounded is a screen that scrolls: it comes back to what there is to see, so that no key is lost beyond the end.
type bounded interface{ Bound(f Frame) Screen }

// moreKeys is a screen at which keys work that its footer has no room for: "?" tells of them.
type moreKeys interface{ More() []Key }

// quiet are the keys that work at a screen and are not in its footer.
func quiet(s Screen) []Key {
	if x, ok := s.(moreKeys); ok {
		return x.More()
	}
	return nil
}

// The second names of keys that move or scroll, for who keeps the hands on the letters.
var (
	moveToo   = Key{"j k", "move"}
	scrollToo = []Key{{"j k PgUp PgDn", "scroll"}, {"space", "scroll"}}
)

// withScroll puts the keys that scroll in front of the last one.
func withScroll(keys []Key) []Key {
	n := max(0, len(keys)-1)
	return append(append(append([]Key(nil), keys[:n]...), Key{"updown", "scroll"}), keys[n:]...)
}

// Nav is where a screen wants to go.
type Nav interface{ nav() }

type (
	// goOn answers the wizard's step.
	goOn struct{ reply wizard.Reply }
	// goBack takes the last answer back.
	goBack struct{}
	// goOver lays a screen over this one; goClose takes it off.
	goOver  struct{ over Screen }
	goClose struct{}
	// goResume goes on with a run that was kept: one of the session's offers.
	goResume struct{ at int }
	// goOpen asks a question that stands aside, and comes back to this screen.
	goOpen struct{ step wizard.StepID }
	// goRetype takes another text for the first box.
	goRetype struct{ reply wizard.Reply }
	// goRecord goes back from the wait to the page of a record, by its place in the plan.
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

// page is the reply of a step that asks nothing.
func page(id wizard.StepID) goOn { return goOn{wizard.Reply{Step: id}} }
