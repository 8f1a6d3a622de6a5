// Package trial runs a scenario of the lab with a DNS client, for tests of what looks or waits. It is wired like the
// program, but its clock stands still until it is moved. Look-ups run on simulated time, so that a silent server costs
// no real time and the machine's load changes no result.
package trial

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/dnsname"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/inhand"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/mail"
	_ "example.org/todoku/checks/lab/sample" // memory for time
	"example.org/todoku/checks/message"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/probe"
	"example.org/todoku/checks/propagation"
	"example.org/todoku/checks/propagation/ask"
	"example.org/todoku/checks/reading"
	"example.org/todoku/checks/snapshot"
	"example.org/todoku/checks/spf"
)

// Day is the time at which every trial begins.
var Day = time.Date(2026, 11, 22, 14, 0, 0, 0, time.FixedZone("JST", 9*3600))

// Trial is one running scenario. Client and Watch wait for silent servers as in the program, so a test calls them in a
// synctest bubble, its own or InNoTime. The methods do so themselves, and are for tests outside a bubble.
type Trial struct {
	t       testing.TB
	Story   lab.Scenario
	Net     *lab.Internet
	Clock   *lab.Clock
	Catalog *catalog.Catalog
	Client  *probe.Client
	Watch   *ask.Watcher
	Post    *mail.Post // nil if the scenario sends no mail
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
	clock := lab.StoppedClock(Day)
	net, err := lab.New(sc, clock)
	if err != nil {
		t.Fatal(err)
	}
	sc.Answers = inhand.Teach(sc.Answers)
	x := &Trial{t: t, Story: sc, Net: net, Clock: clock, Catalog: cat, Post: mail.New(net, sc, clock.Now)}
	var watched []probe.Place
	for _, p := range net.Places() {
		watched = append(watched, probe.Place{ID: p.ID, Addr: p.Addr, Caches: p.Caches})
	}
	x.Client = probe.New(probe.Config{Places: watched, Stays: x.stays, Dialer: net, Resolvers: []netip.AddrPort{net.Resolver()}, Now: clock.Now}, cat)
	x.Watch = &ask.Watcher{Client: x.Client, Now: clock.Now, Port: 53}
	for _, p := range net.Places() {
		x.Watch.Resolvers = append(x.Watch.Resolvers, propagation.Place{ID: p.ID, Name: p.ID, Caches: p.Caches, Addr: p.Addr.String()})
	}
	return x
}

// InNoTime runs f on simulated time (testing/synctest), so that waiting for a silent server costs no real time. A
// benchmark measures real time, so there f just runs.
func (x *Trial) InNoTime(f func(ctx context.Context)) {
	t, ok := x.t.(*testing.T)
	if !ok {
		f(x.t.Context())
		return
	}
	synctest.Test(t, func(t *testing.T) { f(t.Context()) })
}

// Check calls Client.Run on simulated time.
func (x *Trial) Check(a owner.Answers, old *snapshot.Snapshot, each func(probe.Event)) (snap *snapshot.Snapshot, err error) {
	x.InNoTime(func(ctx context.Context) { snap, err = x.Client.Run(ctx, a, old, each) })
	return snap, err
}

// LookAt calls Watch.Look on simulated time.
func (x *Trial) LookAt(asks []propagation.Ask, at []propagation.Place) (looks []propagation.Look) {
	x.InNoTime(func(ctx context.Context) { looks = x.Watch.Look(ctx, asks, at) })
	return looks
}

// PanelOf calls Watch.Panel on simulated time.
func (x *Trial) PanelOf(a owner.Answers, s *snapshot.Snapshot) (p propagation.Panel) {
	x.InNoTime(func(ctx context.Context) { p = x.Watch.Panel(ctx, x.Catalog, a, s) })
	return p
}

// Verify verifies a mail's SPF, DKIM and DMARC as the program does.
func (x *Trial) Verify(ctx context.Context, m *message.Message) message.Report {
	s := snapshot.New("", x.Clock.Now())
	_ = x.Client.Receive(ctx, s, func(d spf.Data) []spf.Need { return m.Verify(ctx, d).Missing })
	return m.Verify(ctx, reading.SPF(s))
}

// Verified calls Verify on simulated time.
func (x *Trial) Verified(_ context.Context, m *message.Message) (rep message.Report) {
	x.InNoTime(func(ctx context.Context) { rep = x.Verify(ctx, m) })
	return rep
}

// Mailed returns a function that sends the story's test mail and returns what its sender gets to see; nil if the story
// sends none.
func (x *Trial) Mailed() func(ctx context.Context, lang string) (string, error) {
	if x.Post == nil {
		return nil
	}
	return func(ctx context.Context, lang string) (string, error) {
		sent, err := x.Post.Send(ctx, lang)
		return sent.Text, err
	}
}

// stays returns the predicate for answers that a look keeps, as the program passes it to the probe.
func (x *Trial) stays(a owner.Answers, s *snapshot.Snapshot) func(snapshot.Answer) bool {
	in := facts.Read(a, s, x.Catalog)
	return plan.Stays(in, checks.Diagnose(in))
}

// Look asks everything that a check asks, with the story's answers, and returns the facts that the rules read.
func (x *Trial) Look(t testing.TB) *facts.Facts {
	t.Helper()
	snap, err := x.Check(x.Story.Answers, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return facts.Read(x.Story.Answers, snap, x.Catalog)
}

// sight is a look that several tests share.
type sight struct {
	once sync.Once
	in   *facts.Facts
}

var sights sync.Map // the scenario's file and answers → *sight

// Seen is Look at an unchanged scenario, done once for all tests of a package; each caller gets its own copy of the
// snapshot. A test that changes records uses New and Look.
func Seen(t testing.TB, sc lab.Scenario) *facts.Facts {
	t.Helper()
	v, _ := sights.LoadOrStore(fmt.Sprint(sc.File, sc.Answers), new(sight))
	s := v.(*sight)
	s.once.Do(func() { s.in = Of(t, sc).Look(t) })
	if s.in == nil {
		t.Fatal("another test's look at it failed")
	}
	return s.in.WithDNS(s.in.DNS.Clone())
}

// Plan looks and plans as the program does, with the keys that the story's consoles show.
func (x *Trial) Plan(t testing.TB) (*snapshot.Snapshot, plan.Plan) {
	t.Helper()
	in := x.Look(t)
	p := plan.Make(in, checks.Diagnose(in))
	keys := slices.Clone(in.Owner.Keys)
	for _, c := range p.Changes {
		selector, _, named := dnsname.CutKey(c.Name)
		if value := x.Story.Key(c.Ask, c.Name); value != "" && named {
			keys = append(keys, owner.Key{Service: c.Ask, Selector: selector, Value: value, Alias: c.Type == snapshot.CNAME})
		}
	}
	pasted := in.Owner
	pasted.Keys = keys
	in = in.WithOwner(pasted)
	return in.DNS, plan.Make(in, checks.Diagnose(in))
}

// Mistakes returns the IDs of the mistakes with which the story's records can be published.
func (x *Trial) Mistakes() []string {
	var out []string
	for _, m := range x.Net.Mistakes() {
		out = append(out, string(m))
	}
	return out
}
