package checks_test

import (
	"testing"

	"todoku/checks"
	"todoku/checks/plan"
)

// TestOneCause: a broken delegation is one finding with its symptoms folded under it, and one line of what could not be
// seen, not twenty; and nothing is proposed that nobody would see.
func TestOneCause(t *testing.T) {
	for id, proposes := range map[string]bool{
		"no-network": false, "unregistered": false, "unregistered-below": false, "unregistered-remembered": false, "domain-parked": false,
		"domain-unconfirmed": false, "zone-lame": false, "zone-nowhere": false, "servers-dead": false, "ns-disagree": true, "ns-lame": true,
		"server-dead": true, "dnssec-left": true, "ns-moving-stopped": true, "split-view": true,
	} {
		in := look(t, find(t, id))
		found := checks.Diagnose(in)
		var causes []checks.Code
		for _, f := range checks.Causes(found) {
			if f.Severity != checks.Fine {
				causes = append(causes, f.Code)
			}
		}
		if len(causes) != 1 {
			t.Errorf("%s: causes %v", id, causes)
		}
		if silent := checks.Unheard(in, found); len(silent) > 1 {
			t.Errorf("%s: also said not to be seen: %v", id, silent)
		}
		if p := plan.Make(in, found); !proposes && len(p.Changes) > 0 {
			t.Errorf("%s: proposes %v", id, p.Changes)
		}
	}
}
