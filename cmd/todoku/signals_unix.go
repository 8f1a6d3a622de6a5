//go:build !windows

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// exitSignals returns the signals that end the program after it has restored the terminal. A signal that was ignored
// when the program started (nohup) stays ignored.
func exitSignals() []os.Signal {
	var out []os.Signal
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			out = append(out, s)
		}
	}
	if len(out) == 0 { // signal.NotifyContext would take none for all
		return []os.Signal{syscall.SIGTERM}
	}
	return out
}
