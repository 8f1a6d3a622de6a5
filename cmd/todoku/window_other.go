//go:build !windows

package main

// openWindow is for Windows alone: elsewhere a program is started in a terminal that stays.
func openWindow() (own bool, closing func()) { return false, func() {} }
