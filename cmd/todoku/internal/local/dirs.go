package local

import (
	"os"
	"os/user"
	"path/filepath"
	"runtime"
)

// StateDir returns the folder where todoku keeps what outlives a run: XDG_STATE_HOME on Unix, its counterpart
// elsewhere. Where the account has no home it is a folder for temporary files.
func StateDir(env func(string) string) string {
	if dir := lastingDir(env); dir != "" {
		return dir
	}
	return filepath.Join(os.TempDir(), ".local", "state", "todoku")
}

// lastingDir returns StateDir if that folder outlives a restart and belongs to the account alone, else "".
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

// homeDir returns the account's home directory; "" where it has none. A system timer may start a program without HOME.
func homeDir() string {
	if dir, err := os.UserHomeDir(); err == nil && filepath.IsAbs(dir) {
		return dir
	}
	if u, err := user.Current(); err == nil && filepath.IsAbs(u.HomeDir) {
		return u.HomeDir
	}
	return ""
}
