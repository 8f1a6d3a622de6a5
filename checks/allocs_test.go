package checks_test

import (
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/plan"
)

// To judge a domain costs what it did when this was written, and a quarter more at most.
func TestAllocations(t *testing.T) {
	if trial.Racing {
		t.Skip("the race detector allocates too")
	}
	for id, most := range map[string]float64{"s1": 5200, "s4": 25000} {
		in := trial.New(t, id).Look(t)
		if got := testing.AllocsPerRun(5, func() {
			fresh := in.WithDNS(in.DNS)
			plan.Make(fresh, checks.Diagnose(fresh))
		}); got > most {
			t.Errorf("%s: %v allocations, at most %v", id, got, most)
		}
	}
}
