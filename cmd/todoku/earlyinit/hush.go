// Package earlyinit does what must be done before other packages are initialised.
//
// It keeps libraries from talking to the terminal while the program is loaded. Bubble Tea's init function asks the terminal
// for its colours, whatever the command, and waits seconds where the terminal does not answer. It does not ask where the
// variable CI is set, so this package sets CI until End is called.
//
// It keeps Go from sampling where memory is allocated, and limits the process to one processor, unless the environment says how many (GOMAXPROCS). Most commands wait, for
// answers or for a person, and Go would wake threads for every small piece of work in between. Once memory was allocated,
// the change costs as much as a twentieth of the whole start.
//
// The Go specification ("Package initialization") makes this reliable: packages are initialised in the order of their
// import paths, each once its imports are initialised. This one imports packages runtime and syscall alone and sorts before
// "unicode", which Bubble Tea needs. So it must import nothing else.
package earlyinit

import (
	"runtime"
	"syscall"
)

const name = "CI"

var (
	before string
	had    bool
	_      = begin()
)

func begin() bool {
	runtime.MemProfileRate = 0 // nobody reads the profile
	if given, _ := syscall.Getenv("GOMAXPROCS"); given == "" {
		runtime.GOMAXPROCS(1)
	}
	before, had = syscall.Getenv(name)
	return before != "" || syscall.Setenv(name, "1") == nil
}

// End restores the environment; main calls it first.
func End() {
	if had {
		_ = syscall.Setenv(name, before)
		return
	}
	_ = syscall.Unsetenv(name)
}
