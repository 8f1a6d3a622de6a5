// Package sample says how much a long test looks at: a part in an ordinary run, so that it is over before its reader looks
// elsewhere; everything where TODOKU_WHOLE is set, as CI sets it.
package sample

import "os"

// Whole reports whether long tests are to look at everything.
func Whole() bool { return os.Getenv("TODOKU_WHOLE") != "" }

// Takes reports whether the i-th of many belongs to the sample: one of each few does, and if Whole each.
func Takes(i int) bool { return i%few == 0 || Whole() }

// Of returns those of all that belong to the sample.
func Of[E any](all []E) []E {
	var out []E
	for i, e := range all {
		if Takes(i) {
			out = append(out, e)
		}
	}
	return out
}
