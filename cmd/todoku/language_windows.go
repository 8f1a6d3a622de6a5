//go:build windows

package main

import "golang.org/x/sys/windows"

// systemLanguage returns the first language of Windows' own menus, as a tag of BCP 47; the environment does not say it
// there. "" where Windows does not tell.
func systemLanguage() string {
	names, err := windows.GetUserPreferredUILanguages(windows.MUI_LANGUAGE_NAME)
	if err != nil || len(names) == 0 {
		return ""
	}
	return names[0]
}
