// Package sample limits long tests to a sample of their cases in an ordinary run; with TODOKU_WHOLE set, as in CI, they
// run all.
package sample

import "os"

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
