package main

import "syscall"

// systemLanguage is the language of Windows' own menus: the environment does not say it there. The low ten bits are the
// primary language (LANG_JAPANESE is 0x11).
func systemLanguage() string {
	id, _, _ := syscall.NewLazyDLL("kernel32.dll").NewProc("GetUserDefaultUILanguage").Call()
	if id&0x3ff == 0x11 {
		return "ja"
	}
	return ""
}
