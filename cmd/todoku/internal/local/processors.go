package local

import (
	"os"
	"runtime"
)

// AllProcessors undoes what package earlyinit does, for work that takes long.
func AllProcessors() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.SetDefaultGOMAXPROCS()
	}
}
