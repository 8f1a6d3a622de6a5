//go:build dragonfly || freebsd || linux || netbsd || openbsd || solaris

package local

import (
	"os"
	"path/filepath"
	"testing"
)

// The first program that is there gets the text; that of Wayland only in Wayland; none is no success.
func TestMachineClipboard(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	t.Setenv("WAYLAND_DISPLAY", "")
	if machineClipboard()("x") == nil {
		t.Error("copied by nobody")
	}
	for _, c := range []struct{ program, display, used string }{
		{"wl-copy", "", ""}, {"clip.exe", "", "clip.exe"}, {"xsel", "", "xsel"}, {"xclip", "", "xclip"}, {"", "wayland-0", "wl-copy"},
	} {
		t.Setenv("WAYLAND_DISPLAY", c.display)
		if c.program != "" {
			script := "#!/bin/sh\n/bin/cat > '" + filepath.Join(dir, c.program+".got") + "'\n"
			if err := os.WriteFile(filepath.Join(dir, c.program), []byte(script), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		if err := machineClipboard()("v=spf1 -all"); (err == nil) != (c.used != "") {
			t.Errorf("%+v: %v", c, err)
		}
		if c.used != "" {
			holds(t, filepath.Join(dir, c.used+".got"), "v=spf1 -all")
		}
	}
}
