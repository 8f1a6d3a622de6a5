// Package earlyinit keeps libraries from talking to the terminal while the program is loaded. Bubble Tea's init
// function asks the terminal for its colours, whatever the command, and waits seconds where the terminal does not
// answer. It does not ask where the variable CI is set, so this package sets CI until End is called.
//
// The Go specification ("Package initialization") makes this reliable: packages are initialised in the order of their
// import paths, each once its imports are initialised. This one imports package syscall alone and sorts before
// "unicode", which Bubble Tea needs. So it must import nothing else.
package earlyinit

import "syscall"

const name = "CI"

var (
	before string
	had    bool
	_      = begin()
)

func begin() bool {
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
