//go:build dragonfly || freebsd || linux || netbsd || openbsd || solaris

package local

import (
	"errors"
	"os"
	"os/exec"
)

// clipPrograms are the programs that put their input on the clipboard: in Wayland, in X11, in Termux, and on Windows for a
// Linux inside it.
var clipPrograms = []struct {
	needs string // an environment variable; "" for none
	line  []string
}{
	{"WAYLAND_DISPLAY", []string{"wl-copy"}},
	{"", []string{"xclip", "-in", "-selection", "clipboard"}},
	{"", []string{"xsel", "--input", "--clipboard"}},
	{"", []string{"termux-clipboard-set"}},
	{"", []string{"clip.exe"}},
}

// machineClipboard returns how text is put on the machine's own clipboard. The programs are looked for when something is
// copied: the library that serves other systems searches the whole PATH four times at every start, where a Linux inside
// Windows has folders of Windows in it, and waits without end for a program that hangs.
func machineClipboard() func(text string) error {
	return func(text string) error {
		for _, p := range clipPrograms {
			if p.needs != "" && os.Getenv(p.needs) == "" {
				continue
			}
			if _, err := exec.LookPath(p.line[0]); err == nil {
				return feed(text, p.line...)
			}
		}
		return errors.ErrUnsupported
	}
}
