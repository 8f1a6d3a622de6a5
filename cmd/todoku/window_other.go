//go:build !windows

package main

// openWindow does nothing outside Windows, where the terminal stays open after the program.
func openWindow() (own bool, closing func()) { return false, func() {} }
