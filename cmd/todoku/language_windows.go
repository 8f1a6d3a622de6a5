//go:build windows

package main

import "golang.org/x/sys/windows"

// systemLanguage returns the first language of the Windows user interface as a BCP 47 tag, since the environment does
// not name it there; "" where Windows does not tell.
func systemLanguage() string {
	names, err := windows.GetUserPreferredUILanguages(windows.MUI_LANGUAGE_NAME)
	if err != nil || len(names) == 0 {
		return ""
	}
	return names[0]
}
