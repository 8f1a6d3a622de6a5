//go:build race

package bounce_test

func init() { racing = true }
