package session_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"example.org/todoku/checks/input"
	"example.org/todoku/checks/owner"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session/store"
	"example.org/todoku/wizard/words"
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

// A notice in which several had a part is pasted into the first box: whose domain it is about is asked, nothing is looked up
// before that, and whoever runs the list is asked whether the address is a member.
func TestWhose(t *testing.T) {
	for _, c := range []struct {
		story, whose, domain string
		then                 []string
		want                 func(owner.Answers) bool
	}{
		{"S6", owner.Writer, "hibari.test", nil, func(a owner.Answers) bool { return a.Route == owner.Forward && a.Forward.Mine == "" }},
		{"S6", owner.Forwarder, "suzume-kobo.example", nil, func(a owner.Answers) bool {
			return a.Forward.Mine == owner.Mine && a.Forward.To == "suzume.kobo@gmail.com"
		}},
		{"S6", owner.Another, "suzume-kobo.example", []string{"suzume-kobo.example"}, func(a owner.Answers) bool { return a.Forward.Mine == owner.Mine }},
		{"S7", owner.Lister, "machikai.example", []string{"", owner.No}, func(a owner.Answers) bool { return a.List.Mine == owner.Yes && a.List.Member == owner.No }},
		{"S7", owner.Lister, "machikai.example", []string{"kato.machi@gmail.com\nabe@member.test"}, func(a owner.Answers) bool { return a.List.Member == owner.Yes && a.List.Among == 2 }},
	} {
		t.Run(c.story+" "+c.whose, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := open(t, c.story, owner.Answers{})
				got, bad := input.Own(f.Story.Answers.Message)
				if bad != nil {
					t.Fatal(bad)
				}
				effects, err := f.Reply(words.Intake(got))
				must(t, err)
				f.do(effects)
				if f.At() != wizard.StepWhose || f.Looking().Run != 0 {
					t.Fatalf("at %s, looks %d", f.At(), f.Looking().Run)
				}
				f.say(c.whose)
				for _, v := range c.then {
					if v == "" {
						f.say()
					} else {
						f.say(v)
					}
				}
				if a := f.Answers(); f.At() != wizard.StepFound && f.At() != wizard.StepHost || a.Domain != c.domain || a.Symptom != owner.SymptomBounce || !c.want(a) {
					t.Errorf("at %s: %+v", f.At(), a)
				}
			})
		})
	}
}
