package forecast_test

import (
	"slices"
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/forecast"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
)

// One who sends little is told nothing of the demands on bulk senders; of a bulk sender, Gmail demands what it demands of those.
func TestVolume(t *testing.T) {
	sc, err := lab.Find("S8")
	if err != nil {
		t.Fatal(err)
	}
	in := trial.Seen(t, sc)
	for volume, first := range map[owner.Volume]string{owner.VolumeSmall: "gmail", owner.VolumeBulk: "gmail-bulk", owner.Unknown: "gmail", "": "gmail"} {
		a := in.Owner
		a.Volume = volume
		of := in.WithOwner(a)
		lines := forecast.Make(of, plan.Make(of, checks.Diagnose(of))).Lines
		bulk := slices.ContainsFunc(lines, func(l forecast.Line) bool { return l.Bulk })
		if lines[0].Receiver != first || bulk == (volume == owner.VolumeSmall) || !slices.ContainsFunc(lines, func(l forecast.Line) bool { return l.Receiver == "docomo" }) {
			t.Errorf("%q: %v", volume, lines)
		}
	}
}
