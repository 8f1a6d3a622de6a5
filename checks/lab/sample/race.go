//go:build race

package sample

// few is larger here, since tests take ten times as long under the race detector.
const few = 10
