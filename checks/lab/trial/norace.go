//go:build !race

package trial

// Racing reports whether the race detector is on.
const Racing = false
