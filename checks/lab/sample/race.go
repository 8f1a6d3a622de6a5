//go:build race

package sample

// few: the race detector takes ten times as long.
const few = 10
