//go:build !windows

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// endings are the signals that end the program in good order. A signal that is ignored from the start (nohup) stays so.
func endings() []os.Signal {
	var out []os.Signal
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			out = append(out, s)
		}
	}
	if len(out) == 0 { // none would mean all
		return []os.Signal{syscall.SIGTERM}
	}
	return out
}
