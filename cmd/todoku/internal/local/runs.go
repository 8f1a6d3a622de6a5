package local

import (
	"os"
	"path/filepath"
	"time"

	"example.org/todoku/wizard/session/store"
)

// Runs is the folder of runs on this computer.
func Runs() *store.Store {
	return &store.Store{Dir: filepath.Join(StateDir(os.Getenv), "runs"), Now: WallClock}
}

// WallClock is the time of day without Go's monotonic reading, which stands still while a computer sleeps: a TTL goes on
// running meanwhile.
func WallClock() time.Time { return time.Now().Round(0) }
