package probe

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.org/todoku/checks"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/lab"
	"example.org/todoku/checks/lab/sample"
	"example.org/todoku/checks/snapshot"
)

// shuffled is an internet in which every answer takes its own time, which the seed and the question decide.
type shuffled struct {
	Dialer
	seed int
}

func (s shuffled) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := s.Dialer.DialContext(ctx, network, address)
	if err != nil || network != "udp" {
		return c, err
	}
	return &lateConn{c, fmt.Sprint(s.seed, address)}, nil
}

type lateConn struct {
	net.Conn
	seed string
}

// Write sends a question late, which delays its answer only, whatever else is asked over the socket.
func (c *lateConn) Write(b []byte) (int, error) {
	h := fnv.New32a()
	h.Write([]byte(c.seed + wireName(b)))
	late := bytes.Clone(b)
	time.AfterFunc(time.Duration(h.Sum32()%600)*time.Millisecond, func() { _, _ = c.Conn.Write(late) }) // a question goes out again after 750 ms
	return len(b), nil
}

// essence is a snapshot without times.
func essence(t *testing.T, s *snapshot.Snapshot) string {
	t.Helper()
	s = s.Clone()
	s.Taken = time.Time{}
	for i := range s.Answers {
		s.Answers[i].At, s.Answers[i].Took = time.Time{}, 0
	}
	text, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// differingZone has two servers that hold other records, the older one more of them.
const differingZone = `-- zone order.example @ 01.dnsv.jp 02.dnsv.jp --
@ SOA 01.dnsv.jp. x.example. 2026112201 3600 900 3600000 3600
@ TXT "v=spf1 include:_spf.google.com ~all"
@ MX 1 smtp.google.com.
google._domainkey TXT "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC1"
-- hidden zone order.example @ 02.dnsv.jp --
@ SOA 01.dnsv.jp. x.example. 2026112101 3600 900 3600000 3600
@ TXT "v=spf1 include:sendgrid.net include:_spf.salesforce.com -all"
@ MX 10 mail
mail A 203.0.113.20
em1 CNAME u1.wl1.sendgrid.net.
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@reports.example"
`

// In whatever order the answers come, the snapshot is the same, and so are the findings.
func TestTheOrderDecidesNothing(t *testing.T) {
	t.Parallel()
	cat := loadCatalog(t)
	for i, tt := range []struct {
		id     string
		faults map[string]lab.Fault
	}{
		{id: "s4"}, {id: "s2"}, {id: "ns-disagree"}, {id: "ns-behind"}, {id: "ns-moving"}, {id: "dkim-no-selector"}, {id: "www-alias"}, {id: "wildcard-alias-hidden"}, {id: "differing"},
		{"differing", map[string]lab.Fault{"01.dnsv.jp": {Kind: lab.NXProved, First: 1000}}},
		{"s8", map[string]lab.Fault{"01.dnsv.jp": {Kind: lab.NoDataProved, First: 1000}}},
		{"s8", map[string]lab.Fault{"02.dnsv.jp": {Kind: lab.NXProved, First: 1000, Name: "_dmarc.aozora.example"}}},
		{"s8", map[string]lab.Fault{"01.dnsv.jp": {Kind: lab.ServFail, First: 1000}, "02.dnsv.jp": {Kind: lab.NX, Name: "google._domainkey.aozora.example", First: 1000}}},
	} {
		if !sample.Takes(i) {
			continue
		}
		t.Run(tt.id, func(t *testing.T) {
			var first, findings string
			seeds := 2
			if sample.Whole() {
				seeds = 4
			}
			for seed := range seeds {
				synctest.Test(t, func(t *testing.T) {
					sc, err := lab.Find(tt.id)
					if tt.id == "differing" {
						sc, err = lab.Parse("differing.txtar", []byte(fmt.Sprintf(scenarioHead, "order.example")+differingZone))
					}
					if err != nil {
						t.Fatal(err)
					}
					n, err := lab.New(sc, lab.NewClock(time.Now()))
					if err != nil {
						t.Fatal(err)
					}
					for host, f := range tt.faults {
						if err := n.Fault(host, f); err != nil {
							t.Fatal(err)
						}
					}
					s, err := labClient(n, shuffled{n, seed}, cat).Run(t.Context(), sc.Answers, nil, nil)
					if err != nil {
						t.Fatal(err)
					}
					var codes []string
					for _, f := range checks.Diagnose(facts.Read(sc.Answers, s, cat)) {
						codes = append(codes, timeOfDay.ReplaceAllString(fmt.Sprint(f.Code, f.Severity, f.Name, f.Args, f.Under), ""))
					}
					got, all := essence(t, s), strings.Join(codes, "\n")
					if seed == 0 {
						first, findings = got, all
					}
					if got != first {
						t.Errorf("seed %d: %s", seed, difference(first, got))
					}
					if all != findings {
						t.Errorf("seed %d finds\n%s\nwant\n%s", seed, all, findings)
					}
				})
			}
		})
	}
}

var timeOfDay = regexp.MustCompile(`\d{4}-\d\d-\d\d [0-9:.]+`)

// difference is the first line in which two texts differ, with those around it.
func difference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range x {
		if i >= len(y) || x[i] != y[i] {
			from, to := max(0, i-6), min(i+8, len(x), len(y))
			return fmt.Sprintf("line %d:\n%s\nwas\n%s", i, strings.Join(y[from:to], "\n"), strings.Join(x[from:to], "\n"))
		}
	}
	return fmt.Sprintf("%d lines more", len(y)-len(x))
}
