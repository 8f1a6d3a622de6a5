//go:build !windows

package main

// systemLanguage returns "": outside Windows the environment names the language.
func systemLanguage() string { return "" }
