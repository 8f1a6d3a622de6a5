package local

import (
	"os"
	"path/filepath"
	"runtime"
)

// StateDir returns the folder where todoku keeps what outlives a run: XDG_STATE_HOME on Unix, its counterpart
// elsewhere.
func StateDir(env func(string) string) string {
	home, err := os.UserHomeDir()
	if err != nil {
		home = os.TempDir()
	}
	switch runtime.GOOS {
	case "windows":
		if dir := env("LocalAppData"); dir != "" {
			return filepath.Join(dir, "todoku")
		}
	case "darwin":
		return filepath.Join(home, "Library", "Application Support", "todoku")
	}
	if dir := env("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "todoku")
	}
	return filepath.Join(home, ".local", "state", "todoku")
}
