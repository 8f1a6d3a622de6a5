package ask_test

import (
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/propagation"
)

// The panels that are looked at beside the wait: the named one, and that of the company which runs the mail; none that
// answers for the zone; and one without known servers is said to be hidden.
func TestPanel(t *testing.T) {
	for _, c := range []struct {
		scenario, panel, host string
		id                    string
		hidden                bool
		at                    string // one of the servers; "" for none
	}{
		{"s2", "onamae-navi", "", "onamae-navi", false, "01.dnsv.jp"},
		{"s2", "wix", "onamae-rs", "", false, "01.dnsv.jp"},
		{"s1", "cloudflare", "", "cloudflare", true, ""},
		{"s1", "wix", "", "wix", false, "ns8.wixdns.net"},
		{"s1", "xserver", "", "", false, ""},
		{"s1", "", "", "", false, ""},
		{"s1", "no such panel", "", "", false, ""},
	} {
		x := trial.New(t, c.scenario)
		snap, _ := x.Plan(t)
		a := owner.Answers{Domain: x.Story.Answers.Domain, Panel: c.panel}
		if c.host != "" {
			a.Hosts = []owner.Host{{ID: c.host}}
		}
		got := x.PanelOf(a, snap)
		has := slices.ContainsFunc(got.Places, func(p propagation.Place) bool { return p.ID == c.at && p.Authority && p.Addr != "" })
		if got.ID != c.id || got.Hidden != c.hidden || has != (c.at != "") || len(got.Moved) > 0 {
			t.Errorf("%s at %q: %+v", c.scenario, c.panel, got)
		}
		for _, p := range got.Places {
			if slices.Contains(propagation.Servers(snap), p.ID) {
				t.Errorf("%s answers for the zone", p.ID)
			}
		}
	}
}

// A run that is gone on with after the zone has moved: the parent is asked anew, and tells.
func TestMovedSince(t *testing.T) {
	x := trial.New(t, "s1")
	snap, _ := x.Plan(t)
	if len(propagation.Parents(snap)) == 0 {
		t.Fatal("the parent told nothing")
	}
	for i, a := range snap.Answers {
		if len(a.Referral) > 0 && a.Name == "hanazono.example" {
			snap.Answers[i].Referral = []string{"ns1.before.example", "ns2.before.example"}
		}
	}
	got := x.PanelOf(owner.Answers{Domain: "hanazono.example"}, snap)
	if len(got.Moved) != 5 || !strings.HasSuffix(got.Moved[0], ".xserver.jp") {
		t.Errorf("moved to %v", got.Moved)
	}
}
