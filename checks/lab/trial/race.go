//go:build race

package trial

// Racing reports whether the race detector watches. It takes ten times as long, and of what runs on one goroutine it can
// tell nothing: long tests of that kind then take a sample, and all of it without it.
const Racing = true

// growth: the race detector needs memory of its own.
const growth = 400
