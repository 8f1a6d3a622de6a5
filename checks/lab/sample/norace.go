//go:build !race

package sample

const few = 6

// growth is how much the heap may grow before it is looked through, in percent of what is in use.
const growth = 800
