//go:build !race

package trial

// Racing reports whether the race detector watches.
const Racing = false
