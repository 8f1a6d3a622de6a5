package plan_test

import (
	"slices"
	"strings"
	"testing"

	"example.org/todoku/checks/catalog"
	"example.org/todoku/checks/owner"
	"example.org/todoku/checks/plan"
	"example.org/todoku/checks/snapshot"
)

// alias makes a name a CNAME, as an authoritative server shows it for a TXT query.
func alias(s *snapshot.Snapshot, name, target string) {
	s.Add(snapshot.Answer{Key: snapshot.Key{Name: name, Type: snapshot.TXT, Via: snapshot.Authority}, Status: snapshot.OK,
		Chain: []snapshot.Link{{Name: name, Target: target, TTL: 600}}})
	s.Add(snapshot.Answer{Key: snapshot.Key{Name: target, Type: snapshot.TXT, Via: snapshot.Resolver}, Status: snapshot.NoData})
}

func TestNothingStandsBesideAnAlias(t *testing.T) {
	const spf = "v=spf1 include:_spf.google.com ~all"
	t.Run("the alias at the DMARC name goes first", func(t *testing.T) {
		s := world(t, map[string][]string{domain: {spf}})
		alias(s, "_dmarc."+domain, "web.host.example")
		p := proposal(t, s, google())
		want := []string{
			"add google._domainkey.shop.example =  ask google-workspace",
			"remove _dmarc.shop.example =  was web.host.example",
			"add _dmarc.shop.example = v=DMARC1; p=none; rua=mailto:info@shop.example",
		}
		if got := lines(p); !slices.Equal(got, want) {
			t.Errorf("got %s", strings.Join(got, "\n    "))
		}
	})
	t.Run("at the domain itself nothing is added", func(t *testing.T) {
		s := world(t, nil)
		alias(s, domain, "web.host.example")
		for _, c := range proposal(t, s, google()).Changes {
			if c.Name == domain {
				t.Errorf("proposes %+v", c)
			}
		}
	})
	t.Run("what a wildcard makes is not in the way", func(t *testing.T) {
		s := world(t, map[string][]string{domain: {spf}})
		alias(s, "_dmarc."+domain, "web.host.example")
		alias(s, "zz-todoku-probe."+domain, "web.host.example")
		for _, c := range proposal(t, s, google()).Changes {
			if c.Action == plan.Remove {
				t.Errorf("proposes %+v", c)
			}
		}
	})
	t.Run("an alias is changed, not doubled", func(t *testing.T) {
		s := world(t, map[string][]string{domain: {spf}})
		alias(s, "s1._domainkey."+domain, "old.sender.example")
		a := google()
		a.Keys = []owner.Key{{Selector: "s1", Value: "new.sender.example", Alias: true}}
		if got := lines(proposal(t, s, a)); !slices.Contains(got, "replace s1._domainkey.shop.example = new.sender.example was old.sender.example") {
			t.Errorf("got %s", strings.Join(got, "\n    "))
		}
	})
}

// exchanges sets the domain's MX records ("10 mail.shop.example") and the addresses of some names.
func exchanges(s *snapshot.Snapshot, mx []string, addrs map[string]string) {
	a := snapshot.Answer{Key: snapshot.Key{Name: domain, Type: snapshot.MX, Via: snapshot.Authority}, Status: snapshot.OK}
	for i, target := range mx {
		a.Records = append(a.Records, snapshot.Record{Data: target, Pref: uint16(10 * (i + 1)), TTL: 600})
	}
	s.Add(a)
	for name, addr := range addrs {
		for _, t := range []snapshot.Type{snapshot.A, snapshot.AAAA} {
			via := snapshot.Resolver
			if snapshot.Below(name, domain) {
				via = snapshot.Authority
			}
			r := snapshot.Answer{Key: snapshot.Key{Name: name, Type: t, Via: via}, Status: snapshot.NXDomain}
			if addr != "" {
				r.Status = snapshot.NoData
				if t == snapshot.A {
					r.Status, r.Records = snapshot.OK, []snapshot.Record{{Data: addr}}
				}
			}
			s.Add(r)
		}
	}
}

func TestExchangesAreMendedWhereCertain(t *testing.T) {
	for _, c := range []struct {
		about string
		mx    []string
		addrs map[string]string
		want  []string
	}{
		{"a lost dot, and the name is there", []string{"smtp.google.com.shop.example"},
			map[string]string{"smtp.google.com.shop.example": "", "smtp.google.com": "198.51.100.8"},
			[]string{"replace shop.example = 10 smtp.google.com was 10 smtp.google.com.shop.example"}},
		{"a lost dot, and no such name", []string{"mail.shop.example.shop.example"},
			map[string]string{"mail.shop.example.shop.example": "", "mail.shop.example": ""}, nil},
		{"the right one is there already", []string{"smtp.google.com", "smtp.google.com.shop.example"},
			map[string]string{"smtp.google.com.shop.example": "", "smtp.google.com": "198.51.100.8"},
			[]string{"remove shop.example =  was 20 smtp.google.com.shop.example"}},
		{"an address whose name is seen", []string{"203.0.113.9"}, map[string]string{"mail.shop.example": "203.0.113.9"},
			[]string{"replace shop.example = 10 mail.shop.example was 10 203.0.113.9"}},
		{"an address that nothing names", []string{"203.0.113.9"}, map[string]string{"mail.shop.example": "203.0.113.10"}, nil},
		{"a host of that name exists", []string{"smtp.google.com.shop.example"},
			map[string]string{"smtp.google.com.shop.example": "203.0.113.5", "smtp.google.com": "198.51.100.8"}, nil},
		{"a dead name, and nothing to say what was meant", []string{"mial.shop.example"}, map[string]string{"mial.shop.example": ""}, nil},
	} {
		s := world(t, nil)
		exchanges(s, c.mx, c.addrs)
		var got []string
		for _, l := range lines(proposal(t, s, google())) {
			if strings.Contains(l, " 10 ") || strings.Contains(l, " 20 ") {
				got = append(got, l)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.about, got, c.want)
		}
	}
}

// TestDottedForm: where the panel was seen to append the zone, the final dot is typed although nobody knew whether it must.
func TestDottedForm(t *testing.T) {
	c := plan.Change{Name: domain, Type: snapshot.MX, TTL: 300, Dotted: true}
	for dot, want := range map[string]string{"unknown": "mx.example.", "optional": "mx.example.", "required": "mx.example.", "rejected": "mx.example"} {
		p := catalog.Panel{Apex: []catalog.HostForm{"@"}, Dot: catalog.Dotting(dot)}
		if f := c.Form(p, domain, "10 mx.example"); f.Value != want || f.Priority != "10" {
			t.Errorf("%s: %q with priority %q, want %q", dot, f.Value, f.Priority, want)
		}
	}
}

// TestCopiesMove: what was made at a wrong place is made at the right one as it is, but a policy begins by watching.
func TestCopiesMove(t *testing.T) {
	key := "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
	s := world(t, nil)
	for name, v := range map[string]string{"mail." + domain: "v=spf1 ip4:192.0.2.7 ~all", "google." + domain: key, "dmarc." + domain: "v=DMARC1; p=reject; rua=mailto:dmarc@shop.example"} {
		s.Add(snapshot.Answer{Key: snapshot.Key{Name: name, Type: snapshot.TXT, Via: snapshot.Authority}, Status: snapshot.OK, Records: []snapshot.Record{{Data: v, TTL: 600}}})
	}
	a := google()
	a.ReportTo = ""
	want := []string{
		"add shop.example = v=spf1 ip4:192.0.2.7 include:_spf.google.com ~all",
		"add google._domainkey.shop.example = " + key,
		"add _dmarc.shop.example = v=DMARC1; p=none; rua=mailto:dmarc@shop.example",
		"remove google.shop.example =  was " + key, // the SPF record at mail stays: the server may greet by that name
		"remove dmarc.shop.example =  was v=DMARC1; p=reject; rua=mailto:dmarc@shop.example",
	}
	if got := lines(proposal(t, s, a)); !slices.Equal(got, want) {
		t.Errorf("got %s", strings.Join(got, "\n    "))
	}
}
