//go:build !race

package trial

// Racing reports whether the race detector is on.
const Racing = false

// growth is how much the heap may grow before it is looked through, in percent of what is in use.
const growth = 800
