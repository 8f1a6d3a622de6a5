package session_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"example.org/todoku/checks/owner"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session/store"
)

// opened asks a question of a line and those that follow from it, each answered by a value, "" for none.
func (f *front) opened(id wizard.StepID, values map[wizard.StepID]string) {
	f.t.Helper()
	f.Open(id)
	for range 20 {
		at := f.At()
		if f.Step().Line == "" {
			return
		}
		if v := values[at]; v != "" {
			f.say(v)
		} else {
			f.say()
		}
	}
	f.t.Fatal("the questions do not end")
}

// A list of members is compared and forgotten: neither the session nor the disk holds an address of it, whether the one
// that was looked for is among them or not.
func TestMembersAreNotKept(t *testing.T) {
	for line, want := range map[string]string{"KATO.Machi+kai@gmail.com": owner.Yes, "nakamura@member.test": owner.No} {
		t.Run(want, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := open(t, "S7", owner.Answers{})
				f.store = &store.Store{Dir: t.TempDir(), Now: f.Clock.Now}
				f.to(wizard.StepFound)
				list := "Ono <ono.hana@member.test>\nabe@member.test; " + line
				f.opened(wizard.StepRoute, map[wizard.StepID]string{wizard.StepRoute: string(owner.List), wizard.StepListAddress: "kai@machikai.example",
					wizard.StepListBounced: "kato.machi@gmail.com", wizard.StepListMembers: list})
				if l := f.Answers().List; l.Member != want || l.Among != 3 {
					t.Fatalf("compared: %+v", l)
				}
				f.to(wizard.StepProof)
				text := strings.ToLower(files(t, f.store.Dir))
				for _, address := range []string{"member.test", "hana", "abe@", "nakamura", "+kai"} {
					if strings.Contains(text, address) {
						t.Errorf("the run's file holds %q", address)
					}
				}
				for _, r := range f.Path() {
					if strings.Contains(strings.Join(r.Values, " "), "member.test") {
						t.Errorf("the path holds %+v", r)
					}
				}
			})
		})
	}
}

// Who runs the list at another domain is led to that one: it is looked at, and nothing that was said of the writer's
// systems holds there. Who does not run it stays.
func TestTurnsToTheList(t *testing.T) {
	for whose, domain := range map[string]string{owner.Yes: "suzume-kobo.example", owner.No: "hibari.test"} {
		t.Run(whose, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := open(t, "S6", owner.Answers{Domain: "hibari.test", Symptom: owner.SymptomBounce})
				f.store = &store.Store{Dir: t.TempDir(), Now: f.Clock.Now}
				said := map[wizard.StepID]string{wizard.StepHost: "xserver", wizard.StepServices: "sendgrid", wizard.StepPanel: "cloudflare",
					wizard.StepRoute: string(owner.List), wizard.StepListAddress: "kai@suzume-kobo.example", wizard.StepListWhose: whose}
				for _, id := range []wizard.StepID{wizard.StepHost, wizard.StepServices, wizard.StepPanel} {
					f.opened(id, said)
				}
				f.Open(wizard.StepRoute)
				for f.Step().Line != "" && f.At() != wizard.StepListBounced {
					f.say(said[f.At()])
				}
				a := f.Answers()
				if a.Domain != domain || a.List.Address != "kai@suzume-kobo.example" || a.Symptom != owner.SymptomBounce {
					t.Fatalf("turned: %+v", a)
				}
				if whose == owner.No {
					if len(a.Hosts) != 1 || a.Hosts[0].ID != "xserver" || a.Panel != "cloudflare" || f.At() != wizard.StepListBounced {
						t.Errorf("stays: %+v at %s", a, f.At())
					}
					return
				}
				if f.At() != wizard.StepListBounced || f.Before().Said() || len(a.Hosts) > 0 || len(a.Senders) > 0 || a.Panel != "" {
					t.Errorf("said of the writer: %+v at %s, before %+v", a, f.At(), f.Before())
				}
				if host := f.Lines()[0]; host.Said || len(host.Clues) == 0 || host.Clues[0].ID != "sakura-rs" {
					t.Errorf("the list's domain is not looked at: %+v", host)
				}
				f.say()
				f.to(wizard.StepDiagnosis)
				a = f.Answers()
				if f.Result().DNS.Domain != domain || len(a.Hosts) != 1 || a.Hosts[0].ID != "sakura-rs" || len(a.Senders) > 0 || a.Panel == "cloudflare" {
					t.Errorf("the diagnosis of %s rests on %+v", f.Result().DNS.Domain, a)
				}
				for _, r := range f.Record().Path {
					if slices.Contains(r.Values, "xserver") || slices.Contains(r.Values, "sendgrid") {
						t.Errorf("kept of the writer: %+v", r)
					}
				}
			})
		})
	}
}
