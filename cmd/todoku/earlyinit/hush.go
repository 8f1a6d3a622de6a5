// Package earlyinit keeps libraries from talking to the terminal while the program is loaded. Bubble Tea's init asks the
// terminal for its colours, for every command, and waits seconds for one that does not answer. It asks nothing where CI
// is set; so CI is, from here until End.
//
// The Go specification ("Package initialization") makes this reliable: packages are initialised in the order of their
// import paths as soon as all they import is. This one imports package syscall alone and sorts before "unicode", which
// Bubble Tea needs. So it must import nothing else.
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

// End puts the environment back as it was; main begins with it.
func End() {
	if had {
		_ = syscall.Setenv(name, before)
		return
	}
	_ = syscall.Unsetenv(name)
}
