package main

import (
	"github.com/inconshreveable/mousetrap"
	"golang.org/x/sys/windows"
)

// utf8 is the code page of UTF-8.
const utf8 = 65001

// openWindow makes the console take and show UTF-8, whatever code page the system has, and reports whether the console is
// the program's own, as after a double click in Explorer. closing puts the code pages back: a shell goes on with them.
func openWindow() (own bool, closing func()) {
	in, err1 := windows.GetConsoleCP()
	out, err2 := windows.GetConsoleOutputCP()
	if err1 == nil && err2 == nil {
		_ = windows.SetConsoleCP(utf8)
		_ = windows.SetConsoleOutputCP(utf8)
	}
	return mousetrap.StartedByExplorer(), func() {
		if err1 == nil && err2 == nil {
			_ = windows.SetConsoleCP(in)
			_ = windows.SetConsoleOutputCP(out)
		}
	}
}
