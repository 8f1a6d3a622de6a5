package catalog

import "testing"

// BenchmarkLoad is what a start pays; the aim is under 5 ms.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		c, err := unpack(packed)
		if err != nil {
			b.Fatal(err)
		}
		c.index()
	}
}
