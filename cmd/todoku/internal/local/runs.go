package local

import (
	"os"
	"path/filepath"
	"time"

	"example.org/todoku/wizard/session/store"
)

// Runs returns the store of the runs kept on this computer.
func Runs() *store.Store {
	return &store.Store{Dir: filepath.Join(StateDir(os.Getenv), "runs"), Now: WallClock}
}

// WallClock returns the time of day without Go's monotonic reading, which stands still while a computer sleeps, though
// a TTL runs on.
func WallClock() time.Time { return time.Now().Round(0) }
