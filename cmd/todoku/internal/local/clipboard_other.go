//go:build !(dragonfly || freebsd || linux || netbsd || openbsd || solaris)

package local

import "github.com/atotto/clipboard"

// machineClipboard returns how text is put on the machine's own clipboard; nil where it has none.
func machineClipboard() func(text string) error {
	if clipboard.Unsupported {
		return nil
	}
	return clipboard.WriteAll
}
