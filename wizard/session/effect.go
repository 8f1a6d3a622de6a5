package session

import (
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/snapshot"
)

// Effect is something that a front end has to do. An effect with a Run returns it with the result; the session drops
// a result whose run is no longer the current one.
type Effect interface{ effect() }

type (
	// Look asks DNS about a domain, adding to what is known (may be nil). It replaces a look in progress. Each answer
	// goes to Progressed, the end to Looked.
	Look struct {
		Run     int
		Answers owner.Answers
		Known   *snapshot.Snapshot
	}
	// FindPanel finds the name servers of the DNS panel that the owner named, if others answer for the zone. They go to
	// PanelFound.
	FindPanel struct {
		Run     int
		Answers owner.Answers
		DNS     *snapshot.Snapshot
	}
	// Ask sends the wait's questions to their places. The answers go to Heard; none if it was stopped.
	Ask struct {
		Run  int
		Asks []propagation.Ask
		At   []propagation.Place
	}
	// Wake calls Woken after a moment, so that the wait counts down. A front end with its own loop calls Due there.
	Wake struct{ Run int }
	// StopWait stops the wait's questions in progress.
	StopWait struct{}
	// Ring tells the owner that all records are seen everywhere.
	Ring struct{}
	// ReadRuns reads the kept runs, the latest first. They go to RunsRead.
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

// Event passes an effect's result to the session, in the session's own goroutine.
type Event func(*Session) []Effect
