package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/todoku/checks"
	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/facts"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// Hostile records cost no minutes: thousands of terms in one, thousands of records at one name, or includes of 8 KB each.
func TestHostileSPFIsBounded(t *testing.T) {
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	var nets []string
	for i := range 500 {
		nets = append(nets, fmt.Sprintf("ip4:198.51.%d.%d", i/200, i%200))
	}
	long := strings.Join(nets, " ")
	var includes, many, hosts []string
	for i := range 9 {
		includes = append(includes, fmt.Sprintf("include:b%d.a.example", i))
	}
	for i := range 600 {
		many = append(many, fmt.Sprintf("v=spf1 ip4:198.51.%d.%d ~all", i/200, i%200))
		hosts = append(hosts, fmt.Sprintf("a:h%d.a.example", i))
	}
	for about, apex := range map[string][]string{
		"networks": {"v=spf1 " + long + " ~all"}, "hosts": {"v=spf1 " + strings.Join(hosts, " ") + " ~all"}, "records": many,
		"includes": {"v=spf1 " + strings.Join(slices.Concat(includes, hosts[:60]), " ") + " ~all"},
	} {
		t.Run(about, func(t *testing.T) {
			s := snapshot.New("a.example", time.Time{})
			put := func(name string, texts ...string) {
				a := snapshot.Answer{Key: snapshot.Key{Name: name, Type: snapshot.TXT, Via: snapshot.Authority}, Status: snapshot.OK}
				for _, v := range texts {
					a.Records = append(a.Records, snapshot.Record{Data: v, TTL: 300})
				}
				s.Add(a)
			}
			put("a.example", apex...)
			for i := range 9 {
				put(fmt.Sprintf("b%d.a.example", i), "v=spf1 "+long+" -all")
			}
			in := facts.Read(owner.Answers{Domain: "a.example", Hosts: []owner.Host{{ID: "google-workspace"}}}, s, cat)
			began := time.Now()
			p := plan.Make(in, checks.Diagnose(in))
			if took := time.Since(began); took > 20*time.Second { // it was minutes
				t.Errorf("took %s", took)
			}
			for _, c := range p.Changes {
				if c.Name == "a.example" && c.Type == snapshot.TXT {
					t.Errorf("proposes %d bytes over what nobody wrote", len(c.Value))
				}
			}
		})
	}
}
