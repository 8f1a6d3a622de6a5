// Package sample makes an ordinary run of the tests short: long tests are limited to a sample of their cases, and memory
// is traded for time. With TODOKU_WHOLE set, as in CI, tests run all their cases.
package sample

import (
	"os"
	"runtime/debug"
)

// Tests allocate much and keep little.
func init() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(growth)
	}
}

// Whole reports whether long tests run all cases.
func Whole() bool { return os.Getenv("TODOKU_WHOLE") != "" }

// Takes reports whether the i-th case belongs to the sample: one in few, or all if Whole.
func Takes(i int) bool { return i%few == 0 || Whole() }

// Of returns the cases that belong to the sample.
func Of[E any](all []E) []E {
	var out []E
	for i, e := range all {
		if Takes(i) {
			out = append(out, e)
		}
	}
	return out
}
