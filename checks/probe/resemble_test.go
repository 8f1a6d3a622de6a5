package probe

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/snapshot"
)

const quotedRecord = `A record in curly quotes, which no receiver takes for one.
-- scenario.toml --
id = "quoted"
[title]
ja = "q"
en = "q"
[about]
ja = "q"
en = "q"
[answers]
domain = "kakko.example"
-- zone kakko.example @ 01.dnsv.jp 02.dnsv.jp --
@      A   203.0.113.31
@      TXT "“v=spf1 include:_one.kakko.example ~all”"
_one   TXT "v=spf1 include:sendgrid.net ~all"
`

// What only resembles a record is read as it will be mended, so that all it includes is known.
func TestResemblingRecordIsWalked(t *testing.T) {
	sc, err := lab.Parse("quoted.txtar", []byte(quotedRecord))
	if err != nil {
		t.Fatal(err)
	}
	clock := lab.StoppedClock(time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC))
	n, err := lab.New(sc, clock)
	if err != nil {
		t.Fatal(err)
	}
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	c := New(Config{Dialer: n, Resolvers: []netip.AddrPort{n.Resolver()}, Now: clock.Now}, cat)
	s, err := c.Run(context.Background(), sc.Answers, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"_one.kakko.example", "sendgrid.net", "ab.sendgrid.net"} {
		if s.Get(name, snapshot.TXT).Status != snapshot.OK {
			t.Errorf("%s was not asked for", name)
		}
	}
}
