// Package trial is a scenario of the lab with a client that asks in it, for the tests of all that looks or waits. It is
// wired as the program wires itself, but for a clock that stands still until it is moved.
package trial

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"todoku/checks"
	"todoku/checks/catalog"
	"todoku/checks/facts"
	"todoku/checks/lab"
	"todoku/checks/owner"
	"todoku/checks/plan"
	"todoku/checks/probe"
	"todoku/checks/propagation"
	"todoku/checks/propagation/ask"
	"todoku/checks/snapshot"
)

// Day is when every trial begins.
var Day = time.Date(2026, 11, 22, 14, 0, 0, 0, time.FixedZone("JST", 9*3600))

// silence is how long a server that does not answer is waited for: real time, of which a test has none to give away.
const silence = 1500 * time.Millisecond

// Trial is one scenario, running.
type Trial struct {
	Story   lab.Scenario
	Net     *lab.Internet
	Clock   *lab.Clock
	Catalog *catalog.Catalog
	Client  *probe.Client
	Watch   *ask.Watcher
}

// New starts a scenario of the lab.
func New(t testing.TB, scenario string) *Trial {
	t.Helper()
	sc, err := lab.Find(scenario)
	if err != nil {
		t.Fatal(err)
	}
	return Of(t, sc)
}

// Of starts a scenario that was read already.
func Of(t testing.TB, sc lab.Scenario) *Trial {
	t.Helper()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	clock := lab.NewClock(Day)
	clock.Speed(0)
	net, err := lab.New(sc, clock)
	if err != nil {
		t.Fatal(err)
	}
	x := &Trial{Story: sc, Net: net, Clock: clock, Catalog: cat}
	x.Client = probe.New(probe.Config{Dialer: net, Resolvers: []netip.AddrPort{net.Resolver()}, Now: clock.Now, Timeout: silence}, cat)
	x.Watch = &ask.Watcher{Client: x.Client, Now: clock.Now, Port: 53}
	for _, p := range net.Places() {
		x.Watch.Resolvers = append(x.Watch.Resolvers, propagation.Place{ID: p.ID, Name: p.ID, Caches: p.Caches, Addr: p.Addr.String()})
	}
	return x
}

// Look asks all that a check asks, with the story's answers, and gives what the rules judge.
func (x *Trial) Look(t testing.TB) *facts.Facts {
	t.Helper()
	snap, err := x.Client.Run(t.Context(), x.Story.Answers, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return facts.Read(x.Story.Answers, snap, x.Catalog)
}

// Plan looks and plans as the program does, with the keys that the story's consoles would show.
func (x *Trial) Plan(t testing.TB) (*snapshot.Snapshot, plan.Plan) {
	t.Helper()
	in := x.Look(t)
	p := plan.Make(in, checks.Diagnose(in))
	keys := slices.Clone(in.Owner.Keys)
	for _, c := range p.Changes {
		selector, _, named := strings.Cut(c.Name, "._domainkey.")
		if value := x.Story.Keys[c.Ask]; value != "" && named {
			keys = append(keys, owner.Key{Service: c.Ask, Selector: selector, Value: value, Alias: c.Type == snapshot.CNAME})
		}
	}
	pasted := in.Owner
	pasted.Keys = keys
	in = in.WithOwner(pasted)
	return in.DNS, plan.Make(in, checks.Diagnose(in))
}

// Mistakes names the ways in which the story's records can be published wrong.
func (x *Trial) Mistakes() []string {
	var out []string
	for _, m := range x.Net.Mistakes() {
		out = append(out, string(m))
	}
	return out
}
