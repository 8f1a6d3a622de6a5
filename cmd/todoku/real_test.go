package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"example.org/todoku/checks/probe/realdns"
)

// Zones of real servers: one domain that is sound, one that has nothing but its web page, one whose servers are dead.
var (
	parentAt = netip.MustParseAddr("127.0.61.1")
	zonesAt  = netip.MustParseAddr("127.0.61.2")
	resolver = netip.MustParseAddr("127.0.61.53")
)

const soa = "$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns\nns A 127.0.61.2\n"

const goodZone = soa + `@ MX 10 mail
mail A 192.0.2.25
@ TXT "v=spf1 ip4:192.0.2.25 -all"
key._domainkey TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@good.example"
`

const reverseZone = "$TTL 300\n@ SOA ns.good.example. h.good.example. 1 3600 600 86400 300\n@ NS ns.good.example.\n25 PTR mail.good.example.\n"

const badZone = soa + "@ MX 10 mail\nmail A 192.0.2.26\n@ TXT \"v=spf1 ip4:192.0.2.26 ~all\"\n@ TXT \"v=spf1 a ~all\"\n"

func TestRealServers(t *testing.T) {
	t.Parallel()
	parent := "$TTL 300\n@ SOA ns.example. h.example. 1 3600 600 86400 300\n@ NS ns.example.\nns.example. A 127.0.61.1\n" +
		"good NS ns.good\nns.good A 127.0.61.2\nbad NS ns.bad\nns.bad A 127.0.61.2\ndead NS ns.dead\nns.dead A 127.0.61.7\n"
	w := realdns.Start(t, resolver,
		realdns.Authority{Addr: parentAt, Zones: []realdns.Zone{{Name: "example", Text: parent}}},
		realdns.Authority{Addr: zonesAt, Zones: []realdns.Zone{{Name: "good.example", Text: goodZone}, {Name: "bad.example", Text: badZone},
			{Name: "2.0.192.in-addr.arpa", Text: reverseZone}}})
	realdns.Silent(t, netip.AddrPortFrom(netip.MustParseAddr("127.0.61.7"), w.Port))
	for _, c := range []struct {
		domain  string
		args    []string
		status  int
		verdict string
		codes   []string
	}{
		{"good.example", []string{"--mail-host", "own-server=192.0.2.25", "--dkim", "key"}, 0, "ok", nil},
		{"bad.example", nil, 1, "fix", []string{"spf-multiple", "dmarc-missing"}},
		{"nobody.example", nil, 1, "fix", []string{"domain-unregistered"}},
		{"dead.example", []string{"--timeout", "500ms"}, 3, "unknown", nil},
	} {
		t.Run(c.domain, func(t *testing.T) {
			args := append([]string{"check", c.domain, "--json", "--resolver", w.Resolver.String(), "--private", "--lang", "en",
				"--port", strconv.Itoa(int(w.Port))}, c.args...)
			var out, errs bytes.Buffer
			status := run(context.Background(), args, strings.NewReader(""), &out, &errs)
			var got struct {
				Schema   int    `json:"schema"`
				ASCII    string `json:"ascii"`
				Verdict  string `json:"verdict"`
				Findings []struct {
					Code     string `json:"code"`
					Evidence []struct {
						Server string `json:"server"`
					} `json:"evidence"`
				} `json:"findings"`
				Queries int `json:"queries"`
			}
			if err := json.Unmarshal(out.Bytes(), &got); err != nil {
				t.Fatalf("%v: %s%s", err, &out, &errs)
			}
			if int(status) != c.status || got.Verdict != c.verdict || got.Schema != 1 || got.ASCII != c.domain || got.Queries == 0 {
				t.Errorf("status %d, want %d, verdict %s: %s%s", status, c.status, got.Verdict, &out, &errs)
			}
			for _, code := range c.codes {
				found := false
				for _, f := range got.Findings {
					found = found || f.Code == code && len(f.Evidence) > 0
				}
				if !found {
					t.Errorf("no %s with its evidence: %s", code, &out)
				}
			}
		})
	}
	// Without --private a name server on loopback is refused, and nothing is called fine for it.
	var out, errs bytes.Buffer
	args := []string{"check", "good.example", "--json", "--resolver", w.Resolver.String(), "--port", strconv.Itoa(int(w.Port))}
	if status := run(context.Background(), args, strings.NewReader(""), &out, &errs); status != 3 {
		t.Errorf("without --private: status %d: %s%s", status, &out, &errs)
	}
}
