package main

import (
	"github.com/inconshreveable/mousetrap"
	"golang.org/x/sys/windows"
)

// utf8 is the number of the UTF-8 code page.
const utf8 = 65001

// openWindow makes the console read and show UTF-8, whatever the system's code page, and reports whether the console is
// the program's own, as after a double click in Explorer. closing restores the code pages, since a shell goes on using
// them.
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
