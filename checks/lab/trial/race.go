//go:build race

package trial

// Racing reports whether the race detector is on. Tests take ten times as long with it, and it finds nothing in code
// that runs on one goroutine; long tests of such code then take a sample.
const Racing = true
