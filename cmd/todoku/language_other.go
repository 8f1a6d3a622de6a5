//go:build !windows

package main

// systemLanguage is what the system's menus speak; outside Windows the environment says so.
func systemLanguage() string { return "" }
