package session_test

import (
	"strings"
	"testing"

	"example.org/todoku/checks"
	"example.org/todoku/checks/dkim"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard"
	"example.org/todoku/wizard/session"
)

// A key that is pasted without its selector never gets a name that nobody asks for: the selector is the console's, and is
// asked for. So for every service that signs, in every panel.
func TestNoKeyWithoutSelector(t *testing.T) {
	x := trial.New(t, "s5")
	snap, _ := x.Plan(t)
	domain := x.Story.Answers.Domain
	s := session.New(session.World{Catalog: x.Catalog, Now: x.Clock.Now, Places: x.Watch.Places}, owner.Answers{Domain: domain})
	key := keyOf(t, x)
	asked := 0
	services := map[string]owner.Answers{}
	for _, h := range x.Catalog.Hosts() {
		services[h.ID] = owner.Answers{Domain: domain, Hosts: []owner.Host{{ID: h.ID}}, NoSender: true}
	}
	for _, e := range x.Catalog.Senders() {
		services[e.ID] = owner.Answers{Domain: domain, Hosts: x.Story.Answers.Hosts, Senders: []string{e.ID}}
	}
	base := facts.Read(owner.Answers{Domain: domain}, snap, x.Catalog)
	planned := func(a owner.Answers) plan.Plan { // what DNS shows is read once for all
		in := base.WithOwner(a)
		return plan.Make(in, checks.Diagnose(in))
	}
	for id, a := range services {
		for _, ch := range planned(a).Changes {
			if !ch.AsksKey() {
				continue
			}
			k, got := s.ReadKey(ch, key)
			if ch.Nameless() != (got.Problem == session.NoSelector) {
				t.Errorf("%s: %s gives the selector %q, problem %q", id, ch.Name, k.Selector, got.Problem)
			}
			if got.Problem == session.NoSelector {
				asked++
				if k.Value == "" {
					t.Errorf("%s: the key is lost", id)
				}
				k, _ = s.NameKey(k, "rs20261128._domainkey."+domain)
			}
			if !ch.Nameless() {
				continue
			}
			a.Keys = []owner.Key{k}
			named(t, x, id, planned(a))
			a.Keys = []owner.Key{{Service: k.Service, Selector: "_domainkey." + domain, Value: k.Value}} // whatever a front end may do
			named(t, x, id, planned(a))
		}
	}
	if asked < 5 {
		t.Errorf("only %d services ask for their selector", asked)
	}
	for _, typed := range []string{"", "_domainkey", domain, "_domainkey." + domain, "鍵", "a b"} {
		if k, ok := s.NameKey(owner.Key{}, typed); ok {
			t.Errorf("%q is taken for the selector %q", typed, k.Selector)
		}
	}
}

// keyOf is a key as a console shows it, without its name.
func keyOf(t *testing.T, x *trial.Trial) string {
	t.Helper()
	got := dkim.Clean(x.Story.Key("sakura-rs", "_domainkey."+x.Story.Answers.Domain))
	if got.Value == "" {
		t.Fatal("the story has no key")
	}
	return got.Value
}

// named demands that every key of a plan with a value has a name that receivers ask for, in every panel's form too.
func named(t *testing.T, x *trial.Trial, id string, p plan.Plan) {
	t.Helper()
	domain := x.Story.Answers.Domain
	for _, c := range p.Changes {
		if c.Value == "" || !strings.Contains(c.Name, "_domainkey") {
			continue
		}
		sel, ok := strings.CutSuffix(c.Name, "._domainkey."+domain)
		if !ok || !dkim.IsSelector(sel) {
			t.Errorf("%s: %s", id, c.Name)
		}
		for _, panel := range x.Catalog.Panels() {
			if f := c.Form(panel, domain, c.Value); !strings.HasPrefix(f.Host, sel+"._domainkey") {
				t.Errorf("%s at %s: %q", id, panel.ID, f.Host)
			}
		}
	}
}

// A key can be changed; the record keeps its place among the others when its value comes, and so does each of a service's.
func TestKeysKeepTheirPlace(t *testing.T) {
	f := open(t, "s4", trial.New(t, "s4").Story.Answers)
	f.to(wizard.StepRecords)
	names := func() (out []string) {
		for _, c := range f.Result().Plan.Changes {
			out = append(out, string(c.Action)+" "+c.Name)
		}
		return out
	}
	before, pasted := names(), 0
	for i := len(before) - 1; i >= 0; i-- { // the last first
		ch := f.Result().Plan.Changes[i]
		text := ""
		if ch.AsksKey() {
			text = f.Story.Key(ch.Ask, ch.Name)
		}
		if text == "" {
			continue
		}
		k, got := f.ReadKey(ch, text)
		if got.Problem != "" {
			t.Fatal(got.Problem)
		}
		f.TakeKey(k)
		pasted++
		if now := names(); len(now) != len(before) || strings.Join(now, "\n") != strings.Join(before, "\n") {
			t.Fatalf("after %s:\n%s\nwas\n%s", ch.Name, strings.Join(now, "\n"), strings.Join(before, "\n"))
		}
		made := f.Result().Plan.Changes[i]
		if !f.Pasted(made) {
			t.Errorf("%s cannot be changed", made.Name)
		}
	}
	if pasted < 2 {
		t.Errorf("%d keys pasted", pasted)
	}
}

// Another paste takes the place of the first; a tick is about one value, and goes with it.
func TestKeyChanged(t *testing.T) {
	f := open(t, "s1", owner.Answers{Domain: "hanazono.example", Hosts: []owner.Host{{ID: "sakura-rs", Value: "www1234.sakura.ne.jp"}}})
	f.to(wizard.StepRecords)
	key, at := keyOf(t, trial.New(t, "s5")), -1
	for i, c := range f.Result().Plan.Changes {
		if c.AsksKey() {
			at = i
		}
	}
	ch := f.Result().Plan.Changes[at]
	for i, sel := range []string{"rs1", "rs2"} {
		k, got := f.ReadKey(ch, key)
		if got.Problem != session.NoSelector {
			t.Fatalf("paste %d: %q", i, got.Problem)
		}
		k, _ = f.NameKey(k, sel)
		f.TakeKey(k)
		if at = f.Find(ch); at < 0 {
			t.Fatal("the record is gone")
		}
		ch = f.Result().Plan.Changes[at]
		if want := sel + "._domainkey.hanazono.example"; ch.Name != want || f.IsSaved(ch) {
			t.Errorf("%s, want %s; saved %v", ch.Name, want, f.IsSaved(ch))
		}
		f.SetSaved(ch, true)
		if !f.IsSaved(ch) || len(f.Record().Saved) != i+1 {
			t.Errorf("not saved: %v", f.Record().Saved)
		}
	}
	f.SetSaved(ch, false)
	if f.IsSaved(ch) {
		t.Error("still saved")
	}
}

// TestOtherSelector: of the CNAMEs that a service gives at once, none is taken at another's name.
func TestOtherSelector(t *testing.T) {
	x := trial.New(t, "s4")
	s := session.New(session.World{Catalog: x.Catalog, Now: x.Clock.Now, Places: x.Watch.Places}, owner.Answers{Domain: x.Story.Answers.Domain})
	for _, c := range []struct {
		service, at, value, problem string
	}{
		{"microsoft-365", "selector2", "selector1-hinata-coffee-example._domainkey.hinata.onmicrosoft.com", session.OtherSelector},
		{"microsoft-365", "selector2", "selector2-hinata-coffee-example._domainkey.hinata.onmicrosoft.com", ""},
		{"sendgrid", "s1", "s2.domainkey.u123.wl001.sendgrid.net", session.OtherSelector},
		{"sendgrid", "s1", "s1.domainkey.u123.wl001.sendgrid.net", ""},
		{"mailchimp", "k2", "dkim3.mcsv.net", session.OtherSelector},
		{"mailchimp", "k3", "dkim3.mcsv.net", ""},
	} {
		ch := plan.Change{Name: c.at + "._domainkey." + x.Story.Answers.Domain, Type: snapshot.CNAME, Ask: c.service, Service: c.service}
		if k, got := s.ReadKey(ch, c.value); got.Problem != c.problem || (k.Value == "") != (c.problem != "") {
			t.Errorf("%s at %s: %q gives %+v, problem %q", c.service, c.at, c.value, k, got.Problem)
		}
	}
}
