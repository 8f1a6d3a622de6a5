package session_test

import (
	"reflect"
	"slices"
	"testing"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/lab/trial"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/wizard/session"
)

// What is judged before the watched resolvers answer is what is judged after, whatever they hold.
func TestAhead(t *testing.T) {
	all, err := lab.Scenarios()
	if err != nil {
		t.Fatal(err)
	}
	var cases []lab.Scenario
	for i, sc := range sample.Of(all) {
		if i%3 == 0 || sample.Whole() {
			cases = append(cases, sc)
		}
	}
	for _, id := range []string{"cache-negative", "cache-old"} { // whatever the sample is, resolvers hold something else here
		sc, err := lab.Find(id)
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, sc)
	}
	asked, agree := 0, 0
	for _, sc := range cases {
		in := trial.Seen(t, sc)
		before := in.DNS.Clone()
		n := slices.IndexFunc(before.Answers, func(a snapshot.Answer) bool { return a.Via == snapshot.Cache })
		ahead := &session.Ahead{Catalog: in.Catalog}
		if n >= 0 { // else no watched resolver is asked
			asked++
			before = snapshot.New(in.DNS.Domain, in.DNS.Taken)
			for _, a := range in.DNS.Answers[:n] {
				before.Add(a)
			}
			ahead.Stays(in.Owner, before)
		}
		if n >= 0 && in.MemoryAgrees() {
			agree++
		}
		got, want := ahead.Judge(in.Owner, in.DNS), session.Judge(in.Owner, in.DNS, in.Catalog)
		if !reflect.DeepEqual(got.Findings, want.Findings) || !reflect.DeepEqual(got.Plan, want.Plan) || !reflect.DeepEqual(got.Forecast, want.Forecast) ||
			!reflect.DeepEqual(got.Seen, want.Seen) || got.DNS != in.DNS {
			t.Errorf("%s: judged ahead\n%+v\n, after\n%+v", sc.ID, got, want)
		}
		if !reflect.DeepEqual(got.In().Memory(), want.In().Memory()) {
			t.Errorf("%s: the resolvers hold %v, judged ahead %v", sc.ID, want.In().Memory(), got.In().Memory())
		}
	}
	if asked < 10 || agree < 5 || agree == asked {
		t.Errorf("%d runs ask watched resolvers, %d of which agree", asked, agree)
	}
}

// A run that is interrupted returns another snapshot than the one that was judged ahead.
func TestAheadOfAnotherSnapshot(t *testing.T) {
	sc, err := lab.Find("S8")
	if err != nil {
		t.Fatal(err)
	}
	in := trial.Seen(t, sc)
	ahead := &session.Ahead{Catalog: in.Catalog}
	ahead.Stays(in.Owner, in.DNS)
	empty := snapshot.New(in.DNS.Domain, in.DNS.Taken)
	got, want := ahead.Judge(in.Owner, empty), session.Judge(in.Owner, empty, in.Catalog)
	if !reflect.DeepEqual(got.Findings, want.Findings) {
		t.Errorf("findings %+v, want %+v", got.Findings, want.Findings)
	}
}
