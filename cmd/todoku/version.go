package main

import "runtime/debug"

// release is set by the linker when a release is built: -ldflags "-X main.release=v1.2.3".
var release = ""

// version says which todoku this is, from the linker or from what the Go tool noted while building.
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
