package local

import (
	"os"
	"runtime"
)

// OneProcessor limits the process to one processor, unless the environment says how many (GOMAXPROCS). Most commands wait,
// for answers or for a person, and Go would wake threads for every small piece of work in between.
func OneProcessor() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(1)
	}
}

// AllProcessors undoes OneProcessor, for work that takes long.
func AllProcessors() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.SetDefaultGOMAXPROCS()
	}
}
