package forecast_test

import (
	"slices"
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/bounce"
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

// The receiver that refused the mail in hand is foreseen first, even one whose demands are only on bulk senders.
func TestRefusedFirst(t *testing.T) {
	in := trial.Seen(t, find(t, "S8"))
	for receiver, first := range map[string]string{"microsoft": "outlook", "yahoo-jp": "yahoo-japan", "docomo": "docomo", "yahoo": "yahoo", "gmail": "gmail", "ocn": "gmail", "": "gmail"} {
		a := in.Owner
		a.Volume, a.Mail = owner.VolumeSmall, owner.Mail{Kind: "bounce", Cause: "auth-spf-dkim", Fix: "yes", Receiver: receiver}
		of := in.WithOwner(a)
		lines := forecast.Make(of, plan.Make(of, checks.Diagnose(of))).Lines
		if seen := map[string]bool{}; lines[0].Receiver != first {
			t.Errorf("%q: %s is first", receiver, lines[0].Receiver)
		} else {
			for _, l := range lines {
				if seen[l.Receiver] || l.Bulk && l.Receiver != first {
					t.Errorf("%q: %s", receiver, l.Receiver)
				}
				seen[l.Receiver] = true
			}
		}
	}
	for _, r := range forecast.Receivers() {
		if r.Bounces != "" && !slices.Contains(bounce.Receivers(), r.Bounces) {
			t.Errorf("%s: bounces are never from %q", r.ID, r.Bounces)
		}
	}
}
