package probe

import (
	"net/netip"
	"testing"
	"time"

	"todoku/checks/catalog"
	"todoku/checks/lab"
	"todoku/checks/snapshot"
)

func TestPeek(t *testing.T) {
	sc, err := lab.Find("s5")
	if err != nil {
		t.Fatal(err)
	}
	n, err := lab.New(sc, lab.NewClock(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	cat, err := catalog.Load()
	if err != nil {
		t.Log(err)
		cat = nil
	}
	n.Fault("*", lab.Fault{Kind: lab.Delay, Delay: 20 * time.Millisecond})
	c := New(Config{Dialer: n, Resolvers: []netip.AddrPort{n.Resolver()}}, cat)
	began := time.Now()
	s, err := c.Run(t.Context(), sc.Answers, nil, nil)
	t.Log(time.Since(began), err)
	for _, a := range s.Answers {
		t.Logf("%d %s %s %s %s -> %s %s %v %v %v", a.Needs, a.Via, a.Name, a.Type, a.Key.At, a.Status, a.Reason, a.Data(), a.Chain, a.Referral)
	}
	_ = snapshot.A
}
