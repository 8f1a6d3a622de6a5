package session

import (
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
)

// Effect is something that a front end is to do in the world. An effect with a Run brings its result back with it; a
// result that comes too late, when another run has begun, is dropped by the session.
type Effect interface{ effect() }

type (
	// Look asks DNS about a domain, over what is known already (nil: nothing), in place of a look that is still under
	// way. Each answer goes to Progressed, the end to Looked.
	Look struct {
		Run     int
		Answers owner.Answers
		Known   *snapshot.Snapshot
	}
	// FindPanel finds the servers of the DNS panel that the owner named, where others answer for the zone. They go to
	// PanelFound.
	FindPanel struct {
		Run     int
		Answers owner.Answers
		DNS     *snapshot.Snapshot
	}
	// Ask puts the questions of the wait to their places. What was answered goes to Heard; nothing, where it was cut off.
	Ask struct {
		Run  int
		Asks []propagation.Ask
		At   []propagation.Place
	}
	// Wake calls Woken after a moment, so that the wait counts down. A front end with a loop of its own calls Due in it.
	Wake struct{ Run int }
	// StopWait ends what is asked for the wait.
	StopWait struct{}
	// Ring tells the owner that all records are seen everywhere.
	Ring struct{}
	// ReadRuns reads the runs of earlier days, the latest first. They go to RunsRead.
	ReadRuns struct{}
)

func (Look) effect()      {}
func (FindPanel) effect() {}
func (Ask) effect()       {}
func (Wake) effect()      {}
func (StopWait) effect()  {}
func (Ring) effect()      {}
func (ReadRuns) effect()  {}
func (Keep) effect()      {}

// Event hands what came of an effect to the session, in the session's own goroutine.
type Event func(*Session) []Effect
