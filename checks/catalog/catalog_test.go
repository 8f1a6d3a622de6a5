package catalog

import (
	"testing"
	"time"

	"todoku/checks/snapshot"
)

func BenchmarkRead(b *testing.B) {
	for b.Loop() {
		if _, err := Read(files); err != nil {
			b.Fatal(err)
		}
	}
}

func TestSmoke(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	s := snapshot.New("tanaka.example", time.Time{})
	add := func(name string, ty snapshot.Type, via snapshot.Via, data ...string) {
		a := snapshot.Answer{Key: snapshot.Key{Name: name, Type: ty, Via: via}, Status: snapshot.OK}
		for _, d := range data {
			a.Records = append(a.Records, snapshot.Record{Data: d, TTL: 300})
		}
		s.Add(a)
	}
	add("tanaka.example", snapshot.NS, snapshot.Authority, "ns1.dns.ne.jp", "ns2.dns.ne.jp")
	add("tanaka.example", snapshot.MX, snapshot.Authority, "tanaka.example")
	add("tanaka.example", snapshot.A, snapshot.Authority, "203.0.113.10")
	add("10.113.0.203.in-addr.arpa", snapshot.PTR, snapshot.Resolver, "www1234.sakura.ne.jp")
	add("tanaka.example", snapshot.TXT, snapshot.Authority, "v=spf1 include:sendgrid.net ~all")
	t.Logf("%+v", c.Detect(s))
	p, _ := c.Panel("sakura")
	t.Logf("%+v", p.Write("tanaka.example", "_dmarc.tanaka.example", snapshot.TXT, "v=DMARC1; p=none", 3600))
	for _, w := range []string{"さくら", "sakura", "サクラ", "ｓａｋｕｒａ", "ｻｸﾗ"} {
		t.Log(len(Filter(c.Hosts, w)), len(Filter(c.Panels, w)))
	}
}
