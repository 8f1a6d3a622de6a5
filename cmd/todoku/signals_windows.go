package main

import (
	"os"
	"syscall"
)

// endings are the signals that end the program in good order: Ctrl+C, and the closing of the window or of the session.
func endings() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }
