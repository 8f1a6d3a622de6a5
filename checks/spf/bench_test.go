package spf

import (
	"net/netip"
	"testing"
)

const long = "v=spf1 +a +mx +a:www1234.b.jp ip4:192.0.2.0/24 ip6:2001:db8::/32 include:_spf.a.test include:spf.b.test ?include:c.test exists:%{ir}.x.test ~all"

var benchZone = hostZone{
	"d.test":       {"TXT " + long, "A 198.51.100.1", "MX m.d.test"},
	"m.d.test":     {"A 198.51.100.2"},
	"www1234.b.jp": {"A 198.51.100.3"},
	"_spf.a.test":  {"TXT v=spf1 include:n1.a.test include:n2.a.test ~all"},
	"n1.a.test":    {"TXT v=spf1 ip4:203.0.113.0/26 ip4:203.0.113.64/26 ip6:2001:db8:1::/48 ~all"},
	"n2.a.test":    {"TXT v=spf1 ip4:203.0.113.128/26 ~all"},
	"spf.b.test":   {"TXT v=spf1 ip4:198.51.100.64/26 -all"},
	"c.test":       {"TXT v=spf1 ip4:198.51.100.128/26 -all"},
}

func BenchmarkParse(b *testing.B) {
	for name, txt := range map[string]string{"valid": long, "broken": "“v=spf1 +ipv4:203.0.113.5 ip4=192.0.2.1 include:203.0.113.5 mx,a ip4:192.0.2.9～all"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(txt)))
			for b.Loop() {
				Parse(txt)
			}
		})
	}
}

func BenchmarkEvaluate(b *testing.B) {
	b.ReportAllocs()
	req := Request{IP: netip.MustParseAddr("9.9.9.9"), HELO: "helo.test", MailFrom: "a@d.test"}
	for b.Loop() {
		Evaluate(benchZone, req)
	}
}

func BenchmarkWalk(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Walk(benchZone, "d.test", "")
	}
}

func BenchmarkMerge(b *testing.B) {
	b.ReportAllocs()
	records := []string{long, "v=spf1 include:e.test mx -all"}
	needs := []string{"include:spf.f.test", "a:www1.g.jp", "include:_spf.a.test"}
	for b.Loop() {
		Merge(records, needs)
	}
}
