package main

import (
	"os"
	"syscall"
)

// exitSignals returns the signals that end the program after it has restored the terminal: Ctrl+C, and the closing of
// the window or of the session.
func exitSignals() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }
