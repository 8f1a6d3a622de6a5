package local

import (
	"os"
	"os/user"
	"path/filepath"
	"runtime"
)

// StateDir is where todoku keeps what outlives a run: XDG_STATE_HOME on Unix, and its like elsewhere. Where the account has no
// home it is a folder for temporary files.
func StateDir(env func(string) string) string {
	if dir := lastingDir(env); dir != "" {
		return dir
	}
	return filepath.Join(os.TempDir(), ".local", "state", "todoku")
}

// lastingDir is StateDir where that outlives a restart, and belongs to the account alone; "" where it does not.
func lastingDir(env func(string) string) string {
	home := homeDir()
	switch runtime.GOOS {
	case "windows":
		if dir := env("LocalAppData"); dir != "" {
			return filepath.Join(dir, "todoku")
		}
	case "darwin":
		if home != "" {
			return filepath.Join(home, "Library", "Application Support", "todoku")
		}
	}
	if dir := env("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "todoku")
	}
	if home == "" {
		return ""
	}
	return filepath.Join(home, ".local", "state", "todoku")
}

// homeDir is the account's home; "" where it has none. A timer of the system may start a program without HOME.
func homeDir() string {
	if dir, err := os.UserHomeDir(); err == nil && filepath.IsAbs(dir) {
		return dir
	}
	if u, err := user.Current(); err == nil && filepath.IsAbs(u.HomeDir) {
		return u.HomeDir
	}
	return ""
}
