//go:build !race

package sample

const few = 6
