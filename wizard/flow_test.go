package wizard_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.org/todoku/checks/owner"
	"example.org/todoku/i18n"
	"example.org/todoku/wizard"
)

var update = flag.Bool("update", false, "write the golden files anew")

// audit lists what is wrong with a flow: questions nobody reaches, dead ends, and what has no words.
func audit(f wizard.Flow, has func(i18n.Lang, string) bool) []string {
	var faults []string
	say := func(format string, a ...any) { faults = append(faults, fmt.Sprintf(format, a...)) }
	reached, ends := map[wizard.StepID]bool{}, 0
	var visit func(wizard.StepID)
	visit = func(id wizard.StepID) {
		if reached[id] {
			return
		}
		reached[id] = true
		s, ok := f.Step(id)
		if !ok {
			say("%s: no such step", id)
			return
		}
		for _, e := range s.Next {
			visit(e.To)
		}
	}
	visit(f.First)
	for i, s := range f.Steps {
		if !reached[s.ID] {
			say("%s: never reached", s.ID)
		}
		switch {
		case len(s.Next) == 0:
			ends++
			if i != len(f.Steps)-1 {
				say("%s: dead end", s.ID)
			}
		case s.Next[len(s.Next)-1].If.Name != "always":
			say("%s: no edge for the rest", s.ID)
		}
		for j, e := range s.Next {
			if e.If.Name == "" || e.If.Holds == nil {
				say("%s: edge %d has no named guard", s.ID, j)
			}
			if e.If.Name == "always" && j != len(s.Next)-1 {
				say("%s: edge %d hides those behind it", s.ID, j)
			}
		}
		if s.Kind != wizard.Page && (s.Put == nil || s.Said == nil) {
			say("%s: keeps no reply", s.ID)
		}
		if (s.Kind == wizard.Choose || s.Kind == wizard.Pick) && s.Options == "" && len(s.Fixed) == 0 {
			say("%s: nothing to choose", s.ID)
		}
		ids := []string{"title", "help", "crumb"}
		for _, v := range s.Fixed {
			ids = append(ids, "option."+v)
		}
		for _, l := range i18n.Langs() {
			for _, id := range ids {
				if id = "wizard." + string(s.ID) + "." + id; !has(l, id) {
					say("%s: no words for %s", l, id)
				}
			}
		}
	}
	if ends != 1 {
		say("%d ends", ends)
	}
	return faults
}

func has(l i18n.Lang, id string) bool { return l.Has(id) }

func TestFlowIsWhole(t *testing.T) {
	for _, s := range audit(wizard.Main(), has) {
		t.Error(s)
	}
	for _, l := range i18n.Langs() {
		for _, code := range wizard.MisfitCodes() {
			if !l.Has("wizard.misfit." + code) {
				t.Errorf("%s: no words for misfit %s", l, code)
			}
		}
	}
}

// TestAuditSees breaks the flow in every way that the audit promises to see.
func TestAuditSees(t *testing.T) {
	at := func(f *wizard.Flow, id wizard.StepID) *wizard.Step {
		return &f.Steps[slices.IndexFunc(f.Steps, func(s wizard.Step) bool { return s.ID == id })]
	}
	for _, c := range []struct {
		name, want string
		harm       func(*wizard.Flow)
	}{
		{"unreachable", "list-address: never reached", func(f *wizard.Flow) {
			s := at(f, wizard.StepRoute)
			s.Next = slices.Delete(slices.Clone(s.Next), 1, 2)
		}},
		{"dead end", "panel: dead end", func(f *wizard.Flow) { at(f, wizard.StepPanel).Next = nil }},
		{"no rest", "route: no edge for the rest", func(f *wizard.Flow) {
			s := at(f, wizard.StepRoute)
			s.Next = s.Next[:2]
		}},
		{"nowhere", "nowhere: no such step", func(f *wizard.Flow) { at(f, wizard.StepProof).Next[0].To = "nowhere" }},
		{"forgets", "symptom: keeps no reply", func(f *wizard.Flow) { at(f, wizard.StepSymptom).Put = nil }},
		{"hidden", "symptom: edge 0 hides", func(f *wizard.Flow) { slices.Reverse(at(f, wizard.StepSymptom).Next) }},
		{"no words", "ja: no words for wizard.route.option.pigeon", func(f *wizard.Flow) {
			s := at(f, wizard.StepRoute)
			s.Fixed = append(slices.Clone(s.Fixed), "pigeon")
		}},
	} {
		f := wizard.Main()
		c.harm(&f)
		if got := strings.Join(audit(f, has), "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%s: want %q, got %q", c.name, c.want, got)
		}
	}
	half := func(l i18n.Lang, id string) bool { return l.Has(id) && (l != i18n.EN || id != "wizard.panel.help") }
	if got := audit(wizard.Main(), half); !slices.Equal(got, []string{"en: no words for wizard.panel.help"}) {
		t.Errorf("a text missing in one language: %q", got)
	}
}

func TestGraph(t *testing.T) {
	const file = "testdata/graph.mmd"
	got := wizard.Main().Graph()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the graph changed; look at it, then run with -update:\n%s", got)
	}
}

// replies are answers to a step, so many that every edge is taken by one.
func replies(s wizard.Step) []wizard.Reply {
	r := func(v ...string) wizard.Reply { return wizard.Reply{Step: s.ID, Values: v} }
	var out []wizard.Reply
	switch s.Kind {
	case wizard.Page:
		if s.Put != nil {
			return []wizard.Reply{r(), r("tanaka-foods.example")}
		}
		return []wizard.Reply{r()}
	case wizard.Choose, wizard.Pick:
		for _, v := range s.Fixed {
			out = append(out, r(v))
		}
		if s.Options != "" {
			one := r("some-entry")
			one.Extra = map[string]string{"some-entry": "www1234.host.example"}
			out = append(out, one)
		}
		if s.Kind == wizard.Pick {
			out = append(out, r("some-entry", "another-entry"))
		}
	case wizard.Paste:
		out = append(out, r("550-5.7.26 This mail is unauthenticated\r\n"))
		switch s.Digest {
		case wizard.DigestMembers:
			out = append(out, wizard.Members(true, 12))
		case wizard.DigestForwarded:
			out = append(out, wizard.ForwardShown(owner.Shown{Forwarded: owner.Yes, Envelope: owner.Kept}))
		}
	case wizard.Text:
		out = append(out, r(map[string]string{wizard.CheckDomain: "tanaka-foods.example",
			wizard.CheckAddress: "info@tanaka-foods.example"}[s.Check]))
		if s.Check == wizard.CheckAddress {
			out = append(out, r("friends@list.example"))
		}
	}
	if s.Optional {
		out = append(out, r())
	}
	if s.ID == wizard.StepIntake {
		reports := r()
		reports.Extra = map[string]string{wizard.ExtraReports: "/home/a/reports\n/home/a/b.xml"}
		out = append(out, reports)
		for _, domain := range [][]string{nil, {"tanaka-foods.example"}} {
			for _, kind := range []string{"", "bounce"} {
				one := r(domain...)
				one.Extra = map[string]string{wizard.ExtraMessage: "550 no\n", wizard.ExtraKind: kind}
				out = append(out, one)
			}
		}
		passed := r()
		passed.Mail = &owner.Mail{Kind: "bounce", Route: owner.Forward, Parties: []owner.Party{
			{Role: owner.Writer, Domain: "hibari.example"}, {Role: owner.Forwarder, Domain: "tanaka-foods.example", Told: true}}}
		out = append(out, passed)
	}
	return out
}

// nextOf is the step after the last reply, where no question is passed by.
func nextOf(t *rapid.T, f wizard.Flow, p wizard.Path) wizard.StepID {
	a, _, err := f.Walk(p)
	if err != nil {
		t.Fatal(err)
	}
	if len(p) == 0 {
		return f.First
	}
	s, _ := f.Step(p[len(p)-1].Step)
	for _, e := range s.Next {
		if e.If.Holds(a) {
			return e.To
		}
	}
	return ""
}

// TestEveryEdge walks until every edge of the graph was taken: no guard is there for nothing.
func TestEveryEdge(t *testing.T) {
	f := wizard.Main()
	type edge struct{ from, to wizard.StepID }
	taken := map[edge]bool{}
	left := func() (out []string) {
		for _, s := range f.Steps {
			for _, e := range s.Next {
				if !taken[edge{s.ID, e.To}] {
					out = append(out, fmt.Sprintf("%s --%s--> %s", s.ID, e.If.Name, e.To))
				}
			}
		}
		return out
	}
	walk := func(t *rapid.T) {
		var p wizard.Path
		for range 3 * len(f.Steps) {
			at := nextOf(t, f, p)
			if at == "" {
				return
			}
			s, _ := f.Step(at)
			p = p.With(rapid.SampledFrom(replies(s)).Draw(t, string(at)))
			taken[edge{at, nextOf(t, f, p)}] = true
		}
		t.Fatalf("no end after %d replies", len(p))
	}
	for tries := 0; tries < 50 && len(left()) > 0; tries++ { // a hundred walks now and then miss a rare edge
		rapid.Check(t, walk)
	}
	for _, e := range left() {
		t.Errorf("%s was never taken", e)
	}
}

// TestBackAndSaid: dropping the last reply gives the state before it, and Said gives the reply that made the state.
func TestBackAndSaid(t *testing.T) {
	f := wizard.Main()
	rapid.Check(t, func(t *rapid.T) {
		var p wizard.Path
		var states []owner.Answers
		for {
			a, _, err := f.Walk(p)
			if err != nil {
				t.Fatal(err)
			}
			states = append(states, a)
			at := nextOf(t, f, p)
			if at == "" {
				break
			}
			s, _ := f.Step(at)
			p = p.With(rapid.SampledFrom(replies(s)).Draw(t, string(at)))
			if s.Said == nil {
				continue
			}
			now, _, err := f.Walk(p)
			if err != nil {
				t.Fatal(err)
			}
			again := now.Clone()
			if r := s.Said(now); r.Said() {
				s.Put(&again, r)
			}
			if !reflect.DeepEqual(now, again) {
				t.Fatalf("%s: said %+v makes %+v of %+v", at, s.Said(now), again, now)
			}
		}
		for i := len(states) - 1; i >= 0; i-- {
			a, _, err := f.Walk(p)
			if err != nil || !reflect.DeepEqual(a, states[i]) {
				t.Fatalf("after Back: %v %+v, want %+v", err, a, states[i])
			}
			p = p.Back()
		}
	})
	if p := (wizard.Path{}).Back(); len(p) != 0 {
		t.Errorf("Back at the beginning: %v", p)
	}
}

func TestWithLeavesThePathAlone(t *testing.T) {
	p := make(wizard.Path, 0, 8).With(wizard.Reply{Step: "a"})
	x, y := p.With(wizard.Reply{Step: "x"}), p.With(wizard.Reply{Step: "y"})
	if x[1].Step != "x" || y[1].Step != "y" {
		t.Errorf("two branches share one path: %v %v", x, y)
	}
}

func TestMisfits(t *testing.T) {
	long := strings.Repeat("a", wizard.MaxText+1)
	for _, c := range []struct {
		step  wizard.StepID
		r     []string
		extra map[string]string
		want  string
	}{
		{wizard.StepIntake, nil, nil, wizard.MisfitEmpty},
		{wizard.StepIntake, []string{""}, nil, wizard.MisfitEmpty},
		{wizard.StepIntake, []string{"example"}, nil, wizard.MisfitDomain},
		{wizard.StepIntake, []string{"Example.jp"}, nil, wizard.MisfitDomain},
		{wizard.StepIntake, []string{"日本語.jp"}, nil, wizard.MisfitDomain},
		{wizard.StepIntake, []string{"192.0.2.1"}, nil, wizard.MisfitDomain},
		{wizard.StepIntake, []string{"a..jp"}, nil, wizard.MisfitDomain},
		{wizard.StepIntake, []string{"a.jp."}, nil, wizard.MisfitDomain},
		{wizard.StepIntake, []string{strings.Repeat("abcdefghi.", 26) + "jp"}, nil, wizard.MisfitDomain},
		{wizard.StepIntake, []string{"a.jp", "b.jp"}, nil, wizard.MisfitMany},
		{wizard.StepIntake, []string{long}, nil, wizard.MisfitLong},
		{wizard.StepIntake, []string{"a.jp"}, map[string]string{wizard.ExtraMessage: strings.Repeat("x", wizard.MaxPaste+1)}, wizard.MisfitLong},
		{wizard.StepIntake, []string{"_dmarc.xn--wgv71a119e.jp"}, nil, ""},
		{wizard.StepSymptom, []string{"pigeon"}, nil, wizard.MisfitOption},
		{wizard.StepSymptom, nil, nil, wizard.MisfitEmpty},
		{wizard.StepBounce, []string{strings.Repeat("x", wizard.MaxPaste+1)}, nil, wizard.MisfitLong},
		{wizard.StepBounce, nil, nil, ""},
		{wizard.StepHost, nil, nil, wizard.MisfitEmpty},
		{wizard.StepHost, []string{"Not An ID"}, nil, wizard.MisfitOption},
		{wizard.StepHost, []string{"a-host", "unknown"}, nil, wizard.MisfitExclusive},
		{wizard.StepHost, []string{"a-host", "a-host"}, nil, wizard.MisfitTwice},
		{wizard.StepHost, []string{"a-host"}, map[string]string{"a-host": "not a name"}, wizard.MisfitHost},
		{wizard.StepHost, []string{"a-host"}, map[string]string{"a-host": "2001:db8::1"}, ""},
		{wizard.StepHost, []string{"a-host", "b-host"}, map[string]string{"a-host": "www1.host.example"}, ""},
		{wizard.StepServices, []string{"none", "a-sender"}, nil, wizard.MisfitExclusive},
		{wizard.StepServices, nil, nil, ""},
		{wizard.StepReport, []string{"nobody"}, nil, wizard.MisfitAddress},
		{wizard.StepReport, []string{"a b@example.jp"}, nil, wizard.MisfitAddress},
		{wizard.StepReport, []string{"a\x1b@example.jp"}, nil, wizard.MisfitAddress},
		{wizard.StepReport, []string{"a@b@example.jp"}, nil, wizard.MisfitAddress},
		{wizard.StepReport, []string{"dmarc+1@example.jp"}, nil, ""},
		{wizard.StepReport, nil, nil, ""},
		{wizard.StepCheck, []string{"x"}, nil, wizard.MisfitMany},
	} {
		s, ok := wizard.Main().Step(c.step)
		if !ok {
			t.Fatalf("no step %s", c.step)
		}
		got := ""
		if m := s.Fits(wizard.Reply{Step: c.step, Values: c.r, Extra: c.extra}); m != nil {
			got = m.Code
			if !slices.Contains(wizard.MisfitCodes(), got) || m.Error() == "" {
				t.Errorf("%s: code %q is not listed", c.step, got)
			}
		}
		if got != c.want {
			t.Errorf("%s %.40q: got %q, want %q", c.step, c.r, got, c.want)
		}
	}
}

func TestWalkNamesTheReply(t *testing.T) {
	f := wizard.Main()
	first := wizard.Reply{Step: wizard.StepIntake, Values: []string{"example.jp"}}
	a, at, err := f.Walk(wizard.Path{first, {Step: wizard.StepRecords}})
	var m *wizard.Misfit
	if !errors.As(err, &m) || m.Step != wizard.StepRecords || m.Code != wizard.MisfitOrder {
		t.Errorf("error %v", err)
	}
	if a.Domain != "example.jp" || at != wizard.StepFound {
		t.Errorf("what was right before it is lost: %+v at %s", a, at)
	}
	if _, _, err := (wizard.Flow{}).Walk(wizard.Path{{}}); err == nil {
		t.Error("a flow without steps takes a reply")
	}
}

// Replies to questions that stand aside find their places, whenever they were given; what they do not lead to any more is
// left out, and what is asked of everybody stays asked.
func TestPut(t *testing.T) {
	f := wizard.Main()
	r := func(id wizard.StepID, v ...string) wizard.Reply { return wizard.Reply{Step: id, Values: v} }
	steps := func(p wizard.Path) (out []wizard.StepID) {
		for _, x := range p {
			out = append(out, x.Step)
		}
		return out
	}
	p := f.Put(wizard.Path{r("intake", "example.jp"), {Step: "found"}, {Step: "check"}}, r("panel", "a-panel"), r("route", "forward"))
	p = f.Put(p, r("forward-to", "a@example.com"), r("host", "a-host"))
	if got := steps(p); !slices.Equal(got, []wizard.StepID{"intake", "host", "panel", "route", "forward-to", "found", "check"}) {
		t.Fatalf("path %v", got)
	}
	a, at, err := f.Walk(p)
	if err != nil || at != wizard.StepDiagnosis || a.Panel != "a-panel" || a.Forward.To != "a@example.com" || a.HostIDs()[0] != "a-host" {
		t.Errorf("%+v at %s, %v", a, at, err)
	}
	if got := steps(f.Put(p, r("route", "direct"))); slices.Contains(got, "forward-to") {
		t.Errorf("a reply stays that nothing leads to: %v", got)
	}
	if got := f.Put(nil, r("host", "a-host")); len(got) != 0 {
		t.Errorf("a host without a domain: %v", got)
	}
	if got := f.Put(p, r("host")); slices.Contains(steps(got), "host") {
		t.Error("a reply that does not fit is taken")
	}
	for id, want := range map[wizard.StepID]wizard.StepID{"symptom": "", "route": "forward-whose", "forward-from": "forward-to", "forward-to": "", "host": ""} {
		if got := f.Follows(id, a); got != want {
			t.Errorf("after %s on its line: %q", id, got)
		}
	}
}

func TestBegin(t *testing.T) {
	f := wizard.Main()
	if p := f.Begin(); len(p) != 0 {
		t.Errorf("nothing known, but begins at %v", p)
	}
	f.Start = owner.Answers{Domain: "example.jp", Route: owner.List, Senders: []string{"a-sender"}}
	a, at, err := f.Walk(f.Begin())
	if err != nil || at != wizard.StepFound || a.Route != owner.List {
		t.Errorf("begins at %s with %+v, %v", at, a, err)
	}
	f.Start = owner.Answers{Message: "550 no\n", Symptom: owner.SymptomBounce}
	if _, at, _ = f.Walk(f.Begin()); at != wizard.StepDomain {
		t.Errorf("a bounce without a domain begins at %s", at)
	}
	f.Start = owner.Answers{Domain: "not a domain"}
	if p := f.Begin(); len(p) != 0 {
		t.Errorf("a bad domain is taken: %v", p)
	}
	f.Start = owner.Answers{Domain: "example.jp", Senders: []string{"one", "two"}}
	before := f.Start.Clone()
	if _, _, err := f.Walk(append(f.Begin(), wizard.Reply{Step: wizard.StepSymptom, Values: []string{"spam"}})); err != nil {
		t.Error(err)
	}
	if !reflect.DeepEqual(before, f.Start) {
		t.Error("Walk changed Start")
	}
}

func TestSuggestions(t *testing.T) {
	s, _ := wizard.Main().Step(wizard.StepReport)
	for _, c := range []struct{ address, domain, want string }{
		{"info@example.jp", "example.jp", "info@example.jp"}, {"", "example.jp", ""}, {"", "", ""}} {
		if got := s.Suggest(owner.Answers{Address: c.address, Domain: c.domain}); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	s, _ = wizard.Main().Step(wizard.StepForwardFrom)
	for whose, want := range map[string]string{owner.Mine: "info@example.jp", owner.Theirs: "", owner.Unknown: ""} {
		a := owner.Answers{Address: "info@example.jp", Forward: owner.ForwardStory{Mine: whose}}
		if got := s.Suggest(a); got != want {
			t.Errorf("whose %s: %q", whose, got)
		}
	}
	a := owner.Answers{Hosts: []owner.Host{{ID: owner.Unknown}, {ID: ""}, {ID: "a-host"}}}
	if got := a.HostIDs(); !slices.Equal(got, []string{"a-host"}) {
		t.Errorf("HostIDs: %v", got)
	}
}

func FuzzFits(f *testing.F) {
	f.Add("example.jp", "info@example.jp")
	f.Add("\x1b]0;x", "a@[192.0.2.1]")
	f.Add("::ffff:1%eth0", "\"a b\"@example.jp")
	f.Fuzz(func(t *testing.T, domain, address string) {
		for id, v := range map[wizard.StepID]string{wizard.StepIntake: domain, wizard.StepReport: address} {
			s, _ := wizard.Main().Step(id)
			if v == "" || s.Fits(wizard.Reply{Step: id, Values: []string{v}}) != nil {
				continue
			}
			if strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f }) || len(v) > 64+1+253 {
				t.Errorf("%s takes %q", id, v)
			}
		}
	})
}
