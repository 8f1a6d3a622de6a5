package checks_test

import (
	"strings"
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
)

// TestOneCause: a broken delegation is one finding with its symptoms folded under it, and one line of what could not be
// seen, not twenty; and nothing is proposed that nobody would see.
func TestOneCause(t *testing.T) {
	for id, proposes := range map[string]bool{
		"no-network": false, "unregistered": false, "unregistered-below": false, "unregistered-remembered": false, "domain-parked": false,
		"domain-unconfirmed": false, "zone-lame": false, "zone-nowhere": false, "servers-dead": false, "ns-disagree": true, "ns-lame": true,
		"server-dead": true, "dnssec-left": true, "ns-moving-stopped": true, "split-view": true,
	} {
		in := trial.Seen(t, find(t, id))
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

// TestTakenOver: what stands at servers that nobody asks is the cause of what lacks, and the plan goes on from it; a policy
// begins with watching there.
func TestTakenOver(t *testing.T) {
	for id, want := range map[string]struct {
		cause checks.Code
		spf   string
		dmarc string
	}{
		"s2":               {checks.NSElsewhere, "v=spf1 include:_spf.onamae.ne.jp ~all", "v=DMARC1; p=none; rua=mailto:info@mizuno-hana.example"},
		"ns-moving":        {checks.NSMoving, "v=spf1 include:_spf.google.com ~all", "v=DMARC1; p=none; rua=mailto:info@hikkoshi.example"},
		"ns-moving-strict": {checks.NSMoving, "v=spf1 include:_spf.google.com ip4:203.0.113.40 ~all", "v=DMARC1; p=none; rua=mailto:info@hikkoshi-saki.example"},
	} {
		in := trial.Seen(t, find(t, id))
		found := checks.Diagnose(in)
		for _, f := range found {
			if f.Code == checks.SPFMissing && f.Under != want.cause {
				t.Errorf("%s: %s stands under %q", id, f.Code, f.Under)
			}
		}
		value := map[string]string{}
		notes := map[string]bool{}
		for _, c := range plan.Make(in, found).Changes {
			value[c.Name] = c.Value
			for _, n := range c.Notes {
				notes[string(n.Code)] = true
			}
		}
		if d := in.Owner.Domain; value[d] != want.spf || value["_dmarc."+d] != want.dmarc {
			t.Errorf("%s: %q", id, value)
		}
		if !notes["spf-moved"] || notes["policy-after-move"] != (id == "ns-moving-strict") {
			t.Errorf("%s: notes %v", id, notes)
		}
	}
}

// TestNobodyNamedIt: a record at another panel is found though the owner named none, or named the one that answers; of a
// zone in which nothing lacks, other panels are not asked.
func TestNobodyNamedIt(t *testing.T) {
	for _, panel := range []string{"", "wix"} {
		sc := find(t, "s2")
		sc.Answers.Panel = panel
		in := trial.Seen(t, sc)
		var got checks.Finding
		for _, f := range checks.Causes(checks.Diagnose(in)) {
			if f.Code == checks.NSElsewhere && f.Severity == checks.Blocks {
				got = f
			}
		}
		if a, _ := got.Args.(checks.NSElsewhereArgs); !got.Is(checks.ElsewhereThere) || a.Said != "onamae-navi" || a.Real != "wix" {
			t.Errorf("panel %q: %v %v", panel, got.States, a)
		}
	}
	sc := find(t, "healthy-sakura") // its zone could have been at the mail company's panel
	sc.Answers.Hosts = append(sc.Answers.Hosts, owner.Host{ID: "onamae-rs"})
	for _, a := range trial.Seen(t, sc).DNS.Answers {
		if strings.HasSuffix(a.Key.At, ".dnsv.jp") {
			t.Errorf("%s is asked", a.Key.At)
		}
	}
}
