package probe

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/snapshot"
)

// memories is a domain whose records stand at the source, while resolvers hold others.
const memories = `-- zone kioku.example @ 01.dnsv.jp 02.dnsv.jp --
$TTL 3600
@ SOA 01.dnsv.jp. x.example. 2026112201 3600 900 3600000 900
@ A 203.0.113.31
@ MX 1 smtp.google.com.
@ TXT "v=spf1 include:_spf.google.com ~all"
google._domainkey TXT "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC1"
-- remembered --
google 2h kioku.example TXT "v=spf1 -all"
system 10m kioku.example TXT "v=spf1 -all"
-- asked --
cloudflare kioku.example TXT 20m
`

func places(n *lab.Internet) (out []Place) {
	for _, p := range n.Places() {
		out = append(out, Place{ID: p.ID, Addr: p.Addr, Caches: p.Caches})
	}
	return out
}

// The watched resolvers are asked for what the authority has, and for nothing else; what they hold stands beside it.
func TestWhatResolversRemember(t *testing.T) {
	cat := loadCatalog(t)
	synctest.Test(t, func(t *testing.T) {
		sc, err := lab.Parse("memories.txtar", []byte(fmt.Sprintf(scenarioHead, "kioku.example")+memories))
		if err != nil {
			t.Fatal(err)
		}
		n, err := lab.New(sc, lab.NewClock(time.Now()))
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var heard []lab.Heard
		n.Listen(func(h lab.Heard) { mu.Lock(); defer mu.Unlock(); heard = append(heard, h) })
		cfg := labClient(n, n, cat).cfg
		cfg.Places = places(n)
		s, err := New(cfg, cat).Run(t.Context(), sc.Answers, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, m := range s.Remembered("kioku.example", snapshot.TXT) {
			got[m.Place] += strings.Join(m.Answer.Data(), "|") + " " + m.Expires.Sub(s.Taken).String() + ";"
		}
		right := "v=spf1 include:_spf.google.com ~all "
		for place, want := range map[string]string{"google": "v=spf1 -all 2h0m0s;", "system": "v=spf1 -all 10m0s;", "cloudflare": right + "40m0s;", "quad9": right + "1h0m0s;"} {
			if got[place] != want {
				t.Errorf("%s: %q, want %q", place, got[place], want)
			}
		}
		if len(s.Remembered("google._domainkey.kioku.example", snapshot.TXT)) != 4 || len(s.Remembered("kioku.example", snapshot.MX)) != 4 {
			t.Error("keys and MX are not looked at")
		}
		if got := s.Remembered("_dmarc.kioku.example", snapshot.TXT); len(got) > 0 {
			t.Errorf("asked for what does not exist: %v", got)
		}
		for _, h := range heard {
			if (h.Server == "dns.google" || h.Server == "dns9.quad9.net") && strings.Contains(h.Name, "_dmarc") {
				t.Errorf("%s was asked for %s", h.Server, h.Name)
			}
		}
		if a := s.TXT("kioku.example"); a.Data()[0] != "v=spf1 include:_spf.google.com ~all" || a.Via != snapshot.Authority {
			t.Errorf("the zone says %q", a.Data())
		}
		// A look that goes on asks anew only what was asked a while ago.
		before := len(heard)
		if _, err := New(cfg, cat).Run(t.Context(), sc.Answers, s, nil); err != nil || len(heard) != before {
			t.Errorf("%v, %d questions more at once", err, len(heard)-before)
		}
		time.Sleep(11 * time.Minute)
		again, err := New(cfg, cat).Run(t.Context(), sc.Answers, s, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range again.Remembered("kioku.example", snapshot.TXT) {
			if old := strings.Contains(m.Answer.Data()[0], "-all"); old != (m.Place == "google") {
				t.Errorf("later %s holds %q", m.Place, m.Answer.Data())
			}
		}
	})
}

// A place that nobody can reach costs a second, and is no failure of the look.
func TestSilentPlace(t *testing.T) {
	cat := loadCatalog(t)
	synctest.Test(t, func(t *testing.T) {
		sc, _ := lab.Find("s8")
		usual, took := look(t, sc, map[string][]lab.Fault{"google": {{Kind: lab.Dead}}}, nil, cat)
		s, longer := look(t, sc, map[string][]lab.Fault{"google": {{Kind: lab.Dead}}}, func(c *Config) {
			c.Places = []Place{{ID: "google", Addr: netip.MustParseAddrPort("8.8.8.8:53"), Caches: 2}, {ID: "quad9", Addr: netip.MustParseAddrPort("9.9.9.9:53")}}
		}, cat)
		if longer-took > 1100*time.Millisecond || len(s.Failures()) > len(usual.Failures()) {
			t.Errorf("%s longer, %v", longer-took, s.Failures())
		}
		for _, m := range s.Remembered("aozora.example", snapshot.TXT) {
			if m.Answer.Known() != (m.Place == "quad9") {
				t.Errorf("%+v", m)
			}
		}
	})
}
