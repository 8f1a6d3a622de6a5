package plan_test

import (
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

const domain = "shop.example"

// world is a snapshot by hand: names with their TXT values; a name without values is known to have none.
func world(t *testing.T, txt map[string][]string) *snapshot.Snapshot {
	t.Helper()
	s := snapshot.New(domain, time.Time{})
	s.Add(snapshot.Answer{Key: snapshot.Key{Name: domain, Type: snapshot.NS, Via: snapshot.Resolver}, Status: snapshot.OK, Records: []snapshot.Record{{Data: "ns1.dns.example"}}})
	s.Add(snapshot.Answer{Key: snapshot.Key{Name: domain, Type: snapshot.MX, Via: snapshot.Authority}, Status: snapshot.OK, Records: []snapshot.Record{{Data: "smtp.google.com"}}})
	google := snapshot.Answer{Key: snapshot.Key{Name: "_spf.google.com", Type: snapshot.TXT, Via: snapshot.Resolver}, Status: snapshot.OK}
	google.Records = []snapshot.Record{{Data: "v=spf1 ip4:198.51.100.64/26 ~all"}}
	s.Add(google)
	for _, name := range []string{domain, "_dmarc." + domain, "_domainkey." + domain, "google._domainkey." + domain} {
		a := snapshot.Answer{Key: snapshot.Key{Name: name, Type: snapshot.TXT, Via: snapshot.Authority}, Status: snapshot.NoData}
		for _, v := range txt[name] {
			a.Status = snapshot.OK
			a.Records = append(a.Records, snapshot.Record{Data: v, TTL: 600})
		}
		s.Add(a)
	}
	return s
}

func proposal(t *testing.T, s *snapshot.Snapshot, a owner.Answers) plan.Plan {
	t.Helper()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	a.Domain = domain
	in := facts.Read(a, s, cat)
	return plan.Make(in, checks.Diagnose(in))
}

func google() owner.Answers {
	return owner.Answers{Hosts: []owner.Host{{ID: "google-workspace"}}, NoSender: true, ReportTo: "info@" + domain}
}

// lines formats changes so that a table of cases can hold them.
func lines(p plan.Plan) []string {
	var out []string
	for _, c := range p.Changes {
		l := string(c.Action) + " " + c.Name + " = " + c.Value
		if len(c.Old) > 0 {
			l += " was " + strings.Join(c.Old, " | ")
		}
		if c.Ask != "" {
			l += " ask " + c.Ask
		}
		out = append(out, l)
	}
	return out
}

func TestOrderAndMerging(t *testing.T) {
	for _, c := range []struct {
		name string
		txt  map[string][]string
		a    owner.Answers
		want []string
	}{
		{"nothing there: SPF, key, then the policy that only watches", nil, google(), []string{
			"add shop.example = v=spf1 include:_spf.google.com ~all",
			"add google._domainkey.shop.example =  ask google-workspace",
			"add _dmarc.shop.example = v=DMARC1; p=none; rua=mailto:info@shop.example",
		}},
		{"the one record is added to, other TXT stay", map[string][]string{domain: {"x=1", "v=spf1 ip4:192.0.2.1 -all"}}, google(), []string{
			"replace shop.example = v=spf1 ip4:192.0.2.1 include:_spf.google.com -all was v=spf1 ip4:192.0.2.1 -all",
			"add google._domainkey.shop.example =  ask google-workspace",
			"add _dmarc.shop.example = v=DMARC1; p=none; rua=mailto:info@shop.example",
		}},
		{"two records become one, and the other is deleted", map[string][]string{
			domain:             {"v=spf1 ip4:192.0.2.1 -all", "v=spf1 include:_spf.google.com ~all"},
			"_dmarc." + domain: {"v=DMARC1; p=reject"},
		}, google(), []string{
			"replace shop.example = v=spf1 ip4:192.0.2.1 include:_spf.google.com ~all was v=spf1 ip4:192.0.2.1 -all",
			"remove shop.example =  was v=spf1 include:_spf.google.com ~all",
			"add google._domainkey.shop.example =  ask google-workspace",
		}},
		{"a policy is repaired, not replaced by ours", map[string][]string{"_dmarc." + domain: {"v=DMARC1; p=nome; rua=mailto:a@shop.example"}, domain: {"v=spf1 include:_spf.google.com ~all"}}, google(), []string{
			"add google._domainkey.shop.example =  ask google-workspace",
			"replace _dmarc.shop.example = v=DMARC1; p=none; rua=mailto:a@shop.example was v=DMARC1; p=nome; rua=mailto:a@shop.example",
		}},
		{"the owner does not know who sends, and the MX shows it", nil, owner.Answers{Hosts: []owner.Host{{ID: owner.Unknown}}, NoSender: true}, []string{
			"add shop.example = v=spf1 include:_spf.google.com ~all",
			"add google._domainkey.shop.example =  ask google-workspace",
			"add _dmarc.shop.example = v=DMARC1; p=none",
		}},
	} {
		p := proposal(t, world(t, c.txt), c.a)
		if got := lines(p); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %s\nwant %s", c.name, strings.Join(got, "\n     "), strings.Join(c.want, "\n     "))
		}
	}
}

// TestNoSPFIsInvented: nothing shows who sends, so that nothing is put into a record.
func TestNoSPFIsInvented(t *testing.T) {
	s := world(t, nil)
	for i := range s.Answers {
		if s.Answers[i].Type == snapshot.MX {
			s.Answers[i].Records = []snapshot.Record{{Data: "mx.nobody.test"}}
		}
	}
	if got := lines(proposal(t, s, owner.Answers{NoSender: true})); !slices.Equal(got, []string{"add _dmarc.shop.example = v=DMARC1; p=none"}) {
		t.Errorf("got %s", strings.Join(got, "\n     "))
	}
}

func TestBeforeAndAfter(t *testing.T) {
	p := proposal(t, world(t, nil), google())
	if len(p.Tries) != 1 || p.Tries[0].Before != "none" || p.Tries[0].After != "pass" || p.Tries[0].From != "google-workspace" {
		t.Errorf("tries are %+v", p.Tries)
	}
	if p.Lookups != 1 {
		t.Errorf("the proposed record costs %d look-ups, want 1", p.Lookups)
	}
}

// TestNothingKnownNothingProposed: where no server answered, a proposal would rest on nothing.
func TestNothingKnownNothingProposed(t *testing.T) {
	s := snapshot.New(domain, time.Time{})
	s.Add(snapshot.Answer{Key: snapshot.Key{Name: domain, Type: snapshot.NS, Via: snapshot.Resolver}, Status: snapshot.Failed, Reason: snapshot.Timeout})
	if p := proposal(t, s, google()); len(p.Changes) > 0 {
		t.Errorf("proposes %v", lines(p))
	}
}

func TestReportsElsewhereAreWarnedOf(t *testing.T) {
	a := google()
	a.ReportTo = "someone@gmail.com"
	p := proposal(t, world(t, nil), a)
	last := p.Changes[len(p.Changes)-1]
	if len(last.Notes) != 1 || last.Notes[0].Code != "report-elsewhere" {
		t.Errorf("notes are %+v", last.Notes)
	}
}
