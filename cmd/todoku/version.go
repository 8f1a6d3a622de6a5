package main

import "runtime/debug"

// release is set by the linker when a release is built: -ldflags "-X main.release=v1.2.3".
var release = ""

// version returns the version, from the linker or from the build information.
func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
