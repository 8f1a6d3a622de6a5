//go:build race

package sample

// few is larger here, since tests take ten times as long under the race detector.
const few = 10

// growth: the race detector needs memory of its own.
const growth = 400
