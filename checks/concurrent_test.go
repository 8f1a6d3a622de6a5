package checks_test

import (
	"reflect"
	"sync"
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/plan"
)

// Facts are read lazily; many may read the same at once, and all see the same. The race detector watches.
func TestManyReadOneSnapshot(t *testing.T) {
	in := trial.Seen(t, find(t, "s8"))
	want := checks.Diagnose(in.WithDNS(in.DNS.Clone()))
	in = in.WithDNS(in.DNS.Clone()) // nothing of it is read yet
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			found := checks.Diagnose(in)
			if !reflect.DeepEqual(found, want) {
				t.Errorf("found %v, want %v", found, want)
			}
			plan.Make(in, found)
		})
	}
	all.Wait()
}
